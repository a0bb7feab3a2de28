"""Composes alt text, credit and terms of use as codes and parameters; pure.

No age, sex or name is guessed: the number of people comes from the detectors, all other
content from the staff or the unit's settings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photoguard.captions.xmp import plain
from photoguard.model import Language, Localised, Role, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUP = 6
"""From this many people on, the text says *a group* instead of a number."""

_SAYS_HIDDEN: Mapping[Language, tuple[re.Pattern[str], re.Pattern[str]]] = {
    Language.FI: (
        re.compile(r"\bkasvo", re.IGNORECASE),
        re.compile(r"\b(peitet|peitt|sume|piilot|suoja)", re.IGNORECASE),
    ),
    Language.SV: (
        re.compile(r"\bansikt", re.IGNORECASE),
        re.compile(r"\b(dol[dt]|dölj|sudd|oskarp|täck|övertäck)", re.IGNORECASE),
    ),
    Language.EN: (
        re.compile(r"\bfaces?\b", re.IGNORECASE),
        re.compile(r"\b(hid|blur|cover|obscur|pixel|conceal)", re.IGNORECASE),
    ),
}
"""Patterns of a word for faces and one for hiding: a description that has both mentions the
hiding itself."""

_NAMELESS = {
    Unit.EARLY_CHILDHOOD: "captions.nameless_child",
    Unit.BASIC_EDUCATION: "captions.nameless_pupil",
    Unit.UPPER_SECONDARY: "captions.nameless_student",
}


@dataclass(frozen=True, slots=True)
class CaptionFacts:
    """What is known about one photo when its texts are composed.

    ``people`` is the number of faces found, ``hidden`` and ``kept`` how many of them were
    hidden and left visible. If not ``counted`` reliably, the texts speak of people without a
    number. ``description_language`` is the language of ``description``; None means
    ``language``.
    """

    language: Language
    unit: Unit = Unit.EARLY_CHILDHOOD
    people: int = 0
    hidden: int = 0
    kept: int = 0
    counted: bool = True
    event: str = ""
    description: str = ""
    description_language: Language | None = None
    translations: Localised = field(default_factory=dict)
    """The description in further languages, written by a person."""
    long_description: str = ""
    """A description too long for an alt text; it is published as extended description."""
    photographer: str = ""
    photographer_role: Role = Role.STAFF
    photographer_named: bool = False
    """Whether the photographer is a child, pupil or student with permission to be named."""
    unit_name: Localised = field(default_factory=dict)
    organisation: Localised = field(default_factory=dict)
    hashtags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A code of the catalogue ``captions`` with its parameters, which may be phrases themselves."""

    code: str
    parameters: Mapping[str, str | Phrase] = field(default_factory=dict)
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Composition:
    """The texts of one photo in one language, not yet rendered.

    If ``confirmed``, ``subject`` is the staff's description and ``addition`` a sentence to
    follow it; otherwise ``subject`` is the event and ``addition`` the people.
    """

    confirmed: bool
    subject: str
    addition: Phrase | None
    credit: Phrase | None
    creator: Phrase | None
    rights: Phrase | None
    usage_terms: Phrase
    caption: Phrase | None = None
    """A suggested beginning of a caption; None if staff described the photo."""


def compose(facts: CaptionFacts, language: Language) -> Composition:
    """Return the texts of a photo in ``language``.

    A description or an event appears only in the language it was typed in.
    """
    typed = facts.description_language or facts.language
    given = facts.description if typed is language else facts.translations.get(language, "")
    description = plain(given)
    event = plain(facts.event) if facts.language is language else ""
    creator = _creator(facts, language)
    publisher = _publisher(facts, language)
    return Composition(
        confirmed=bool(description),
        subject=description or event,
        addition=_hidden_sentence(facts, description, language) if description else _people(facts),
        credit=_credit(creator, publisher),
        creator=creator,
        rights=_rights(creator, publisher),
        usage_terms=Phrase("captions.usage_told" if creator else "captions.usage_not_told"),
        caption=None if description else _caption(facts, event, language),
    )


def _caption(facts: CaptionFacts, event: str, language: Language) -> Phrase | None:
    """Return a suggested caption of the unit's name and the event; None without both."""
    unit = _in(facts.unit_name, language, facts.language)
    if unit and event:
        return Phrase("captions.draft_caption", {"unit": unit, "event": event})
    only = unit or event
    return Phrase("captions.verbatim", {"text": only}) if only else None


def _people(facts: CaptionFacts) -> Phrase | None:
    """Return how many people there are and whose faces are hidden; None if there is nobody."""
    if facts.people < 1:
        return None
    number = str(facts.people) if facts.counted else "some"
    people = Phrase(f"captions.people_{number if facts.people < GROUP else 'group'}")
    hidden = min(facts.hidden, facts.people)
    if hidden == 0:
        return people
    if hidden == facts.people:
        return Phrase("captions.all_hidden", {"people": people}, _plural(facts, facts.people))
    in_figures = facts.counted and hidden < GROUP
    amount = Phrase(f"captions.of_whom_{hidden if in_figures else 'some'}")
    parts = {"people": people, "number": amount}
    return Phrase("captions.some_hidden", parts, _plural(facts, hidden))


def _plural(facts: CaptionFacts, number: int) -> int:
    """Return the number that selects the plural form; at least two if not counted reliably."""
    return number if facts.counted else max(2, number)


def _hidden_sentence(facts: CaptionFacts, description: str, language: Language) -> Phrase | None:
    """Return a sentence that faces are hidden; None if none are, or the description says so."""
    face_word, hiding_word = _SAYS_HIDDEN[language]
    is_stated = face_word.search(description) and hiding_word.search(description)
    if facts.hidden < 1 or is_stated:
        return None
    if facts.kept > 0:
        return Phrase("captions.sentence_some_hidden")
    return Phrase("captions.sentence_all_hidden", count=_plural(facts, facts.hidden))


def _creator(facts: CaptionFacts, language: Language) -> Phrase | None:
    """Return the photographer: by name, or without one for a child; None if unknown."""
    name = plain(facts.photographer)
    if facts.photographer_role is Role.CHILD and not (facts.photographer_named and name):
        nameless = Phrase(_NAMELESS[facts.unit])
        return _beside(nameless, _in(facts.unit_name, language, facts.language))
    return Phrase("captions.verbatim", {"text": name}) if name else None


def _publisher(facts: CaptionFacts, language: Language) -> str:
    """Return the name beside the photographer's in the credit, or alone if there is none.

    Staff are credited with the organisation, a named child with the unit, anybody else with
    neither.
    """
    unit = _in(facts.unit_name, language, facts.language)
    organisation = _in(facts.organisation, language, facts.language)
    if facts.photographer_role is Role.CHILD:
        return unit if facts.photographer_named and plain(facts.photographer) else ""
    if not plain(facts.photographer):
        return " / ".join(part for part in (unit, organisation) if part)
    return (organisation or unit) if facts.photographer_role is Role.STAFF else ""


def _beside(first: Phrase, second: str) -> Phrase:
    if not second:
        return first
    return Phrase("captions.beside", {"first": first, "second": second})


def _credit(creator: Phrase | None, publisher: str) -> Phrase | None:
    if creator is not None:
        return Phrase("captions.credit", {"who": _beside(creator, publisher)})
    return Phrase("captions.credit", {"who": publisher}) if publisher else None


def _rights(creator: Phrase | None, publisher: str) -> Phrase | None:
    if creator is not None:
        return Phrase("captions.rights", {"who": creator})
    return Phrase("captions.rights_not_told", {"unit": publisher}) if publisher else None


def _in(names: Localised, language: Language, otherwise: Language) -> str:
    """Return the name in ``language``, else in ``otherwise``, else in any; "" if empty."""
    for choice in (language, otherwise, *Language):
        name = plain(names.get(choice, ""))
        if name:
            return name
    return ""

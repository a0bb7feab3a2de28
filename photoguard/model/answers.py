"""How people say that they do not know, or none; who took a photo; what a channel is called.

Wherever somebody answers, in a window, a table or a setting, the same words mean the same.
Pure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from photoguard.model.choices import Role
from photoguard.model.spelling import heading_key

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_KNOWN = frozenset(
    map(
        heading_key,
        (
            *("en tiedä", "emme tiedä", "ei tietoa", "ei tiedossa", "en muista", "emt"),
            *("vet inte", "vet ej", "jag vet inte", "vi vet inte", "ingen aning", "minns inte"),
            *("don't know", "dont know", "do not know", "i don't know", "i do not know"),
            *("we don't know", "not known", "not sure", "no idea", "n/a"),
        ),
    )
)
_NONE = frozenset(
    {
        *("ei", "ei ole", "ei yhtään", "ei mitään", "ei ketään", "ei kukaan", "ei kuvausta"),
        *("ei töitä", "ei lasten töitä", "ei oppilaiden töitä", "ei ole töitä"),
        *("nej", "inga", "inget", "ingen", "ingenting", "ingen beskrivning", "inga arbeten"),
        *("inga barns arbeten", "inga elevers arbeten", "inga alster", "inga verk"),
        *("no", "none", "nothing", "nobody", "no one", "no description", "no work", "no works"),
    }
)
ROLES: Mapping[str, Role] = MappingProxyType(
    {
        **dict.fromkeys(("henkilökunta", "personal", "staff"), Role.STAFF),
        **dict.fromkeys(("henkilökuntaa", "työntekijä", "opettaja", "ope"), Role.STAFF),
        **dict.fromkeys(("hoitaja", "lastenhoitaja", "ohjaaja", "johtaja"), Role.STAFF),
        **dict.fromkeys(("personalen", "lärare", "läraren", "teacher"), Role.STAFF),
        **dict.fromkeys(("lapsi", "lapset", "barn", "barnet", "barnen", "ett barn"), Role.CHILD),
        **dict.fromkeys(("child", "children", "a child", "the children"), Role.CHILD),
        **dict.fromkeys(("eskarilainen", "eskarilaiset", "förskolebarn"), Role.CHILD),
        **dict.fromkeys(("oppilas", "oppilaat", "elev", "eleven", "elever"), Role.CHILD),
        **dict.fromkeys(("eleverna", "pupil", "pupils", "a pupil"), Role.CHILD),
        **dict.fromkeys(("opiskelija", "opiskelijat", "studerande", "student"), Role.CHILD),
        **dict.fromkeys(("students", "a student"), Role.CHILD),
        **dict.fromkeys(("muu", "annan", "other", "huoltaja", "vanhempi"), Role.OTHER),
        **dict.fromkeys(("vårdnadshavare", "förälder", "guardian", "parent"), Role.OTHER),
    }
)
"""What people call the photographer who gives no name, and what a column of roles may hold."""

_CHILDS = frozenset(
    ("lapsi", "oppilas", "barn", "elev", "child", "pupil", "eskarilainen", "förskolebarn")
)
_AGE = re.compile(
    r"(?<!\w)\d{1,2}[ -]?(?:v|vee|vuotta|vuotias|år|årig|åring|years?|yrs?|yo)(?!\w)", re.IGNORECASE
)
"""Beside a name, these tell that a child took the photo, whose name is not written."""

_CREDIT = re.compile(r"(?:kuva|kuvaaja|foto|fotograf|photo|photographer)\s*:\s*", re.IGNORECASE)
"""What the program writes before the name itself."""
_CHANNEL_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("insta", "ig", "instagramiin", "instagramissa"), "instagram"),
    **dict.fromkeys(("fb", "face", "facebookiin", "facebookissa"), "facebook"),
    **dict.fromkeys(
        ("www", "web", "webb", "nettisivut", "verkkosivut", "kotisivut", "verkkosivusto"), "website"
    ),
    **dict.fromkeys(("webbplats", "webbplatsen", "webbsidan", "hemsida", "hemsidan"), "website"),
}
_FILLER = re.compile(r"x+")
_BETWEEN = re.compile(r"[,;/&+]|\s(?:ja|sekä|och|samt|and)\s", re.IGNORECASE)


def word_key(text: str) -> str:
    """Return a fixed word as it is compared, without the full stop that ends a sentence."""
    return heading_key(text).rstrip(".! ")


def is_not_known(text: str) -> bool:
    """Tell whether an answer says nothing: empty, signs such as ? and –, or *I don't know*."""
    key = word_key(text)
    return key in _NOT_KNOWN or all(unicodedata.category(sign)[0] in "PZ" for sign in key)


def known(text: str) -> str:
    """Return an answer, "" for one that says that nobody knows."""
    return "" if is_not_known(text) else text


def is_none(text: str) -> bool:
    """Tell whether an answer says that there is none: *no*, *nobody*, *no works*."""
    return word_key(text) in _NONE


def words_in(text: str) -> str:
    """Return words that may be published, "" where somebody only said no or did not know.

    Nor are an emoji alone, or a row of x that only filled the place, words.
    """
    filler = _FILLER.fullmatch(word_key(text)) or not any(map(str.isalnum, text))
    return "" if filler or is_none(text) else known(text)


@dataclass(frozen=True, slots=True)
class Taker:
    """Who took a photo, as far as an answer tells: a name, a role, both or neither."""

    name: str
    role: Role | None = None


def taker_in(text: str) -> Taker:
    """Return whom an answer names as the photographer, and as what.

    A role alone is no name, and a name with an age or with the word *child* is a child's.
    """
    name = _CREDIT.sub("", words_in(text).strip(), count=1).strip()
    role = ROLES.get(word_key(name))
    if role is not None:
        return Taker("", role)
    is_childs = _AGE.search(name) or not _CHILDS.isdisjoint(re.findall(r"\w+", word_key(name)))
    return Taker(name, Role.CHILD if is_childs else None)


def channel_name(word: str) -> str:
    """Return what a channel is called in the rules, for the short and everyday words too."""
    key = word_key(word)
    return _CHANNEL_WORDS.get(key, key)


def channels_in(text: str) -> tuple[str, ...]:
    """Return the channels of an answer, in any of the ways in which people join words."""
    words = (word.strip() for word in _BETWEEN.split(f" {text} "))
    return tuple(dict.fromkeys(word for word in words if not is_not_known(word)))

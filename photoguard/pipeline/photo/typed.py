"""The texts that staff typed and that are published with a photo: names and contacts in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard import captions, policy
from photoguard.identifiers import codes_in
from photoguard.model import Action, PermissionKind, Reason, TextKind
from photoguard.model.answers import may_forbid
from photoguard.model.spelling import plain
from photoguard.wordlists import word_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from photoguard.captions import Suspects
    from photoguard.model import PhotoNotes, Plan, Record
    from photoguard.pipeline.values import RunSpec

NEVER_BOTH = "never_both"


@dataclass(frozen=True, slots=True)
class Typed:
    """The texts that staff typed for one photo, and the names written in its file."""

    notes: PhotoNotes
    in_file: tuple[str, ...]
    """The names of persons in the file's metadata."""
    spec: RunSpec

    @property
    def texts(self) -> tuple[str, ...]:
        """All published texts; the file name's prefix is written as a hashtag."""
        settings = self.spec.settings
        prefix = f"#{settings.prefix}" if settings.prefix else ""
        return (*words_of(self.notes), *settings.hashtags, prefix)

    @property
    def records(self) -> tuple[Record, ...]:
        """The register's persons with their permissions; () without a register."""
        return self.spec.register.records if self.spec.register else ()


def held_for_words(plan: Plan, typed: Typed, question: policy.Question) -> Plan:
    """Return the plan, held if its texts may forbid it, name somebody or hold a contact or code.

    Names are those known to the run, and words that look like a name. A person with a
    permission to be named on all channels does not hold the photo, unless the settings
    forbid name and picture together and the person is shown.
    """
    if any(map(may_forbid, _answers(typed.notes))):
        plan = plan.held([Reason("reasons.text_may_forbid")])
    if not typed.spec.settings.names:
        return plan
    allowed = [r for r in typed.records if _may_be_named(r, question)]
    return plan.held(_reasons(plan, typed, allowed))


def _answers(notes: PhotoNotes) -> tuple[str, ...]:
    """Return all texts in which staff may have written that a photo must not be published."""
    return (*words_of(notes), notes.photographer, *notes.taken_for, *notes.people)


def _may_be_named(record: Record, question: policy.Question) -> bool:
    """Tell whether a person has a permission to be named on all channels of the run."""
    if not any(word.kind is PermissionKind.NAMED for word in record.permissions):
        return False
    rule = policy.may_be_named
    asked = question.channels, question.day, question.rules
    return policy.on_all(rule, record, *asked).allowed


def _reasons(plan: Plan, typed: Typed, allowed: list[Record]) -> Iterator[Reason]:
    """Yield the reasons to hold the photo; ``allowed`` are the persons who may be named."""
    together = " ".join(typed.texts)
    others = {record.person.name for record in typed.records if record not in allowed}
    free = {record.person.name for record in allowed} - others
    known = [name for name in typed.in_file if name not in free]
    known += [name.partition("#")[0].strip() for name in typed.notes.people]
    known += [record.person.name for record in typed.records]
    by_id = {record.person.id for record in allowed}
    others_known = [name for name in known if name not in free | by_id]
    if captions.names_in(together, others_known, word_lists().everyday):
        yield Reason("reasons.name_in_caption")
    if typed.spec.settings.names_and_pictures == NEVER_BOTH:
        shown = {each.person for each in plan.faces if each.action is Action.KEEP}
        both = [r.person for r in allowed if r.person.id in shown]
        if captions.names_in(together, [person.name for person in both], word_lists().everyday):
            persons = tuple(person.id for person in both)
            yield Reason("reasons.name_and_picture", persons)
    yield from _doubtful_words(typed.texts, typed.spec, free)
    yield from _codes(typed.texts)


def words_of(notes: PhotoNotes) -> tuple[str, ...]:
    """Return the published texts of the notes: descriptions in all languages, and the event."""
    typed = (notes.description, notes.long_description)
    return (*filter(None, typed), *notes.translations.values(), notes.event)


def suspects(texts: Iterable[str], spec: RunSpec, free: Iterable[str] = ()) -> Suspects:
    """Return the words in the texts that may be a child's name or account.

    Left out are words of the unit's own name and hashtags, words that staff cleared, and
    the names in ``free``, whose bearers may be named.
    """
    settings = spec.settings
    names = (*settings.unit_name.values(), *settings.organisation.values())
    own = " ".join((*names, *("".join(name.split()) for name in names), *settings.hashtags))
    cleared = spec.not_names.union(*(name.replace(",", " ").split() for name in free))
    return captions.suspects_in(texts, word_lists().knowing(own), cleared)


def _doubtful_words(
    texts: tuple[str, ...], spec: RunSpec, free: Iterable[str]
) -> tuple[Reason, ...]:
    """Return reasons that list the words which may name a child unknown to the program."""
    found = suspects(texts, spec, free)
    found_words = (
        ("reasons.given_name_in_text", found.given),
        ("reasons.perhaps_name_in_text", found.capitals),
        ("reasons.account_in_text", found.accounts),
    )
    return tuple(
        Reason(code, (), {"words": ", ".join(words)}) for code, words in found_words if words
    )


def _codes(texts: Iterable[str]) -> Iterator[Reason]:
    """Yield a reason if a text holds an identity code, and one for a plate, number or address.

    Each text is searched by itself, so that two texts together make no address. Accounts
    ("@name") are left to ``suspects``, since many are the unit's own.
    """
    plain_texts = [plain(text) for text in texts]
    hits = [(text[hit.first], hit.kind) for text in plain_texts for hit in codes_in(text)]
    kinds = {kind for first, kind in hits if (first, kind) != ("@", TextKind.ACCOUNT)}
    if TextKind.IDENTITY_CODE in kinds:
        yield Reason("reasons.identity_code_in_text")
    if kinds - {TextKind.IDENTITY_CODE}:
        yield Reason("reasons.contact_in_text")

"""Rows of an office's table become entries, or faults with their row and column."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from photoguard.model import Answer, PersonKind, Stage
from photoguard.register.changes import LONGEST, has_identity_code
from photoguard.register.importing import cell_values, office_headings
from photoguard.register.importing.mapping import Whose
from photoguard.tables import column_letter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Mapping as Mapped

    from photoguard.register.importing.mapping import Mapping, Words

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell or row; ``code`` has a sentence and a remedy."""

    row: int
    column: str
    code: str
    parameters: Mapped[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """One giver's word in one row; ``giver`` is 0 for the person, 1, 2 … for guardians.

    ``answer`` None is a cell without a word; ``lifted`` a ban that is said not to hold.
    """

    words: Words
    giver: int
    answer: Answer | None
    label: str = ""
    lifted: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One row, checked."""

    row: int
    name: str
    outside_id: str = ""
    group: str = ""
    stage: Stage | None = None
    kind: PersonKind | None = None
    born: date | None = None
    never: bool = False
    retain_until: date | None = None
    guardians: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    given_on: date | None = None
    valid_until: date | None = None
    reference: str = ""
    information_version: str = ""
    purpose: str = ""


def identity_faults(table: Sequence[tuple[int, Sequence[str]]]) -> tuple[Fault, ...]:
    """Return a fault for each cell with a personal identity code, wherever it stands.

    The code itself is never repeated. A column with such a heading must be empty.
    """
    if not table:
        return ()
    named = {
        place
        for place, heading in enumerate(table[0][1])
        if office_headings.folded(heading) in office_headings.IDENTITY_HEADINGS
    }
    return tuple(
        Fault(row, column_letter(place), "consent.fault_identity_code")
        for row, cells in table
        for place, cell in enumerate(cells)
        if has_identity_code(cell) or (place in named and cell and row != table[0][0])
    )


class RowReader:
    """Reads the cells of one row by a mapping and collects what is wrong with them."""

    def __init__(self, mapping: Mapping, heading_row: Sequence[str]) -> None:
        """Find the mapped columns; headings that are missing in the file are not read."""
        self.mapping = mapping
        known = {office_headings.folded(name): place for place, name in enumerate(heading_row)}
        self.places = {
            column: known[office_headings.folded(heading)]
            for heading, column in mapping.columns.items()
            if office_headings.folded(heading) in known
        }
        self.word_places = [
            (
                replace(words, purpose=mapping.purpose_of(words)),
                known[office_headings.folded(words.column)],
            )
            for words in mapping.words
            if office_headings.folded(words.column) in known
        ]
        self.faults: list[Fault] = []

    def entry(self, row: int, cells: Sequence[str]) -> Entry:
        """Return the row's entry; with faults collected it must not be used."""
        texts = {column: self._text(row, cells, place) for column, place in self.places.items()}
        read = _Cells(row, texts, self)
        name = texts.get("name") or _joined(texts.get("first_name"), texts.get("last_name"))
        if not name:
            self.fault(row, "name", "consent.fault_no_name")
        given_on = read.value("given_on", cell_values.day, "consent.fault_date")
        valid_until = read.value("valid_until", cell_values.day, "consent.fault_date")
        if given_on and valid_until and valid_until < given_on:
            self.fault(row, "valid_until", "consent.fault_ends_before_start")
        return Entry(
            row,
            name,
            outside_id=texts.get("outside_id", ""),
            group=texts.get("group", ""),
            stage=read.value("stage", _stage, "consent.fault_stage"),
            kind=read.value("kind", _kind, "consent.fault_kind"),
            born=read.value("born", _birthday, "consent.fault_date"),
            never=bool(read.value("never", _marked, "consent.fault_answer")),
            retain_until=read.value("retain_until", cell_values.day, "consent.fault_date"),
            guardians=_guardian_names(texts),
            said=self._said(row, cells),
            given_on=given_on,
            valid_until=valid_until,
            reference=texts.get("reference") or self.mapping.reference,
            information_version=texts.get("information_version")
            or self.mapping.information_version,
            purpose=texts.get("purpose", ""),
        )

    def fault(self, row: int, column: str, code: str, **parameters: str | int) -> None:
        """Collect a fault in a mapped column, or in a column by its place."""
        place = self.places.get(column, int(column) if column.isdigit() else 0)
        self.faults.append(Fault(row, column_letter(place), code, parameters))

    def _text(self, row: int, cells: Sequence[str], place: int) -> str:
        text = cells[place] if place < len(cells) else ""
        if len(text) > LONGEST:
            self.fault(row, str(place), "consent.fault_too_long", longest=LONGEST)
        return _unquoted(text)

    def _said(self, row: int, cells: Sequence[str]) -> tuple[Said, ...]:
        said: list[Said] = []
        for words, place in self.word_places:
            text = self._text(row, cells, place)
            try:
                said += _said(words, cell_values.words(text))
            except KeyError:
                self.fault(row, str(place), "consent.fault_answer", value=text[:40])
        return tuple(said)


@dataclass(frozen=True, slots=True)
class _Cells:
    row: int
    texts: dict[str, str]
    reader: RowReader

    def value(self, column: str, parse: Callable[[str], Value], code: str) -> Value | None:
        """Return the parsed cell, None for an empty one; a fault is collected."""
        text = self.texts.get(column, "")
        if not text:
            return None
        try:
            return parse(text)
        except (ValueError, KeyError):
            self.reader.fault(self.row, column, code, value=text[:40])
            return None


def _unquoted(text: str) -> str:
    """Undo the apostrophe with which our own exports neutralise a formula."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def _joined(*names: str | None) -> str:
    return " ".join(name for name in names if name)


def _marked(text: str) -> bool:
    """Return whether a column of marks is ticked: in it, any word but a no is a mark."""
    return cell_values.answer(text) is Answer.YES


def _stage(text: str) -> Stage:
    return office_headings.STAGES[office_headings.folded(text)]


def _kind(text: str) -> PersonKind:
    return office_headings.PERSON_KINDS[office_headings.folded(text)]


def _birthday(text: str) -> date:
    born = cell_values.day(text)
    if born > date.today():  # noqa: DTZ011 - a calendar day where the school is
        raise ValueError(text)
    return born


def _guardian_names(texts: dict[str, str]) -> tuple[str, ...]:
    several = [name.strip() for name in texts.get("guardians", "").replace("/", ";").split(";")]
    names = [texts.get("guardian_1", ""), texts.get("guardian_2", "")]
    return tuple(name for name in (*names, *several) if name)


_GIVERS = {Whose.SELF: 0, Whose.GUARDIAN_1: 1, Whose.GUARDIAN_2: 2, Whose.GUARDIANS: -1}
ALL_GUARDIANS = -1
"""The giver of a word that one cell says for all guardians."""


def _said(words: Words, found: tuple[tuple[str, Answer | None], ...]) -> list[Said]:
    """Return whose each word of a cell is; several words in one cell are one each."""
    together = words.whose in {Whose.GUARDIANS, Whose.EACH}
    if together and (len(found) > 1 or words.whose is Whose.EACH):
        givers = range(1, len(found) + 1)
    elif len(found) == 1:
        givers = range(_GIVERS[words.whose], _GIVERS[words.whose] + 1)
    else:
        raise KeyError(words.column)
    return [
        Said(words, giver, _meant(words, answer), label, _lifts(words, answer))
        for giver, (label, answer) in zip(givers, found, strict=True)
    ]


def _meant(words: Words, answer: Answer | None) -> Answer | None:
    """Return what a cell says: in a column of bans a yes is a no, and a no is nothing."""
    if words.gives is Answer.YES or answer is None:
        return answer
    return Answer.NO if answer is Answer.YES else None


def _lifts(words: Words, answer: Answer | None) -> bool:
    return words.gives is Answer.NO and answer is Answer.NO

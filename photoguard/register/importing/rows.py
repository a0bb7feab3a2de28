"""Reads rows of an office's table as entries, or as faults with their row and column."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from photoguard.model import Answer, PersonKind, Stage
from photoguard.model.spelling import heading_key, name_key
from photoguard.register.checks import LONGEST, has_identity_code
from photoguard.register.forms import plain_number
from photoguard.register.importing import cell_values, office_headings
from photoguard.register.importing.mapping import FORBIDS, NEVER
from photoguard.register.importing.remarks import forbids_pictures, is_no_at_name
from photoguard.tables import column_letter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Mapping as Mapped

    from photoguard.model import Person
    from photoguard.register.importing.cell_values import LabelledAnswer
    from photoguard.register.importing.mapping import Mapping, PermissionColumn
    from photoguard.tables import Row

Value = TypeVar("Value")

_OF_NAMES = frozenset({"name", "first_name", "last_name"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell or row; ``code`` has a sentence and a remedy."""

    row: int
    column: str
    code: str
    parameters: Mapped[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PermissionCell:
    """One cell with answers."""

    column: PermissionColumn
    place: int
    """The index of the column, from 0."""
    answers: tuple[LabelledAnswer, ...]


@dataclass(frozen=True, slots=True)
class RowEntry:
    """One row, checked; None and "" for cells that are empty."""

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
    permission_cells: tuple[PermissionCell, ...] = ()
    given_on: date | None = None
    valid_until: date | None = None
    reference: str = ""
    information_version: str = ""
    purpose: str = ""
    person: str = ""
    """The id of the person for whom the row's form was printed, "" without a form's number."""


def identity_faults(headings: Row, rows: Sequence[Row]) -> tuple[Fault, ...]:
    """Return a fault for each cell with a personal identity code, in any column.

    The fault does not contain the code. A column with such a heading must be empty.
    """
    named = {
        place
        for place, heading in enumerate(headings.cells)
        if heading_key(heading) in office_headings.IDENTITY_HEADINGS
    }
    return tuple(
        Fault(row.number, column_letter(place), "consent.fault_identity_code")
        for row in (headings, *rows)
        for place, cell in enumerate(row.cells)
        if has_identity_code(cell) or (place in named and cell and row is not headings)
    )


class RowReader:
    """Reads rows by a mapping, and collects their faults in ``faults``."""

    def __init__(
        self,
        mapping: Mapping,
        heading_row: Sequence[str],
        forms: Mapped[str, Person] = MappingProxyType({}),
    ) -> None:
        """Find the mapped columns; ``forms`` has the person of each form's number."""
        self.mapping = mapping
        self.forms = forms
        known = {heading_key(name): place for place, name in enumerate(heading_row)}
        found = [
            (column, known[heading_key(heading)])
            for heading, column in mapping.columns.items()
            if heading_key(heading) in known
        ]
        self.places = {column: place for column, place in found if column != NEVER}
        self.never_places = [place for column, place in found if column == NEVER]
        self.no_forbids = {
            known[heading_key(heading)]
            for heading, does in mapping.noes.items()
            if does == FORBIDS and heading_key(heading) in known
        }
        self.permission_places = [
            (replace(each, purpose=mapping.purpose_of(each)), known[heading_key(each.column)])
            for each in mapping.permissions
            if heading_key(each.column) in known
        ]
        self.faults: list[Fault] = []

    def entry(self, line: Row) -> RowEntry:
        """Return the row's entry, which must not be used if the row has a fault."""
        row, cells = line.number, line.cells
        texts = self._plain_texts(row, cells)
        read = _Cells(row, texts, self)
        written = texts.get("name") or _joined(texts.get("first_name"), texts.get("last_name"))
        printed_for = self._printed_for(row, texts.get("form_number", ""), written)
        name = written or (printed_for.name if printed_for else "")
        if not any(map(str.isalnum, name)):
            self.fault(row, self.place_of("name", "first_name"), "consent.fault_no_name")
        entry = RowEntry(
            row,
            name,
            outside_id=texts.get("outside_id", ""),
            group=texts.get("group", ""),
            stage=read.value("stage", _stage, "consent.fault_stage"),
            kind=read.value("kind", _kind, "consent.fault_kind"),
            born=read.value("born", _birthday, "consent.fault_date"),
            never=self._never(row, cells),
            retain_until=read.day("retain_until"),
            guardians=self._guardians(line, texts),
            permission_cells=self._permission_cells(row, cells),
            given_on=read.day("given_on"),
            valid_until=read.day("valid_until"),
            reference=self._reference(texts),
            information_version=texts.get("information_version")
            or self.mapping.information_version,
            purpose=texts.get("purpose", ""),
            person=printed_for.id if printed_for else "",
        )
        return self._with_possible_days(entry)

    def _reference(self, texts: dict[str, str]) -> str:
        """Return the reference of a row's paper: its own, the mapping's, or the form's number."""
        number = texts.get("form_number", "")
        return texts.get("reference") or self.mapping.reference or number

    def _printed_for(self, row: int, number: str, name: str) -> Person | None:
        """Return the person whose form has this number, None without a number.

        An unknown number is a fault, and so is a row with another name than that person's.
        """
        if not number:
            return None
        person = self.forms.get(plain_number(number))
        code = ""
        if person is None:
            code = "consent.fault_form_number"
        elif name and name_key(name) != name_key(person.name):
            code = "consent.fault_form_name"
        if code:
            self.fault(row, self.place_of("form_number"), code, value=number[:40])
        return person

    def _with_possible_days(self, entry: RowEntry) -> RowEntry:
        """Return the entry; answers with impossible dates are faults.

        Such are an end before the start, a day in the future, and one before the birth.
        """
        row, given_on, valid_until = entry.row, entry.given_on, entry.valid_until
        if given_on and valid_until and valid_until < given_on:
            self.fault(row, self.places["valid_until"], "consent.fault_ends_before_start")
        if given_on and given_on > date.today():  # noqa: DTZ011 - a calendar day, where the school is
            self.fault(row, self.places["given_on"], "consent.fault_given_in_future")
        elif given_on and entry.born and given_on < entry.born:
            self.fault(row, self.places["given_on"], "consent.fault_before_birth")
        return entry

    def fault(self, row: int, place: int, code: str, **parameters: str | int) -> None:
        """Collect a fault of the cell in the column with the index ``place``."""
        self.faults.append(Fault(row, column_letter(place), code, parameters))

    def place_of(self, *columns: str) -> int:
        """Return the index of the first of these columns that the table has, 0 for none."""
        return next((self.places[name] for name in columns if name in self.places), 0)

    def _text(self, row: int, cells: Sequence[str], place: int) -> str:
        text = cells[place] if place < len(cells) else ""
        if len(text) > LONGEST:
            self.fault(row, place, "consent.fault_too_long", longest=LONGEST)
        return _unquoted(text)

    def _plain_texts(self, row: int, cells: Sequence[str]) -> dict[str, str]:
        """Return the cells without answers by column; one with a prohibition is a fault."""
        texts = {column: self._text(row, cells, place) for column, place in self.places.items()}
        texts |= {name: "" for name in _OF_GUARDIANS if _DASH.fullmatch(texts.get(name, ""))}
        for column, text in texts.items():
            if forbids_pictures(text) or (column in _OF_NAMES and is_no_at_name(text)):
                self.fault(row, self.places[column], "consent.fault_remark", value=text[:40])
        return texts

    def _never(self, row: int, cells: Sequence[str]) -> bool:
        """Tell whether any column of marks has a mark; a cell without an answer is a fault."""
        found = []
        for place in self.never_places:
            text = self._text(row, cells, place)
            try:
                marked = cell_values.answer(text, ban=True)
                found.append(marked is Answer.YES or (marked and place in self.no_forbids))
            except KeyError:
                self.fault(row, place, "consent.fault_mark", value=text[:40])
        return any(found)

    def _guardians(self, line: Row, texts: dict[str, str]) -> tuple[str, ...]:
        """Return the guardians' names in order; "" for a first one without a name."""
        row = line.number
        self._refuse_lines(line, texts)
        texts = {**texts, **self._bare_guardians(row, texts)}
        single = [name for name in ("guardian_1", "guardian_2") if name in self.places]
        names = [] if single == [] else [texts.get("guardian_1", ""), texts.get("guardian_2", "")]
        for column in single:
            if len(_several(texts[column])) > 1:
                if len(single) > 1:
                    value = texts[column][:40]
                    self.fault(row, self.places[column], "consent.fault_two_names", value=value)
                names = list(_several(texts[column]))
        single_keys = {name_key(name) for name in names}
        names += [
            name
            for name in _several(texts.get("guardians", ""))
            if name_key(name) not in single_keys
        ]
        while names and not names[-1]:
            names.pop()
        keys = [name_key(name) for name in names if name]
        if len(set(keys)) < len(keys):
            place = self.place_of("guardian_2", "guardians", "guardian_1")
            self.fault(row, place, "consent.fault_guardian_twice")
        return tuple(names)

    def _bare_guardians(self, row: int, texts: dict[str, str]) -> dict[str, str]:
        """Return the guardians' cells without telephone numbers and addresses.

        Collect a fault where a cell has more of these than names: one may be another guardian's.
        """
        bare = {}
        for column in _OF_GUARDIANS:
            text = texts.get(column, "")
            found = cell_values.without_contacts(text)
            if not found.rest:
                continue  # nobody is named there; who that is has no other mark
            bare[column] = found.rest
            if found.most > len(_several(found.rest)):
                place = self.places[column]
                self.fault(row, place, "consent.fault_more_contacts", value=text[:40])
        return bare

    def _refuse_lines(self, line: Row, texts: dict[str, str]) -> None:
        """Collect a fault for a guardian's cell of several lines that are read as one name."""
        for column in _OF_GUARDIANS:
            place = self.places.get(column)
            if place in line.broken and len(_several(texts[column])) == 1:
                value = texts[column][:40]
                self.fault(line.number, place, "consent.fault_lines_of_names", value=value)

    def _permission_cells(self, row: int, cells: Sequence[str]) -> tuple[PermissionCell, ...]:
        cells_read: list[PermissionCell] = []
        for column, place in self.permission_places:
            text = self._text(row, cells, place)
            try:
                ban = column.gives is Answer.NO
                found = cell_values.answers(text, ban=ban)
                if ban and place in self.no_forbids:
                    found = tuple(replace(e, answer=e.answer and Answer.YES) for e in found)
                cells_read.append(PermissionCell(column, place, found))
            except KeyError:
                self.fault(row, place, "consent.fault_answer", value=text[:40])
        return tuple(cells_read)


@dataclass(frozen=True, slots=True)
class _Cells:
    row: int
    texts: dict[str, str]
    reader: RowReader

    def value(self, column: str, parse: Callable[[str], Value], code: str) -> Value | None:
        """Return the parsed cell, None for an empty one, or for a fault, which is collected."""
        text = self.texts.get(column, "")
        if not text:
            return None
        try:
            return parse(text)
        except (ValueError, KeyError):
            self.reader.fault(self.row, self.reader.places[column], code, value=text[:40])
            return None

    def day(self, column: str) -> date | None:
        """Return the day of an answer or an end, as ``value`` does."""
        return self.value(column, cell_values.likely_day, "consent.fault_date")


def _unquoted(text: str) -> str:
    """Return a text without the apostrophe that ``papers.neutral`` puts before formulas."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def _joined(*names: str | None) -> str:
    return " ".join(name for name in names if name)


def _stage(text: str) -> Stage:
    return office_headings.STAGES[heading_key(text)]


def _kind(text: str) -> PersonKind:
    return office_headings.PERSON_KINDS[heading_key(text)]


def _birthday(text: str) -> date:
    born = cell_values.day(text)
    if born > date.today():  # noqa: DTZ011 - a calendar day where the school is
        raise ValueError(text)
    return born


_OF_GUARDIANS = ("guardian_1", "guardian_2", "guardians")
_DASH = re.compile(r"\s*[-\u2010-\u2015\u2212]+\s*")
"""What offices write where there is no second guardian; nobody of that name can be asked."""
_BETWEEN_NAMES = re.compile(r"[/;&+|\n]|\s(?:ja|sekä|och|samt|and)\s", re.IGNORECASE)
_NAMES_WITH_COMMA = re.compile(r"\s*\S+\s+\S[^,]*(?:,\s*\S+\s+\S[^,]*)+")
"""Whole names on both sides of a comma; "Kuusinen, Liisa" is one name."""


def guardians_of(text: str) -> tuple[str, ...]:
    """Return the names in a guardian's cell as they are stored."""
    rest = cell_values.without_contacts(text).rest
    return _several(rest) if rest else (text.strip(),)


def _several(text: str) -> tuple[str, ...]:
    """Return the names in a cell, which may have more than one guardian."""
    parts = text.split(",") if _NAMES_WITH_COMMA.fullmatch(text) else _BETWEEN_NAMES.split(text)
    return tuple(part.strip() for part in parts if part.strip())

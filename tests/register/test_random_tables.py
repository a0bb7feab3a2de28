"""Whatever an office's table holds, no face becomes visible without the words for it.

Tables are made of cells whose meaning is known when they are made, written as CSV or as a
workbook, and taken into a real register. Whoever may be shown afterwards must be somebody
whose own yes and whose every guardian's yes stood in the table, plainly, and who stood
under no ban and no mark.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from photoguard.errors import PhotoguardError
from photoguard.model import Answer, PermissionKind, Unit
from photoguard.policy import Rules, channels_for, may_be_shown
from photoguard.register import open_register
from photoguard.register.importing.mapping import PERMITS, Mapping, PermissionColumn, Whose
from photoguard.register.importing.plan import carry_out, plan
from photoguard.register.importing.table import read_table
from tests.register.people import LOGIN, TODAY
from tests.register.test_import import PUPILS

if TYPE_CHECKING:
    from collections.abc import Iterable

(INSTAGRAM,) = channels_for(("instagram",), Unit.BASIC_EDUCATION)
RULES = Rules(unit=Unit.BASIC_EDUCATION)
NAMES = ("Nimi", "Luokka", "Synt", "H1", "H2", "Oma", "Heidän", "Kielto", "Ei kuviin")
FIELDS = {"own": 5, "ban": 7, "never": 8}
"""Fields of a pupil, and the places of their columns before they are put in another order."""
SHEETS = ["", "hidden", "visible"]
GENEROUS = ("5B", "5.3.2016", "", "", "kyllä", "kyllä", "", "")
GUARDIANS = ("Liisa Salo", "Matti Salo", "Eva Maria Lehto", "Åke Lönn")
YES, NO, NOTHING = ("kyllä", "x", "Ja", "yes"), ("ei", "Nej", "no"), ("", "-", "ei vastattu")
CONDITIONS = (
    *("kyllä (ei Instagramiin)", "(vain luokan blogi)", "ja (ej på Instagram)", "Ei vielä: kyllä"),
    *("Instagram: kyllä / verkkosivut: ei", "kyllä [vain 5B]", "kyllä, jos kysytään", "kyllä?"),
    *("Niemi: kyllä", "Pekka: kyllä / Liisa: ei", "yes (group photos only)", "ehkä"),
)


@dataclass(frozen=True)
class Cell:
    """What is written, and the places of the guardians who plainly say yes by it."""

    text: str
    yes: frozenset[int] = frozenset()
    clear: bool = True


@dataclass(frozen=True)
class Pupil:
    """One row; ``shown`` is True where every word that the rules ask for stands in it."""

    name: str
    guardians: tuple[str, ...]
    own: Cell
    theirs: Cell
    ban: str
    never: str

    @property
    def shown(self) -> bool:
        """Of a row without names "the guardians" are somebody: one at least."""
        everybody = frozenset(range(max(1, len(self.guardians))))
        forbidden = {self.ban, self.never} - {*NOTHING, *NO}
        return bool(self.own.yes and everybody <= self.theirs.yes and not forbidden)

    @property
    def clear(self) -> bool:
        return self.own.clear and self.theirs.clear


@dataclass(frozen=True)
class Merged:
    """A field whose cell is merged over several pupils, from the first to the last."""

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class Office:
    """A table, what its columns are said to mean, and how it is saved."""

    pupils: tuple[Pupil, ...]
    whose: Whose
    suffix: str = ".csv"
    renamed: dict[str, str] = field(default_factory=dict)
    extra: str = ""
    reordered: tuple[int, ...] = tuple(range(9))
    merged: Merged | None = None
    other_sheet: str = ""
    """A second sheet in which everybody permits everything: "hidden" or "visible"."""

    def rows(self) -> list[list[str]]:
        """Return the headings and rows as they are saved, in this office's order."""
        heads = [self.renamed.get(name, name) for name in NAMES]
        lines = [heads, *map(self._row, self.pupils)]
        ordered = [[line[place] for place in self.reordered] for line in lines]
        if not self.extra:
            return ordered
        return [[*ordered[0], self.extra], *([*line, "x"] for line in ordered[1:])]

    @staticmethod
    def _row(pupil: Pupil) -> list[str]:
        first, second, *_ = (*pupil.guardians, "", "")
        texts = (pupil.own.text, pupil.theirs.text, pupil.ban, pupil.never)
        return [pupil.name, "5B", "5.3.2016", first, second, *texts]

    def mapping(self) -> Mapping:
        """Return what a person said of this office's columns last year."""
        kind, channels = PermissionKind.SHOWN, ("instagram",)
        columns = {"Nimi": "name", "Luokka": "group", "Synt": "born"}
        columns |= {"H1": "guardian_1", "H2": "guardian_2", "Ei kuviin": "never"}
        words = (
            PermissionColumn("Oma", Answer.YES, kind, channels, Whose.SELF),
            PermissionColumn("Heidän", Answer.YES, kind, channels, self.whose),
            PermissionColumn("Kielto", Answer.NO, kind, channels, Whose.GUARDIANS),
        )
        return Mapping(columns, words, "arki", noes={"Ei kuviin": PERMITS})

    def save(self, folder: Path) -> Path:
        """Write the table as the office saves it."""
        place = folder / f"table{self.suffix}"
        if self.suffix == ".csv":
            lines = [";".join(f'"{cell}"' for cell in line) for line in self.rows()]
            place.write_text("\n".join(lines), "utf-8-sig")
            return place
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for line in self.rows():
            sheet.append(line)
        if self.merged:
            column = self.reordered.index(FIELDS[self.merged.name]) + 1
            top, bottom = self.merged.first + 2, self.merged.last + 2
            sheet.merge_cells(start_row=top, end_row=bottom, start_column=column, end_column=column)
        if self.other_sheet:
            other = book.create_sheet("Muut", 0)
            other.sheet_state = self.other_sheet
            for pupil in (NAMES, *([each.name, *GENEROUS] for each in self.pupils)):
                other.append(list(pupil))
            book.active = sheet
        book.save(place)
        return place


def _labelled(draw: st.DrawFn, guardians: tuple[str, ...]) -> Cell:
    """Return words with names before or behind them, in any order."""
    words = {place: draw(st.sampled_from([*YES, *NO, "-"])) for place in range(len(guardians))}
    full = draw(st.booleans())
    parts = []
    for place in draw(st.permutations(list(words))):
        name = guardians[place] if full else guardians[place].split()[0]
        before = draw(st.booleans())
        parts.append(f"{name}: {words[place]}" if before else f"{words[place]} ({name})")
    return Cell(" / ".join(parts), _yes(words.values()))


def _yes(words: Iterable[str]) -> frozenset[int]:
    return frozenset(place for place, answer in enumerate(words) if answer in YES)


@st.composite
def theirs(draw: st.DrawFn, guardians: tuple[str, ...], whose: Whose) -> Cell:
    """Return a cell of the guardians' column."""
    kind = draw(st.sampled_from(["plain", "each", "labels", "condition", "nothing"]))
    if kind == "labels" and guardians:
        return _labelled(draw, guardians)
    if kind == "each" and len(guardians) > 1:
        words = [draw(st.sampled_from([*YES, *NO, "-"])) for _ in guardians]
        return Cell(draw(st.sampled_from([" / ", "; ", " + "])).join(words), _yes(words))
    if kind == "condition":
        return Cell(draw(st.sampled_from(CONDITIONS)), clear=False)
    if kind == "plain":
        text = draw(st.sampled_from([*YES, *NO]))
        alone = len(guardians) <= 1
        everybody = _yes([text] * max(1, len(guardians)))
        return Cell(text, everybody, clear=whose is Whose.GUARDIANS or alone)
    return Cell(draw(st.sampled_from(NOTHING)))


@st.composite
def _pupils(draw: st.DrawFn, name: str, whose: Whose, *, clear: bool) -> Pupil:
    guardians = tuple(draw(st.lists(st.sampled_from(GUARDIANS), max_size=2, unique=True)))
    text = draw(st.sampled_from([*YES, *YES, *NO, *NOTHING]))
    own = Cell(text, _yes([text]))
    if not clear and draw(st.integers(0, 9)) == 0:
        own = Cell(draw(st.sampled_from(CONDITIONS)), clear=False)
    cell = draw(theirs(guardians, whose).filter(lambda each: each.clear or not clear))
    marks = [draw(st.sampled_from([*NOTHING, *NOTHING, *NO, *YES])) for _ in range(2)]
    return Pupil(name, guardians, own, cell, *marks)


@st.composite
def _as_workbook(draw: st.DrawFn, office: Office, sheets: list[str]) -> Office:
    """Return the table with a cell merged over several pupils, and perhaps another sheet."""
    name = draw(st.sampled_from([*FIELDS]))
    first, last = sorted(draw(st.integers(0, len(office.pupils) - 1)) for _ in range(2))
    words = getattr(office.pupils[first], name)
    pupils = tuple(
        replace(pupil, **{name: words}) if first <= place <= last else pupil
        for place, pupil in enumerate(office.pupils)
    )
    other = draw(st.sampled_from(sheets))
    merged = Merged(name, first, last) if first < last else None
    return replace(office, pupils=pupils, merged=merged, other_sheet=other)


@st.composite
def offices(draw: st.DrawFn, *, clear: bool = False) -> Office:
    """Return a table of up to four pupils, with clear cells only or with any.

    Where it is not only clear, a heading may have changed since the mapping was made, and
    a column of bans may have come.
    """
    whose = draw(st.sampled_from([Whose.GUARDIANS, Whose.EACH]))
    names = [f"Oppilas {letter}" for letter in "ABCD"[: draw(st.integers(1, 4))]]
    pupils = tuple(draw(_pupils(name, whose, clear=clear)) for name in names)
    order = tuple(draw(st.permutations(range(9))))
    office = Office(pupils, whose, draw(st.sampled_from([".csv", ".xlsx"])), reordered=order)
    if office.suffix == ".xlsx":
        office = draw(_as_workbook(office, sheets=["", "hidden"] if clear else SHEETS))
    if clear:
        return office
    name = draw(st.sampled_from(["", "", "Oma", "Heidän", "Kielto", "Ei kuviin", "H1", "H2"]))
    extra = draw(st.sampled_from(["", "", "Turvakielto", "Får inte publiceras", "Ei kuviin 2"]))
    return replace(office, renamed={name: f"{name} 2026"} if name else {}, extra=extra)


def visible(office: Office) -> tuple[set[str], bool]:
    """Return whose face may be seen after the import, and whether it was refused."""
    with tempfile.TemporaryDirectory() as folder:
        register = open_register(f"{folder}/register.sqlite3")
        refused = False
        try:
            table = read_table(office.save(Path(folder)))
            found = plan(table, office.mapping(), register, PUPILS)
            carry_out(found, register, LOGIN, TODAY)
        except PhotoguardError:
            refused = True
        return {
            record.person.name
            for record in register.snapshot().records
            if may_be_shown(record, INSTAGRAM, TODAY, RULES).allowed
        }, refused


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(offices())
def test_no_face_becomes_visible_without_the_words_for_it(office: Office) -> None:
    """Whoever may be shown has every word that the rules ask for in the table."""
    found, refused = visible(office)
    allowed = {pupil.name for pupil in office.pupils if pupil.shown}
    event(f"refused: {refused}, shown: {len(found)}")
    assert found <= allowed
    if office.other_sheet == "visible" or office.extra:
        assert refused
    if {"Oma", "Heidän", "Kielto", "Ei kuviin"} & office.renamed.keys():
        assert refused
    if not all(pupil.clear for pupil in office.pupils):
        assert refused


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(offices(clear=True))
def test_a_clear_table_shows_whom_it_permits(office: Office) -> None:
    """A table without a doubt is taken in, and nobody loses a permission by its reading."""
    found, refused = visible(office)
    assert not refused
    assert found == {pupil.name for pupil in office.pupils if pupil.shown}

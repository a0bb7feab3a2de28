"""Finds out which guardian gave each answer of a row, by name and not by position.

Each position for a guardian in a row is a *seat*. A name that the register knows is that
guardian, whatever the order there; a new name is a new guardian without earlier answers. If a
row does not show whose an answer is, that is a fault of its cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.model import Answer
from photoguard.model.spelling import name_key
from photoguard.register.importing.cell_values import without_contacts
from photoguard.register.importing.mapping import Whose
from photoguard.register.importing.rows import Fault
from photoguard.tables import column_letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from photoguard.model import Guardian, Record
    from photoguard.register.importing.cell_values import LabelledAnswer
    from photoguard.register.importing.mapping import PermissionColumn
    from photoguard.register.importing.rows import PermissionCell, RowEntry

NUMBERED = {Whose.GUARDIAN_1: 1, Whose.GUARDIAN_2: 2}
_TOGETHER = frozenset({Whose.GUARDIANS, Whose.EACH})


class CellTrouble(Exception):
    """What is wrong with one cell; ``code`` has a sentence and a remedy."""

    def __init__(self, code: str, **parameters: str | int) -> None:
        """Keep the code and the parameters of its sentence."""
        super().__init__(code)
        self.code = code
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class Seat:
    """A position for a guardian in a row: the name there, and the guardian in the register.

    ``known`` is None for a new guardian. ``present`` is False where the row leaves the
    position empty. ``unclear`` is True where the row gives no name and the register could
    confuse this guardian with another.
    """

    name: str = ""
    known: Guardian | None = None
    present: bool = True
    unclear: bool = False

    @property
    def renames(self) -> bool:
        """Whether the row spells the name of a known guardian differently."""
        return bool(self.name and self.known and self.known.name != self.name)

    @property
    def called(self) -> str:
        """The name with which labels are compared: the row's, else the register's, else ""."""
        return self.name or (self.known.name if self.known else "")


@dataclass(frozen=True, slots=True)
class Seats:
    """The guardians of a row in its order, and what happens to the register's other ones."""

    seats: tuple[Seat, ...] = ()
    replaced: tuple[Guardian, ...] = ()
    """Guardians of the register who are replaced by new names in the row."""
    unnamed: tuple[Guardian, ...] = ()
    """Guardians of the register who are not in the row but stay."""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One giver's answer in one row; ``giver`` is 0 for the person, 1, 2 … for the seats.

    ``answer`` is None for a cell without one; ``lifted``: the cell takes a ban back.
    """

    column: PermissionColumn
    giver: int
    answer: Answer | None
    lifted: bool = False


def seated(entry: RowEntry, record: Record | None, ended: frozenset[str] = frozenset()) -> Seats:
    """Return the guardians of a row, matched with the register's by name.

    ``ended`` are the ids of permissions that an import ended; they count as no withdrawal.
    """
    known = record.guardians if record else ()
    if not any(entry.guardians):
        return Seats(_seats_of_register(entry, known))
    free = list(known)
    seats: list[Seat] = []
    for name in _padded(entry):
        seat = Seat(name, _named(name, free), present=bool(name))
        free = [guardian for guardian in free if guardian is not seat.known]
        seats.append(seat)
    doubted = any(guardian.name for guardian in free)
    seats = [seat if seat.name else _blank(free, doubted=doubted) for seat in seats]
    sitting = [seat.known for seat in seats]
    left = tuple(guardian for guardian in known if guardian not in sitting)
    gone = _replaced(seats, left, record, ended)
    return Seats(tuple(seats), gone, tuple(each for each in left if each not in gone))


def _padded(entry: RowEntry) -> tuple[str, ...]:
    """Return the row's names, with "" for further guardians whose columns have an answer."""
    numbers = [
        NUMBERED[cell.column.whose]
        for cell in entry.permission_cells
        if cell.column.whose in NUMBERED and any(each.answer for each in cell.answers)
    ]
    lacking = max(numbers, default=0) - len(entry.guardians)
    return (*entry.guardians, *[""] * lacking)


def _named(name: str, free: Sequence[Guardian]) -> Guardian | None:
    """Return the guardian with this name, None for a new one."""
    wanted = name_key(name)
    return next((each for each in free if wanted and wanted in _keys_of(each)), None)


def _keys_of(guardian: Guardian) -> set[str]:
    """Return how a guardian may be called, whose name was once stored with a telephone number."""
    return {name_key(guardian.name), name_key(without_contacts(guardian.name).rest)}


def _blank(free: list[Guardian], *, doubted: bool) -> Seat:
    """Return the seat of an empty position: only a guardian without a name can have it."""
    nameless = next((guardian for guardian in free if not guardian.name), None)
    if nameless:
        free.remove(nameless)
    return Seat("", nameless, present=False, unclear=doubted)


def _seats_of_register(entry: RowEntry, known: tuple[Guardian, ...]) -> tuple[Seat, ...]:
    """Return the seats of a row without names: the register's guardians in its order.

    They are unclear if there are several with names, whose order in the table is not known.
    """
    unclear = len(known) > 1 and any(guardian.name for guardian in known)
    seats = [Seat("", guardian, unclear=unclear) for guardian in known]
    named = any(guardian.name for guardian in known)
    while len(seats) < _guardians_in(entry) and not named:
        seats.append(Seat())
    return tuple(seats)


def _guardians_in(entry: RowEntry) -> int:
    """Return the number of guardians who answer in a row without names."""
    return max((_places(cell) for cell in entry.permission_cells), default=0)


def _places(cell: PermissionCell) -> int:
    whose, answers = cell.column.whose, cell.answers
    if whose not in _TOGETHER and whose not in NUMBERED:
        return 0
    if not any(each.answer for each in answers) or any(each.label for each in answers):
        return 0
    return NUMBERED.get(whose, len(answers))


def _replaced(
    seats: list[Seat],
    left: tuple[Guardian, ...],
    record: Record | None,
    ended: frozenset[str],
) -> tuple[Guardian, ...]:
    """Return the guardians of the register whom new names in the row replace.

    A new name replaces the guardian in the same position; if there are as many new names as
    guardians left, all of these. One who refused or withdrew is never replaced, since that
    must not lapse when a table spells a name differently.
    """
    fresh = [place for place, seat in enumerate(seats) if seat.name and not seat.known]
    if record is None or not fresh:
        return ()
    everybody = len(fresh) >= len(left)
    return tuple(
        guardian
        for guardian in left
        if (everybody or record.guardians.index(guardian) in fresh)
        and not _forbade(guardian, record, ended)
    )


def _forbade(guardian: Guardian, record: Record, ended: frozenset[str]) -> bool:
    return any(
        each.answer is Answer.NO or (each.withdrawn_on and each.id not in ended)
        for each in record.permissions
        if each.given_by == guardian.id
    )


def row_answers(
    entry: RowEntry, seats: tuple[Seat, ...]
) -> tuple[tuple[GivenAnswer, ...], tuple[Fault, ...]]:
    """Return the answers of a row with their givers, and a fault for each unclear cell."""
    answers: list[GivenAnswer] = []
    faults: list[Fault] = []
    for cell in entry.permission_cells:
        try:
            answers += cell_answers(cell, seats)
        except CellTrouble as trouble:
            letter = column_letter(cell.place)
            faults.append(Fault(entry.row, letter, trouble.code, trouble.parameters))
    return tuple(answers), tuple(faults)


def cell_answers(cell: PermissionCell, seats: tuple[Seat, ...]) -> Iterator[GivenAnswer]:
    """Yield each answer of a cell with its giver; raises CellTrouble for an unclear one."""
    answers, whose = cell.answers, cell.column.whose
    if answers[0].label:
        givers = _by_label(answers, whose, seats)
    elif whose in _TOGETHER:
        givers = _by_place([each.answer for each in answers], whose, seats)
    else:
        givers = _by_column(answers, NUMBERED.get(whose, 0), seats)
    for giver, answer in givers:
        if giver <= len(seats):
            yield _given_answer(cell.column, giver, answer)


def _by_place(
    answers: list[Answer | None], whose: Whose, seats: tuple[Seat, ...]
) -> list[tuple[int, Answer | None]]:
    """Return the one answer for all guardians, or each answer for the guardian at its position.

    As pairs of giver and answer; raises CellTrouble.
    """
    present = [place for place, seat in enumerate(seats, start=1) if seat.present]
    if not any(answers) or (whose is Whose.GUARDIANS and len(answers) == 1):
        return [(place, answers[0]) for place in present]
    if len(answers) != len(seats):
        raise CellTrouble(
            "consent.fault_words_and_guardians", words=len(answers), guardians=len(seats)
        )
    together = len(set(answers)) == 1
    if any(seat.unclear and not (seat.known and together) for seat in seats):
        raise CellTrouble("consent.fault_guardian_unnamed")
    return list(enumerate(answers, start=1))


def _by_column(
    answers: tuple[LabelledAnswer, ...], giver: int, seats: tuple[Seat, ...]
) -> list[tuple[int, Answer | None]]:
    """Return giver and answer of a column for one giver; raises CellTrouble for several."""
    if len(answers) > 1:
        raise CellTrouble("consent.fault_several_words", words=len(answers))
    answer = answers[0].answer
    if giver and answer and (giver > len(seats) or seats[giver - 1].unclear):
        raise CellTrouble("consent.fault_guardian_unnamed")
    return [(giver, answer)]


def _by_label(
    answers: tuple[LabelledAnswer, ...], whose: Whose, seats: tuple[Seat, ...]
) -> list[tuple[int, Answer | None]]:
    """Return each labelled answer with the number of the guardian whom its label names.

    Guardians without a label get None as answer. Raises CellTrouble for an unclear label.
    """
    found: dict[int, Answer | None] = {}
    for each in answers:
        giver = seat_number(each.label, seats)
        mine = whose in _TOGETHER or NUMBERED.get(whose) == giver
        if not giver or not mine or giver in found:
            raise CellTrouble("consent.fault_label", value=each.label[:40])
        found[giver] = each.answer
    silent = range(1, len(seats) + 1) if whose in _TOGETHER else ()
    return [*found.items(), *((giver, None) for giver in silent if giver not in found)]


def seat_number(label: str, seats: tuple[Seat, ...]) -> int:
    """Return the number, from 1, of the only seat that a first, family or full name fits, or 0."""
    wanted = name_key(label)
    names = [name_key(seat.called) for seat in seats]
    if " " in wanted and names.count(wanted) == 1:
        return names.index(wanted) + 1
    parts = set(wanted.split())
    meant = [place for place, name in enumerate(names, start=1) if parts <= set(name.split())]
    return meant[0] if parts and len(meant) == 1 else 0


def _given_answer(column: PermissionColumn, giver: int, answer: Answer | None) -> GivenAnswer:
    """Return the meaning of an answer: in a column of bans a yes is a no, and a no lifts it."""
    if column.gives is Answer.YES or answer is None:
        return GivenAnswer(column, giver, answer)
    if answer is Answer.YES:
        return GivenAnswer(column, giver, Answer.NO)
    return GivenAnswer(column, giver, None, lifted=True)

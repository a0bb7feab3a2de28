"""Which guardian gave each answer of a row: known by name, never by a place that may change.

A row has its guardians in an order of its own; each has a *seat*. A name that the register
knows is that guardian, whatever the order there; a new name is a new guardian, who has given
no answer yet. Where a row does not show whose an answer is, that is a fault of its cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.model import Answer
from photoguard.model.spelling import name_key
from photoguard.register.importing.mapping import Whose
from photoguard.register.importing.rows import Fault
from photoguard.tables import column_letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from photoguard.model import Guardian, Record
    from photoguard.register.importing.cell_values import LabelledAnswer
    from photoguard.register.importing.mapping import PermissionColumn
    from photoguard.register.importing.rows import Entry, PermissionCell

NUMBERED = {Whose.GUARDIAN_1: 1, Whose.GUARDIAN_2: 2}
_TOGETHER = frozenset({Whose.GUARDIANS, Whose.EACH})


class CellTrouble(Exception):
    """What is wrong with one cell; ``code`` has a sentence and a remedy."""

    def __init__(self, code: str, **parameters: str | int) -> None:
        """Keep the code and what its sentence names."""
        super().__init__(code)
        self.code = code
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class Seat:
    """A guardian of a row: the name written there, and who that is in the register.

    ``present`` is False where the row leaves the place empty; ``unclear`` is True where
    somebody sits here whom the row does not name and the register could mistake.
    """

    name: str = ""
    known: Guardian | None = None
    present: bool = True
    unclear: bool = False

    @property
    def renames(self) -> bool:
        """Whether the row writes the name of a known guardian in another way."""
        return bool(self.name and self.known and self.known.name != self.name)

    @property
    def called(self) -> str:
        """The name by which a label can mean this guardian."""
        return self.name or (self.known.name if self.known else "")


@dataclass(frozen=True, slots=True)
class Seats:
    """The guardians of a row in its order, and those of the register whom they replace."""

    seats: tuple[Seat, ...] = ()
    replaced: tuple[Guardian, ...] = ()
    unnamed: tuple[Guardian, ...] = ()
    """Those of the register whom a row with other names leaves out; they stay."""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One giver's answer in one row; ``giver`` is 0 for the person, 1, 2 … for the seats.

    ``answer`` is None for a cell without one; ``lifted``: the cell says that a ban is over.
    """

    column: PermissionColumn
    giver: int
    answer: Answer | None
    lifted: bool = False


def seated(entry: Entry, record: Record | None, ended: frozenset[str] = frozenset()) -> Seats:
    """Return the guardians of a row; the name decides who each is in the register.

    ``ended`` are ids of permissions that ended with a file: nobody took those back.
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


def _padded(entry: Entry) -> tuple[str, ...]:
    """Return the row's names, with "" for guardians without one whose columns hold an answer."""
    numbers = [
        NUMBERED[cell.column.whose]
        for cell in entry.permission_cells
        if cell.column.whose in NUMBERED and any(each.answer for each in cell.answers)
    ]
    lacking = max(numbers, default=0) - len(entry.guardians)
    return (*entry.guardians, *[""] * lacking)


def _named(name: str, free: Sequence[Guardian]) -> Guardian | None:
    """Return the guardian of this name, None for a new one."""
    wanted = name_key(name)
    return next((each for each in free if wanted and name_key(each.name) == wanted), None)


def _blank(free: list[Guardian], *, doubted: bool) -> Seat:
    """Return an empty place; only somebody without a name can be meant by it."""
    nameless = next((guardian for guardian in free if not guardian.name), None)
    if nameless:
        free.remove(nameless)
    return Seat("", nameless, present=False, unclear=doubted)


def _seats_of_register(entry: Entry, known: tuple[Guardian, ...]) -> tuple[Seat, ...]:
    """Return the seats of a row that names nobody: those whom the register has, in its order.

    Which of several named ones is the first for this table, the register cannot know.
    """
    unclear = len(known) > 1 and any(guardian.name for guardian in known)
    seats = [Seat("", guardian, unclear=unclear) for guardian in known]
    named = any(guardian.name for guardian in known)
    while len(seats) < _guardians_in(entry) and not named:
        seats.append(Seat())
    return tuple(seats)


def _guardians_in(entry: Entry) -> int:
    """Return how many guardians answer in a row that names none."""
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
    """Return whom new names replace: who stood in the same place, or all whom nobody names.

    Somebody who said no or took a word back is never replaced: that does not lapse because
    a table writes a name in another way.
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
    entry: Entry, seats: tuple[Seat, ...]
) -> tuple[tuple[GivenAnswer, ...], tuple[Fault, ...]]:
    """Return each answer of a row with its giver, and a fault for each cell without a clear one."""
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
    """Yield each answer of a cell with its giver; raises CellTrouble where that is not clear."""
    answers, whose = cell.answers, cell.column.whose
    if answers[0].label:
        givers = _by_label(answers, whose, seats)
    elif whose in _TOGETHER:
        givers = _by_place([each.answer for each in answers], whose, seats)
    else:
        givers = _by_column(answers, NUMBERED.get(whose, 0), seats)
    for giver, answer in givers:
        if giver <= len(seats):
            yield _meant(cell.column, giver, answer)


def _by_place(
    answers: list[Answer | None], whose: Whose, seats: tuple[Seat, ...]
) -> list[tuple[int, Answer | None]]:
    """Return one answer for all guardians, or each answer for the guardian in its place."""
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
    """Return the one answer of a column that is one giver's."""
    if len(answers) > 1:
        raise CellTrouble("consent.fault_several_words", words=len(answers))
    answer = answers[0].answer
    if giver and answer and (giver > len(seats) or seats[giver - 1].unclear):
        raise CellTrouble("consent.fault_guardian_unnamed")
    return [(giver, answer)]


def _by_label(
    answers: tuple[LabelledAnswer, ...], whose: Whose, seats: tuple[Seat, ...]
) -> list[tuple[int, Answer | None]]:
    """Return each labelled answer with the one guardian whom its label names.

    A guardian whom no label names has given no answer here.
    """
    found: dict[int, Answer | None] = {}
    for each in answers:
        giver = labelled(each.label, seats)
        mine = whose in _TOGETHER or NUMBERED.get(whose) == giver
        if not giver or not mine or giver in found:
            raise CellTrouble("consent.fault_label", value=each.label[:40])
        found[giver] = each.answer
    silent = range(1, len(seats) + 1) if whose in _TOGETHER else ()
    return [*found.items(), *((giver, None) for giver in silent if giver not in found)]


def labelled(label: str, seats: tuple[Seat, ...]) -> int:
    """Return the number of the one seat that a first, family or full name means, or 0."""
    wanted = name_key(label)
    names = [name_key(seat.called) for seat in seats]
    if " " in wanted and names.count(wanted) == 1:
        return names.index(wanted) + 1
    parts = set(wanted.split())
    meant = [place for place, name in enumerate(names, start=1) if parts <= set(name.split())]
    return meant[0] if parts and len(meant) == 1 else 0


def _meant(column: PermissionColumn, giver: int, answer: Answer | None) -> GivenAnswer:
    """Return what an answer means: in a column of bans a yes is a no, and a no lifts the ban."""
    if column.gives is Answer.YES or answer is None:
        return GivenAnswer(column, giver, answer)
    if answer is Answer.YES:
        return GivenAnswer(column, giver, Answer.NO)
    return GivenAnswer(column, giver, None, lifted=True)

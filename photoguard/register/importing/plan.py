"""Plans and carries out the import of an office's table.

``plan`` compares the table with the register and changes nothing; ``carry_out`` writes a plan
without faults in one transaction, all of it or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from photoguard.errors import UsageTrouble
from photoguard.model import Answer, Person, PersonKind, Stage
from photoguard.register import log
from photoguard.register.changes import writing
from photoguard.register.checks import OLDEST_PUPIL, is_unlikely_age
from photoguard.register.forms import persons_by_number
from photoguard.register.importing.fitting import misfits
from photoguard.register.importing.guardians import Seats, row_answers, seated
from photoguard.register.importing.matching import Matcher
from photoguard.register.importing.permissions import (
    Imports,
    MatchedRow,
    PermissionPlan,
    plan_permissions,
)
from photoguard.register.importing.rows import Fault, RowReader
from photoguard.register.log import REASON_OF_IMPORT as REASON
from photoguard.register.log import Action
from photoguard.tables import column_letter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from photoguard.model import Permission, Record
    from photoguard.register.changes import Writing
    from photoguard.register.importing.mapping import Mapping
    from photoguard.register.importing.matching import Match
    from photoguard.register.importing.rows import RowEntry
    from photoguard.register.importing.table import Table
    from photoguard.register.log import LogHead
    from photoguard.register.register import Register
    from photoguard.register.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What one row changes for a new or a known person, if anything."""

    row: int
    person: Person
    record: Record | None
    changed: tuple[str, ...] = ()
    """The names of the person's fields that get another value."""
    seats: Seats = field(default_factory=Seats)
    """The guardians of the row, and those of the register whom they replace."""
    permissions: PermissionPlan = field(default_factory=PermissionPlan)

    @property
    def is_new(self) -> bool:
        """Whether the person is not in the register yet."""
        return self.record is None

    @property
    def new_guardians(self) -> tuple[int, ...]:
        """The numbers, from 1, of the seats whose guardians are not in the register yet."""
        givers = {each.giver for each in self.permissions.given}
        return tuple(
            place
            for place, seat in enumerate(self.seats.seats, start=1)
            if seat.known is None and (seat.present or place in givers)
        )

    @property
    def given(self) -> tuple[Permission, ...]:
        """The permissions and refusals of the row, without ids."""
        return tuple(each.permission for each in self.permissions.given)

    @property
    def marks_never(self) -> bool:
        """Whether the row sets the mark *never in pictures*."""
        before = self.record is not None and self.record.person.never_in_pictures
        return self.person.never_in_pictures and not before

    @property
    def changes(self) -> bool:
        """Whether anything is written for this row."""
        permissions = self.permissions
        return bool(
            self.is_new
            or self.changed
            or self.new_guardians
            or self.seats.replaced
            or any(seat.renames for seat in self.seats.seats)
            or permissions.given
            or permissions.withdrawn
            or permissions.lifted
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would change, or why it cannot be imported."""

    rows: tuple[RowPlan, ...]
    faults: tuple[Fault, ...]
    absent: tuple[str, ...] = ()
    """Ids of persons in the register who are not in the file; they stay."""
    head: LogHead | None = None
    """The head of the register's log when the plan was made."""
    perhaps_erased: tuple[RowPlan, ...] = ()
    """Rows with a yes that may be that of a person who was erased from the register."""
    erased_on: date | None = None
    """The last day on which a person was erased from the register."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """Values for rows that have none."""

    stage: Stage
    kind: PersonKind
    today: date


def plan(table: Table, mapping: Mapping, register: Register, defaults: Defaults) -> Plan:
    """Return what a table would change; raises UsageTrouble for a mapping without names."""
    snapshot = register.snapshot()
    reader = RowReader(mapping, table.headings, _forms(register, snapshot))
    if not {"name", "first_name"} & reader.places.keys():
        raise UsageTrouble("consent.import_no_names")
    entries = [reader.entry(line) for line in table.rows]
    faults = [*misfits(table, mapping), *reader.faults]
    history, snapshot = _history(register), register.snapshot()
    born = column_letter(reader.place_of("born", "name", "first_name"))
    comparison = _Comparison(history.imports, defaults, faults, born)
    sound = [entry for entry in entries if entry.row not in {fault.row for fault in faults}]
    matches = Matcher(snapshot, reader.place_of("outside_id", "name", "first_name")).match(sound)
    plans = [found for entry in sound if (found := comparison.row(entry, matches[entry.row]))]
    if faults:
        return Plan((), tuple(sorted(faults, key=_place)))
    named = {each.record.person.id for each in plans if each.record}
    absent = tuple(each.person.id for each in snapshot.records if each.person.id not in named)
    doubted = _perhaps_erased(plans, snapshot, history.erasures, defaults.today)
    last = max(history.erasures, default=None)
    return Plan(tuple(plans), (), absent, history.head, doubted, last)


def _perhaps_erased(
    plans: Iterable[RowPlan], snapshot: Snapshot, erasures: tuple[date, ...], today: date
) -> tuple[RowPlan, ...]:
    """Return the rows with a yes that may be older than the erasure of the same person.

    The register keeps nothing about erased persons. Left out are persons who were in it before
    the first erasure, and persons with a permission in it.
    """
    found = []
    for row in plans:
        since = snapshot.since.get(row.person.id, today) if row.record else today
        before = max((day for day in erasures if day <= since), default=None)
        known = row.record is not None and row.record.permissions
        if before and not known and any(_is_of_before(each, before) for each in row.given):
            found.append(row)
    return tuple(found)


def _is_of_before(permission: Permission, day: date) -> bool:
    is_older = permission.given_on is None or permission.given_on <= day
    return permission.answer is Answer.YES and is_older


def _forms(register: Register, snapshot: Snapshot) -> dict[str, Person]:
    """Return the person of each printed form, by the digits of its number."""
    people = {record.person.id: record.person for record in snapshot.records}
    found = persons_by_number(register)
    return {number: people[person] for number, person in found.items() if person in people}


def _place(fault: Fault) -> tuple[int, int, str]:
    return fault.row, len(fault.column), fault.column


@dataclass(frozen=True, slots=True)
class _History:
    """The log's head, the permissions that imports gave or ended, and the days of erasures."""

    head: LogHead
    imports: Imports
    erasures: tuple[date, ...]


def _history(register: Register) -> _History:
    """Return the log's history; read before the persons, so that later changes are noticed."""
    with register.connection() as connection:
        return _History(
            log.head(connection),
            Imports(
                log.imported(connection, Action.PERMISSION_ADDED),
                log.imported(connection, Action.PERMISSION_WITHDRAWN),
            ),
            log.erasures(connection),
        )


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Compares rows with persons, and collects faults."""

    imports: Imports
    defaults: Defaults
    faults: list[Fault]
    born: str
    """The letter of the column with dates of birth."""

    def row(self, entry: RowEntry, match: Match) -> RowPlan | None:
        """Return what a row changes, None for a row with a fault of its person."""
        if match.fault:
            self.faults.append(match.fault)
            return None
        record = match.record
        before = record.person if record else None
        person = _person(entry, before, self.defaults)
        if is_unlikely_age(person, self.defaults.today):
            parameters = {"oldest": OLDEST_PUPIL}
            self.faults.append(
                Fault(entry.row, self.born, "consent.fault_unlikely_age", parameters)
            )
            return None
        seats = seated(entry, record, self.imports.ended)
        answers, faults = row_answers(entry, seats.seats)
        self.faults.extend(faults)
        matched = MatchedRow(entry, record, seats, answers)
        planned = plan_permissions(matched, self.imports, self.defaults.today)
        changed = _differing(before, person) if before else ()
        return RowPlan(entry.row, person, record, changed, seats, planned)


def _differing(before: Person, after: Person) -> tuple[str, ...]:
    names = (each.name for each in fields(Person))
    return tuple(name for name in names if getattr(after, name) != getattr(before, name))


def _person(entry: RowEntry, before: Person | None, defaults: Defaults) -> Person:
    """Return the person by the row; an empty cell leaves the earlier value.

    A file can set *never in pictures* but not remove it.
    """
    known = before or Person("", "", entry.kind or defaults.kind, entry.stage or defaults.stage)
    return replace(
        known,
        name=entry.name,
        kind=entry.kind or known.kind,
        stage=entry.stage or known.stage,
        born=entry.born or known.born,
        group=entry.group or known.group,
        never_in_pictures=known.never_in_pictures or entry.never,
        outside_id=entry.outside_id or known.outside_id,
        retain_until=entry.retain_until or known.retain_until,
    )


def carry_out(plan: Plan, register: Register, login: str, today: date) -> None:
    """Write a plan, all of it or nothing.

    Raises UsageTrouble for a plan with faults, and if the register has changed since the plan
    was made.
    """
    if plan.faults:
        raise UsageTrouble("consent.import_faulty", number=len(plan.faults), file="")
    with writing(register, login) as change:
        if plan.head:
            change.refuse_overtaken(plan.head)
        for row in plan.rows:
            if row.changes:
                _write_row(change, row, today)
        change.note(Action.IMPORTED, "", f"rows-{len(plan.rows)}")


def _write_row(change: Writing, row: RowPlan, today: date) -> None:
    person = row.person
    if row.is_new:
        person = change.add_person(person, today, REASON)
    elif row.changed:
        change.change_person(person, REASON)
    for entry in row.permissions.withdrawn:
        change.withdraw(entry, today, REASON)
    for entry in row.permissions.lifted:
        change.lift(entry, REASON)
    givers = {0: person.id, **_write_guardians(change, row, person.id)}
    for each in row.permissions.given:
        permission = replace(each.permission, person=person.id, given_by=givers[each.giver])
        change.give(permission, REASON)


def _write_guardians(change: Writing, row: RowPlan, person: str) -> dict[int, str]:
    """Write the row's guardians and return their ids by the number of the seat, from 1."""
    for guardian in row.seats.replaced:
        change.retire_guardian(guardian.id, REASON)
    fresh = row.new_guardians
    ids: dict[int, str] = {}
    for place, seat in enumerate(row.seats.seats, start=1):
        if seat.known:
            ids[place] = seat.known.id
            if seat.renames:
                change.name_guardian(seat.known.id, seat.name, REASON)
        elif place in fresh:
            ids[place] = change.add_guardian(person, seat.name, REASON).id
    return ids

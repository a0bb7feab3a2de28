"""An office's table against the register: what would change, or what is wrong with it.

``plan`` reads and compares and changes nothing; ``carry_out`` writes a plan without faults
in one transaction, all of it or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from photoguard.errors import UsageTrouble
from photoguard.model import Person, PersonKind, Stage
from photoguard.register.changes import writing
from photoguard.register.importing.matching import Matcher
from photoguard.register.importing.permissions import Imports, WordPlan, plan_words
from photoguard.register.importing.rows import Fault, RowReader
from photoguard.register.log import Action

if TYPE_CHECKING:
    from datetime import date

    from photoguard.model import Record
    from photoguard.register.changes import Writing
    from photoguard.register.importing.mapping import Mapping
    from photoguard.register.importing.rows import Entry
    from photoguard.register.importing.table import Table
    from photoguard.register.register import Register

REASON = "import"
"""Why a line of the log was written."""


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What one row changes: nothing, a new person, or a known one."""

    row: int
    person: Person
    record: Record | None
    changed: tuple[str, ...] = ()
    """Names of the person's fields that get another value."""
    guardians: tuple[str, ...] = ()
    """The names of the guardians, in their order, as far as the row tells more of them."""
    words: WordPlan = field(default_factory=WordPlan)

    @property
    def is_new(self) -> bool:
        """Whether the register does not know the person yet."""
        return self.record is None

    @property
    def changes(self) -> bool:
        """Whether anything is written for this row."""
        words = self.words
        return bool(
            self.is_new
            or self.changed
            or self.guardians
            or words.given
            or words.withdrawn
            or words.lifted
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would change, or why it cannot be taken in."""

    rows: tuple[RowPlan, ...]
    faults: tuple[Fault, ...]
    absent: tuple[str, ...] = ()
    """Ids of persons whom the register knows and the file does not name; they stay."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for rows that do not say it."""

    stage: Stage
    kind: PersonKind
    today: date


def plan(table: Table, mapping: Mapping, register: Register, defaults: Defaults) -> Plan:
    """Compare every row with the register."""
    reader = RowReader(mapping, table.headings)
    if not {"name", "first_name"} & reader.places.keys():
        raise UsageTrouble("consent.import_no_names")
    entries = [reader.entry(row, cells) for row, cells in table.rows]
    faults = list(reader.faults)
    snapshot = register.snapshot()
    matcher = Matcher(snapshot, frozenset(reader.places), reader)
    imports = _imports(register)
    plans: list[RowPlan] = []
    if not faults:
        for entry in entries:
            matched = matcher.match(entry)
            if matched.fault:
                faults.append(matched.fault)
            else:
                plans.append(_row_plan(entry, matched.record, imports, defaults))
    named = {each.record.person.id for each in plans if each.record}
    absent = tuple(each.person.id for each in snapshot.records if each.person.id not in named)
    return Plan(() if faults else tuple(plans), tuple(sorted(faults, key=_place)), absent)


def _place(fault: Fault) -> tuple[int, int, str]:
    return fault.row, len(fault.column), fault.column


def _imports(register: Register) -> Imports:
    """Return which words came from a file or ended with one; what was done by hand is not there."""
    lines = [line for line in register.log_lines() if line.reason == REASON]
    return Imports(
        frozenset(line.subject for line in lines if line.action == Action.PERMISSION_ADDED),
        frozenset(line.subject for line in lines if line.action == Action.PERMISSION_WITHDRAWN),
    )


def _row_plan(entry: Entry, record: Record | None, imports: Imports, defaults: Defaults) -> RowPlan:
    before = record.person if record else None
    person = _person(entry, before, defaults)
    changed = _differing(before, person) if before else ()
    known = record.guardians if record else ()
    words = plan_words(entry, record, imports, defaults.today)
    names = _guardians(entry, [guardian.name for guardian in known], words.guardians)
    return RowPlan(entry.row, person, record, changed, names, words)


def _differing(before: Person, after: Person) -> tuple[str, ...]:
    names = (each.name for each in fields(Person))
    return tuple(name for name in names if getattr(after, name) != getattr(before, name))


def _person(entry: Entry, before: Person | None, defaults: Defaults) -> Person:
    """Return the person as the row tells it; an empty cell leaves what was known.

    *Never in pictures* is set by a file and never lifted by one.
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


def _guardians(entry: Entry, known: list[str], needed: int) -> tuple[str, ...]:
    """Return the guardians' names where the row adds or names any, otherwise nothing."""
    count = max(len(known), len(entry.guardians), needed)
    told = [*entry.guardians, *[""] * count][:count]
    before = [*known, *[""] * count][:count]
    names = [new or old for new, old in zip(told, before, strict=True)]
    return tuple(names) if names != known else ()


def carry_out(plan: Plan, register: Register, login: str, today: date) -> None:
    """Write a plan; raises UsageTrouble for one with faults, and then nothing is written."""
    if plan.faults:
        raise UsageTrouble("consent.import_faulty", number=len(plan.faults), file="")
    with writing(register, login) as change:
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
    givers = [person.id, *_write_guardians(change, row, person.id)]
    for permission in row.words.withdrawn:
        change.withdraw(permission, today, REASON)
    for permission in row.words.lifted:
        change.lift(permission, REASON)
    for giver, word in row.words.given:
        change.give(replace(word, person=person.id, given_by=givers[giver]), REASON)


def _write_guardians(change: Writing, row: RowPlan, person: str) -> list[str]:
    known = list(row.record.guardians) if row.record else []
    for place, name in enumerate(row.guardians):
        if place >= len(known):
            known.append(change.add_guardian(person, name, REASON))
        elif known[place].name != name:
            change.name_guardian(known[place].id, name, REASON)
    return [guardian.id for guardian in known]

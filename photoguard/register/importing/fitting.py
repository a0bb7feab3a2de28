"""Checks whether a mapping fits a table: no column that restricts permissions may be left out.

A mapping lists headings. If the table's headings have changed since, a missing column of
permissions only loses permissions, but without a prohibition, a second guardian or a last day
the import would permit too much.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from photoguard.model import Answer
from photoguard.model.spelling import heading_key
from photoguard.register.importing.mapping import NEVER, Whose
from photoguard.register.importing.proposal import doubts
from photoguard.register.importing.remarks import double_negatives, headings_with_remarks
from photoguard.register.importing.rows import Fault
from photoguard.register.importing.table import unmapped
from photoguard.tables import column_letter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.register.importing.mapping import Mapping
    from photoguard.register.importing.table import Table

NARROWING = frozenset({NEVER, "valid_until", "given_on", "stage", "kind"})
"""Columns without which a row would permit more than the office meant."""

GUARDIANS = frozenset({"guardian_1", "guardian_2", "guardians"})
"""The same where guardians' answers are read, since with fewer guardians fewer must agree."""

NOWHERE = "–"
"""Stands for the column letter of a heading that the table does not have."""

_CUTOFF = 0.5


def misfits(table: Table, mapping: Mapping) -> tuple[Fault, ...]:
    """Return a fault for each column that is missing, is mapped twice, or needs an answer."""
    found = unfit(table, mapping)
    offered = {fault.parameters.get("nearest") for fault in found}
    unanswered = (
        _fault(table, doubt.heading, "consent.fault_heading_unanswered")
        for doubt in doubts(table.headings, mapping, headings_with_remarks(table))
        if doubt.denies and doubt.heading not in offered
    )
    twofold = (
        Fault(row.number, column_letter(place), "consent.fault_double_no", {"heading": heading})
        for heading, row, place in double_negatives(table, mapping)
    )
    return (*found, *unanswered, *twofold)


def unfit(table: Table, mapping: Mapping) -> tuple[Fault, ...]:
    """Return a fault for each mapped column that is missing or doubled.

    A person cannot correct these by answering a question.
    """
    return (*_missing(table, mapping), *_twice(table, mapping))


def absent(table: Table, mapping: Mapping) -> tuple[str, ...]:
    """Return the mapped headings that the table lacks but does not need."""
    known = {heading_key(name) for name in table.headings}
    needed = _needed(table, mapping)
    named = (*mapping.columns, *(each.column for each in mapping.permissions))
    return tuple(name for name in named if heading_key(name) not in known and name not in needed)


def _needed(table: Table, mapping: Mapping) -> tuple[str, ...]:
    """Return the headings that the table must have: of permissions and of what restricts them.

    Of several headings for one column one is enough, except for marks of *never in pictures*.
    A table without permissions, in which every column is mapped, needs no heading of a yes.
    """
    known = {heading_key(name) for name in table.headings}
    permits = any(heading_key(each.column) in known for each in mapping.permissions)
    only_names = not permits and not unmapped(table, mapping)
    permissions = [
        each for each in mapping.permissions if each.gives is Answer.NO or not only_names
    ]
    guarded = any(each.whose is not Whose.SELF for each in permissions)
    needed = NARROWING | GUARDIANS if guarded else NARROWING
    mapped = {column for name, column in mapping.columns.items() if heading_key(name) in known}
    columns = {
        name if column == NEVER else column: name
        for name, column in reversed(mapping.columns.items())
        if column in needed and (column == NEVER or column not in mapped)
    }
    return (*reversed(columns.values()), *(each.column for each in permissions))


def _missing(table: Table, mapping: Mapping) -> Iterator[Fault]:
    known = {heading_key(name) for name in table.headings}
    left = {heading_key(name): name for name in unmapped(table, mapping)}
    for name in dict.fromkeys(_needed(table, mapping)):
        if heading_key(name) in known:
            continue
        near = get_close_matches(heading_key(name), left, 1, _CUTOFF)
        if near:
            nearest = left[near[0]]
            yield _fault(table, nearest, "consent.fault_column_missing", name, nearest)
        else:
            code = "consent.fault_column_missing_alone"
            yield Fault(table.heading_row, NOWHERE, code, {"heading": name})


def _twice(table: Table, mapping: Mapping) -> Iterator[Fault]:
    """Yield a fault for each second heading that is mapped to one column, except for marks."""
    known = {heading_key(name): name for name in table.headings}
    first: dict[str, str] = {}
    for name, column in mapping.columns.items():
        here = known.get(heading_key(name))
        if here is None or column == NEVER:
            continue
        if column in first:
            yield _fault(table, here, "consent.fault_column_twice", first[column])
        first.setdefault(column, here)


def _fault(table: Table, place: str, code: str, heading: str = "", nearest: str = "") -> Fault:
    """Return a fault at a heading of the table."""
    letter = column_letter(table.headings.index(place))
    parameters = {"heading": heading or place} | ({"nearest": nearest} if nearest else {})
    return Fault(table.heading_row, letter, code, parameters)

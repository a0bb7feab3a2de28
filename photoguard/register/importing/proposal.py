"""Proposes the meaning of an office's headings, and lists those about which a person is asked.

Nothing is guessed that would permit more. A heading that does not state whose answers are
below it, or that could turn a yes into a no, is a doubt: its column is not read until a person
has stated its meaning. A heading that looks like a prohibition or a protection must be
answered before anything of the table is imported.

For the export of a known school system the package can have a mapping, as one file in
``sources``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from photoguard.model import Answer, PermissionKind
from photoguard.model.spelling import heading_key
from photoguard.register.importing import office_headings
from photoguard.register.importing.mapping import RULES, Mapping, PermissionColumn, Whose, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ONE_GUARDIAN_IS_ONE = 2
"""The version of the rules since which a heading with one guardian is not about all of them."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A heading about whose meaning a person is asked.

    ``denies``: it looks like a prohibition or a protection, and must be answered.
    ``protects``: it looks like a protection; *never in pictures* is proposed.
    ``remarks``: the heading itself is no prohibition, but a cell below it looks like one.
    """

    heading: str
    denies: bool = False
    protects: bool = False
    remarks: bool = False

    def answered(self, whose: Whose) -> PermissionColumn:
        """Return the meaning of the column, after a person has stated whose answers it has."""
        plain = _plain(self.heading)
        gives = Answer.NO if self.denies else Answer.YES
        return PermissionColumn(self.heading, gives, _kind(plain), _channels(plain), whose)


SOURCES = Path(__file__).parent / "sources"
"""The folder with the mappings of known school systems' exports, one TOML file each."""


def sources(folder: Path = SOURCES) -> tuple[Mapping, ...]:
    """Return the mappings of known school systems' exports: all TOML files in a folder."""
    return tuple(replace(read(path), rules=RULES) for path in sorted(folder.glob("*.toml")))


def propose(row: Iterable[str], known: Sequence[Mapping] | None = None) -> Mapping:
    """Return a proposed mapping of headings, without those that are unknown or in doubt.

    If the row has all headings of a known source, its mapping is proposed; ``known`` are the
    sources, by default those of the package. Permissions below a heading without a channel
    are incomplete.
    """
    row = tuple(row)
    there = set(map(heading_key, row))
    for source in sources() if known is None else known:
        if set(map(heading_key, source.headings)) <= there:
            return source
    return _by_headings(row)


def _by_headings(row: Sequence[str]) -> Mapping:
    columns: dict[str, str] = {}
    permissions: list[PermissionColumn] = []
    for heading in row:
        column = office_headings.column_of(heading)
        if column and (column == "never" or column not in columns.values()):
            columns[heading] = column
        elif not column and heading.strip():
            proposed = _proposed(heading)
            permissions += [proposed] if proposed else []
    return Mapping(columns, tuple(permissions))


def doubts(row: Iterable[str], mapping: Mapping, remarks: Iterable[str] = ()) -> tuple[Doubt, ...]:
    """Return the headings outside a mapping about whose meaning a person is asked.

    ``remarks`` are headings below which some cell looks like a prohibition.
    """
    mapped, remarked = set(map(heading_key, mapping.headings)), set(map(heading_key, remarks))
    left = [heading for heading in row if heading_key(heading) not in mapped]
    found = (_doubt(heading, remarks=heading_key(heading) in remarked) for heading in left)
    return tuple(doubt for doubt in found if doubt)


def outdated(mapping: Mapping) -> tuple[PermissionColumn, ...]:
    """Return the columns that were confirmed under older rules and permit less by today's.

    A heading with one guardian was once proposed for all of them, and one with "kasvot
    peitettynä" (face covered) as a permission to be shown.
    """
    return tuple(
        each
        for each in mapping.permissions
        if (mapping.rules < ONE_GUARDIAN_IS_ONE and is_of_one_guardian(each))
        or (mapping.rules < RULES and _shows_hidden(each))
    )


def is_of_one_guardian(column: PermissionColumn) -> bool:
    """Tell whether a column is mapped to all guardians although its heading names one."""
    return column.whose is Whose.GUARDIANS and _names_one_guardian(_plain(column.column))


def _shows_hidden(column: PermissionColumn) -> bool:
    shows = column.gives is Answer.YES and column.kind is PermissionKind.SHOWN
    return shows and office_headings.HIDDEN_FACE.search(_plain(column.column)) is not None


def _names_one_guardian(plain: str) -> bool:
    signs = office_headings.GUARDIAN_NUMBER, office_headings.ONE_GUARDIAN
    return any(sign.search(plain) for sign in signs)


def _doubt(heading: str, *, remarks: bool) -> Doubt | None:
    plain = _plain(heading)
    if office_headings.DENIES.search(plain):
        return Doubt(
            heading, denies=True, protects=office_headings.PROTECTS.search(plain) is not None
        )
    if remarks:
        return Doubt(heading, denies=True, remarks=True)
    return Doubt(heading) if _speaks_of_permission(plain) else None


def _plain(heading: str) -> str:
    """Return the key of a heading, in which patterns are searched, without possible answers."""
    return " ".join(office_headings.CHOICES.sub(" ", heading_key(heading)).split())


def _speaks_of_permission(plain: str) -> bool:
    return office_headings.GIVES.search(plain) is not None or bool(_channels(plain))


def _proposed(heading: str) -> PermissionColumn | None:
    """Return the meaning of a column by its heading, None where that is not clear."""
    plain = _plain(heading)
    forbids = office_headings.FORBIDS.search(plain) is not None
    denies = office_headings.DENIES.search(plain) is not None
    whose = _whose(plain)
    if (
        whose is None
        or office_headings.LIMITS.search(plain)
        or office_headings.PROTECTS.search(plain)
    ):
        return None
    if forbids != denies or not (forbids or _speaks_of_permission(plain)):
        return None
    kind = _kind(plain)
    if not forbids and kind is PermissionKind.SHOWN and _strange_words(plain):
        return None
    gives = Answer.NO if forbids else Answer.YES
    return PermissionColumn(heading, gives, kind, _channels(plain), whose)


def _strange_words(plain: str) -> list[str]:
    """Return the words that may limit a permission to be shown, as "kasvot peitettynä" does."""
    words = re.findall(r"[^\W_]+", plain)
    return [word for word in words if not office_headings.HARMLESS.fullmatch(word)]


def _kind(plain: str) -> PermissionKind:
    signs = office_headings.KINDS.items()
    return next((kind for kind, sign in signs if sign.search(plain)), PermissionKind.SHOWN)


def _channels(plain: str) -> tuple[str, ...]:
    parts = f" {plain}"
    named = [
        name
        for start, names in office_headings.CHANNELS.items()
        if any(f"{mark}{start}" in parts for mark in (" ", ",", "(", ":", "/", "."))
        for name in names
    ]
    return tuple(dict.fromkeys(named))


def _whose(plain: str) -> Whose | None:
    """Return whose answers are below a heading, None where it names nobody or several."""
    own = office_headings.OWN.search(plain) is not None
    theirs = office_headings.GUARDIAN.search(plain) is not None
    numbered = None if own else office_headings.GUARDIAN_NUMBER.search(plain)
    rest = office_headings.GUARDIAN_NUMBER.sub(" ", plain) if numbered else plain
    if own == theirs or office_headings.ONE_GUARDIAN.search(rest):
        return None
    if own:
        return Whose.SELF
    return Whose(f"guardian-{numbered[1] or numbered[2]}") if numbered else Whose.GUARDIANS

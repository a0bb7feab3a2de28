"""The meaning of each column of an office's table: confirmed by a person, kept as TOML.

::

    version = 1
    purpose = "arjen kuvat"             # of all permissions, unless a column has its own

    [columns]
    "Oppilas" = "name"

    [[permission]]
    column = "Instagram, huoltajat"
    gives = "yes"                       # what a yes in this column says: yes, or (a ban) no
    kind = "shown"
    channels = ["instagram"]
    whose = "guardians"                 # self, guardian-1, guardian-2, each, guardians

``guardians`` is one answer for all of them; ``each`` means an answer of each in one cell, in
the order of the row's guardians or with their names. A column that is in neither table is not
read; a heading that looks like a prohibition must then be in ``unread``, with which a person
confirms that it is not about pictures: ``unread = ["Luovutuskielto"]``. For headings that
contain a no, the table ``noes`` has what a no below them does: ``"Ei kuviin" = "forbids"``, or
``"permits"`` where it only means that nothing is forbidden.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from photoguard.errors import UsageTrouble
from photoguard.files import TooMuchError, read_toml
from photoguard.model import Answer, PermissionKind
from photoguard.model.answers import channel_name
from photoguard.model.spelling import heading_key
from photoguard.register import location
from photoguard.register.importing import office_headings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

VERSION = 1
RULES = 3
"""The version of the rules for proposing headings. Since 2, a heading with a single guardian is
not proposed for all of them; since 3, one about hidden faces permits no face to be shown."""
FORBIDS, PERMITS = "forbids", "permits"
NEVER = "never"
"""The meaning of a column of marks *never in pictures*; several columns may have it."""


class Whose(StrEnum):
    """Whose answers a column holds."""

    SELF = "self"
    GUARDIAN_1 = "guardian-1"
    GUARDIAN_2 = "guardian-2"
    EACH = "each"
    GUARDIANS = "guardians"


@dataclass(frozen=True, slots=True)
class PermissionColumn:
    """The meaning of a yes in a column: a permission, or in a column of prohibitions a no."""

    column: str
    gives: Answer
    kind: PermissionKind
    channels: tuple[str, ...]
    whose: Whose
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """The meaning of the columns of one kind of file, by their headings."""

    columns: dict[str, str]
    """Heading to a key of ``office_headings.COLUMNS``."""
    permissions: tuple[PermissionColumn, ...] = ()
    purpose: str = ""
    information_version: str = ""
    reference: str = ""
    unread: tuple[str, ...] = ()
    """Headings that a person chose not to be read."""
    noes: dict[str, str] = field(default_factory=dict)
    """Headings that contain a no, to what a no below them does: ``FORBIDS`` or ``PERMITS``."""
    rules: int = RULES
    """The version of the rules for headings when a person confirmed the mapping."""

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading in the mapping, unread ones included."""
        return (*self.columns, *(each.column for each in self.permissions), *self.unread)

    def purpose_of(self, column: PermissionColumn) -> str:
        """Return the purpose of a column's permissions, "" where none is given."""
        return column.purpose or self.purpose


def kept_place(row: Iterable[str]) -> Path:
    """Return the path at which the mapping for a file with these headings is kept."""
    key = "\x1f".join(heading_key(heading) for heading in row)
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return location.data_folder() / "mappings" / f"{digest}.toml"


def read(path: Path) -> Mapping:
    """Return the mapping in a file; raises UsageTrouble where there is none."""
    try:
        return _mapping(read_toml(path).values)
    except (OSError, UnicodeDecodeError, TooMuchError) as trouble:
        raise UsageTrouble("consent.mapping_unreadable", file=path.name) from trouble
    except (ValueError, KeyError, TypeError, AttributeError) as trouble:
        raise UsageTrouble(
            "consent.mapping_wrong", file=path.name, problem=str(trouble)[:120]
        ) from trouble


def _mapping(raw: dict[str, Any]) -> Mapping:
    unknown = raw.keys() - {"version", "rules", "columns", "permission", "unread", "noes", *_TEXTS}
    if raw["version"] != VERSION or unknown:
        raise ValueError(", ".join(sorted(unknown)) or f"version = {raw['version']}")
    columns = {str(heading): str(column) for heading, column in raw["columns"].items()}
    wrong = [column for column in columns.values() if column not in office_headings.COLUMNS]
    if wrong:
        raise ValueError(wrong[0])
    return Mapping(
        columns,
        tuple(_permission_column(entry) for entry in raw.get("permission", ())),
        **{name: str(raw.get(name, "")) for name in _TEXTS},
        unread=_texts(raw.get("unread", []), "unread"),
        noes=_noes(raw.get("noes", {})),
        rules=int(raw.get("rules", 1)),
    )


def _noes(raw: dict[str, Any]) -> dict[str, str]:
    noes = {str(heading): str(meaning) for heading, meaning in raw.items()}
    wrong = [meaning for meaning in noes.values() if meaning not in {FORBIDS, PERMITS}]
    if wrong:
        raise ValueError(f"noes = {wrong[0]}")
    return noes


_TEXTS = ("purpose", "information_version", "reference")


def _permission_column(raw: dict[str, Any]) -> PermissionColumn:
    unknown = raw.keys() - {each.name for each in fields(PermissionColumn)}
    if unknown:
        raise ValueError(", ".join(sorted(unknown)))
    return PermissionColumn(
        str(raw["column"]),
        Answer(raw["gives"]),
        PermissionKind(raw["kind"]),
        tuple(map(_channel, _texts(raw["channels"], "channels"))),
        Whose(raw["whose"]),
        str(raw.get("purpose", "")),
    )


def _channel(name: str) -> str:
    """Return a channel's name as permissions write it; raises ValueError for an unknown one."""
    known = {each for names in office_headings.CHANNELS.values() for each in names}
    if channel_name(name) not in known:
        raise ValueError(f"channels = {name}")
    return channel_name(name)


def _texts(raw: object, name: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(text, str) for text in raw):
        raise TypeError(f"{name} = {raw}")
    return tuple(raw)


def written(mapping: Mapping) -> str:
    """Return the mapping as TOML."""
    lines = [f"version = {VERSION}", f"rules = {mapping.rules}"]
    lines += [f"{name} = {_quoted(getattr(mapping, name))}" for name in _TEXTS]
    lines += [f"unread = [{', '.join(map(_quoted, mapping.unread))}]"] if mapping.unread else []
    lines += ["", "[columns]"]
    lines += [f"{_quoted(heading)} = {_quoted(name)}" for heading, name in mapping.columns.items()]
    if mapping.noes:
        lines += ["", "[noes]"]
        lines += [f"{_quoted(name)} = {_quoted(does)}" for name, does in mapping.noes.items()]
    for each in mapping.permissions:
        channels = ", ".join(map(_quoted, each.channels))
        lines += ["", "[[permission]]", f"column = {_quoted(each.column)}"]
        lines += [f"gives = {_quoted(each.gives)}", f"kind = {_quoted(each.kind)}"]
        lines += [f"channels = [{channels}]", f"whose = {_quoted(each.whose)}"]
        lines += [f"purpose = {_quoted(each.purpose)}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a TOML string, as JSON's escapes are valid in TOML, except for DEL."""
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")


def keep(mapping: Mapping, row: Iterable[str]) -> Path:
    """Keep a confirmed mapping for the next file with these headings; return its path."""
    place = kept_place(row)
    location.write_private(place, written(mapping))
    return place

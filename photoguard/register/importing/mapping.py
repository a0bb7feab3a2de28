"""What each column of an office's table means: proposed once, confirmed, kept as TOML.

::

    version = 1
    purpose = "arjen kuvat"             # for all words of the file, unless a column says so

    [columns]
    "Oppilas" = "name"

    [[permission]]
    column = "Instagram, huoltajat"
    gives = "yes"                       # what a yes in this column says: yes, or (a ban) no
    kind = "shown"
    channels = ["instagram"]
    whose = "guardians"                 # self, guardian-1, guardian-2, each, guardians

``guardians`` is one word for all of them, ``each`` one word each in one cell, in their
order. A column that stands in neither table is not read.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from photoguard.errors import UsageTrouble
from photoguard.files import TooMuchError, read_toml
from photoguard.model import Answer, PermissionKind
from photoguard.register import places
from photoguard.register.importing import office_headings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

VERSION = 1


class Whose(StrEnum):
    """Whose word a column holds."""

    SELF = "self"
    GUARDIAN_1 = "guardian-1"
    GUARDIAN_2 = "guardian-2"
    EACH = "each"
    GUARDIANS = "guardians"


@dataclass(frozen=True, slots=True)
class Words:
    """What a column of permissions or of prohibitions says."""

    column: str
    gives: Answer
    kind: PermissionKind
    channels: tuple[str, ...]
    whose: Whose
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the columns of one kind of file mean, by their headings."""

    columns: dict[str, str]
    words: tuple[Words, ...] = ()
    purpose: str = ""
    information_version: str = ""
    reference: str = ""

    def purpose_of(self, words: Words) -> str:
        """Return the purpose of a column's words, empty where none was told."""
        return words.purpose or self.purpose


def kept_place(row: Iterable[str]) -> Path:
    """Return where the mapping for a file with these headings is kept."""
    key = "\x1f".join(office_headings.folded(heading) for heading in row)
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return places.data_folder() / "mappings" / f"{digest}.toml"


def read(path: Path) -> Mapping:
    """Read a mapping; raises UsageTrouble for anything that is not one."""
    try:
        return _mapping(read_toml(path).values)
    except (OSError, UnicodeDecodeError, TooMuchError) as trouble:
        raise UsageTrouble("consent.mapping_unreadable", file=path.name) from trouble
    except (ValueError, KeyError, TypeError, AttributeError) as trouble:
        raise UsageTrouble(
            "consent.mapping_wrong", file=path.name, problem=str(trouble)[:120]
        ) from trouble


def _mapping(raw: dict[str, Any]) -> Mapping:
    unknown = raw.keys() - {"version", "columns", "permission", *_TEXTS}
    if raw["version"] != VERSION or unknown:
        raise ValueError(", ".join(sorted(unknown)) or f"version = {raw['version']}")
    columns = {str(heading): str(column) for heading, column in raw["columns"].items()}
    wrong = [column for column in columns.values() if column not in office_headings.COLUMNS]
    if wrong:
        raise ValueError(wrong[0])
    return Mapping(
        columns,
        tuple(_words(entry) for entry in raw.get("permission", ())),
        **{name: str(raw.get(name, "")) for name in _TEXTS},
    )


_TEXTS = ("purpose", "information_version", "reference")


def _words(raw: dict[str, Any]) -> Words:
    unknown = raw.keys() - {field.name for field in fields(Words)}
    if unknown:
        raise ValueError(", ".join(sorted(unknown)))
    channels = raw["channels"]
    if not isinstance(channels, list) or not all(isinstance(name, str) for name in channels):
        raise TypeError(f"channels = {channels}")
    return Words(
        str(raw["column"]),
        Answer(raw["gives"]),
        PermissionKind(raw["kind"]),
        tuple(channels),
        Whose(raw["whose"]),
        str(raw.get("purpose", "")),
    )


def written(mapping: Mapping) -> str:
    """Return the mapping as TOML."""
    lines = [f"version = {VERSION}"]
    lines += [f"{name} = {_quoted(getattr(mapping, name))}" for name in _TEXTS]
    lines += ["", "[columns]"]
    lines += [f"{_quoted(heading)} = {_quoted(name)}" for heading, name in mapping.columns.items()]
    for words in mapping.words:
        channels = ", ".join(map(_quoted, words.channels))
        lines += ["", "[[permission]]", f"column = {_quoted(words.column)}"]
        lines += [f"gives = {_quoted(words.gives)}", f"kind = {_quoted(words.kind)}"]
        lines += [f"channels = [{channels}]", f"whose = {_quoted(words.whose)}"]
        lines += [f"purpose = {_quoted(words.purpose)}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a TOML string: JSON's escapes are a part of TOML's, but for DEL."""
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")


def keep(mapping: Mapping, row: Iterable[str]) -> Path:
    """Keep a confirmed mapping for the next file with these headings."""
    place = kept_place(row)
    places.write_private(place, written(mapping))
    return place


def propose(row: Iterable[str]) -> Mapping:
    """Propose what headings mean; whatever is not recognised is left out.

    Nothing is guessed towards more: a heading that names no channel gets none, and words
    about it are kept as incomplete.
    """
    columns: dict[str, str] = {}
    words: list[Words] = []
    for heading in row:
        plain = office_headings.folded(heading)
        column = office_headings.column_of(heading)
        if column and column not in columns.values():
            columns[heading] = column
        elif not column and _is_about_words(plain):
            words.append(_proposed(heading, plain))
    return Mapping(columns, tuple(words))


def _is_about_words(plain: str) -> bool:
    signs = office_headings.GIVES.search(plain) or office_headings.FORBIDS.search(plain)
    return signs is not None or bool(_channels(plain))


def _channels(plain: str) -> tuple[str, ...]:
    parts = f" {plain}"
    named = [
        name
        for start, names in office_headings.CHANNELS.items()
        if any(f"{mark}{start}" in parts for mark in (" ", ",", "(", ":", "/", "."))
        for name in names
    ]
    return tuple(dict.fromkeys(named))


def _proposed(heading: str, plain: str) -> Words:
    signs = office_headings.KINDS.items()
    kind = next((kind for kind, sign in signs if sign.search(plain)), PermissionKind.SHOWN)
    return Words(
        heading,
        Answer.NO if office_headings.FORBIDS.search(plain) else Answer.YES,
        kind,
        _channels(plain),
        _whose(plain),
    )


def _whose(plain: str) -> Whose:
    """Return whose word a heading speaks of; a guardian's where it does not say."""
    numbered = office_headings.GUARDIAN_NUMBER.search(plain)
    if numbered:
        return Whose(f"guardian-{numbered[1] or numbered[2]}")
    if office_headings.OWN.search(plain):
        return Whose.SELF
    return Whose.GUARDIANS

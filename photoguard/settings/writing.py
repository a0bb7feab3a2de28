"""Writes a photoguard.toml, whole or not at all, and keeps the older file as a backup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from photoguard.errors import WriteError, problem_of
from photoguard.files import read_toml, write_new
from photoguard.settings.keys import KEYS, WrongValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MOST_BACKUPS = 1000
_ESCAPED = {'"': '\\"', "\\": "\\\\"}


def valid_values(path: Path) -> dict[str, Any]:
    """Return a file's valid values as TOML has them; {} where it is missing or not TOML."""
    try:
        raw = read_toml(path).values
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in raw.items() if _is_valid(key, value)}


def store(path: Path, values: Mapping[str, Any], comment: str) -> Path | None:
    """Write ``values`` and return the path of the older file's backup, None without one.

    Raises WriteError.
    """
    content = to_toml(values, comment).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        backup = _backup(path) if path.exists() else None
        work = path.with_name(f"writing-{path.name}")
        write_new(work, content)
        work.replace(path)
    except OSError as trouble:
        raise WriteError("files.cannot_write", problem=problem_of(trouble)) from trouble
    return backup


def to_toml(values: Mapping[str, Any], comment: str = "") -> str:
    """Return TOML 1.0 of str, int, bool, lists of these and tables of these; tables go last."""
    plain = {key: value for key, value in values.items() if not isinstance(value, dict)}
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    lines = [f"# {line}" for line in comment.splitlines()]
    lines += _assignments(plain)
    for name, table in tables.items():
        lines += ["", f"[{name}]", *_assignments(table)]
    return "\n".join(lines) + "\n"


def _assignments(values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        yield f"{key} = {_literal(value)}"


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return f'"{"".join(_ESCAPED.get(char, char) for char in str(value))}"'


def _is_valid(key: str, value: object) -> bool:
    if key == "limits" or key not in KEYS:
        return False
    try:
        KEYS[key](value)
    except WrongValue:
        return False
    return True


def _backup(path: Path) -> Path:
    """Copy the older file to a free name beside it and return the copy's path."""
    names = [f"{path.name}.bak", *(f"{path.name}.{n}.bak" for n in range(2, MOST_BACKUPS))]
    place = next(path.with_name(name) for name in names if not path.with_name(name).exists())
    write_new(place, path.read_bytes())
    return place

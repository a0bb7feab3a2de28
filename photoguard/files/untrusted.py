"""Reads small untrusted files: regular files of limited size and nesting.

Deep brackets overflow a recursive parser, and many dots in a key slow down a copying one, so
the nesting of TOML is measured before it is parsed. Bad content raises ValueError, and a file
that cannot be read OSError.
"""

from __future__ import annotations

import errno
import json
import os
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from photoguard.files.write import open_regular

if TYPE_CHECKING:
    from pathlib import Path

MOST_TOML = 64 * 1024
MOST_LEVELS = 16
MOST_JSON = 64 * 1024 * 1024
"""Most bytes of a line of a journal, and of the user's own small files."""

_TOKENS = re.compile(
    r'"""(?:[^\\]|\\.)*?(?:"""|\Z)'
    r"|'''.*?(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\.)*"?'
    r"|'[^'\n]*'?"
    r"|#[^\n]*|[\[\]{}.,=\n]",
    re.DOTALL,
)
"""Strings and comments of TOML, which are skipped, and the characters that nest."""


class TooMuchError(ValueError):
    """More bytes or levels than any file of this kind has."""


@dataclass(frozen=True, slots=True)
class Toml:
    """The text of a TOML file, and its values."""

    text: str
    values: dict[str, Any]


def read_whole(path: Path, most: int, *, follow: bool = True) -> bytes:
    """Return a regular file's bytes, those of a link's target only with ``follow``.

    Raises OSError, also where there are more than ``most``.
    """
    with open_regular(path, follow=follow) as readable:
        untrusted = readable.read(most + 1)
    if len(untrusted) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return untrusted


def read_toml(path: Path) -> Toml:
    """Return a TOML file; raises OSError, and ValueError whose text gives the line."""
    with open_regular(path) as readable:
        untrusted = readable.read(MOST_TOML + 1)
    if len(untrusted) > MOST_TOML:
        raise TooMuchError
    text = untrusted.decode("utf-8-sig").replace("\r\n", "\n")
    if _levels(text) > MOST_LEVELS:
        raise TooMuchError
    return Toml(text, tomllib.loads(text))


def read_json(path: Path, most: int = MOST_JSON, *, follow: bool = True) -> Any:  # noqa: ANN401 - it may be anything
    """Return the value in a JSON file; raises OSError and ValueError."""
    return as_json(read_whole(path, most, follow=follow))


def as_json(untrusted: bytes | str) -> Any:  # noqa: ANN401 - it may be anything
    """Return the value of JSON text; raises ValueError if it is none, or nested too deeply."""
    try:
        return json.loads(untrusted)
    except RecursionError:
        raise TooMuchError from None


def _levels(text: str) -> int:
    """Return how deeply brackets and dotted keys nest, outside of strings and comments."""
    deepest = brackets = dots = 0
    for token in _TOKENS.finditer(text):
        mark = token[0]
        if mark in {"[", "{"}:
            brackets += 1
        elif mark in {"]", "}"}:
            brackets = max(0, brackets - 1)
        elif mark == ".":
            dots += 1
        if mark in {"[", "{", "]", "}", ",", "=", "\n"}:
            dots = 0
        deepest = max(deepest, brackets + dots)
    return deepest

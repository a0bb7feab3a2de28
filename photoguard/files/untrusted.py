"""Reads small files that anybody may have written: regular ones, of a size and a depth.

A parser that recurses is stopped by brackets, one that copies is stopped by dots in a key;
so TOML is looked at for its levels before it is parsed. Whatever is wrong with what a file
holds is a ValueError, whatever is wrong with the file itself an OSError.
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
"""Bytes; no line of a journal and none of the user's own small files is longer."""

_TOKENS = re.compile(
    r'"""(?:[^\\]|\\.)*?(?:"""|\Z)'
    r"|'''.*?(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\.)*"?'
    r"|'[^'\n]*'?"
    r"|#[^\n]*|[\[\]{}.,=\n]",
    re.DOTALL,
)
"""Texts and comments of TOML, so that they are passed over, and what makes its levels."""


class TooMuchError(ValueError):
    """More bytes or levels than any file of this kind has."""


@dataclass(frozen=True, slots=True)
class Toml:
    """A file of TOML as text, and what it says."""

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
    """Return what a file of TOML says; raises OSError, and ValueError with a line of a fault."""
    with open_regular(path) as readable:
        untrusted = readable.read(MOST_TOML + 1)
    if len(untrusted) > MOST_TOML:
        raise TooMuchError
    text = untrusted.decode("utf-8-sig").replace("\r\n", "\n")
    if _levels(text) > MOST_LEVELS:
        raise TooMuchError
    return Toml(text, tomllib.loads(text))


def read_json(path: Path, most: int = MOST_JSON, *, follow: bool = True) -> Any:  # noqa: ANN401 - it may be anything
    """Return what a file of JSON says; raises OSError and ValueError."""
    return as_json(read_whole(path, most, follow=follow))


def as_json(untrusted: bytes | str) -> Any:  # noqa: ANN401 - it may be anything
    """Return what JSON says; raises ValueError for text that is none, or nested too deeply."""
    try:
        return json.loads(untrusted)
    except RecursionError:
        raise TooMuchError from None


def _levels(text: str) -> int:
    """Return how deep brackets and dotted keys go, texts and comments passed over."""
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

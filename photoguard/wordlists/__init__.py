"""Word lists for recognising first names, and the staff's answers that a word is none.

The lists are part of the package (README.md beside them has sources and licences). The
answers are stored in the user's data folder and apply to all later runs of this user.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from photoguard.captions import WordLists
from photoguard.errors import WriteError, problem_of
from photoguard.files import data_folder, read_json, write_new

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILE_NAME = "not-names.json"
_MOST_BYTES = 1_000_000
_LONGEST = 60


@cache
def word_lists() -> WordLists:
    """Return the lists of the package."""
    return WordLists(
        names=_read_list("given-names-faker.txt")
        | _read_list("given-names-faker-more.txt")
        | _read_list("given-names-own.txt"),
        everyday=_read_list("words-that-are-names.txt"),
        capitals=_read_list("places-faker.txt") | _read_list("capitals-own.txt"),
        small=_read_list("words-in-small-letters.txt"),
        openers=_read_list("words-that-begin-sentences.txt"),
    )


def _read_list(name: str) -> frozenset[str]:
    """Return the words of a file of this folder, separated by white space."""
    return frozenset((files("photoguard.wordlists") / name).read_text("utf-8").split())


def answered_file() -> Path:
    """Return the path of this user's answers; the file may be missing."""
    return data_folder() / FILE_NAME


def not_names() -> frozenset[str]:
    """Return the words that staff declared to be no child's name.

    An unreadable file counts as empty, so that the words are asked about again.
    """
    try:
        raw = read_json(answered_file(), _MOST_BYTES)
    except (OSError, ValueError):
        return frozenset()
    words = raw.get("not_names") if isinstance(raw, dict) else None
    return frozenset(filter(_is_word, words)) if isinstance(words, list) else frozenset()


def remember_not_names(words: Iterable[str]) -> None:
    """Store that these words are no child's name; raises WriteError."""
    remembered = sorted({*not_names(), *filter(_is_word, (word.strip() for word in words))})
    place = answered_file()
    work = place.with_name(f"writing-{place.name}")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_new(
            work, json.dumps({"not_names": remembered}, ensure_ascii=False, indent=1).encode()
        )
        work.replace(place)
    except OSError as trouble:
        raise WriteError("files.cannot_write", problem=problem_of(trouble)) from trouble


def _is_word(word: object) -> bool:
    return isinstance(word, str) and 0 < len(word) <= _LONGEST and word.isprintable()

"""The names by which a row of the staff's table may mean a photo."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Self

from photoguard.model.spelling import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_ALIKE = 0.6
"""Least similarity, from 0 to 1, of a name that is offered as the one that may be meant."""
_MOST_LIKE = 5
"""Most similar names that are searched for one with equal numbers (IMG_7 and IMG_0007)."""


@dataclass(frozen=True, slots=True)
class GonePhoto:
    """A photo of an earlier run that is not in the folder under that name."""

    source: str
    now: str = ""
    """The path of the photo with the same bytes, "" where none has."""


@dataclass(frozen=True, slots=True)
class PhotoNames:
    """Tables from a name to the photos that a row may mean by it."""

    tables: tuple[Mapping[str, list[str]], ...]
    """By path, by the name of the copy, by path without suffix, by copy without suffix."""
    tails: Mapping[str, list[str]] = field(default_factory=dict)
    """By the path without its first folders, with and without suffix."""
    gone: Mapping[str, GonePhoto] = field(default_factory=dict)
    """The photos of earlier runs that are gone, by the same four names."""

    @classmethod
    def of(
        cls,
        files: Iterable[str],
        copies: Mapping[str, str] | None = None,
        gone: Mapping[str, str] | None = None,
    ) -> Self:
        """Return the names of these files, which are POSIX paths relative to the folder.

        ``copies`` has the copy's path of a file. ``gone`` are files of earlier runs that are
        not there, each with the name that it has now, "" for none.
        """
        tables: tuple[dict[str, list[str]], ...] = tuple(defaultdict(list) for _ in range(4))
        tails: dict[str, list[str]] = defaultdict(list)
        for file in files:
            for table, name in zip(tables, _names_of(file, copies or {}), strict=True):
                table[name].append(file)
            for tail in _tails(file):
                tails[path_key(tail)].append(file)
        left: dict[str, GonePhoto] = {}
        for source, now in (gone or {}).items():
            for name in filter(None, _names_of(source, copies or {})):
                left.setdefault(name, GonePhoto(source, now))
        left |= {path_key(source): GonePhoto(source, now) for source, now in (gone or {}).items()}
        return cls(tables, tails, left)

    def files_meant_by(self, path: str) -> list[str]:
        """Return the files that a row may mean; only the one written exactly like it, if any."""
        wanted = path_key(path), path_key(PurePosixPath(path).name), path_key(path), path_key(path)
        found = (
            table[name] for table, name in zip(self.tables, wanted, strict=True) if name in table
        )
        candidates = next(found, [])
        exact = [file for file in candidates if visible(file) == path]
        return exact or candidates

    @property
    def of_one_name(self) -> tuple[Sequence[str], ...]:
        """The groups of files whose paths differ only in the suffix: likely one shot each."""
        return tuple(files for files in self.tables[2].values() if len(files) > 1)

    def gone_photo(self, path: str) -> GonePhoto | None:
        """Return the photo of an earlier run that a row means, None where it means none."""
        return self.gone.get(path_key(path))

    def in_folders(self, path: str) -> list[str]:
        """Return the files that a row may mean with a folder too few or too many.

        None where it is the name of a photo of an earlier run: that one was meant.
        """
        if path_key(path) in self.gone:
            return []
        found = list(self.tails.get(path_key(path), ()))
        for tail in _tails(path):
            found += self.tables[0].get(path_key(tail), ())
        return list(dict.fromkeys(found))

    def nearest(self, path: str) -> str:
        """Return the file with the most similar name, "" where none is similar."""
        _, _, bare, _ = self.tables
        wanted = path_key(_bare(path))
        found = get_close_matches(wanted, [name for name in bare if name], _MOST_LIKE, _ALIKE)
        same = [name for name in found if _numbers(name) == _numbers(wanted)]
        return bare[(same or found)[0]][0] if found else ""


def _names_of(file: str, copies: Mapping[str, str]) -> tuple[str, ...]:
    """Return the four names by which a row may mean a file, in the order of the tables."""
    copy = PurePosixPath(copies.get(file, ""))
    return tuple(map(path_key, (file, copy.name, _bare(file), copy.stem)))


def _bare(path: str) -> str:
    """Return a path without its suffix."""
    return str(PurePosixPath(path).with_suffix(""))


def _tails(path: str) -> set[str]:
    """Return a path without its first folder, without its first two and so on, and each bare."""
    parts = PurePosixPath(path).parts
    tails = {"/".join(parts[start:]) for start in range(1, len(parts))}
    return tails | set(map(_bare, tails))


def _numbers(name: str) -> list[int]:
    return [int(digits) for digits in re.findall("[0-9]{1,18}", name)]


def path_key(path: str) -> str:
    """Return the key by which paths are compared."""
    return visible(path).casefold()

"""The names of files in an output folder, and names that are safe to print."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from photoguard.errors import OutputError, problem_of
from photoguard.model import OutputFormat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path, PurePath

    AnyPath = TypeVar("AnyPath", bound=PurePath)


_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def printable(name: str) -> str:
    """Return a name with control, format and invisible characters replaced by U+FFFD."""
    return "".join("\ufffd" if _moves(character) else character for character in name)


def _moves(character: str) -> bool:
    return unicodedata.category(character) in _UNPRINTABLE


PRIVATE = ".photoguard"
"""The folder inside an output that holds unfinished work, the journal and the lock."""
MANIFEST = "manifest.json"
REPORT = "report.html"
SHEET = "photos.xlsx"
"""The table at the top of an output that staff fill in."""
NOTES = ("photos.csv", SHEET)
"""The names under which a table is found beside the photos."""
SIDECARS = (".xmp", ".txt")
"""Suffixes of sidecars: .xmp is added to the picture's name, .txt replaces its suffix."""
SHELVES = frozenset({"valmiit", "tarkistettavat", "klara", "att-granska", "ready", "review"})
"""The names of the folders for finished copies, in all languages, as in the catalogues."""
TEXTS = frozenset({"tekstit", "texter", "texts"})
"""The names of the subfolders for sidecars that do not lie beside their pictures."""

UNFINISHED = "writing-"
"""The prefix of files that are being written; the next run removes leftovers."""
WORK = "work-"
"""The prefix of the private folders in which copies are made."""

STEM = r"[^\W_](?:[^\W_]|-)*-(?P<number>[0-9]{3}|[1-9][0-9]{3,})"
"""A prefix, of letters, digits and hyphens, and a number of at least three digits."""
SUFFIXES = "|".join(each.suffix for each in OutputFormat)
"""The suffixes of copies, as alternatives of a regular expression."""
_PICTURE = re.compile(rf"(?P<shelf>[a-z-]+)/{STEM}\.(?:{SUFFIXES})")
_IN_WORK = re.compile(rf"{STEM}\.(?:txt|clock|(?:{SUFFIXES})(?:\.xmp)?)")
_WHOLE = "|".join(map(re.escape, (MANIFEST, REPORT, SHEET)))
_UNFINISHED = re.compile(rf"{UNFINISHED}[0-9a-f]{{32}}-(?:{_WHOLE})")
_WORK = re.compile(rf"{WORK}[0-9a-f]{{12}}")
_NAME_SURROGATE = 0x2000_0000
"""Bit of a reparse tag (ntifs.h) that is set for links and junctions of Windows, but not for
files of a cloud service."""


def is_place(place: object) -> bool:
    """Tell whether ``place`` is a path below an output that the program gives to copies."""
    if not isinstance(place, str):
        return False
    found = _PICTURE.fullmatch(place)
    return bool(found and found["shelf"] in SHELVES)


def is_of_a_copy(place: str) -> bool:
    """Tell whether ``place`` is a path below an output of a copy or of a copy's sidecar."""
    return any(map(is_place, _pictures_of(place)))


def copy_number(place: str) -> str:
    """Return the digits of the number in the name of a copy or its sidecar, "" without one."""
    return place.rpartition("-")[2].partition(".")[0]


def place_in(output: Path, place: str) -> Path:
    """Return the path of a copy or a sidecar in ``output``, after checking that it is safe.

    Raises OutputError where the program gives no such name, or where the file, its folder or
    the output is a link or another user's.
    """
    path = output / place
    if not is_of_a_copy(place):
        raise OutputError("journal.damaged")
    refuse_strange(output, path.parent.parent, path.parent, path)
    return path


def _pictures_of(place: str) -> tuple[str, ...]:
    """Return the paths of the picture that ``place`` may be, or may be a sidecar of."""
    xmp, text = SIDECARS
    shelf, _, rest = place.partition("/")
    folder, _, name = rest.partition("/")
    if folder in TEXTS and name.endswith(SIDECARS):
        place = f"{shelf}/{name}"
    if place.endswith(text):
        return (f"{place.removesuffix(text)}.jpg",)
    return place, place.removesuffix(xmp)


def refuse_strange(*paths: Path) -> None:
    """Raise OutputError for an existing path that is a link or another user's."""
    for path in paths:
        try:
            found = path.lstat()
        except FileNotFoundError:
            continue
        except OSError as trouble:
            raise OutputError("journal.cannot_use", problem=problem_of(trouble)) from trouble
        if _is_link(found) or _is_of_others(found):
            raise OutputError("journal.not_own", name=path.name)


def _is_link(found: os.stat_result) -> bool:
    tag: int = getattr(found, "st_reparse_tag", 0)
    return stat.S_ISLNK(found.st_mode) or bool(tag & _NAME_SURROGATE)


def _is_of_others(found: os.stat_result) -> bool:
    return hasattr(os, "geteuid") and found.st_uid != os.geteuid()


def can_begin(output: Path, begun: frozenset[str]) -> bool:
    """Tell whether a first run may use a folder: no file in it has a name of the program's.

    Names are compared without regard to case. Empty shelves are allowed, and so is a private
    folder with no other files than ``begun``, as a killed run leaves it. Raises OSError.
    """
    ours = {MANIFEST, REPORT, *SHELVES}
    for path in output.iterdir():
        name = path.name.casefold()
        if path.name == PRIVATE and _is_folder(path):
            is_fine = {inside.name for inside in path.iterdir()} <= begun
        else:
            is_fine = name not in ours and name != PRIVATE
        if not is_fine and not (name in SHELVES and _is_empty(path)):
            return False
    return True


def _is_empty(shelf: Path) -> bool:
    return _is_folder(shelf) and not any(shelf.iterdir())


def _is_folder(path: Path) -> bool:
    return stat.S_ISDIR(path.lstat().st_mode)


def sidecars_of(copy: AnyPath, texts: str = "") -> tuple[AnyPath, AnyPath]:
    """Return the paths of a picture's XMP and text sidecar, beside it or in ``texts``."""
    place = copy.parent / texts / copy.name if texts else copy
    return place.with_name(place.name + SIDECARS[0]), place.with_suffix(SIDECARS[1])


def all_sidecars_of(copy: AnyPath) -> tuple[AnyPath, ...]:
    """Return all paths of a picture's sidecars, for every value of the setting ``sidecars``."""
    return tuple(path for texts in ("", *sorted(TEXTS)) for path in sidecars_of(copy, texts))


def remove_copy(output: Path, place: str) -> None:
    """Remove a picture and then its sidecars; raises OSError, and OutputError as ``place_in``.

    The picture is removed first, so that an interruption leaves no picture to publish.
    """
    copy = place_in(output, place)
    for path in (copy, *all_sidecars_of(copy)):
        refuse_strange(path.parent, path)
        path.unlink(missing_ok=True)


def clear_unfinished(output: Path) -> None:
    """Remove leftovers of interrupted runs from the private folder; raises OSError.

    Other files stay.
    """
    for path in (output / PRIVATE).iterdir():
        if _UNFINISHED.fullmatch(path.name) and _is_own_file(path):
            path.unlink()
        elif _WORK.fullmatch(path.name):
            clear_work(path)


def clear_work(work: Path) -> None:
    """Remove a private folder in which copies were made, unless it is a link; raises OSError."""
    if not _is_folder(work) or _is_link(work.lstat()):
        return
    for path in work.iterdir():
        if _IN_WORK.fullmatch(path.name) and _is_own_file(path):
            path.unlink()
    with suppress(OSError):  # not empty: somebody else's file is in it
        work.rmdir()


def _is_own_file(path: Path) -> bool:
    found = path.lstat()
    return stat.S_ISREG(found.st_mode) and not _is_of_others(found)


@contextmanager
def as_old_as_before(output: Path) -> Iterator[None]:
    """Restore the private folder's modification time after the block.

    It is the time of the last run, from which ``keep_days`` are counted.
    """
    private = output / PRIVATE
    refuse_strange(output, private)
    before = private.stat() if private.is_dir() else None
    try:
        yield
    finally:
        if before:
            with suppress(OSError):
                os.utime(private, ns=(before.st_atime_ns, before.st_mtime_ns))

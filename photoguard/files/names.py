"""Names: what an output folder holds, and what is safe to print."""

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
    """Return a name that cannot move a cursor, hide its end or run right to left."""
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
"""Of a picture: what is added to its name, and what takes its ending's place."""
SHELVES = frozenset({"valmiit", "tarkistettavat", "klara", "att-granska", "ready", "review"})
"""The folders for finished copies, in all languages; the catalogue of words has the same."""
TEXTS = frozenset({"tekstit", "texter", "texts"})
"""The folders on a shelf for sidecars that shall not lie beside their pictures."""

UNFINISHED = "writing-"
"""With which names of files begin that are not whole yet; the next start clears them away."""
WORK = "work-"
"""With which the names of the private folders begin in which copies are made."""

STEM = r"[^\W_](?:[^\W_]|-)*-(?P<number>[0-9]{3}|[1-9][0-9]{3,})"
"""A prefix, of letters, digits and hyphens, and a number of at least three digits."""
SUFFIXES = "|".join(each.suffix for each in OutputFormat)
"""How names of copies end, as alternatives of a regular expression."""
_PICTURE = re.compile(rf"(?P<shelf>[a-z-]+)/{STEM}\.(?:{SUFFIXES})")
_IN_WORK = re.compile(rf"{STEM}\.(?:txt|clock|(?:{SUFFIXES})(?:\.xmp)?)")
_WHOLE = "|".join(map(re.escape, (MANIFEST, REPORT, SHEET)))
_UNFINISHED = re.compile(rf"{UNFINISHED}[0-9a-f]{{32}}-(?:{_WHOLE})")
_WORK = re.compile(rf"{WORK}[0-9a-f]{{12}}")
_NAME_SURROGATE = 0x2000_0000
"""Bit of a reparse tag (ntifs.h) that links and junctions of Windows have, and that files
which a cloud service keeps do not."""


def is_place(place: object) -> bool:
    """Tell whether ``place`` is a copy's path below an output as the program gives them."""
    if not isinstance(place, str):
        return False
    found = _PICTURE.fullmatch(place)
    return bool(found and found["shelf"] in SHELVES)


def is_of_a_copy(place: str) -> bool:
    """Tell whether ``place`` may be a copy's path below an output, or that of a sidecar."""
    return any(map(is_place, _pictures_of(place)))


def place_in(output: Path, place: str) -> Path:
    """Return where a copy or a sidecar of ``output`` lies; the one check before it is touched.

    Raises OutputError where the name is none of ours, or where a link or a file of somebody
    else's is on the way.
    """
    path = output / place
    if not is_of_a_copy(place):
        raise OutputError("journal.damaged")
    refuse_strange(output, path.parent.parent, path.parent, path)
    return path


def _pictures_of(place: str) -> tuple[str, ...]:
    """Return what a picture may be called of which ``place`` is the picture or a sidecar."""
    xmp, text = SIDECARS
    shelf, _, rest = place.partition("/")
    folder, _, name = rest.partition("/")
    if folder in TEXTS and name.endswith(SIDECARS):
        place = f"{shelf}/{name}"
    if place.endswith(text):
        return (f"{place.removesuffix(text)}.jpg",)
    return place, place.removesuffix(xmp)


def refuse_strange(*paths: Path) -> None:
    """Raise OutputError for what is there and is a link or belongs to somebody else."""
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
    """Tell whether a first run may use a folder: nothing in it bears a name of ours.

    Names are compared as a disk does that does not tell A from a. A private folder that
    holds only what is ``begun`` there, a killed run left. Raises OSError.
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
    """Return where the XMP and the text of a picture lie: beside it, or in the folder ``texts``."""
    place = copy.parent / texts / copy.name if texts else copy
    return place.with_name(place.name + SIDECARS[0]), place.with_suffix(SIDECARS[1])


def all_sidecars_of(copy: AnyPath) -> tuple[AnyPath, ...]:
    """Return every place where a sidecar of a picture may lie, whatever the settings were."""
    return tuple(path for texts in ("", *sorted(TEXTS)) for path in sidecars_of(copy, texts))


def remove_copy(output: Path, place: str) -> None:
    """Remove a picture and then its sidecars; raises OSError, and OutputError as ``place_in``.

    The picture goes first, so that an interruption leaves none without its words.
    """
    copy = place_in(output, place)
    for path in (copy, *all_sidecars_of(copy)):
        refuse_strange(path.parent, path)
        path.unlink(missing_ok=True)


def clear_unfinished(output: Path) -> None:
    """Remove from the private folder what interrupted runs left; what is not ours stays.

    Raises OSError.
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
    with suppress(OSError):  # somebody keeps something there
        work.rmdir()


def _is_own_file(path: Path) -> bool:
    found = path.lstat()
    return stat.S_ISREG(found.st_mode) and not _is_of_others(found)


@contextmanager
def as_old_as_before(output: Path) -> Iterator[None]:
    """Give the private folder back the time that it had, whatever is changed meanwhile.

    That time says when the last run was, and ``keep_days`` are counted from it.
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

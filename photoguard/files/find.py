"""Finds the photos below folders, and decides where their copies go."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from photoguard.errors import FolderOverlapError, NoPhotosError, UsageTrouble
from photoguard.files.digests import digest_file
from photoguard.files.kinds import PICTURES, Kind, is_of_the_system, is_table, kind_of
from photoguard.files.names import NOTES, PRIVATE, SHELVES, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Source:
    """A file below a given folder."""

    path: Path
    name: str
    """Its path below the folder: POSIX, and NFC unless two files would then be the same."""


@dataclass(frozen=True, slots=True)
class Passed:
    """Something in a folder that is not prepared, but listed with the reason."""

    source: Source
    code: str
    """The code of the reason's sentence."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """The sentence's parameters."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One folder of photos, or all loose files of a call, and where their copies go."""

    root: Path
    output: Path
    photos: tuple[Source, ...]
    videos: tuple[Source, ...] = ()
    loose: bool = False
    passed: tuple[Passed, ...] = ()
    """What else is only listed: documents, links, the system's folders, this program's outputs."""
    tables: tuple[Path, ...] = ()
    """All tables in the folder and below."""

    @property
    def beside(self) -> Path | None:
        """The folder whose photoguard.toml counts for these photos; None for loose files."""
        return None if self.loose else self.root


def digests_of(batch: Batch) -> dict[str, str]:
    """Return the SHA-256 of each readable photo by its source's name."""
    found = {}
    for source in batch.photos:
        with suppress(OSError):
            found[source.name] = digest_file(source.path)
    return found


def gather(paths: Sequence[Path], output: Path | None = None) -> list[Batch]:
    """Return a batch for each folder in ``paths`` and one for all loose files together.

    Raises UsageTrouble where a path does not exist or lies in an output, and for tables
    without their photos, FolderOverlapError where output and input lie inside each other,
    NoPhotosError where no file may be a photo.
    """
    missing = next((path for path in paths if not is_there(path)), None)
    if missing is not None:
        raise UsageTrouble("files.no_such_file", name=printable(missing.name))
    own = next((path for path in paths if _lies_in_output(path.resolve())), None)
    if own is not None:
        raise UsageTrouble("files.own_output", name=printable(own.name))
    folders = _distinct(path.resolve() for path in paths if path.is_dir())
    loose = _without_tables((_absolute(path) for path in paths if not path.is_dir()), folders)
    several = len(folders) + bool(loose) > 1
    batches = [_folder_batch(folder, _place(output, folder.name, several)) for folder in folders]
    if loose:
        batches.append(_loose_batch(loose, _place(output, "photos", several)))
    for batch in batches:
        _refuse_overlap(batch)
    if not any(batch.photos for batch in batches):
        raise NoPhotosError("files.no_photos")
    return [batch for batch in batches if batch.photos or batch.videos or batch.passed]


def output_beside(folder: Path) -> Path:
    """Return the usual output of ``folder``, which lies beside it."""
    return folder.with_name(f"{folder.name}-photoguard")


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the regular files, of any kind, that a run over ``folder`` would look at."""
    return iter(_Walk(folder))


def is_there(path: Path) -> bool:
    """Tell whether a folder or a file exists; False also where the system refuses the path."""
    with suppress(OSError):
        return path.is_dir() or path.is_file()
    return False


def is_folder(path: Path) -> bool:
    """Tell whether a folder exists; False also where the system refuses the path."""
    return is_there(path) and path.is_dir()


def _without_tables(paths: Iterable[Path], folders: Sequence[Path]) -> list[Path]:
    """Return the loose files without tables that lie in one of the given folders.

    Raises UsageTrouble where only tables are left, since these would be ignored.
    """
    loose = [path for path in _distinct(paths) if path.parent not in folders or not is_table(path)]
    if loose and all(map(is_table, loose)):
        raise UsageTrouble("files.table_astray", name=printable(loose[0].name))
    return loose


def _absolute(path: Path) -> Path:
    return path.parent.resolve() / path.name


def _distinct(paths: Iterable[Path]) -> list[Path]:
    return list(dict.fromkeys(paths))


def _place(output: Path | None, name: str, several: bool) -> Path | None:  # noqa: FBT001
    if output is None:
        return None
    return output.resolve() / f"{name}-photoguard" if several else output.resolve()


def _folder_batch(folder: Path, output: Path | None) -> Batch:
    if not (output or folder.name):
        raise UsageTrouble("files.whole_drive")
    place = output or output_beside(folder)
    walk = _Walk(folder)
    kinds = {path: kind_of(path) for path in walk}
    tables = tuple(path for path in kinds if is_table(path))
    kinds |= dict.fromkeys(walk.closed, Kind.PHOTO)
    passed = {source.path: source for source in _sources(walk.passed, folder)}
    found = {source: kinds[source.path] for source in _sources(kinds, folder)}
    return Batch(
        root=folder,
        output=place,
        photos=_of(Kind.PHOTO, found),
        videos=_of(Kind.VIDEO, found),
        passed=(
            *_passed_by(found),
            *(Passed(passed[path], code) for path, code in walk.passed.items()),
        ),
        tables=tables,
    )


def _of(kind: Kind, found: Mapping[Source, Kind]) -> tuple[Source, ...]:
    return tuple(source for source, its in found.items() if its is kind)


def _passed_by(found: Mapping[Source, Kind]) -> Iterator[Passed]:
    """Yield the files that are listed as not handled, such as archives and documents."""
    for source, kind in found.items():
        if kind not in {Kind.PHOTO, Kind.VIDEO, Kind.COMPANION}:
            yield Passed(source, kind.value)


def _loose_batch(files: list[Path], output: Path | None) -> Batch:
    root = files[0].parent
    names = _loose_names(files, root)
    found = {Source(path, names[path]): kind_of(path) for path in files}
    # A file that was given by name is prepared like a photo; if it is none, that gives the reason.
    found = {s: Kind.PHOTO if kind is Kind.OTHER else kind for s, kind in found.items()}
    found |= {s: Kind.TABLE for s in found if is_table(s.path) and s.name.casefold() not in NOTES}
    return Batch(
        root,
        output or root / "photos-photoguard",
        _of(Kind.PHOTO, found),
        _of(Kind.VIDEO, found),
        loose=True,
        passed=tuple(_passed_by(found)),
    )


def _loose_names(files: list[Path], root: Path) -> dict[Path, str]:
    """Return a name for each file, with its folder if it lies outside ``root``."""
    names: dict[Path, str] = {}
    for path in files:
        inside = path.is_relative_to(root)
        name = path.relative_to(root).as_posix() if inside else path.as_posix().lstrip("/")
        names[path] = name
    return _composed(names)


def _sources(paths: Iterable[Path], root: Path) -> list[Source]:
    names = _composed({path: path.relative_to(root).as_posix() for path in paths})
    return [Source(path, name) for path, name in names.items()]


def _composed(names: dict[Path, str]) -> dict[Path, str]:
    """Return the names in NFC, except names that would then be the same."""
    composed = {path: unicodedata.normalize("NFC", name) for path, name in names.items()}
    spelt = Counter(composed.values())
    return {path: name if spelt[name] == 1 else names[path] for path, name in composed.items()}


class _Walk:
    """Iterates over the regular files below a folder, sorted.

    While iterating it fills ``closed``, folders that cannot be read, and ``passed``, what is
    not handled and the code of the reason.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.closed: list[Path] = []
        self.passed: dict[Path, str] = {}
        self._system: set[str] = set()

    def __iter__(self) -> Iterator[Path]:
        for current, folders, names in os.walk(self.folder, onerror=self._close):
            here = Path(current)
            folders[:] = [name for name in sorted(folders) if self._enters(here / name)]
            for name in sorted(names):
                path = here / name
                if not name.startswith(".") and self._takes(path):
                    yield path

    def _close(self, trouble: OSError) -> None:
        self.closed.append(Path(os.fsdecode(trouble.filename or self.folder)))

    def _enters(self, folder: Path) -> bool:
        """Tell whether a folder is searched; note in ``passed`` why it is not.

        Not searched are links, outputs of this program and the system's folders, which hold
        deleted photos; of these only the first of each name is noted.
        """
        if is_of_the_system(folder.name):
            if folder.name.casefold() not in self._system:
                self._system.add(folder.name.casefold())
                self.passed[folder] = "reasons.not_handled_system"
            return False
        if folder.name.startswith("."):
            return False
        if is_link(folder):
            self.passed[folder] = "reasons.not_handled_link"
        elif _is_output(folder):
            self.passed[folder] = "reasons.not_handled_output"
        elif folder.suffix.lower().lstrip(".") in PICTURES:
            self.passed[folder] = "reasons.not_handled_folder"
            return True
        return folder not in self.passed

    def _takes(self, path: Path) -> bool:
        """Tell whether a path is a regular file; note in ``passed`` why it is not."""
        with suppress(OSError):
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                return True
            is_link = stat.S_ISLNK(mode)
            code = "reasons.not_handled_link" if is_link else "reasons.not_handled_special"
            self.passed[path] = code
        return False


def is_link(folder: Path) -> bool:
    """Tell whether a path is a link; False also where the system refuses the path."""
    with suppress(OSError):
        return folder.is_symlink()
    return False


def _lies_in_output(path: Path) -> bool:
    """Tell whether a path is an output folder, one of its shelves, or a file on a shelf."""
    shelf = path if path.is_dir() else path.parent
    return _is_output(path) or (shelf.name in SHELVES and _is_output(shelf.parent))


def _is_output(folder: Path) -> bool:
    with suppress(OSError):
        return os.path.lexists(folder / PRIVATE)
    return False


def _refuse_overlap(batch: Batch) -> None:
    output = batch.output.resolve()
    if not batch.loose and (output == batch.root or output.is_relative_to(batch.root)):
        raise FolderOverlapError("files.output_inside_input")
    if any(source.path.is_relative_to(output) for source in batch.photos):
        raise FolderOverlapError("files.input_inside_output")

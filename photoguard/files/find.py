"""Find photos below folders and decide where their copies go."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from photoguard.errors import FolderOverlapError, NoPhotosError, UsageTrouble
from photoguard.files.names import PRIVATE, SHELVES, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def _suffixes(words: str) -> frozenset[str]:
    return frozenset(words.split())


PICTURES = _suffixes(
    "jpg jpeg jpe jfif mpo png apng webp heic heif hif avif tif tiff bmp dib gif "
    "dng cr2 cr3 nef arw orf rw2 raf psd jp2 jxl ico"
)
VIDEOS = _suffixes("mp4 mov m4v avi mkv webm 3gp 3g2 mts m2ts wmv mpg mpeg")
COMPANIONS = _suffixes("xmp aae csv xlsx toml txt html json db ini lnk url thm")
"""Files that lie beside photos and are no photos; the tables and settings are read elsewhere."""

_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\0", b"MM\0*")


class Kind(Enum):
    """What a file in a folder of photos is, as far as its name and first bytes tell."""

    PHOTO = "photo"
    VIDEO = "video"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Source:
    """A file as given: where it is, and its name below the folder (POSIX, NFC)."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Passed:
    """Something in a folder that is not handled, and the code of the sentence that says why."""

    source: Source
    code: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One folder of photos, or loose files together, and where their copies go."""

    root: Path
    output: Path
    photos: tuple[Source, ...]
    videos: tuple[Source, ...] = ()
    loose: bool = False
    passed: tuple[Passed, ...] = ()
    """What else is told as not handled: links, pipes, devices, outputs of ours."""

    @property
    def beside(self) -> Path | None:
        """The folder whose own photoguard.toml speaks for these photos; None for loose files."""
        return None if self.loose else self.root


def gather(paths: Sequence[Path], output: Path | None = None) -> list[Batch]:
    """Return a batch for each folder in ``paths`` and one for all loose files together.

    Raises UsageTrouble where a path does not exist or lies in an output, FolderOverlapError
    where output and input lie inside each other, NoPhotosError where nothing could be a photo.
    """
    missing = next((path for path in paths if not _is_there(path)), None)
    if missing is not None:
        raise UsageTrouble("files.no_such_file", name=printable(missing.name))
    own = next((path for path in paths if _lies_in_output(path.resolve())), None)
    if own is not None:
        raise UsageTrouble("files.own_output", name=printable(own.name))
    folders = _distinct(path.resolve() for path in paths if path.is_dir())
    loose = _distinct(_absolute(path) for path in paths if not path.is_dir())
    several = len(folders) + bool(loose) > 1
    batches = [_folder_batch(folder, _place(output, folder.name, several)) for folder in folders]
    if loose:
        batches.append(_loose_batch(loose, _place(output, "photos", several)))
    for batch in batches:
        _refuse_overlap(batch)
    if not any(batch.photos for batch in batches):
        raise NoPhotosError("files.no_photos")
    return [batch for batch in batches if batch.photos or batch.videos]


def _is_there(path: Path) -> bool:
    with suppress(OSError):
        return path.is_dir() or path.is_file()
    return False


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
    place = output or folder.with_name(f"{folder.name}-photoguard")
    walk = _Walk(folder)
    kinds = {path: _kind(path) for path in walk}
    kinds |= dict.fromkeys(walk.closed, Kind.PHOTO)
    passed = {source.path: source for source in _sources(walk.passed, folder)}
    found = [(kinds[source.path], source) for source in _sources(kinds, folder)]
    return Batch(
        root=folder,
        output=place,
        photos=tuple(source for kind, source in found if kind is Kind.PHOTO),
        videos=tuple(source for kind, source in found if kind is Kind.VIDEO),
        passed=tuple(Passed(passed[path], code) for path, code in walk.passed.items()),
    )


def _loose_batch(files: list[Path], output: Path | None) -> Batch:
    root = files[0].parent
    names = _loose_names(files, root)
    sources = [Source(path, names[path]) for path in files]
    videos = tuple(source for source in sources if _kind(source.path) is Kind.VIDEO)
    photos = tuple(source for source in sources if source not in videos)
    return Batch(root, output or root / "photos-photoguard", photos, videos, loose=True)


def _loose_names(files: list[Path], root: Path) -> dict[Path, str]:
    """Name files outside ``root`` by their folder too, so that two of one name stay two."""
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
    """Return names in NFC; files that would then share one keep their own."""
    composed = {path: unicodedata.normalize("NFC", name) for path, name in names.items()}
    spelt = Counter(composed.values())
    return {path: name if spelt[name] == 1 else names[path] for path, name in composed.items()}


class _Walk:
    """Goes through a folder, sorted, and yields its regular files.

    ``closed`` are folders that cannot be read; ``passed`` is what is not handled, and why:
    whatever somebody may have taken for a photo is told.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.closed: list[Path] = []
        self.passed: dict[Path, str] = {}

    def __iter__(self) -> Iterator[Path]:
        for current, folders, names in os.walk(self.folder, onerror=self._close):
            here = Path(current)
            shown = (name for name in sorted(folders) if not name.startswith("."))
            folders[:] = [name for name in shown if self._enters(here / name)]
            for name in sorted(names):
                path = here / name
                if not name.startswith(".") and self._takes(path):
                    yield path

    def _close(self, trouble: OSError) -> None:
        self.closed.append(Path(os.fsdecode(trouble.filename or self.folder)))

    def _enters(self, folder: Path) -> bool:
        """Tell whether a folder is gone through; a link or an output of ours is not."""
        if _is_link(folder):
            self.passed[folder] = "reasons.not_handled_link"
        elif _is_output(folder):
            self.passed[folder] = "reasons.not_handled_output"
        elif folder.suffix.lower().lstrip(".") in PICTURES:
            self.passed[folder] = "reasons.not_handled_folder"
            return True
        return folder not in self.passed

    def _takes(self, path: Path) -> bool:
        """Tell whether a file is a regular one; one that vanished meanwhile is none."""
        with suppress(OSError):
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                return True
            is_link = stat.S_ISLNK(mode)
            code = "reasons.not_handled_link" if is_link else "reasons.not_handled_special"
            self.passed[path] = code
        return False


def _is_link(folder: Path) -> bool:
    with suppress(OSError):
        return folder.is_symlink()
    return False


def _lies_in_output(path: Path) -> bool:
    """Tell whether a path is an output folder, one of its shelves, or a copy on one."""
    shelf = path if path.is_dir() else path.parent
    return _is_output(path) or (shelf.name in SHELVES and _is_output(shelf.parent))


def _is_output(folder: Path) -> bool:
    with suppress(OSError):
        return os.path.lexists(folder / PRIVATE)
    return False


def _kind(path: Path) -> Kind:
    suffix = path.suffix.lower().lstrip(".")
    if suffix in PICTURES:
        return Kind.PHOTO
    if suffix in VIDEOS:
        return Kind.VIDEO
    if suffix in COMPANIONS:
        return Kind.OTHER
    return Kind.PHOTO if _looks_like_a_picture(path) else Kind.OTHER


def _looks_like_a_picture(path: Path) -> bool:
    with suppress(OSError), path.open("rb") as readable:
        head = readable.read(16)
        is_container = head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        return is_container or head.startswith(_SIGNATURES)
    return False


def _refuse_overlap(batch: Batch) -> None:
    output = batch.output.resolve()
    if not batch.loose and (output == batch.root or output.is_relative_to(batch.root)):
        raise FolderOverlapError("files.output_inside_input")
    if any(source.path.is_relative_to(output) for source in batch.photos):
        raise FolderOverlapError("files.input_inside_output")

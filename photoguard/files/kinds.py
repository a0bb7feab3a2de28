"""The kind of a file or folder among photos, by its name and first bytes."""

from __future__ import annotations

import re
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Kind(Enum):
    """The kind of a file in a photo folder; most values are the code with which it is listed."""

    PHOTO = "photo"
    VIDEO = "video"
    COMPANION = "companion"
    """Sidecars, readable tables, settings and the system's files, which are not listed."""
    EDIT = "reasons.not_handled_edit"
    ARCHIVE = "reasons.not_handled_archive"
    DOCUMENT = "reasons.not_handled_document"
    TABLE = "reasons.not_handled_table"
    """A spreadsheet in a format that is not read; it is listed since it may hold notes."""
    OTHER = "reasons.not_handled_file"


def _suffixes(words: str) -> frozenset[str]:
    return frozenset(words.split())


PICTURES = _suffixes(
    "jpg jpeg jpe jfif mpo png apng webp heic heif hif avif tif tiff bmp dib gif "
    "dng cr2 cr3 nef arw orf rw2 raf psd jp2 jxl ico"
)
VIDEOS = _suffixes("mp4 mov m4v avi mkv webm 3gp 3g2 mts m2ts wmv mpg mpeg insv lrv")
EDITS = _suffixes("aae pp3 arp dop on1 nksc")
"""Suffixes of files in which Apple, RawTherapee, ART, DxO, ON1 and Nikon describe edits."""
_BY_SUFFIX = {
    Kind.PHOTO: PICTURES,
    Kind.VIDEO: VIDEOS,
    Kind.COMPANION: _suffixes("xmp csv xlsx toml txt html json db ini lnk url thm"),
    Kind.EDIT: EDITS,
    Kind.ARCHIVE: _suffixes("zip 7z rar tar gz tgz bz2 xz zst cab iso dmg"),
    Kind.DOCUMENT: _suffixes(
        "pdf doc docx docm dot dotx odt ott rtf pages ppt pptx ppsx odp key pub one eml msg epub"
    ),
    Kind.TABLE: _suffixes("xls xlsm ods numbers"),
}
_SUFFIXES = {suffix: kind for kind, suffixes in _BY_SUFFIX.items() for suffix in suffixes}

_HEAD = 64
_BY_START = (
    (Kind.PHOTO, (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\0", b"MM\0*")),
    (Kind.VIDEO, (b"\x1aE\xdf\xa3", b"\0\0\1\xba", b"FLV\1")),
    (Kind.ARCHIVE, (b"PK\3\4", b"Rar!\x1a\7", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08")),
    (Kind.DOCUMENT, (b"%PDF", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")),
)
_STILL_BRANDS = frozenset(
    {
        b"heic",
        b"heix",
        b"heim",
        b"heis",
        b"hevc",
        b"hevx",
        b"mif1",
        b"msf1",
        b"avif",
        b"avis",
        b"crx ",
    }
)
_VIDEO_BOXES = frozenset({b"moov", b"mdat", b"wide"})

_SYSTEM_FOLDERS = frozenset(
    {
        *("$recycle.bin", "recycler", "recycled", "system volume information", "lost+found"),
        *("#recycle", "@recycle", ".recycle", "@eadir", "#snapshot", "@recently-snapshot"),
        *("@__thumb", ".@__thumb", ".@upload_cache", ".thumbnails", ".thumbs", ".thumbcache"),
        *(".spotlight-v100", ".fseventsd", ".documentrevisions-v100", ".temporaryitems"),
        *("temporary items", "network trash folder", ".appledouble", "__macosx"),
        *(".snapshot", ".snapshots", ".stversions", ".dropbox.cache", ".dtrash", ".globaltrash"),
        *(".tmp.drivedownload", ".tmp.driveupload", ".picasaoriginals"),
    }
)
"""Folders of deleted files and thumbnails, of systems, network drives and photo programs."""
_SYSTEM_PATTERN = re.compile(
    r"\.trash.*|\.deleted.*|found\.\d+|.*\.(?:photoslibrary|aplibrary|lrdata)", re.DOTALL
)


def is_table(path: Path) -> bool:
    """Tell by the suffix whether a file is a table, in a format that is read or another one."""
    suffix = path.suffix.lower().lstrip(".")
    return suffix in {"csv", "xlsx"} or _SUFFIXES.get(suffix) is Kind.TABLE


def is_of_the_system(folder: str) -> bool:
    """Tell by its name whether a folder holds deleted files, thumbnails or a program's data."""
    name = folder.casefold()
    return name in _SYSTEM_FOLDERS or _SYSTEM_PATTERN.fullmatch(name) is not None


def kind_of(path: Path) -> Kind:
    """Return the kind of a file, by its suffix where that is known, else by its first bytes."""
    known = _SUFFIXES.get(path.suffix.lower().lstrip("."))
    if known is not None:
        return known
    head = b""
    with suppress(OSError), path.open("rb") as readable:
        head = readable.read(_HEAD)
    return _by_start(head)


def _by_start(head: bytes) -> Kind:
    if head[4:8] == b"ftyp":
        brands = {head[8:12], *(head[at : at + 4] for at in range(16, len(head) - 3, 4))}
        return Kind.PHOTO if brands & _STILL_BRANDS else Kind.VIDEO
    if head[:4] == b"RIFF":
        return {b"WEBP": Kind.PHOTO, b"AVI ": Kind.VIDEO}.get(head[8:12], Kind.OTHER)
    if head[4:8] in _VIDEO_BOXES:
        return Kind.VIDEO
    return next((kind for kind, starts in _BY_START if head.startswith(starts)), Kind.OTHER)

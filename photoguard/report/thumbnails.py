"""Small pictures for the report, made of finished copies only.

Making one takes longer than all else that a report tells of a photo, so the report itself
keeps them: each is signed with a key of this user, and the next report takes over those
whose copy still lies there unchanged. Nothing is kept beside the report, and with a copy
that has left its small picture leaves too.
"""

from __future__ import annotations

import base64
import hmac
import io
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from photoguard.errors import WriteError
from photoguard.files import REPORT, digest, digest_file, open_regular, user_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from pathlib import Path

SIDE = 400
"""Longest side in pixels: sharp enough at 200 % on a card, small enough for 1,000 photos."""
QUALITY = 72
FORMATS = ("JPEG", "PNG", "WEBP")
_MOST_LINE = 1 << 20
"""Bytes of a line of the report before; a small picture has far fewer."""
_LINE = re.compile(
    rb'<image id="[^"]*" data-of="([0-9a-f]{64})" data-mac="([0-9a-f]{64})" '
    rb'href="(data:image/jpeg;base64,[A-Za-z0-9+/=]*)" width="(\d+)" height="(\d+)"/>\s*'
)
_BEGINS, _OF = b'<image id="', b' data-of="'


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small JPEG as a data URI, with its width and height in pixels."""

    uri: str
    width: int
    height: int
    copy: str = ""
    """SHA-256 of the copy that it shows."""
    mac: str = ""
    """The signature with which the next report takes it over; "" where nothing can be signed."""

    def shrunk(self, side: int) -> Thumbnail:
        """Return it smaller: ``side`` is the longest one in pixels."""
        return _shrunk(self.content, side, gap=1.0)

    @property
    def content(self) -> bytes:
        """The JPEG itself."""
        return base64.b64decode(self.uri.partition(",")[2])


def thumbnail(folder: Path, output: str, sha256: str, side: int = SIDE) -> Thumbnail | None:
    """Return a small fresh picture of a finished copy, None where it is not there unchanged.

    ``output`` is a POSIX path below ``folder``, ``side`` the longest one in pixels. A file
    whose digest is not the one that was verified is never shown: it may be somebody's original.
    """
    path = (folder / output).resolve()
    if not path.is_relative_to(folder.resolve()):
        return None
    try:
        content = path.read_bytes()
        return _shrunk(content, side) if digest(content) == sha256 else None
    except (OSError, ValueError):
        return None


def _shrunk(content: bytes, side: int, gap: float = 1.5) -> Thumbnail:
    """Return a picture smaller; it is decoded no smaller than ``gap`` times as long."""
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        # JPEG is decoded at a half, a quarter or an eighth of its size: far less work.
        opened.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=gap)
        small = opened.convert("RGB")
    stream = io.BytesIO()
    # A new image from bare pixels: nothing that was opened reaches the encoder.
    fresh = Image.frombytes("RGB", small.size, small.tobytes())
    fresh.save(stream, "JPEG", quality=QUALITY, optimize=True)
    uri = "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()
    return Thumbnail(uri, fresh.width, fresh.height)


class Album:
    """The small pictures of an output: those of its report, and fresh ones of other copies."""

    def __init__(self, folder: Path) -> None:
        """Look where in the report of ``folder`` which picture stands; none is held in memory."""
        self.folder = folder
        self._key = _key()
        self._report: BufferedReader | None = None
        self._at: dict[str, int] = {}
        with suppress(OSError):
            self._report = open_regular(folder / REPORT, follow=False)
            self._at = dict(_places(self._report))

    def __enter__(self) -> Self:
        """Hand the album to a with statement."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the report before, so that a new one can take its place."""
        if self._report is not None:
            self._report.close()

    def of(self, output: str, sha256: str) -> Thumbnail | None:
        """Return the small picture of a finished copy, as ``thumbnail`` does."""
        if (found := self._earlier(sha256)) and self._is_there(output, sha256):
            return found
        fresh = thumbnail(self.folder, output, sha256)
        return fresh and self._signed(replace(fresh, copy=sha256))

    def _is_there(self, output: str, sha256: str) -> bool:
        with suppress(OSError, ValueError):
            path = (self.folder / output).resolve()
            return path.is_relative_to(self.folder.resolve()) and digest_file(path) == sha256
        return False

    def _earlier(self, sha256: str) -> Thumbnail | None:
        """Return the picture of the report before, None where this user did not sign one."""
        if self._report is None or sha256 not in self._at:
            return None
        with suppress(OSError):
            self._report.seek(self._at[sha256])
            if found := _LINE.fullmatch(self._report.readline(_MOST_LINE)):
                copy, mac, uri, width, height = (part.decode() for part in found.groups())
                signed = self._signed(Thumbnail(uri, int(width), int(height), copy))
                if copy == sha256 and hmac.compare_digest(signed.mac, mac):
                    return signed
        return None

    def _signed(self, small: Thumbnail) -> Thumbnail:
        if not self._key:
            return small
        parts = (SIDE, QUALITY, small.copy, small.width, small.height, small.uri)
        text = "small picture " + " ".join(map(str, parts))
        return replace(small, mac=hmac.digest(self._key, text.encode(), "sha256").hex())


def _key() -> bytes:
    """Return the key of this user; nothing where there is none, and nothing is taken over."""
    with suppress(OSError, WriteError):
        return user_key()
    return b""


def _places(report: BufferedReader) -> Iterator[tuple[str, int]]:
    """Yield the digest of each copy of which a report holds a picture, and where that begins."""
    at = 0
    while line := report.readline(_MOST_LINE):
        if line.startswith(_BEGINS):
            digest_at = line.find(_OF) + len(_OF)
            yield line[digest_at : digest_at + 64].decode("ascii", "replace"), at
        at += len(line)

"""Makes the small pictures for the report, from finished copies only.

Making them is the slowest part of the report, so each report is also the cache for the next:
every picture in it is signed with a key of this user, and is reused if its copy is
unchanged. No other cache exists, so a small picture disappears together with its copy.
"""

from __future__ import annotations

import base64
import hmac
import io
import re
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING, Any, Self

from photoguard.errors import WriteError
from photoguard.files import REPORT, digest, digest_file, open_regular, user_key
from photoguard.pipeline.workers.jobs import usable_cores

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from concurrent.futures import Future
    from io import BufferedReader
    from pathlib import Path

SIDE = 400
"""Longest side in pixels: sharp at 200 % zoom on a card, small enough for 1,000 photos."""
QUALITY = 72
FORMATS = ("JPEG", "PNG", "WEBP")
_MOST_LINE = 1 << 20
"""Most bytes read of one line of the previous report; a small picture has far fewer."""
_MOST_THREADS = 4
_AHEAD = 2
"""Small pictures that each thread may have ready before they are asked for."""
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
    """SHA-256 of the copy it was made from."""
    mac: str = ""
    """The signature that lets the next report reuse it; "" if there is no key."""

    def shrunk(self, side: int) -> Thumbnail:
        """Return it with its longest side at most ``side`` pixels."""
        return _shrunk(self.content, side, gap=1.0)

    @property
    def content(self) -> bytes:
        """The bytes of the JPEG."""
        return base64.b64decode(self.uri.partition(",")[2])


def thumbnail(folder: Path, output: str, sha256: str, side: int = SIDE) -> Thumbnail | None:
    """Return a new small picture of a finished copy; None if the copy is missing or changed.

    ``output`` is a POSIX path below ``folder``, ``side`` the longest side in pixels. A file
    whose digest is not the verified one is never shown: it might be an original photo.
    """
    path = (folder / output).resolve()
    if not path.is_relative_to(folder.resolve()):
        return None
    try:
        content = path.read_bytes()
        return _shrunk(content, side) if digest(content) == sha256 else None
    except (OSError, ValueError):
        return None


def _shrunk(content: bytes, side: int, gap: float = 1.25) -> Thumbnail:
    """Return the picture with its longest side at most ``side``.

    While decoding it is shrunk to no less than ``gap`` times that size.
    """
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        # JPEG is decoded at a half, a quarter or an eighth of its size: far less work. Which of
        # them depends on both sides of the size that is asked for, so it has the right shape.
        least = gap * side / max(opened.size)
        opened.draft(None, (ceil(least * opened.width), ceil(least * opened.height)))
        opened.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=gap)
        small = opened.convert("RGB")
    stream = io.BytesIO()
    # A new image from bare pixels: nothing that was opened reaches the encoder.
    fresh = Image.frombytes("RGB", small.size, small.tobytes())
    fresh.save(stream, "JPEG", quality=QUALITY, optimize=True)
    uri = "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()
    return Thumbnail(uri, fresh.width, fresh.height)


class Album:
    """Gives the small pictures of an output folder: those of its last report, or new ones."""

    def __init__(self, folder: Path) -> None:
        """Index the pictures in the report of ``folder`` by position; none is kept in memory."""
        self.folder = folder
        self._key = _key()
        self._reading = threading.Lock()
        self._report: BufferedReader | None = None
        self._at: dict[str, int] = {}
        with suppress(OSError):
            self._report = open_regular(folder / REPORT, follow=False)
            self._at = dict(_places(self._report))

    def __enter__(self) -> Self:
        """Return the album."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the previous report, so that a new one can replace it."""
        if self._report is not None:
            self._report.close()

    def of(self, output: str, sha256: str) -> Thumbnail | None:
        """Return the small picture of a finished copy; see ``thumbnail``."""
        if (found := self._earlier(sha256)) and self._is_there(output, sha256):
            return found
        fresh = thumbnail(self.folder, output, sha256)
        return fresh and self._signed(replace(fresh, copy=sha256))

    def all_of(
        self, photos: Iterable[Mapping[str, Any]], side: int = SIDE
    ) -> Iterator[Thumbnail | None]:
        """Yield the small picture of each photo of a manifest; the next ones are made meanwhile.

        Their longest side is at most ``side`` pixels; None stands for a photo without a copy.
        """
        left = iter(photos)
        threads = min(_MOST_THREADS, usable_cores())
        with ThreadPoolExecutor(threads) as pool:
            waiting: deque[Future[Thumbnail | None]] = deque()
            while True:
                for photo in islice(left, _AHEAD * threads - len(waiting)):
                    waiting.append(pool.submit(self._of_photo, photo, side))
                if not waiting:
                    return
                yield waiting.popleft().result()

    def _of_photo(self, photo: Mapping[str, Any], side: int) -> Thumbnail | None:
        found = self.of(photo["output"], photo["output_sha256"]) if photo["output"] else None
        return found.shrunk(side) if found and side < SIDE else found

    def _is_there(self, output: str, sha256: str) -> bool:
        with suppress(OSError, ValueError):
            path = (self.folder / output).resolve()
            return path.is_relative_to(self.folder.resolve()) and digest_file(path) == sha256
        return False

    def _earlier(self, sha256: str) -> Thumbnail | None:
        """Return the picture in the previous report; None if there is none signed by this user."""
        if self._report is None or sha256 not in self._at:
            return None
        with suppress(OSError):
            with self._reading:
                self._report.seek(self._at[sha256])
                line = self._report.readline(_MOST_LINE)
            if found := _LINE.fullmatch(line):
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
    """Return this user's key; b"" if there is none, in which case no picture is reused."""
    with suppress(OSError, WriteError):
        return user_key()
    return b""


def _places(report: BufferedReader) -> Iterator[tuple[str, int]]:
    """Yield (SHA-256 of the copy, offset) for each picture in a report."""
    at = 0
    while line := report.readline(_MOST_LINE):
        if line.startswith(_BEGINS):
            digest_at = line.find(_OF) + len(_OF)
            yield line[digest_at : digest_at + 64].decode("ascii", "replace"), at
        at += len(line)

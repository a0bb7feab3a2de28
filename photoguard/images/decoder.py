"""The parent's side of decoding: starts workers, and replaces those that fail.

A malicious photo may have taken over the worker, so its answers are checked like any
untrusted input.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from photoguard import launch
from photoguard.errors import PhotoTrouble, RefusedError, SetupTrouble, UnreadableError
from photoguard.images.content import PLUGINS, recognise
from photoguard.images.values import ANSWER, LONGEST_ANSWER, QUESTION, Decoded
from photoguard.images.watch import Watch
from photoguard.model import Reason

if TYPE_CHECKING:
    from types import TracebackType

    from photoguard.images.values import DecodingLimits
    from photoguard.model import Pixels


_MILLION = 1_000_000
_TROUBLES = {kind.__name__: kind for kind in (UnreadableError, RefusedError)}
_CODE = re.compile(r"decode\.[a-z_]{1,40}")
_WORD = re.compile(r"[\w .()-]{1,40}", re.ASCII)
_LIMITS = ("megapixels", "memory_mb", "cpu_seconds", "wall_seconds")


class BrokenLinkError(Exception):
    """The worker did not answer, or its answer violates the protocol."""


class Link:
    """The connection to one worker, from its start to its end."""

    def __init__(self, limits: DecodingLimits, module: str) -> None:
        """Start ``module`` as the worker; raises OSError if the system cannot start a process."""
        self._limits = limits
        self._greeted = False
        bounds = json.dumps({name: getattr(limits, name) for name in _LIMITS})
        self.worker = launch.start(module, bounds, buffered=False)

    def greet(self) -> None:
        """Wait for a new worker to become ready; raises BrokenLinkError if it does not."""
        if not self._greeted and self._read_answer():
            raise BrokenLinkError
        self._greeted = True

    def ask(self, untrusted: bytes, max_side: int) -> Decoded:
        """Decode a photo; raises the PhotoTrouble that the worker reported, or BrokenLinkError."""
        self._write(QUESTION.pack(len(untrusted), max_side))
        self._write(untrusted)
        answer = self._read_answer()
        found = _trouble(answer) if "trouble" in answer else self._read_decoded(answer, max_side)
        if self.says_more():
            raise BrokenLinkError
        if isinstance(found, PhotoTrouble):
            raise found
        return found

    def says_more(self) -> bool:
        """Return whether the worker has sent anything unasked, or has ended."""
        return _waits(self.worker.stdout)

    def end(self, grace: float) -> int:
        """Close the pipe, wait ``grace`` seconds, then kill; return the exit status."""
        for pipe in (self.worker.stdin, self.worker.stdout):
            if pipe is not None:
                pipe.close()
        try:
            return self.worker.wait(grace)
        except subprocess.TimeoutExpired:
            self.worker.kill()
            return self.worker.wait()

    def _write(self, content: bytes) -> None:
        left = memoryview(content)
        while left:
            try:
                written = self.worker.stdin.write(left)  # type: ignore[union-attr]
            except (OSError, ValueError):
                raise BrokenLinkError from None
            left = left[written:]

    def _read_into(self, room: memoryview) -> None:
        while room:
            count = self.worker.stdout.readinto(room)  # type: ignore[union-attr]
            if not count:
                raise BrokenLinkError
            room = room[count:]

    def _read_answer(self) -> dict[str, Any]:
        header = bytearray(ANSWER.size)
        self._read_into(memoryview(header))
        (length,) = ANSWER.unpack(header)
        if length > LONGEST_ANSWER:
            raise BrokenLinkError
        raw = bytearray(length)
        self._read_into(memoryview(raw))
        try:
            answer = json.loads(raw)
        except (ValueError, RecursionError):
            raise BrokenLinkError from None
        if not isinstance(answer, dict):
            raise BrokenLinkError
        return answer

    def _read_decoded(self, answer: dict[str, Any], max_side: int) -> Decoded:
        try:
            width, height = self._size(answer["size"])
            _require(not max_side or max(width, height) <= max_side)
            _require(answer["format"] in PLUGINS and type(answer["orientation"]) is int)
            _require(answer["orientation"] in range(1, 9) and type(answer["notes"]) is list)
            original_size = self._size(answer["original_size"])
            notes = tuple(Reason(_own_code(code)) for code in answer["notes"])
        except (KeyError, TypeError, ValueError):
            raise BrokenLinkError from None
        pixels = self._read_pixels(width, height)
        return Decoded(pixels, original_size, answer["format"], answer["orientation"], notes)

    def _read_pixels(self, width: int, height: int) -> Pixels:
        import numpy as np

        pixels = np.empty((height, width, 3), np.uint8)
        self._read_into(pixels.data.cast("B"))
        return pixels

    def _size(self, untrusted: Any) -> tuple[int, int]:  # noqa: ANN401 - it may be anything
        width, height = untrusted
        _require(type(width) is int and type(height) is int)
        _require(min(width, height) > 0)
        _require(width * height <= self._limits.megapixels * _MILLION)
        return width, height


if sys.platform == "win32":
    import _winapi
    import msvcrt

    def _waits(pipe: Any) -> bool:  # noqa: ANN401 - see below
        """Tell whether a pipe holds bytes that nobody has read, or was closed at its far end."""
        try:
            return bool(_winapi.PeekNamedPipe(msvcrt.get_osfhandle(pipe.fileno()), 0)[0])
        except OSError:
            return True

else:
    import select

    def _waits(pipe: Any) -> bool:  # noqa: ANN401 - a pipe of this process, or None to mypy
        """Tell whether a pipe holds bytes that nobody has read, or was closed at its far end."""
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        return bool(poll.poll(0))


def _require(condition: bool) -> None:  # noqa: FBT001 - it is what it says
    if not condition:
        raise ValueError


def _own_code(untrusted: Any) -> str:  # noqa: ANN401 - it may be anything
    _require(isinstance(untrusted, str) and _CODE.fullmatch(untrusted) is not None)
    return str(untrusted)


def _parameter(untrusted: Any) -> str | int:  # noqa: ANN401 - it may be anything
    is_number = type(untrusted) is int and 0 <= untrusted <= sys.maxsize
    _require(is_number or (isinstance(untrusted, str) and _WORD.fullmatch(untrusted) is not None))
    return untrusted  # type: ignore[no-any-return]


def _trouble(answer: dict[str, Any]) -> PhotoTrouble:
    try:
        parameters = {name: _parameter(value) for name, value in answer["parameters"].items()}
        return _TROUBLES[answer["trouble"]](_own_code(answer["code"]), **parameters)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BrokenLinkError from None


MOST_PHOTOS = 50
"""Most photos that one worker decodes."""
_STARTING = 60.0
"""Seconds to wait for a worker to start: an antivirus scan or a waking computer may delay it."""
_STARTING_MB = 1024
_STARTS = 2
"""Attempts to start a worker before SetupTrouble is raised."""
_GRACE = 2.0
"""Seconds to wait for an idle or dying worker to end by itself."""


class Decoder:
    """Decodes photos one after the other, with one worker process at a time.

    A context manager, safe to share between threads, which then wait for each other. As a
    photo may take over its worker, the worker is replaced after any irregular end of a
    photo, and after ``MOST_PHOTOS``.
    """

    def __init__(self, limits: DecodingLimits, worker: str = "photoguard.images.worker") -> None:
        """Store the limits, which hold for each photo; ``worker`` is the module that decodes."""
        self._limits = limits
        self._module = worker
        self._link: Link | None = None
        self._photos = 0
        self.lost = 0
        """Number of workers that died, or were killed, while decoding a photo."""
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        """Start the worker; raises SetupTrouble if the system cannot start one."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the worker."""
        self.close()

    def start(self) -> None:
        """Start the worker, so that it is ready when the first photo comes.

        Raises SetupTrouble if the system cannot start one.
        """
        with self._turn:
            self._link = self._link or self._started()

    def close(self) -> None:
        """End the worker; decoding another photo would start a new one."""
        with self._turn:
            self._end(_GRACE)

    @property
    def pid(self) -> int | None:
        """The worker's process id; None if there is no worker."""
        return self._link.worker.pid if self._link else None

    def decode(self, untrusted: bytes, max_side: int = 0) -> Decoded:
        """Return upright sRGB pixels; their longest side is at most ``max_side`` (0: no limit).

        Raises UnreadableError and RefusedError with a code of the catalogue ``decode``, and
        SetupTrouble if no worker can be started. Content that is recognised as no photo by
        its first bytes is refused here, without a worker.
        """
        recognise(untrusted)
        with self._turn:
            try:
                link = self._greeted()
                return self._ask(link, untrusted, max_side)
            except PhotoTrouble:
                raise
            except BaseException:
                # Ctrl-C leaves the conversation in the middle of a sentence.
                self._end(0)
                raise

    def _ask(self, link: Link, untrusted: bytes, max_side: int) -> Decoded:
        self._photos += 1
        with Watch(link.worker, self._limits.wall_seconds, self._limits.memory_mb) as watch:
            try:
                return link.ask(untrusted, max_side)
            except PhotoTrouble:
                self._end(0)
                raise
            except BrokenLinkError:
                self.lost += 1
                status = self._end(_GRACE)
        raise watch.trouble or _cause_of_death(status, self._limits)

    def _greeted(self) -> Link:
        """Return a worker that is ready, after up to ``_STARTS`` attempts."""
        if self._link is not None and self._is_spent(self._link):
            self._end(0)
        for _ in range(_STARTS):
            link = self._link = self._link or self._started()
            with Watch(link.worker, _STARTING, _STARTING_MB), suppress(BrokenLinkError):
                link.greet()
                return link
            self._end(0)
        raise SetupTrouble("decode.no_worker")

    def _is_spent(self, link: Link) -> bool:
        """Return whether the worker died, sent data unasked, or has decoded MOST_PHOTOS."""
        return (
            link.worker.poll() is not None
            or self._photos >= MOST_PHOTOS
            or (self._photos > 0 and link.says_more())
        )

    def _started(self) -> Link:
        try:
            return Link(self._limits, self._module)
        except OSError:
            raise SetupTrouble("decode.no_worker") from None

    def _end(self, grace: float) -> int:
        link, self._link = self._link, None
        self._photos = 0
        return link.end(grace) if link else 0


def _cause_of_death(status: int, limits: DecodingLimits) -> PhotoTrouble:
    """Return the trouble to report for a photo whose worker ended with this exit status."""
    if hasattr(signal, "SIGXCPU") and status == -signal.SIGXCPU:
        return RefusedError("decode.too_slow", limit=limits.cpu_seconds)
    return UnreadableError("decode.worker_died")

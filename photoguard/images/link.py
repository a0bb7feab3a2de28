"""The parent's end of the line to one worker.

What the worker says is checked like anything untrusted: a photo may have taken it over.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photoguard.errors import PhotoTrouble, RefusedError, UnreadableError
from photoguard.images.content import PLUGINS
from photoguard.images.protocol import ANSWER, LONGEST_TOLD, QUESTION
from photoguard.images.values import Decoded
from photoguard.model import Reason

if TYPE_CHECKING:
    from photoguard.images.values import DecodingLimits
    from photoguard.model import Pixels

_MILLION = 1_000_000
_TROUBLES = {kind.__name__: kind for kind in (UnreadableError, RefusedError)}
_LIMITS = ("megapixels", "memory_mb", "cpu_seconds", "wall_seconds", "file_mb")


class BrokenLinkError(Exception):
    """The worker fell silent or said what no worker says."""


class Link:
    """One worker, from its start to its end."""

    def __init__(self, limits: DecodingLimits) -> None:
        """Start a worker; raises OSError where the system starts none."""
        self._limits = limits
        self._greeted = False
        told = json.dumps({name: getattr(limits, name) for name in _LIMITS})
        self.worker = subprocess.Popen(  # noqa: S603 - this interpreter, this package
            [sys.executable, "-P", "-m", "photoguard.images.worker", told],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def greet(self) -> None:
        """Wait once until the worker is ready; raises BrokenLinkError where it never is."""
        if not self._greeted and self._read_told():
            raise BrokenLinkError
        self._greeted = True

    def ask(self, untrusted: bytes, max_side: int) -> Decoded:
        """Have a photo decoded; raises what the worker found, or BrokenLinkError."""
        self._write(QUESTION.pack(len(untrusted), max_side))
        self._write(untrusted)
        told = self._read_told()
        if "trouble" in told:
            raise _trouble(told)
        return self._read_decoded(told, max_side)

    def end(self, grace: float) -> int:
        """Close the line, wait ``grace`` seconds, then kill; returns the exit status."""
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

    def _read_told(self) -> dict[str, Any]:
        header = bytearray(ANSWER.size)
        self._read_into(memoryview(header))
        (length,) = ANSWER.unpack(header)
        if length > LONGEST_TOLD:
            raise BrokenLinkError
        told = bytearray(length)
        self._read_into(memoryview(told))
        try:
            answer = json.loads(told)
        except ValueError:
            raise BrokenLinkError from None
        if not isinstance(answer, dict):
            raise BrokenLinkError
        return answer

    def _read_decoded(self, told: dict[str, Any], max_side: int) -> Decoded:
        try:
            width, height = _size(told["size"])
            decoded = Decoded(
                self._pixels(width, height, max_side),
                _size(told["original_size"]),
                told["format"] if told["format"] in PLUGINS else "",
                int(told["orientation"]),
                tuple(Reason(_own_code(code)) for code in told["notes"]),
            )
        except (KeyError, TypeError, ValueError):
            raise BrokenLinkError from None
        return decoded

    def _pixels(self, width: int, height: int, max_side: int) -> Pixels:
        import numpy as np

        if width * height > self._limits.megapixels * _MILLION:
            raise BrokenLinkError
        if max_side and max(width, height) > max_side:
            raise BrokenLinkError
        pixels = np.empty((height, width, 3), np.uint8)
        self._read_into(pixels.data.cast("B"))
        return pixels


def _environment() -> dict[str, str]:
    """Let the worker import what this interpreter imports, but nothing from where it stands.

    A folder of photos that somebody sends may hold a ``PIL.py``.
    """
    package = str(Path(__file__).resolve().parents[2])
    places = [place for place in sys.path if Path(place).is_absolute()]
    return {**os.environ, "PYTHONPATH": os.pathsep.join([*places, package])}


def _size(told: Any) -> tuple[int, int]:  # noqa: ANN401 - what was told may be anything
    width, height = told
    if not (isinstance(width, int) and isinstance(height, int) and min(width, height) > 0):
        raise ValueError(told)
    return width, height


def _own_code(told: Any) -> str:  # noqa: ANN401 - what was told may be anything
    code = str(told)
    if not (code.startswith("decode.") and code.replace("_", "").replace(".", "").isalpha()):
        raise ValueError(code)
    return code


def _trouble(told: dict[str, Any]) -> PhotoTrouble:
    try:
        parameters = {
            str(name): value
            for name, value in told["parameters"].items()
            if isinstance(value, str | int)
        }
        return _TROUBLES[told["trouble"]](_own_code(told["code"]), **parameters)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BrokenLinkError from None

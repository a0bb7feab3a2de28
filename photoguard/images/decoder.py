"""The parent's side of decoding: a worker that may fail, and is then replaced."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from photoguard.errors import PhotoTrouble, RefusedError, SetupTrouble, UnreadableError
from photoguard.images.content import recognise
from photoguard.images.link import BrokenLinkError, Link
from photoguard.images.watch import Watch

if TYPE_CHECKING:
    from types import TracebackType

    from photoguard.images.values import Decoded, DecodingLimits

MOST_PHOTOS = 50
"""How many photos one worker reads at most."""
_STARTING = 60.0
"""Seconds that a worker is given to start; a computer may be scanning or waking up."""
_STARTING_MB = 1024
_STARTS = 2
"""How often a worker is started before it is the computer's trouble."""
_GRACE = 2.0
"""Seconds that an idle or dying worker is given to end by itself."""


class Decoder:
    """Decodes many photos, one after the other, in one worker at a time.

    A context manager; threads may share it, and wait for each other. A photo may have taken
    its worker over: after every one that ended oddly, and after ``MOST_PHOTOS`` at the
    latest, the next photo gets a new one.
    """

    def __init__(self, limits: DecodingLimits, worker: str = "photoguard.images.worker") -> None:
        """Keep the limits that hold for each photo; ``worker`` is the module that decodes."""
        self._limits = limits
        self._module = worker
        self._link: Link | None = None
        self._photos = 0
        self.lost = 0
        """How many workers died, or were killed, with a photo in hand."""
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        """Start the worker already; raises SetupTrouble where the system starts none."""
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
        """Start the worker already, so that it is ready when the first photo comes.

        Raises SetupTrouble where the system starts none.
        """
        with self._turn:
            self._link = self._link or self._started()

    def close(self) -> None:
        """End the worker; a further photo would start a new one."""
        with self._turn:
            self._end(_GRACE)

    @property
    def pid(self) -> int | None:
        """The system's number of the worker, None while there is none."""
        return self._link.worker.pid if self._link else None

    def decode(self, untrusted: bytes, max_side: int = 0) -> Decoded:
        """Return upright sRGB pixels, their longest side at most ``max_side`` (0: any).

        Raises UnreadableError and RefusedError with a code of the catalogue ``decode``, and
        SetupTrouble where no worker can be started at all. What is no photo by its first
        bytes goes to no worker, so that a folder full of such files costs none either.
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
        raise watch.verdict or _cause_of_death(status, self._limits)

    def _greeted(self) -> Link:
        """Return a worker that is ready; one that died at its start is replaced once."""
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
        """Tell whether a worker died while idle, speaks unasked, or has had its photos."""
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
    """Tell from a worker's exit status what the photo did to it."""
    if hasattr(signal, "SIGXCPU") and status == -signal.SIGXCPU:
        return RefusedError("decode.too_slow", limit=limits.cpu_seconds)
    return UnreadableError("decode.worker_died")

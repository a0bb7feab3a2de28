"""Limits a worker's time on every system, and its memory where the system reports it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Self

from photoguard.errors import RefusedError

if TYPE_CHECKING:
    from types import TracebackType

_LOOK_EVERY = 0.05
_MEGABYTE = 1 << 20


class Watch:
    """A context manager that kills the worker if it exceeds its time or memory."""

    def __init__(self, worker: subprocess.Popen[bytes], seconds: float, memory_mb: int) -> None:
        """Watch ``worker`` from ``__enter__`` to ``__exit__``, for at most ``seconds``."""
        self._worker = worker
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._deadline = 0.0
        self.trouble: RefusedError | None = None
        """Why the worker was killed; None if it was not."""

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._deadline = time.monotonic() + self._seconds
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            self.trouble = self._exceeded_limit()
            if self.trouble is not None:
                self._worker.kill()
                return

    def _exceeded_limit(self) -> RefusedError | None:
        if time.monotonic() > self._deadline:
            return RefusedError("decode.too_slow", limit=int(self._seconds))
        if resident_bytes(self._worker.pid) > self._memory_mb * _MEGABYTE:
            return RefusedError("decode.too_much_memory", limit=self._memory_mb)
        return None


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of psapi.h."""

        _fields_ = (
            ("cb", wintypes.DWORD),
            ("PageFaultCount", wintypes.DWORD),
            ("PeakWorkingSetSize", ctypes.c_size_t),
            ("WorkingSetSize", ctypes.c_size_t),
            ("QuotaPeakPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPeakNonPagedPoolUsage", ctypes.c_size_t),
            ("QuotaNonPagedPoolUsage", ctypes.c_size_t),
            ("PagefileUsage", ctypes.c_size_t),
            ("PeakPagefileUsage", ctypes.c_size_t),
        )

    def resident_bytes(pid: int) -> int:
        """Return the memory that ``pid`` has allocated and holds, 0 where it has ended."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = wintypes.HANDLE
        kernel.K32GetProcessMemoryInfo.argtypes = (
            wintypes.HANDLE,
            ctypes.POINTER(_Counters),
            wintypes.DWORD,
        )
        kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
        query_limited = 0x1000
        opened = kernel.OpenProcess(query_limited, 0, pid)
        if not opened:
            return 0
        counters = _Counters(cb=ctypes.sizeof(_Counters))
        kernel.K32GetProcessMemoryInfo(opened, ctypes.byref(counters), counters.cb)
        kernel.CloseHandle(opened)
        held: int = max(counters.WorkingSetSize, counters.PagefileUsage)
        return held

elif sys.platform == "linux":
    import os

    _PAGE = os.sysconf("SC_PAGE_SIZE")

    def resident_bytes(pid: int) -> int:
        """Return the resident memory of ``pid``, 0 where it has ended."""
        try:
            with open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123 - every 50 ms
                return int(file.read().split()[1]) * _PAGE
        except (OSError, IndexError):
            return 0

else:

    def resident_bytes(pid: int) -> int:
        """Return the resident memory of ``pid``, 0 where it has ended."""
        found = subprocess.run(  # noqa: S603 - the argument is a number
            ["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=False
        )
        return int(found.stdout.split()[0]) * 1024 if found.stdout.split() else 0

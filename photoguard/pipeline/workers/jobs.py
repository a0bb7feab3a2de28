"""How many workers suit this computer, by its cores and its memory, and how many threads each."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MOST_JOBS = 8
MEMORY_OF_A_JOB = 460_000_000
"""Bytes that one worker and its decoder take together, shared libraries counted to each."""
_SHARE, _FREE_SHARE = 1 / 5, 1 / 2
"""Shares of all memory and of free memory that all workers together may take."""
_LIKELY_MEMORY = 4_000_000_000


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of memory of a computer."""

    whole: int
    free: int
    """Memory that can be taken without swapping."""


def default_jobs() -> int:
    """Return how many workers suit this computer now."""
    return jobs_for(usable_cores(), memory())


def usable_cores() -> int:
    """Return how many cores this program may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return cores or 1


def jobs_for(cores: int, memory: Memory) -> int:
    """Return how many workers suit this number of cores and this memory, at least 1.

    At most one more than cores: while a worker waits for its decoder, another can work.
    """
    bytes_to_take = min(_SHARE * memory.whole, _FREE_SHARE * memory.free)
    return max(1, min(cores + 1, int(bytes_to_take // MEMORY_OF_A_JOB), MOST_JOBS))


def threads_for(cores: int, workers: int) -> int:
    """Return how many threads each worker's detectors use, so that no core is idle; at least 1.

    A laptop may have memory for fewer workers than it has cores, and a single photo has one
    worker. The number of threads changes nothing in what is detected, to the last bit.
    """
    return max(1, cores // max(1, workers))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _MemoryStatus(ctypes.Structure):
        """MEMORYSTATUSEX of sysinfoapi.h."""

        _fields_ = (
            ("dwLength", wintypes.DWORD),
            ("dwMemoryLoad", wintypes.DWORD),
            ("ullTotalPhys", ctypes.c_uint64),
            ("ullAvailPhys", ctypes.c_uint64),
            ("ullTotalPageFile", ctypes.c_uint64),
            ("ullAvailPageFile", ctypes.c_uint64),
            ("ullTotalVirtual", ctypes.c_uint64),
            ("ullAvailVirtual", ctypes.c_uint64),
            ("ullAvailExtendedVirtual", ctypes.c_uint64),
        )

    def memory() -> Memory:
        """Return the memory of this computer, or 4 GB where it cannot be found out."""
        status = _MemoryStatus(dwLength=ctypes.sizeof(_MemoryStatus))
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
            return Memory(_LIKELY_MEMORY, _LIKELY_MEMORY)
        return Memory(int(status.ullTotalPhys), int(status.ullAvailPhys))

else:

    def memory() -> Memory:
        """Return the memory of this computer, or 4 GB where it cannot be found out.

        Where the system does not report free memory, all of it counts as free.
        """
        try:
            whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        except (ValueError, OSError):
            return Memory(_LIKELY_MEMORY, _LIKELY_MEMORY)
        free = whole
        with suppress(OSError):
            for line in Path("/proc/meminfo").read_text("ascii").splitlines():
                if line.startswith("MemAvailable:"):
                    free = 1024 * int(line.split()[1])
        return Memory(whole, free)

"""Drops the rights of the decoding process on Linux before its first photo.

Landlock (from Linux 5.13) denies creating, writing, moving, removing and executing files,
and in newer versions TCP, abstract Unix sockets and signals to other processes. A seccomp
filter denies sockets of any kind, new programs and access to other processes' memory.
Reading files stays allowed, because libraries load parts of themselves late. Other systems
have neither, and an older Linux has less: there only the limits on memory, time and file
size hold.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from dataclasses import dataclass

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
"""Numbers of system calls, the same on every machine (true for all calls since Linux 5.1)."""
_ASK_VERSION = 1

_EXECUTE, _WRITE = 1 << 0, 1 << 1
_REMOVE_AND_MAKE = 0b1_1111_1111 << 4
_RIGHTS = ((1, _EXECUTE | _WRITE | _REMOVE_AND_MAKE), (2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
"""(Landlock version, rights on files it added): write, execute, make, remove; refer; truncate;
device ioctl."""
_TCP_SINCE, _SCOPES_SINCE = 4, 6
_ALL = 0b11
"""All bits of the TCP rights (bind, connect), and of the scopes (abstract sockets, signals)."""


@dataclass(frozen=True, slots=True)
class _Machine:
    """A processor architecture: its AUDIT_ARCH number, and the system calls that are denied."""

    arch: int
    calls: tuple[int, ...]


_SINCE_5_1 = (425,)
"""io_uring_setup: io_uring carries out system calls without passing the filter."""
_MACHINES = {
    # socket, ptrace, process_vm_readv and _writev, execve, execveat
    "x86_64": _Machine(0xC000003E, (41, 101, 310, 311, 59, 322, *_SINCE_5_1)),
    "aarch64": _Machine(0xC00000B7, (198, 117, 270, 271, 221, 281, *_SINCE_5_1)),
}
_OTHER_CALLING_CONVENTION = 0x40000000
"""On x86-64, calls of the x32 ABI have numbers from here on."""

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001
"""SECCOMP_RET_ALLOW, and SECCOMP_RET_ERRNO with EPERM."""


class _Program(ctypes.Structure):
    """sock_fprog of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def give_up_rights() -> None:
    """Drop the rights that decoding does not need, for good; does nothing where unsupported."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        _give_up_files(libc)
        _give_up_calls(libc)


def _give_up_files(libc: ctypes.CDLL) -> None:
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1:
        return
    rights = sum(right for since, right in _RIGHTS if version >= since)
    tcp = _ALL if version >= _TCP_SINCE else 0
    scopes = _ALL if version >= _SCOPES_SINCE else 0
    known = 1 + (version >= _TCP_SINCE) + (version >= _SCOPES_SINCE)
    asked = struct.pack("=QQQ", rights, tcp, scopes)[: 8 * known]
    ruleset = libc.syscall(_CREATE_RULESET, asked, ctypes.c_size_t(len(asked)), 0)
    if ruleset >= 0:
        libc.syscall(_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)


def _give_up_calls(libc: ctypes.CDLL) -> None:
    machine = _MACHINES.get(platform.machine())
    if machine is None or sys.maxsize < 1 << 32:
        return
    steps = _filter(machine)
    program = _Program(len(steps), b"".join(steps))
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)


def _filter(machine: _Machine) -> list[bytes]:
    """Return the BPF program: denies a foreign architecture, x32, and each listed system call."""
    left = len(machine.calls)
    tests = [_step(_EQUAL, call, left - place, 0) for place, call in enumerate(machine.calls)]
    return [
        _step(_LOAD, 4),
        _step(_EQUAL, machine.arch, 0, left + 3),
        _step(_LOAD, 0),
        _step(_AT_LEAST, _OTHER_CALLING_CONVENTION, left + 1, 0),
        *tests,
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _REFUSE),
    ]


def _step(code: int, operand: int, if_so: int = 0, if_not: int = 0) -> bytes:
    """Return a sock_filter of linux/filter.h."""
    return struct.pack("=HBBI", code, if_so, if_not, operand)

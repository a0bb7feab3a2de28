"""Writes Windows shortcuts (.lnk) on any system: [MS-SHLLINK] 7.0, sections 2.1 to 2.5.

The target is in the file twice, as Windows writes it: as a list of shell items (My Computer,
drive, each folder, the file; their layout is not in [MS-SHLLINK] but in Joachim Metz,
"Windows Shell Item format specification") and as a path (LinkInfo). Explorer starts the
target directly and appends the dropped names to the arguments, without a command
interpreter.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PureWindowsPath

HEADER_SIZE = 0x4C
LINK_CLSID = bytes.fromhex("0114020000000000c000000000000046")
MY_COMPUTER = bytes.fromhex("e04fd020ea3a6910a2d808002b30309d")

HAS_ID_LIST, HAS_LINK_INFO, HAS_NAME = 0x01, 0x02, 0x04
HAS_ARGUMENTS, HAS_ICON, IS_UNICODE = 0x20, 0x40, 0x80
ATTRIBUTE_DIRECTORY, ATTRIBUTE_ARCHIVE = 0x10, 0x20
SHOW_NORMAL = 1
ROOT_ITEM, DRIVE_ITEM, FOLDER_ITEM, FILE_ITEM = 0x1F, 0x2F, 0x31, 0x32
SORT_AS_COMPUTER = 0x50
LONG_NAME_SIGNATURE, LONG_NAME_VERSION, LONG_NAME_SINCE_XP = 0xBEEF0004, 3, 0x14
FIXED_DRIVE = 3
MIDNIGHT_1980 = 0x0021
"""1 January 1980, 0:00, the earliest FAT date."""


@dataclass(frozen=True, slots=True)
class Link:
    """The content of a shortcut; ``target`` is an absolute path with a drive letter."""

    target: PureWindowsPath
    arguments: str = ""
    comment: str = ""
    icon: str = ""


def to_bytes(link: Link) -> bytes:
    """Return the shortcut as bytes; raises ValueError if the target has no drive letter."""
    drive = link.target.drive
    if not (link.target.is_absolute() and len(drive) == 2 and drive[0].isalpha()):  # noqa: PLR2004
        raise ValueError(str(link.target))
    strings = {HAS_NAME: link.comment, HAS_ARGUMENTS: link.arguments, HAS_ICON: link.icon}
    flags = HAS_ID_LIST | HAS_LINK_INFO | IS_UNICODE
    flags |= sum(flag for flag, text in strings.items() if text)
    texts = b"".join(_string(text) for text in strings.values() if text)
    terminal_block = bytes(4)
    return _header(flags) + _id_list(link.target) + _link_info(link.target) + texts + terminal_block


def _header(flags: int) -> bytes:
    """Return ShellLinkHeader; times, size and hot key are zero."""
    times = bytes(3 * 8)
    return (
        struct.pack("<I", HEADER_SIZE)
        + LINK_CLSID
        + struct.pack("<II", flags, ATTRIBUTE_ARCHIVE)
        + times
        + struct.pack("<IiIHHII", 0, 0, SHOW_NORMAL, 0, 0, 0, 0)
    )


def _id_list(target: PureWindowsPath) -> bytes:
    """Return LinkTargetIDList: each item after its size, then an empty one."""
    drive = f"{target.drive}\\".encode("ascii").ljust(22, b"\0")
    names = target.parts[1:]
    items = [
        bytes((ROOT_ITEM, SORT_AS_COMPUTER)) + MY_COMPUTER,
        bytes((DRIVE_ITEM,)) + drive,
        *(_entry(name, FOLDER_ITEM, ATTRIBUTE_DIRECTORY) for name in names[:-1]),
        _entry(names[-1], FILE_ITEM, ATTRIBUTE_ARCHIVE),
    ]
    listed = b"".join(struct.pack("<H", len(item) + 2) + item for item in items) + bytes(2)
    return struct.pack("<H", len(listed)) + listed


def _entry(name: str, kind: int, attributes: int) -> bytes:
    """Return a shell item for a folder or file, with its short and its Unicode name."""
    short = name.encode("ascii", "replace").replace(b"?", b"_") + b"\0"
    short += bytes(len(short) % 2)
    head = struct.pack("<BBIHHH", kind, 0, 0, MIDNIGHT_1980, 0, attributes) + short
    times = struct.pack("<HHHH", MIDNIGHT_1980, 0, MIDNIGHT_1980, 0)
    long_name = name.encode("utf-16-le") + bytes(2)
    block = struct.pack("<HI", LONG_NAME_VERSION, LONG_NAME_SIGNATURE) + times
    block += struct.pack("<HH", LONG_NAME_SINCE_XP, 0) + long_name
    size_before_head = 2
    block += struct.pack("<H", len(head) + size_before_head)
    return head + struct.pack("<H", len(block) + 2) + block


def _link_info(target: PureWindowsPath) -> bytes:
    """Return LinkInfo with the path in the code page and in Unicode."""
    header_size, has_volume_and_path, empty_suffix = 0x24, 1, b"\0"
    label = bytes(1)
    volume = struct.pack("<IIII", 16 + len(label), FIXED_DRIVE, 0, 16) + label
    path = str(target).encode("cp1252", "replace") + b"\0"
    unicode_path = str(target).encode("utf-16-le") + bytes(2)
    at_path = header_size + len(volume)
    at_suffix = at_path + len(path)
    at_unicode = at_suffix + len(empty_suffix)
    at_unicode_suffix = at_unicode + len(unicode_path)
    body = volume + path + empty_suffix + unicode_path + bytes(2)
    offsets = (header_size, at_path, 0, at_suffix, at_unicode, at_unicode_suffix)
    head = struct.pack("<II", header_size, has_volume_and_path) + struct.pack("<6I", *offsets)
    return struct.pack("<I", 4 + len(head) + len(body)) + head + body


def _string(text: str) -> bytes:
    """Return StringData: the number of UTF-16 units, then the text without a terminator."""
    encoded = text.encode("utf-16-le")
    return struct.pack("<H", len(encoded) // 2) + encoded

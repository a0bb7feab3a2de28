"""Reports every EXIF or TIFF tag that is not known to be harmless (EXIF 2.32, TIFF 6.0)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from photoguard.formats._metadata import ifd
from photoguard.formats._parts import Block, BlockKind
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.formats._metadata.ifd import Directories, Tag
    from photoguard.formats._parts import Part

MOST_NESTED_BYTES = 64 << 20
"""Most bytes of nested blocks copied from one structure: many tags may point to the same bytes."""
_LARGEST_GAP = 8
_PADDING = b"\0"

_HARMLESS = frozenset(
    {
        *(0x00FE, 0x00FF, 0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x010A, 0x0111, 0x0112, 0x0115),
        *(0x0116, 0x0117, 0x0118, 0x0119, 0x011A, 0x011B, 0x011C, 0x0128, 0x0129, 0x013D, 0x013E),
        *(0x013F, 0x0140, 0x0142, 0x0143, 0x0144, 0x0145, 0x0152, 0x0153, 0x015B, 0x0211, 0x0212),
        *(0x0213, 0x0214, 0x8769, 0x8825, 0x9000, 0x9101, 0xA000, 0xA001, 0xA002, 0xA003, 0xA005),
    }
)
"""Tags of the picture's storage, and pointers to directories whose tags are checked themselves."""
_LONGEST_NUMBERS = 16
_LONGEST = {0x0140: 1536, 0x015B: 4096, 0x013F: 48, 0x0211: 24, 0x0214: 48, 0x1000: 32}
"""Most bytes of a harmless tag that may be longer than ``_LONGEST_NUMBERS``, such as a palette."""
_LONGEST |= {0x0112: 4, 0x9000: 4, 0x9101: 4, 0xA000: 4}
"""Bytes of a harmless tag where a few numbers are not its length: a palette, a version."""
_TEXT, _BYTES, _ANYTHING = 2, 1, 7
_FEW_BYTES = 4
_OF_BYTES = frozenset({0x015B, 0x9000, 0x9101, 0xA000})
"""Harmless tags whose value is bytes, not numbers: versions, and the JPEG tables of a TIFF."""
_HARMLESS_INTEROP = frozenset({1, 2, 0x1000, 0x1001, 0x1002})
_INTEROP_TEXTS = re.compile(rb"(?:R98|R03|THM|(?:Exif )?JPEG[ A-Za-z]{0,8}[0-9. ]{0,8})?\0*")
_NESTED = {0x02BC: BlockKind.XMP, 0x83BB: BlockKind.IIM, 0x8649: BlockKind.PHOTOSHOP}

_BY_TAG = {
    FindingKind.TIMES: (
        *(0x0132, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292, 0x882A),
    ),
    FindingKind.DEVICE: (
        *(0x010F, 0x0110, 0x0131, 0x013C, 0x829A, 0x829D, 0x8822, 0x8824, 0x8827, 0x8830),
        *(0x8831, 0x8832, 0x8833, 0x9102, 0x9201, 0x9202, 0x9203, 0x9204, 0x9205, 0x9206),
        *(0x9207, 0x9208, 0x9209, 0x920A, 0x9214, 0x927C, 0xA20B, 0xA20E, 0xA20F, 0xA210),
        *(0xA214, 0xA215, 0xA217, 0xA300, 0xA301, 0xA302, 0xA401, 0xA402, 0xA403, 0xA404),
        *(0xA405, 0xA406, 0xA407, 0xA408, 0xA409, 0xA40A, 0xA40B, 0xA40C, 0xA432, 0xA433),
        *(0xA434, 0xA460, 0xA461, 0xA462, 0xC614, 0x000B),
    ),
    FindingKind.IDENTIFIERS: (0xA420, 0xA431, 0xA435, 0xC62F, 0xC65D, 0x800D),
    FindingKind.NAMES: (0x013B, 0x8298, 0xA430, 0x9C9D),
    FindingKind.TEXT: (
        *(0x010D, 0x010E, 0x011D, 0x9286, 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F, 0xA004, 0x4746),
    ),
    FindingKind.EMBEDDED_PICTURE: (0x0201, 0x0202, 0x014A, 0x935C),
    FindingKind.COLOUR_PROFILE: (0x8773,),
}
_KINDS = {number: kind for kind, numbers in _BY_TAG.items() for number in numbers}


def read(block: Block) -> Iterator[Part]:
    """Yield findings for tags, thumbnail and unreferenced bytes, and the nested blocks."""
    directories = ifd.walk(block.untrusted)
    yield from of_directories(directories, block.where)
    if "IFD1" in directories.names:
        yield Finding(FindingKind.EMBEDDED_PICTURE, f"{block.where}, IFD1")
    yield from slack(block.untrusted, directories, block.where)


def of_directories(directories: Directories, where: str) -> Iterator[Part]:
    """Yield a finding for each tag that is not harmless, and the nested metadata blocks."""
    for trouble in directories.troubles:
        yield Finding(FindingKind.STRUCTURE, f"{where}, {trouble}")
    if len({(tag.directory, tag.number) for tag in directories.tags}) < len(directories.tags):
        yield Finding(FindingKind.STRUCTURE, f"{where}, a tag twice")
    nested = 0
    for tag in directories.tags:
        place = f"{where}, {tag.directory}"
        if tag.number not in _NESTED:
            yield from _tag_findings(tag, place)
            continue
        nested += len(tag.untrusted)
        if nested > MOST_NESTED_BYTES:
            yield Finding(FindingKind.UNKNOWN, f"{place}, nested blocks")
        else:
            yield Block(_NESTED[tag.number], bytes(tag.untrusted), place)


def _tag_findings(tag: Tag, where: str) -> Iterator[Finding]:
    if tag.directory.startswith("GPS"):
        yield Finding(FindingKind.LOCATION, where)
    elif tag.directory.startswith("Interop"):
        is_long = len(tag.untrusted) > _LONGEST[0x1000]
        is_odd = tag.kind == _TEXT and not _INTEROP_TEXTS.fullmatch(tag.untrusted)
        if tag.number not in _HARMLESS_INTEROP or is_long or is_odd:
            yield Finding(FindingKind.UNKNOWN, where)
    elif tag.number not in _HARMLESS:
        yield Finding(_KINDS.get(tag.number, FindingKind.UNKNOWN), where)
    elif not (tag.numbers and tag.number in ifd.POINTING) and _is_long(tag):
        yield Finding(FindingKind.UNKNOWN, f"{where}, a long value")
    elif _is_text(tag):
        yield Finding(FindingKind.TEXT, f"{where}, a text instead of a number")


def _is_text(tag: Tag) -> bool:
    """Return whether a tag that should hold numbers has a text or many bytes instead."""
    if tag.number in _OF_BYTES:
        return False
    is_bytes = tag.kind in {_BYTES, _ANYTHING} and len(tag.untrusted) > _FEW_BYTES
    return is_bytes or tag.kind == _TEXT


def _is_long(tag: Tag) -> bool:
    return len(tag.untrusted) > _LONGEST.get(tag.number, _LONGEST_NUMBERS)


def slack(untrusted: bytes, directories: Directories, where: str) -> Iterator[Finding]:
    """Yield a finding if a gap that no directory points to holds anything but zeros."""
    for start, stop in directories.gaps(len(untrusted)):
        if stop - start > _LARGEST_GAP and untrusted[start:stop].strip(_PADDING):
            yield Finding(FindingKind.HIDDEN_PIXELS, f"{where}, bytes nothing points to")
            return

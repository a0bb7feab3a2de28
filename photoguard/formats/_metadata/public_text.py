"""Writes the public text of a picture as EXIF, IIM and Photoshop blocks.

EXIF 2.32 tags of IFD0; IPTC IIM 4.2; the image resource blocks of Adobe's Photoshop file
format specification (0x0404 IPTC-NAA record, 0x0425 its digest).
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

import piexif

from photoguard.captions.xmp import default, plain

if TYPE_CHECKING:
    from photoguard.model import PublicText

EXIF_HEADER = b"Exif\0\0"
XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
PHOTOSHOP_HEADER = b"Photoshop 3.0\0"
IPTC_RESOURCE = 0x0404
IPTC_DIGEST_RESOURCE = 0x0425

_UTF8_DESIGNATED = b"\x1b%G"
_RECORD_VERSION = b"\0\4"
_BY_LINE, _CREDIT, _COPYRIGHT, _CAPTION = 80, 110, 116, 120
_ELLIPSIS = "…"
_JOINTS = " /,;–-"
"""Characters that are stripped from the end of a shortened text."""
_LONGEST = {_BY_LINE: 32, _CREDIT: 32, _COPYRIGHT: 128, _CAPTION: 2000}


def exif(text: PublicText) -> bytes:
    """Return a TIFF block with Artist, Copyright and ImageDescription; b"" if all are empty.

    The strings are passed as UTF-8 bytes: piexif would encode a str as Latin-1 and lose
    letters.
    """
    values = {
        piexif.ImageIFD.ImageDescription: default(text.alt_text, text.language),
        piexif.ImageIFD.Artist: plain(text.creator),
        piexif.ImageIFD.Copyright: default(text.rights, text.language),
    }
    tags = {tag: value.encode() for tag, value in values.items() if value}
    return bytes(piexif.dump({"0th": tags}))[len(EXIF_HEADER) :] if tags else b""


def iim(text: PublicText) -> bytes:
    """Return the IPTC-NAA record in UTF-8; b"" if all fields are empty.

    IIM limits the length of its fields. A longer text is cut after a word, with "…". A field
    that would cut the creator's name is left out, as half a name may be another person's.
    The XMP block has the full texts.
    """
    creator = plain(text.creator)
    values = {
        _BY_LINE: creator,
        _CREDIT: plain(text.credit),
        _COPYRIGHT: default(text.rights, text.language),
        _CAPTION: default(text.alt_text, text.language),
    }
    whole = {number: _with_whole_name(value, creator, number) for number, value in values.items()}
    if not any(whole.values()):
        return b""
    record = _dataset(1, 90, _UTF8_DESIGNATED) + _dataset(2, 0, _RECORD_VERSION)
    for number, value in whole.items():
        if value:
            record += _dataset(2, number, value.encode())
    return record


def _with_whole_name(value: str, creator: str, number: int) -> str:
    """Return ``value`` shortened for its dataset; "" if that would cut the creator's name."""
    short = shortened(value, _LONGEST[number])
    return "" if creator in value and creator not in short else short


def photoshop(text: PublicText) -> bytes:
    """Return image resource blocks with the IPTC-NAA record and its MD5 digest.

    The digest tells readers that IIM and XMP agree, so that they prefer XMP, which is not
    cut.
    """
    record = iim(text)
    if not record:
        return b""
    digest = hashlib.md5(record, usedforsecurity=False).digest()
    return _resource(IPTC_RESOURCE, record) + _resource(IPTC_DIGEST_RESOURCE, digest)


def shortened(value: str, longest: int) -> str:
    """Return ``value`` in at most ``longest`` bytes of UTF-8: complete, or whole words and "…".

    "" if no word fits, or only a label such as "Photo:" would be left.
    """
    coded = value.encode()
    if len(coded) <= longest:
        return value
    room = coded[: max(longest - len(_ELLIPSIS.encode()) + 1, 0)].decode(errors="ignore")
    kept = room.rpartition(" ")[0].rstrip(_JOINTS)
    return "" if not kept or kept.endswith(":") else kept + _ELLIPSIS


def _dataset(record: int, number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def _resource(number: int, value: bytes) -> bytes:
    padding = b"\0" * (len(value) % 2)
    return b"8BIM" + struct.pack(">HHI", number, 0, len(value)) + value + padding

"""The public words as EXIF, IIM and Photoshop blocks: what a published picture may say.

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
"""What joins words, and ends no shortened one."""
_LONGEST = {_BY_LINE: 32, _CREDIT: 32, _COPYRIGHT: 128, _CAPTION: 2000}


def exif(text: PublicText) -> bytes:
    """Return a TIFF block with Artist, Copyright and ImageDescription; empty without words.

    UTF-8 bytes: piexif writes a str as Latin-1, which loses what is outside it.
    """
    words = {
        piexif.ImageIFD.ImageDescription: default(text.alt_text, text.language),
        piexif.ImageIFD.Artist: plain(text.creator),
        piexif.ImageIFD.Copyright: default(text.rights, text.language),
    }
    tags = {tag: word.encode() for tag, word in words.items() if word}
    return bytes(piexif.dump({"0th": tags}))[len(EXIF_HEADER) :] if tags else b""


def iim(text: PublicText) -> bytes:
    """Return the IPTC-NAA record in UTF-8; empty without words.

    IIM has little room. What is too long ends at a word with "…"; it is left out where half
    of a name would be left, which is somebody else's. XMP has the whole.
    """
    creator = plain(text.creator)
    words = {
        _BY_LINE: creator,
        _CREDIT: plain(text.credit),
        _COPYRIGHT: default(text.rights, text.language),
        _CAPTION: default(text.alt_text, text.language),
    }
    whole = {number: _with_whole_name(word, creator, number) for number, word in words.items()}
    if not any(whole.values()):
        return b""
    record = _dataset(1, 90, _UTF8_DESIGNATED) + _dataset(2, 0, _RECORD_VERSION)
    for number, word in whole.items():
        if word:
            record += _dataset(2, number, word.encode())
    return record


def _with_whole_name(word: str, creator: str, number: int) -> str:
    """Return a word as long as its dataset may be, nothing where it would cut the creator."""
    short = shortened(word, _LONGEST[number])
    return "" if creator in word and creator not in short else short


def photoshop(text: PublicText) -> bytes:
    """Return image resource blocks with the IPTC-NAA record and its MD5 digest.

    The digest tells readers that IIM and XMP agree, so that XMP, which is not cut, wins.
    """
    record = iim(text)
    if not record:
        return b""
    digest = hashlib.md5(record, usedforsecurity=False).digest()
    return _resource(IPTC_RESOURCE, record) + _resource(IPTC_DIGEST_RESOURCE, digest)


def shortened(word: str, longest: int) -> str:
    """Return ``word`` in at most ``longest`` bytes of UTF-8: whole, or whole words and "…".

    Nothing where no word fits, or only a label such as "Photo:".
    """
    coded = word.encode()
    if len(coded) <= longest:
        return word
    room = coded[: max(longest - len(_ELLIPSIS.encode()) + 1, 0)].decode(errors="ignore")
    kept = room.rpartition(" ")[0].rstrip(_JOINTS)
    return "" if not kept or kept.endswith(":") else kept + _ELLIPSIS


def _dataset(record: int, number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def _resource(number: int, value: bytes) -> bytes:
    padding = b"\0" * (len(value) % 2)
    return b"8BIM" + struct.pack(">HHI", number, 0, len(value)) + value + padding

"""Reads the text chunks of a PNG: XMP, ImageMagick's raw profiles, and plain texts."""

from __future__ import annotations

import binascii
import zlib
from typing import TYPE_CHECKING

from photoguard.formats._metadata import public_text
from photoguard.formats._parts import Block, BlockKind
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.formats._parts import Part

KINDS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
XMP_KEYWORD = b"XML:com.adobe.xmp"
LONGEST_TEXT = 8 << 20
"""Most bytes after inflating; a longer text is reported without being read."""

_RAW_PROFILE = b"Raw profile type "
_RAW_KINDS = {
    b"exif": BlockKind.EXIF,
    b"xmp": BlockKind.XMP,
    b"iptc": BlockKind.PHOTOSHOP,
    b"8bim": BlockKind.PHOTOSHOP,
}
_KEYWORDS = {
    b"Author": FindingKind.NAMES,
    b"Copyright": FindingKind.NAMES,
    b"Creation Time": FindingKind.TIMES,
    b"date:create": FindingKind.TIMES,
    b"date:modify": FindingKind.TIMES,
    b"Software": FindingKind.DEVICE,
    b"Source": FindingKind.DEVICE,
}


def holds_block(untrusted: bytes) -> bool:
    """Return whether the keyword announces a metadata block, so that the text must be inflated."""
    return untrusted.startswith((XMP_KEYWORD + b"\0", _RAW_PROFILE))


def read(kind: bytes, untrusted: bytes) -> Iterator[Part]:
    """Yield the metadata block in a text chunk, or a finding of the kind its keyword suggests."""
    where = kind.decode()
    keyword, _, rest = untrusted.partition(b"\0")
    value = _value(kind, rest) if holds_block(untrusted) else None
    if keyword == XMP_KEYWORD and value is not None:
        yield Block(BlockKind.XMP, value, f"{where} XMP")
        if any(rest[: len(rest) - len(value)].strip(b"\0\1")):
            yield Finding(FindingKind.TEXT, f"{where} XMP, language")
    elif keyword.startswith(_RAW_PROFILE):
        yield Finding(FindingKind.UNKNOWN, f"{where} raw profile")
        yield from _raw_profile(keyword.removeprefix(_RAW_PROFILE), value or b"", where)
    else:
        yield Finding(_KEYWORDS.get(keyword, FindingKind.TEXT), where)


def _value(kind: bytes, rest: bytes) -> bytes | None:
    """Return the text, inflated if it is compressed; None if it cannot be inflated."""
    if kind == b"tEXt":
        return rest
    if kind == b"zTXt":
        return _inflated(rest[1:])
    flag, (_, _, text) = rest[:1], _split(rest[2:])
    return _inflated(text) if flag == b"\1" else text


def _split(rest: bytes) -> tuple[bytes, bytes, bytes]:
    """Return language, translated keyword and text of an iTXt chunk."""
    language, _, rest = rest.partition(b"\0")
    translated, _, text = rest.partition(b"\0")
    return language, translated, text


def _inflated(untrusted: bytes) -> bytes | None:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(untrusted, LONGEST_TEXT)
    except zlib.error:
        return None
    return text if inflater.eof else None


def _raw_profile(name: bytes, text: bytes, where: str) -> Iterator[Block]:
    """Yield the block in ImageMagick's hexadecimal lines: name, length, digits."""
    digits = b"".join(text.split()[2:])
    try:
        content = binascii.unhexlify(digits)
    except binascii.Error:
        return
    kind = _RAW_KINDS.get(name.lower())
    if content.startswith(public_text.XMP_HEADER):
        kind = BlockKind.XMP
    elif content.startswith(public_text.EXIF_HEADER):
        kind = BlockKind.EXIF
    for header in (
        public_text.EXIF_HEADER,
        public_text.XMP_HEADER,
        public_text.PHOTOSHOP_HEADER,
    ):
        content = content.removeprefix(header)
    if kind:
        yield Block(kind, content, f"{where} raw profile")

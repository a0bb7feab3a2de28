"""What a file is, told by its first bytes; its name never counts."""

from __future__ import annotations

from photoguard.errors import RefusedError, UnreadableError

PLUGINS = {
    "jpeg": "JPEG",  # "MPO" may not stand in Pillow's list: an MPO opens as JPEG
    "png": "PNG",
    "webp": "WEBP",
    "heic": "HEIF",
    "avif": "AVIF",
    "tiff": "TIFF",
    "bmp": "BMP",
}
"""The formats that are read, and the only Pillow plugin that may read each."""

_SIGNATURES = (
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (8, b"WEBP", "webp"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (0, b"II+\x00", "tiff"),
    (0, b"MM\x00+", "tiff"),
    (0, b"BM", "bmp"),
)
_KNOWN_STRANGERS = (
    (0, b"GIF8", "GIF"),
    (0, b"%PDF", "PDF"),
    (0, b"8BPS", "Photoshop (PSD)"),
    (0, b"\xff\x0a", "JPEG XL"),
    (4, b"JXL \r\n", "JPEG XL"),
    (4, b"jP  \r\n", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\x00\x00\x01\x00", "ICO"),
)
_RAW = (
    (0, b"FUJIFILMCCD"),
    (0, b"IIRO"),
    (0, b"IIRS"),
    (0, b"MMOR"),
    (0, b"IIU\x00"),
    (4, b"ftypcrx "),
)
_VIDEO = ((8, b"AVI "), (0, b"\x1aE\xdf\xa3"), (4, b"moov"), (4, b"mdat"), (0, b"\x00\x00\x01\xba"))
_HEAD = 64
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis"}
_SEQUENCE_BRANDS = {b"hevc", b"hevx", b"hevm", b"hevs", b"msf1", b"avis"}


def recognise(untrusted: bytes) -> str:
    """Return the name of the format, a key of ``PLUGINS``.

    Raises UnreadableError for an empty file and one of zeros, as a cloud's placeholder is
    that was never downloaded, and RefusedError for every other content.
    """
    if not untrusted:
        raise UnreadableError("decode.empty")
    if not untrusted[:_HEAD].strip(b"\0") and not untrusted.strip(b"\0"):
        raise UnreadableError("decode.only_zeros")
    if any(_matches(untrusted, offset, magic) for offset, magic in _RAW):
        raise RefusedError("decode.raw")
    if _matches(untrusted, 4, b"ftyp"):
        return _recognise_brand(untrusted)
    for offset, magic, name in _SIGNATURES:
        if _matches(untrusted, offset, magic):
            return name
    for offset, magic, name in _KNOWN_STRANGERS:
        if _matches(untrusted, offset, magic):
            raise RefusedError("decode.unsupported_format", format=name)
    if any(_matches(untrusted, offset, magic) for offset, magic in _VIDEO):
        raise RefusedError("decode.video")
    raise RefusedError("decode.unknown_format")


def _matches(untrusted: bytes, offset: int, magic: bytes) -> bool:
    return untrusted[offset : offset + len(magic)] == magic


def _recognise_brand(untrusted: bytes) -> str:
    """Tell still pictures from sequences and videos by the brands of an ISO base media file."""
    length = min(int.from_bytes(untrusted[:4], "big"), 256)
    brands = [untrusted[8:12]]
    brands += [untrusted[at : at + 4] for at in range(16, length - 3, 4)]
    if brands[0] in _SEQUENCE_BRANDS:
        raise RefusedError("decode.animated")
    for brand in brands:
        if brand in _HEIC_BRANDS:
            return "heic"
        if brand == b"avif":
            return "avif"
    if brands[0] == b"mif1":
        return "heic"
    raise RefusedError("decode.video")

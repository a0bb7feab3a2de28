"""HEIC and AVIF: plants are told, plain pictures hold nothing."""

from __future__ import annotations

import io
import struct

import pillow_heif
import pytest
from PIL import Image

from photoguard import formats
from tests.formats.material import picture, saved
from tests.formats.plants import CITY, EXIF, INSIDE, findings_in
from tests.images import boxes


def _box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


def _full(kind: bytes, version: int, *content: bytes) -> bytes:
    return _box(kind, bytes([version, 0, 0, 0]), *content)


FTYP = _box(b"ftyp", b"heic", bytes(4), b"mif1")
HDLR = _full(b"hdlr", 0, bytes(4), b"pict", bytes(13))


def _infe(item: int, kind: bytes, extra: bytes = b"", version: int = 2) -> bytes:
    identifier = struct.pack(">I" if version == 3 else ">H", item)
    return _full(b"infe", version, identifier, bytes(2), kind, b"\0", extra)


def _iinf(*entries: bytes) -> bytes:
    return _full(b"iinf", 0, struct.pack(">H", len(entries)), *entries)


def _iloc(*items: tuple[int, int, int, int]) -> bytes:
    """Return locations: item, construction method, offset, length."""
    body = b"".join(
        struct.pack(">HHHHII", item, method, 0, 1, offset, length)
        for item, method, offset, length in items
    )
    return _full(b"iloc", 1, b"\x44\0", struct.pack(">H", len(items)), body)


PITM = _full(b"pitm", 0, b"\0\1")


def _heif(*boxes: bytes, behind: bytes = b"") -> bytes:
    return FTYP + _full(b"meta", 0, HDLR, PITM, *boxes) + behind


def _in_idat(kind: bytes, content: bytes, extra: bytes = b"") -> bytes:
    """Return a file whose second item stands in idat."""
    items = _iinf(_infe(1, b"hvc1"), _infe(2, kind, extra))
    return _heif(items, _iloc((2, 1, 0, len(content))), _box(b"idat", content))


def _tiled(kind: bytes, grid: bytes = bytes(8)) -> bytes:
    """Return a file whose first item stands in idat, and refers to a second one."""
    reference = _full(b"iref", 0, _box(kind, struct.pack(">HHH", 1, 1, 2)))
    items = _iinf(_infe(1, b"grid"), _infe(2, b"hvc1"))
    return _heif(items, reference, _iloc((1, 1, 0, len(grid))), _box(b"idat", grid))


def _primary(kind: bytes, content: bytes) -> bytes:
    """Return a file whose picture, in idat, is this."""
    items = _iinf(_infe(1, kind))
    return _heif(items, _iloc((1, 1, 0, len(content))), _box(b"idat", content))


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (_heif(_iinf(_infe(1, b"hvc1"))), set()),
        (_heif(_iinf(_infe(1, b"hvc1", version=3))), set()),
        (_tiled(b"dimg"), set()),
        (
            _tiled(b"cdsc"),
            {
                "embedded-picture: item picture",
                "embedded-picture: item grid, tiles that are not shown",
            },
        ),
        (_in_idat(b"Exif", bytes(4) + EXIF), {"text: item Exif, IFD0"}),
        (
            _in_idat(b"mime", CITY, b"application/rdf+xml\0"),
            {"location: item XMP photoshop:City"},
        ),
        (_in_idat(b"mime", b"?", b"text/plain\0"), {"unknown: item mime"}),
        (_in_idat(b"uri ", b"?"), {"unknown: item 0x75726920"}),
        (_in_idat(b"hvc1", b"?"), {"embedded-picture: item picture"}),
        (_heif(_iinf(_full(b"infe", 0, b"\0\2\0\0\0type\0"))), {"unknown: item mime"}),
        (_heif(_full(b"iloc", 1, b"\x44")), {"structure: box meta"}),
        (_heif(_full(b"infe", 2)), {"unknown: box meta, infe"}),
        (_heif(_iinf(_full(b"infe", 2, b"\0\2\0\0hvc1name"))), {"structure: box meta"}),
        (
            _heif(
                _iinf(_infe(2, b"mime", b"application/rdf+xml\0")),
                _iloc((2, 0, 0, 1 << 30)),
            ),
            {"unknown: item XMP, no XML"},
        ),
        (_heif(_box(b"iprp", _box(b"ipco", _box(b"ispe", bytes(12))), _box(b"ipma"))), set()),
        (_heif(_box(b"iprp", _box(b"ipco", _box(b"colr", b"nclx")))), set()),
        (
            _heif(_box(b"iprp", _box(b"ipco", _box(b"colr", b"prof")))),
            {"colour-profile: item property colr"},
        ),
        (_heif(_box(b"iprp", _box(b"ipco", _box(b"uuid")))), {"unknown: item property uuid"}),
        (_heif(_box(b"iprp", _box(b"ipco", _box(b"free", bytes(9))))), set()),
        (
            _heif(_box(b"iprp", _box(b"ipco", _box(b"free", b"Aino")))),
            {"unknown: item property free"},
        ),
        (_heif(behind=_box(b"free", bytes(9))), set()),
        (_heif(behind=_box(b"free", b"Aino")), {"unknown: box free"}),
        (_heif(behind=_box(b"mpvd")), {"embedded-picture: box mpvd"}),
        (_heif(behind=_box(b"zzzz")), {"unknown: box zzzz"}),
        (_heif(behind=b"tail"), {"trailing-data: after the boxes"}),
        (_heif(behind=_box(b"meta")), {"structure: box meta"}),
        (FTYP, {"structure: box meta"}),
        (_heif(behind=_box(b"mdat", INSIDE)), {"hidden-pixels: box mdat, bytes in no item"}),
        (_heif(behind=_box(b"mdat", bytes(99))), set()),
        (
            _heif(behind=_box(b"moov") + _box(b"mdat", INSIDE)),
            {"hidden-pixels: box moov"},
        ),
        (_heif(behind=struct.pack(">I4sQ", 1, b"free", 20) + bytes(4)), set()),
        (_heif(behind=struct.pack(">I4s", 0, b"free") + bytes(4)), set()),
    ],
)
def test_heif(untrusted: bytes, expected: set[str]) -> None:
    """Boxes and items that the primary picture does not need are told."""
    assert findings_in(untrusted) == expected


def test_bytes_between_items() -> None:
    """Bytes of mdat in front of, between and behind the items are told."""
    for offset, length in ((40, 10), (0, 40)):
        start = len(_heif(_iloc((1, 0, 0, 0)))) + 8
        file = _heif(_iloc((1, 0, start + offset, length)), behind=_box(b"mdat", b"x" * 60))
        assert findings_in(file) == {"hidden-pixels: box mdat, bytes in no item"}
    file = _heif(_iloc((1, 0, start, 60)), behind=_box(b"mdat", b"x" * 60))
    assert findings_in(file) == set()


def test_tiles_in_a_circle_end() -> None:
    """Pictures that are each a tile of the other are followed once."""
    circle = b"".join(_box(b"dimg", struct.pack(">HHH", a, 1, b)) for a, b in ((1, 2), (2, 1)))
    items = _iinf(_infe(1, b"grid"), _infe(2, b"grid"))
    places = _iloc((1, 1, 0, 8), (2, 1, 0, 8))
    file = _heif(items, _full(b"iref", 0, circle), places, _box(b"idat", bytes(8)))
    assert findings_in(file) == set()


NAME = b"Aino Virtanen"


def _property(kind: bytes, content: bytes) -> bytes:
    return _heif(_box(b"iprp", _box(b"ipco", _box(kind, content))))


def _hvcc(*units: bytes) -> bytes:
    sets = b"".join(unit[:1] + struct.pack(">HH", 1, len(unit)) + unit for unit in units)
    return bytes(22) + bytes([len(units)]) + sets


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (_box(b"ftyp", b"heic", bytes(4), b"Aino", b"Virt"), "unknown: box ftyp, brand"),
        (_heif(_iinf(_full(b"infe", 2, b"\0\1\0\0hvc1" + NAME + b"\0"))), "text: item name"),
        (_heif(_iinf(_infe(1, b"hvc1", NAME))), "unknown: box infe, bytes at its end"),
        (
            _heif(_full(b"iref", 0, _box(b"cdsc", bytes(4) + NAME))),
            "unknown: box cdsc, bytes at its end",
        ),
        (_heif(_full(b"pitm", 0, b"\0\1" + NAME)), "unknown: box pitm, bytes at its end"),
        (_heif(_full(b"hdlr", 0, bytes(4), b"pict", bytes(12), NAME)), "text: box hdlr, name"),
        (_heif(_full(b"hdlr", 0, bytes(4), b"pict", NAME)), "text: box hdlr, name"),
        (_heif(_box(b"dinf", _full(b"dref", 0, NAME))), "unknown: box dinf"),
        (_heif(_box(b"grpl", _full(b"altr", 0, bytes(8), NAME))), "unknown: box grpl, altr"),
        (_heif(_box(b"idat", NAME)), "hidden-pixels: box idat, bytes in no item"),
        (
            _primary(b"grid", bytes(8) + NAME),
            "embedded-picture: item grid, tiles that are not shown",
        ),
        (_primary(b"tmap", b"\0"), "embedded-picture: item tmap"),
        (_primary(b"iovl", b"\0"), "embedded-picture: item iovl"),
        (_primary(b"unci", b"\0"), "unknown: item unci"),
        (
            _primary(b"jpeg", INSIDE[:-2] + NAME + INSIDE[-2:]),
            "hidden-pixels: scan, rows or bytes below the picture",
        ),
        (_property(b"ispe", bytes(12) + NAME), "unknown: item property ispe, content"),
        (_property(b"pixi", bytes(5) + NAME), "unknown: item property pixi, content"),
        (_property(b"colr", b"nclx" + bytes(7) + NAME), "unknown: item property colr, content"),
        (_property(b"auxC", bytes(4) + NAME), "unknown: item property auxC, content"),
        (_property(b"hvcC", _hvcc(b"\x27" + NAME)), "unknown: item property hvcC, content"),
        (_property(b"hvcC", _hvcc(b"\x20") + NAME), "unknown: item property hvcC, content"),
        (_property(b"av1C", bytes(4) + b"\x2a\x0d" + NAME), "unknown: item property av1C, content"),
    ],
)
def test_words_in_boxes(untrusted: bytes, expected: str) -> None:
    """A name has its place in many boxes that no viewer shows; each is told."""
    assert expected in findings_in(untrusted)


def _unit(kind: int, content: bytes, layer: int = 0) -> bytes:
    unit = bytes([kind << 1, layer << 3 | 1]) + content
    return struct.pack(">I", len(unit)) + unit


def _obu(kind: int, content: bytes) -> bytes:
    return bytes([kind << 3 | 2]) + bytes([0x80 | len(content) & 0x7F, len(content) >> 7]) + content


SLICE, FRAME = _unit(19, b"\x80 slice"), _obu(6, b"frame")
MESSAGE = {"text: coded picture, a message or padding in it"}
FURTHER = {"hidden-pixels: coded picture, a further picture in it"}
BROKEN = {"structure: coded picture, its units cannot be followed"}


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        (b"hvc1", _unit(32, b"") + _unit(35, b"P") + SLICE + _unit(19, b"\0 more"), set()),
        (b"hvc1", _unit(39, NAME) + SLICE, MESSAGE),
        (b"hvc1", SLICE + _unit(38, NAME), MESSAGE),
        (b"hvc1", SLICE + _unit(60, NAME), MESSAGE),
        (b"hvc1", SLICE + SLICE, FURTHER),
        (b"hvc1", SLICE + _unit(1, b"\x80", layer=1), FURTHER),
        (b"hvc1", SLICE + NAME, BROKEN),
        (b"hvc1", SLICE + b"\0\0\0\1A", BROKEN),
        (b"av01", _obu(2, b"") + _obu(1, b"header") + FRAME + b"\x20tiles", set()),
        (b"av01", FRAME + _obu(15, bytes(9)), set()),
        (b"av01", FRAME + _obu(15, NAME), MESSAGE),
        (b"av01", _obu(5, NAME) + FRAME, MESSAGE),
        (b"av01", FRAME + FRAME, FURTHER),
        (b"av01", FRAME[:-1], BROKEN),
        (b"av01", b"\x12\0" * 100_001, BROKEN),
        (b"hvc1", _unit(35, b"") * 100_001, BROKEN),
        (b"av01", FRAME + b"\x32" + b"\xff" * 8, BROKEN),
    ],
)
def test_units_of_a_coded_picture(kind: bytes, content: bytes, expected: set[str]) -> None:
    """Messages, paddings and further pictures inside a coded picture are told."""
    assert findings_in(_primary(kind, content)) == expected


def test_what_honest_encoders_write() -> None:
    """Parameter sets, roles, groups and this file's own reference hold nothing."""
    role = bytes(4) + b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"
    assert findings_in(_property(b"hvcC", _hvcc(b"\x20a", b"\x21b", b"\xa2c"))) == set()
    assert findings_in(_property(b"auxC", role)) == set()
    assert findings_in(_property(b"av1C", bytes(4) + _obu(1, b"header"))) == set()
    assert (
        findings_in(_heif(_box(b"grpl", _full(b"altr", 0, struct.pack(">III", 1, 1, 1))))) == set()
    )
    here = _full(b"dref", 0, struct.pack(">I", 1), _full(b"url ", 0)[:-1] + b"\1")
    assert findings_in(_heif(_box(b"dinf", here))) == set()
    assert findings_in(_primary(b"iden", b"")) == set()


def test_many_items_end() -> None:
    """More items than an honest file has are not followed."""
    entries = [_infe(number, b"hvc1") for number in range(1900)]
    lists = [_iinf(*(_infe(1900 * part + n, b"hvc1") for n in range(1900))) for part in range(3)]
    assert "structure: box meta" in findings_in(_heif(*lists))
    assert "structure: box meta" not in findings_in(_heif(_iinf(*entries)))


def test_many_references_end() -> None:
    """More references than an honest file has are not followed."""
    targets = struct.pack(">HH", 1, 30_000) + bytes(60_000)
    references = _full(b"iref", 0, _box(b"dimg", targets) * 2)
    assert findings_in(_heif(references)) == {"structure: box meta"}


def test_many_extents_end() -> None:
    """More extents than an honest file has are not followed."""
    extents = struct.pack(">HHHH", 2, 0, 0, 65535) + bytes(65535 * 8)
    body = _full(b"iloc", 1, b"\x44\0\0\1", extents)
    assert findings_in(_heif(body)) == {"structure: box meta"}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (FTYP, "heic"),
        (_box(b"ftyp", b"avif", bytes(4)), "avif"),
        (_box(b"ftyp", b"mif1", bytes(4), b"avif"), "avif"),
        (_box(b"ftyp", b"isom", bytes(4), b"mp42"), None),
    ],
)
def test_brands(head: bytes, expected: str | None) -> None:
    """The brands tell HEIC, AVIF and videos apart."""
    assert formats.recognise(head) == expected


def test_real_heic_and_avif() -> None:
    """Real files of the two libraries: plain ones are harmless, EXIF and XMP are told."""
    file = io.BytesIO()
    heif = pillow_heif.from_pillow(Image.fromarray(picture(64, 64)))
    heif.save(file, quality=50)
    assert findings_in(file.getvalue()) == set()
    file = io.BytesIO()
    heif.save(file, quality=50, exif=b"Exif\0\0" + EXIF, xmp=CITY)
    assert findings_in(file.getvalue()) == {
        "text: item Exif, IFD0",
        "location: item XMP photoshop:City",
    }
    avif = saved(picture(64, 64), "AVIF", exif=b"Exif\0\0" + EXIF, xmp=CITY)
    assert findings_in(avif) == {"text: item Exif, IFD0", "location: item XMP photoshop:City"}


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_what_a_crop_cuts_away_is_still_in_the_file(kind: str) -> None:
    """A picture cropped by its clean aperture is told; the filling of the last block is not."""
    pillow_heif.register_heif_opener()
    whole = saved(picture(96, 64), kind)
    cropped = boxes.with_properties(whole, boxes.clap(48, 32, -24, -16))
    assert findings_in(cropped) == {"hidden-pixels: outside the clean aperture"}
    filled = boxes.with_properties(whole, boxes.clap(95, 63, -0.5, -0.5))
    assert findings_in(filled) == set()

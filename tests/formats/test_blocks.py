"""Metadata blocks: IIM, Photoshop, XMP, and one inside another."""

from __future__ import annotations

import struct

import pytest

from photoguard import formats
from photoguard.formats import _parts
from photoguard.formats._metadata import public_text, xmp_tree
from photoguard.formats._parts import Block, BlockKind
from photoguard.model import OutputFormat
from tests.formats.material import TEXT, picture, tiff
from tests.formats.plants import findings_of


def _dataset(record: int, number: int, value: bytes = b"x") -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (_dataset(2, 90), {"location: here, IIM 2:90"}),
        (_dataset(2, 80), {"names: here, IIM 2:80"}),
        (_dataset(2, 55), {"times: here, IIM 2:55"}),
        (_dataset(2, 25), {"text: here, IIM 2:25"}),
        (_dataset(2, 202), {"embedded-picture: here, IIM 2:202"}),
        (_dataset(1, 90, b"\x1b%G") + _dataset(2, 0), set()),
        (_dataset(2, 0) + bytes(3), set()),
        (_dataset(2, 0)[:-1], {"unknown: here, IIM"}),
        (_dataset(2, 0, b"Aino"), {"text: here, IIM 2:00"}),
        (_dataset(1, 90, b"\x1b%G Aino"), {"text: here, IIM 1:90"}),
        (b"junk", {"unknown: here, IIM"}),
        (bytes(3) + b"Aino", {"unknown: here, IIM"}),
        (b"\x1c\2\x50\x80\4" + bytes(9), {"unknown: here, IIM"}),
        (_dataset(2, 0) * 2001, {"unknown: here, IIM"}),
    ],
)
def test_iim(untrusted: bytes, expected: set[str]) -> None:
    """Each dataset is told by what it gives away; broken records count."""
    assert findings_of(BlockKind.IIM, untrusted) == expected


def _resource(number: int, content: bytes, name: bytes = b"") -> bytes:
    padded = bytes([len(name)]) + name + b"\0" * (1 - len(name) % 2)
    head = b"8BIM" + struct.pack(">H", number) + padded + struct.pack(">I", len(content))
    return head + content + b"\0" * (len(content) % 2)


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (_resource(0x0404, _dataset(2, 90)), {"location: here, resource 0x0404, IIM 2:90"}),
        (_resource(0x040C, b"picture"), {"embedded-picture: here, resource 0x040C"}),
        (_resource(0x0422, tiff({0x010F: (2, 1, b"")})), {"device: here, resource 0x0422, IFD0"}),
        (_resource(0x0BB7, b"?"), {"unknown: here, resource 0x0BB7"}),
        (_resource(0x0425, bytes(16)) + _resource(0x03ED, bytes(16)), set()),
        (_resource(0x0425, b"not sixteen"), {"unknown: here, resource 0x0425"}),
        (_resource(0x03ED, bytes(16), b"Aino"), {"text: here, resource name"}),
        (_resource(0x03ED, bytes(16))[:-1], {"unknown: here, resources"}),
        (b"8BIMx", {"unknown: here, resources"}),
        (_resource(0x03ED, bytes(16)) * 1001, {"unknown: here, resources"}),
    ],
)
def test_photoshop(untrusted: bytes, expected: set[str]) -> None:
    """Each resource is told, nested blocks are looked into."""
    assert findings_of(BlockKind.PHOTOSHOP, untrusted) == expected


def test_nesting_ends() -> None:
    """Blocks inside blocks are followed a few steps and then told as such."""
    block = tiff({})
    for _ in range(9):
        inner = _resource(0x0422, block)
        block = tiff({0x8649: (7, len(inner), inner)})
    assert "nested too deeply" in next(iter(findings_of(BlockKind.EXIF, block)))


def test_one_place_is_not_copied_again_and_again() -> None:
    """Many tags that point to the same large value are told, not followed."""
    large = 40 << 20
    entries = {0x02BC: (1, large, b""), 0x83BB: (1, large, b"")}
    head = tiff(entries)
    pointing = head.replace(struct.pack("<I", large) + bytes(4), struct.pack("<II", large, 64))
    findings = findings_of(BlockKind.EXIF, pointing.ljust(64 + large, b"\0"))
    assert "unknown: here, IFD0, nested blocks" in findings


def test_branching_ends() -> None:
    """Hundreds of nested blocks are not followed, each of them hundreds again."""
    resources = _resource(0x0404, b"") * 300
    assert "unknown: too many blocks" in findings_of(BlockKind.PHOTOSHOP, resources)


def _xmp(inside: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f"{inside}</rdf:RDF></x:xmpmeta>"
    ).encode()


def _property(namespace: str, name: str, value: str = "x") -> bytes:
    inside = f"<p:{name}>{value}</p:{name}>"
    return _xmp(f'<rdf:Description xmlns:p="{namespace}">{inside}</rdf:Description>')


@pytest.mark.parametrize(
    ("namespace", "name", "expected"),
    [
        ("http://ns.adobe.com/exif/1.0/", "GPSLatitude", "location: here exif:GPS"),
        ("http://ns.adobe.com/exif/1.0/", "FNumber", "device: here exif"),
        ("http://ns.adobe.com/xap/1.0/", "CreateDate", "times: here xmp:CreateDate"),
        ("http://ns.adobe.com/xap/1.0/mm/", "DocumentID", "identifiers: here xmpMM"),
        ("http://purl.org/dc/elements/1.1/", "creator", "names: here dc:creator"),
        ("http://purl.org/dc/elements/1.1/", "relation", "text: here dc"),
        ("http://example.org/ainos-school/", "secret", "unknown: here, unknown property"),
    ],
)
def test_xmp_properties(namespace: str, name: str, expected: str) -> None:
    """A property is told by what it gives away; an unknown one without its name."""
    assert findings_of(BlockKind.XMP, _property(namespace, name)) == {expected}


def test_harmless_xmp() -> None:
    """An empty packet, and properties that describe the pixels only, hold nothing."""
    assert findings_of(BlockKind.XMP, _xmp("")) == set()
    tiff_namespace = "http://ns.adobe.com/tiff/1.0/"
    for value in ("1", "72/1", " 6 ", ""):
        packet = _property(tiff_namespace, "Orientation", value)
        assert findings_of(BlockKind.XMP, packet) == set()
    in_packet = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>' + _xmp("")
    assert findings_of(BlockKind.XMP, in_packet + b'<?xpacket end="w"?>') == set()


DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        (_xmp(f'<rdf:Description {DC} dc:format="Aino"/>'), "text: here dc:format"),
        (
            _xmp(f"<rdf:Description {DC}><dc:format>Aino in Kotka</dc:format></rdf:Description>"),
            "text: here dc:format",
        ),
        (
            _xmp(
                f'<rdf:Description {DC}><dc:format xmlns:q="q:" q:who="Aino">image/jpeg'
                "</dc:format></rdf:Description>"
            ),
            "unknown: here, unknown property",
        ),
        (_xmp("<rdf:Description>Aino</rdf:Description>"), "text: here, outside the properties"),
        (_xmp("Aino"), "text: here, outside the properties"),
        (_xmp("").replace(b"</x:", b"Aino</x:"), "text: here, outside the properties"),
        (
            _xmp("").replace(b"</x:", b"<x:who>Aino</x:who></x:"),
            "unknown: here, outside the properties",
        ),
        (_xmp("").replace(b"<rdf:RDF", b'<rdf:RDF x:who="Aino"'), "unknown: here, outside the"),
        (_xmp('<rdf:Description rdf:nodeID="Aino"/>'), "identifiers: here rdf:nodeID"),
        (_xmp('<q:Aino xmlns:q="q:"/>'), "unknown: here, unknown property"),
        (b'<?xpacket begin="" who="Aino"?>' + _xmp(""), "text: here, comment"),
    ],
)
def test_words_in_an_unusual_place_of_xmp(packet: bytes, expected: str) -> None:
    """Around the properties, and in the value of a harmless one, nothing is passed over."""
    found = findings_of(BlockKind.XMP, packet)
    assert any(finding.startswith(expected) for finding in found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32-be"])
def test_xmp_in_every_encoding(encoding: str) -> None:
    """No Unicode encoding hides a property."""
    packet = _property("http://purl.org/dc/elements/1.1/", "creator").decode().encode(encoding)
    assert findings_of(BlockKind.XMP, packet) == {"names: here dc:creator"}


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (b"no markup", {"unknown: here, no XML"}),
        (b"", {"unknown: here, no XML"}),
        (b"<x>\xff\xfe</x>", {"unknown: here, no RDF"}),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', {"unknown: here, entities"}),
        (b"<a>" * 100 + b"</a>" * 100, {"unknown: here, too many elements"}),
        (b"<a " + b"b='' " * 90_000 + b"/>", {"unknown: here, too many elements"}),
        (b"<a>" + b"<b/>" * 20_000 + b"</a>", {"unknown: here, too many elements"}),
        (_xmp("<!-- Aino -->"), {"text: here, comment"}),
        (_xmp("<?aino?>"), {"text: here, comment"}),
        (_xmp('<rdf:Description rdf:about="uuid:1"/>'), {"identifiers: here rdf:about"}),
        (_xmp("").replace(b"meta/", b'meta/" x:xmptk="Aino', 1), {"device: here xmptk"}),
    ],
)
def test_strange_xmp(untrusted: bytes, expected: set[str]) -> None:
    """What is not a plain packet is told and not followed."""
    assert findings_of(BlockKind.XMP, untrusted) == expected


def test_a_packet_that_is_too_large_is_not_read() -> None:
    """Beyond the bound a packet is told unread."""
    huge = b"<a>" + b" " * xmp_tree.LONGEST_PACKET + b"</a>"
    assert findings_of(BlockKind.XMP, huge) == {"unknown: here, too large"}


def test_own_words_count_only_together() -> None:
    """EXIF of the same words is harmless beside our packet, and only beside it."""
    written = formats.encode(picture(8, 8), TEXT, OutputFormat.WEBP, 90)
    packet = written[written.index(b"<?xpacket") : written.index(b'<?xpacket end="r"?>') + 19]
    exif = Block(BlockKind.EXIF, public_text.exif(TEXT), "exif")
    own = Block(BlockKind.XMP, packet, "xmp")
    assert _parts.unfold([own, exif]).findings == ()
    assert _parts.unfold([exif]).findings != ()
    assert _parts.unfold([own, own, exif]).findings != ()
    changed = Block(BlockKind.XMP, packet.replace(b"Lapset", b"Lapsen"), "xmp")
    assert _parts.unfold([changed, exif]).findings != ()

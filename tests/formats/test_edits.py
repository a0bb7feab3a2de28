"""Crops and retouches that are only described are noticed; those that are applied are not."""

from __future__ import annotations

import pytest

from photoguard import formats
from tests.formats.material import picture, saved, segment, tiff

PICTURE = picture()
JPEG = saved(PICTURE, "JPEG")
CRS = "http://ns.adobe.com/camera-raw-settings/1.0/"


def packet(attributes: str = "", inner: str = "") -> bytes:
    """An XMP packet whose one description has these attributes and elements."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:crs="{CRS}" xmlns:darktable="http://darktable.sf.net/">'
        f'<rdf:Description rdf:about="" {attributes}>{inner}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def with_xmp(xmp: bytes) -> bytes:
    """The JPEG with this packet."""
    return JPEG[:20] + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp) + JPEG[20:]


def with_exif(exif: bytes) -> bytes:
    """The JPEG with this TIFF structure."""
    return JPEG[:20] + segment(0xE1, b"Exif\0\0" + exif) + JPEG[20:]


CROPPED = [
    packet('crs:HasCrop="True"'),
    packet('crs:HasCrop="true" crs:AlreadyApplied="False"'),
    packet('crs:CropLeft="0.25" crs:CropRight="1"'),
    packet('crs:CropTop="0" crs:CropAngle="3.5"'),
    packet('crs:CropLeft="a quarter"'),
    packet(inner="<crs:HasCrop>True</crs:HasCrop>"),
    packet(inner="<crs:CropBottom>0.5</crs:CropBottom>"),
    packet(inner="<crs:RetouchInfo><rdf:Seq><rdf:li>a spot</rdf:li></rdf:Seq></crs:RetouchInfo>"),
]
SETTLED = [
    packet(),
    packet('crs:HasCrop="False" crs:CropLeft="0.25"'),
    packet('crs:HasCrop="True" crs:AlreadyApplied="True" crs:CropLeft="0.25"'),
    packet('crs:CropLeft="0" crs:CropTop="0" crs:CropRight="1" crs:CropBottom="1"'),
    packet('crs:HasSettings="True" crs:Exposure2012="+0.50"'),
    packet(inner="<crs:RetouchInfo><rdf:Seq/></crs:RetouchInfo>"),
    b"<no xml",
]


@pytest.mark.parametrize("xmp", CROPPED)
def test_a_described_crop_is_noticed(xmp: bytes) -> None:
    """Camera Raw's crops and retouches count in the file and beside it."""
    assert formats.describes_edit(with_xmp(xmp))
    assert formats.sidecar_describes_edit(xmp)


@pytest.mark.parametrize("xmp", SETTLED)
def test_what_is_applied_or_is_no_crop_is_left_alone(xmp: bytes) -> None:
    """An exported picture says that its settings are applied; brightness shows nobody."""
    assert not formats.describes_edit(with_xmp(xmp))
    assert not formats.sidecar_describes_edit(xmp)


@pytest.mark.parametrize(
    ("step", "counts"),
    [
        ('darktable:operation="crop" darktable:enabled="1"', True),
        ('darktable:operation="retouch"', True),
        ('darktable:operation="crop" darktable:enabled="0"', False),
        ('darktable:operation="exposure" darktable:enabled="1"', False),
    ],
)
def test_darktables_history_counts_beside_the_photo_only(step: str, counts: bool) -> None:  # noqa: FBT001
    """In an exported picture the same history tells what was done to it."""
    history = f"<darktable:history><rdf:Seq><rdf:li {step}/></rdf:Seq></darktable:history>"
    xmp = packet(inner=history)
    assert formats.sidecar_describes_edit(xmp) is counts
    assert not formats.describes_edit(with_xmp(xmp))


def test_a_crop_in_exif_is_noticed() -> None:
    """The crops of DNG stand in tags that other files may carry too."""
    crop = {0xC620: (3, 2, b"\x10\0\x10\0")}
    assert formats.describes_edit(with_exif(tiff(crop)))
    assert formats.describes_edit(tiff(crop))
    assert not formats.describes_edit(with_exif(tiff({0x010F: (2, 6, b"maker\0")})))


@pytest.mark.parametrize(("number", "counts"), [(0x0E01, True), (0x0001, False)])
def test_edits_in_a_makers_note_are_noticed(number: int, counts: bool) -> None:  # noqa: FBT001
    """Nikon's programs keep what is to be done to a picture in its maker note."""
    note = b"Nikon\0\x02\x10\0\0" + tiff({number: (7, 8, b"whatever")})
    exif = tiff({0x927C: (7, len(note), note)})
    assert formats.describes_edit(with_exif(exif)) is counts


def test_another_makers_note_is_left_alone() -> None:
    """What is no note of Nikon's is not read as one."""
    assert not formats.describes_edit(with_exif(tiff({0x927C: (7, 9, b"Canonlike")})))


def test_what_is_no_picture_describes_nothing() -> None:
    """An unknown format has no blocks."""
    assert not formats.describes_edit(b"no picture")

"""Face regions and names that other programs left, in upright pixels."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoguard import formats
from photoguard.formats._metadata import regions
from photoguard.model import OutputFormat
from tests.formats.material import SPARSE, picture, segment

NAMESPACES = (
    'xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" '
    'xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" '
    'xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#" '
    'xmlns:MP="http://ns.microsoft.com/photo/1.2/" '
    'xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#" '
    'xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#" '
    'xmlns:iptc="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'xmlns:digiKam="http://www.digikam.org/ns/1.0/"'
)
CORNER = {
    1: (10, 20, 50, 60),
    2: (50, 20, 90, 60),
    3: (50, 140, 90, 180),
    4: (10, 140, 50, 180),
    5: (10, 20, 30, 100),
    6: (70, 20, 90, 100),
    7: (70, 100, 90, 180),
    8: (10, 100, 30, 180),
}
"""Orientation → a face near the stored picture's top left, in 100 x 200 upright pixels."""


def packet(inside: str) -> bytes:
    """Return a packet with one description."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {NAMESPACES}>{inside}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def mwg(*entries: str, dimensions: str = "") -> bytes:
    """Return a packet with a region list; entries are li elements."""
    applied = f"<mwg-rs:AppliedToDimensions {dimensions}/>" if dimensions else ""
    return packet(
        f'<mwg-rs:Regions rdf:parseType="Resource">{applied}<mwg-rs:RegionList><rdf:Bag>'
        f"{''.join(entries)}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
    )


def face(area: str, name: str = "Aino", kind: str = "Face") -> str:
    """Return an entry in the attribute form."""
    return (
        f'<rdf:li><rdf:Description mwg-rs:Name="{name}" mwg-rs:Type="{kind}">'
        f"<mwg-rs:Area {area}/></rdf:Description></rdf:li>"
    )


def area(x: float, y: float, width: float, height: float, unit: str = "normalized") -> str:
    """Return the attributes of an area: its centre and size."""
    return (
        f'stArea:x="{x}" stArea:y="{y}" stArea:w="{width}" stArea:h="{height}" stArea:unit="{unit}"'
    )


def microsoft(rectangle: str, name: str = "Eino") -> bytes:
    """Return a packet with one region of Microsoft's schema."""
    return packet(
        '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag><rdf:li '
        f'MPReg:Rectangle="{rectangle}" MPReg:PersonDisplayName="{name}"/></rdf:Bag>'
        "</MPRI:Regions></MP:RegionInfo>"
    )


def _box(untrusted: bytes, orientation: int, size: tuple[int, int]) -> tuple[float, ...]:
    (region,) = regions.regions([untrusted], orientation, size)
    box = region.box
    return box.left, box.top, box.right, box.bottom


@pytest.mark.parametrize(("orientation", "expected"), CORNER.items())
def test_orientations(orientation: int, expected: tuple[int, ...]) -> None:
    """A region of the stored picture lies where its face lies upright."""
    written = area(0.3, 0.2, 0.4, 0.2)
    assert _box(mwg(face(written)), orientation, (100, 200)) == pytest.approx(expected)


def test_microsoft_regions_turn_too() -> None:
    """Microsoft's rectangle is left, top, width, height of the stored picture."""
    assert _box(microsoft("0.1, 0.1, 0.4, 0.2"), 6, (100, 200)) == pytest.approx((70, 20, 90, 100))


def test_dimensions_say_that_the_writer_had_turned_it() -> None:
    """A list that was applied to the upright picture is not turned again."""
    entry = face(area(0.3, 0.2, 0.4, 0.2))
    stored = mwg(entry, dimensions='stDim:w="400" stDim:h="200"')
    upright = mwg(entry, dimensions='stDim:w="200" stDim:h="400"')
    assert _box(stored, 6, (100, 200)) == pytest.approx((70, 20, 90, 100))
    assert _box(upright, 6, (100, 200)) == pytest.approx((10, 20, 50, 60))


def test_a_cropped_picture_keeps_names_only() -> None:
    """Regions of another shape of picture are stale; whom they name is still told."""
    stale = mwg(face(area(0.3, 0.2, 0.4, 0.2)), dimensions='stDim:w="500" stDim:h="200"')
    assert regions.regions([stale], 1, (100, 200)) == ()
    assert regions.persons([stale]) == ("Aino",)


def test_areas_in_pixels() -> None:
    """An area in pixels counts against the dimensions it was applied to."""
    entry = face(area(60, 80, 80, 80, "pixel"))
    applied = mwg(entry, dimensions='stDim:w="200" stDim:h="400"')
    assert _box(applied, 1, (100, 200)) == pytest.approx((10, 20, 50, 60))
    assert regions.regions([mwg(entry)], 1, (100, 200)) == ()


def test_mwg_first_and_each_face_once() -> None:
    """Microsoft's region of the same face is left out, another face is kept."""
    both = [
        microsoft("0.1, 0.1, 0.4, 0.2"),
        microsoft("0.6, 0.6, 0.2, 0.2", "Veera"),
        mwg(face(area(0.3, 0.2, 0.4, 0.2))),
    ]
    found = regions.regions(both, 1, (100, 100))
    assert [(region.source, region.name) for region in found] == [
        ("mwg-rs", "Aino"),
        ("MP", "Veera"),
    ]


def test_only_faces() -> None:
    """Pets, focus points and codes are no faces; a region without a type is one."""
    untyped = f'<rdf:li rdf:parseType="Resource"><mwg-rs:Area {area(0.5, 0.5, 0.1, 0.1)}/></rdf:li>'
    entries = mwg(face(area(0.3, 0.2, 0.4, 0.2), kind="Pet"), untyped)
    (region,) = regions.regions([entries], 1, (100, 100))
    assert region.name is None
    assert regions.persons([entries]) == ()


@pytest.mark.parametrize(
    "written",
    ["", area(0.5, 0.5, 0, 0.1), area(float("nan"), 0, 1, 1), 'stArea:x="left"'],
)
def test_areas_that_are_none(written: str) -> None:
    """Numbers that are missing, empty, not finite or no numbers give no region."""
    assert regions.regions([mwg(face(written))], 1, (100, 100)) == ()
    assert regions.regions([microsoft(written)], 1, (100, 100)) == ()


def test_names_of_every_kind() -> None:
    """Names in fields of persons, in people tags and in regions are told, each once."""
    names = packet(
        "<iptc:PersonInImage><rdf:Bag><rdf:li>Aino K.</rdf:li><rdf:li> Eino </rdf:li></rdf:Bag>"
        "</iptc:PersonInImage><digiKam:TagsList><rdf:Seq><rdf:li>People/Veera</rdf:li>"
        "<rdf:li>Places/Kotka</rdf:li></rdf:Seq></digiKam:TagsList>"
    )
    packets = [names, mwg(face("", "Aino K.")), microsoft("", "\u202eOlli"), b"broken"]
    assert regions.persons(packets) == ("Aino K.", "Eino", "Veera", "Olli")


def test_a_file_is_asked() -> None:
    """Regions and names are read out of a whole file."""
    clean = formats.encode(picture(100, 200), SPARSE, OutputFormat.JPEG, 90)
    content = b"http://ns.adobe.com/xap/1.0/\0" + mwg(face(area(0.3, 0.2, 0.4, 0.2)))
    untrusted = clean[:20] + segment(0xE1, content) + clean[20:]
    (region,) = formats.named_regions(untrusted, 1, (100, 200))
    assert region.box.centre == pytest.approx((30, 40))
    assert formats.named_persons(untrusted) == ("Aino",)


def test_many_names_end() -> None:
    """A file with thousands of names or a very long one is bounded."""
    entries = [face(area(0.5, 0.5, 0.1, 0.1), f"name {number}") for number in range(600)]
    assert len(regions.persons([mwg(*entries)])) == regions.MOST_REGIONS
    assert len(regions.regions([mwg(*entries)], 1, (9, 9))) == regions.MOST_REGIONS
    (name,) = regions.persons([mwg(face("", "x" * 5000))])
    assert len(name) == regions.LONGEST_NAME


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=True), min_size=4, max_size=4), st.integers(0, 9))
def test_no_numbers_break_it(numbers: list[float], orientation: int) -> None:
    """Whatever numbers stand in the file, a region lies inside the picture."""
    written = area(numbers[0], numbers[1], numbers[2], numbers[3])
    for region in regions.regions([mwg(face(written))], orientation, (100, 50)):
        assert 0 <= region.box.left <= region.box.right <= 100
        assert 0 <= region.box.top <= region.box.bottom <= 50

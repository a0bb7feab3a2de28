"""The verifier notices every change to a finished file, and none where there is none."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoguard import formats, verify
from photoguard.model import FindingKind, OutputFormat, Region
from tests.formats.material import FORMATS, SPARSE, TEXT, picture
from tests.verify import injections
from tests.verify.finished import MEANT, QUALITY, SIZE, finished

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.model import Finding, Pixels

KINDS_OF_CHANGES = 100
ONLY_IN_THE_CODED_PICTURE = {
    "a byte of the picture changed",
    "a byte put into the picture",
    "a byte taken from the picture",
    "another picture in one place",
    "one pixel changed",
    "the picture mirrored",
    "the picture upside down",
    "another quality",
    "another quantisation step",
    "another Huffman code",
    "a stuffed byte in the scan",
    "more scan than the rows need",
    "optimised coding",
    "the same rows packed otherwise",
    "no packing",
    "rows cut into other chunks",
    "an empty chunk of rows",
    "text inside the frame's chunk",
}
"""Changes that leave the structure as it should be; the second encode notices them."""


@pytest.fixture(params=FORMATS, ids=str)
def output_format(request: pytest.FixtureRequest) -> OutputFormat:
    """Every format that is published."""
    return OutputFormat(request.param)


def _structure(written: bytes, output_format: OutputFormat) -> tuple[Finding, ...]:
    examiner = import_module(f"photoguard.verify.{output_format.value}")
    return tuple(examiner.structure(written, SIZE, TEXT))


def test_there_are_enough_kinds_of_changes() -> None:
    """The changes are many, of different names, and every one changes something."""
    names = set()
    for output_format in FORMATS:
        clean = finished(output_format)
        made = injections.changes(output_format)
        assert len({name for name, _ in made}) == len(made)
        assert [name for name, changed in made if changed == clean] == []
        names |= {name for name, _ in made}
    assert len(names) >= KINDS_OF_CHANGES


def test_every_change_is_noticed(output_format: OutputFormat) -> None:
    """No changed file passes."""
    passed = [
        name
        for name, changed in injections.changes(output_format)
        if not verify.check_written(changed, MEANT, TEXT, output_format, QUALITY)
    ]
    assert passed == []


def test_structure_alone_notices_most(output_format: OutputFormat) -> None:
    """The structure does not lean on the second encode: only coded pixels escape it."""
    escaped = {
        name
        for name, changed in injections.changes(output_format)
        if not _structure(changed, output_format)
    }
    assert escaped <= ONLY_IN_THE_CODED_PICTURE


def test_what_is_behind_the_end_is_called_so(output_format: OutputFormat) -> None:
    """Bytes behind the end are told as such."""
    clean = finished(output_format)
    kinds = {finding.kind for finding in _structure(clean + b"more", output_format)}
    assert FindingKind.TRAILING_DATA in kinds


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, 90),
    height=st.integers(1, 90),
    quality=st.integers(1, 100),
    seed=st.integers(0, 9),
)
def test_clean_files_pass(width: int, height: int, quality: int, seed: int) -> None:
    """No false alarm: every size and quality, with many words and with few."""
    pixels = picture(width, height, seed)
    for output_format in FORMATS:
        for text in (TEXT, SPARSE):
            written = formats.encode(pixels, text, output_format, quality)
            assert verify.check_written(written, pixels, text, output_format, quality) == ()


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_random_change_passes(data: st.DataObject) -> None:
    """A byte changed, added or taken away anywhere is noticed."""
    output_format = data.draw(st.sampled_from(FORMATS))
    file = finished(output_format)
    at = data.draw(st.integers(0, len(file) - 1))
    old = data.draw(st.integers(0, 3))
    changed = file[:at] + data.draw(st.binary(max_size=3)) + file[at + old :]
    found = verify.check_written(changed, MEANT, TEXT, output_format, QUALITY)
    assert bool(found) == (changed != file)


REGIONS = (Region((80, 60), 30, 20, roll=30), Region((159, 1), 3, 3), Region((500, 500), 9, 9))


def _written(tmp_path: Path, pixels: Pixels, output_format: OutputFormat) -> Path:
    path = tmp_path / "picture"
    path.write_bytes(formats.encode(pixels, TEXT, output_format, QUALITY))
    return path


def test_a_finished_file_is_read_back(tmp_path: Path, output_format: OutputFormat) -> None:
    """A clean file on the disk passes bytes and pixels."""
    path = _written(tmp_path, MEANT, output_format)
    form = verify.Form(TEXT, output_format, QUALITY)
    assert verify.verify(path, MEANT, REGIONS, form) == ()


def test_a_changed_file_is_not_decoded(tmp_path: Path, output_format: OutputFormat) -> None:
    """Where the bytes are wrong, nobody looks at pixels, though these are wrong as well."""
    path = _written(tmp_path, MEANT[::-1], output_format)
    found = verify.verify(path, MEANT, REGIONS, verify.Form(TEXT, output_format, QUALITY))
    assert {finding.kind for finding in found} == {FindingKind.STRUCTURE}
    assert verify.check_pixels(path.read_bytes(), MEANT, REGIONS, output_format)


def test_a_face_that_came_back_is_noticed(output_format: OutputFormat) -> None:
    """Other pixels than meant inside a hidden region are a finding; outside they are not."""
    other = MEANT.copy()
    other[50:70, 70:90] = 255 - other[50:70, 70:90]
    written = formats.encode(other, TEXT, output_format, QUALITY)
    found = verify.check_pixels(written, MEANT, REGIONS, output_format)
    assert [finding.kind for finding in found] == [FindingKind.HIDDEN_PIXELS]
    elsewhere = (Region((20, 20), 10, 10),)
    found = verify.check_pixels(written, MEANT, elsewhere, output_format)
    assert bool(found) == (output_format is OutputFormat.PNG)


@pytest.mark.parametrize("centre", [(40, 16), (16, 40), (-9, 16), (16, -9), (90, 16), (16, 90)])
def test_regions_outside_the_picture(centre: tuple[int, int]) -> None:
    """A region that does not touch the picture hides nothing, and is no difference."""
    black, white = np.zeros((32, 32, 3), np.uint8), np.full((32, 32, 3), 255, np.uint8)
    assert verify.same_inside(black, white, Region(centre, 5, 5))
    assert not verify.same_inside(black, white, Region((16, 16), 5, 5))


def test_turned_regions_reach_as_far_as_their_ellipse() -> None:
    """A long region lying on its side is compared where it lies, not where it stood."""
    meant = np.zeros((160, 160, 3), np.uint8)
    seen = meant.copy()
    seen[72:88, 8:24] = 255
    assert not verify.same_inside(seen, meant, Region((80, 80), 10, 70, roll=90))
    assert verify.same_inside(seen, meant, Region((80, 80), 10, 70))
    assert not verify.same_inside(seen, meant, Region((80, 80), 70, 10))


def test_another_size_is_noticed(output_format: OutputFormat) -> None:
    """A picture of another size, or none at all, is a finding."""
    written = formats.encode(MEANT[:-1], TEXT, output_format, QUALITY)
    for bad in (written, b"no picture"):
        found = verify.check_pixels(bad, MEANT, REGIONS, output_format)
        assert [finding.kind for finding in found] == [FindingKind.STRUCTURE]


@pytest.mark.parametrize("quality", [50, 75, 90, 95])
def test_loss_of_the_coders_is_no_difference(quality: int) -> None:
    """The hardest picture, pure noise with hard edges, stays within the tolerance."""
    random = np.random.default_rng(3)
    pixels = random.integers(0, 2, (128, 128, 3)).astype(np.uint8) * 255
    pixels[40:90, 40:90] = (255, 220, 0)
    regions = (Region((64, 64), 60, 60),)
    for output_format in FORMATS:
        written = formats.encode(pixels, TEXT, output_format, quality)
        assert verify.check_pixels(written, pixels, regions, output_format) == ()

"""Every planted file of the measuring material: something is found, of the right kind, soon."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from photoguard import formats
from photoguard.errors import UnreadableError
from photoguard.model import FindingKind

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 2.0
"""Seconds of a processor for one file."""
EXPECTED = {
    "animated": FindingKind.HIDDEN_PIXELS,
    "colour": FindingKind.LOCATION,
    "free_text": FindingKind.TEXT,
    "gdepth_gimage": FindingKind.EMBEDDED_PICTURE,
    "gif_meta": FindingKind.TEXT,
    "gps_exif": FindingKind.LOCATION,
    "gps_xmp": FindingKind.LOCATION,
    "hdr_gainmap": FindingKind.EMBEDDED_PICTURE,
    "heic_aux": FindingKind.EMBEDDED_PICTURE,
    "heic_meta": FindingKind.LOCATION,
    "hidden_pixels": FindingKind.HIDDEN_PIXELS,
    "icc": FindingKind.COLOUR_PROFILE,
    "iptc_location": FindingKind.LOCATION,
    "motion_photo": FindingKind.EMBEDDED_PICTURE,
    "mpf": FindingKind.EMBEDDED_PICTURE,
    "names_regions": FindingKind.NAMES,
    "orientation": FindingKind.EMBEDDED_PICTURE,
    "png_exif": FindingKind.EMBEDDED_PICTURE,
    "png_private": FindingKind.UNKNOWN,
    "png_text": FindingKind.TEXT,
    "samsung_sef": FindingKind.TIMES,
    "serials_ids": FindingKind.IDENTIFIERS,
    "thumb_exif": FindingKind.EMBEDDED_PICTURE,
    "thumb_jfif": FindingKind.EMBEDDED_PICTURE,
    "thumb_photoshop": FindingKind.EMBEDDED_PICTURE,
    "thumb_xmp": FindingKind.EMBEDDED_PICTURE,
    "tiff_meta": FindingKind.LOCATION,
    "tiff_pages": FindingKind.EMBEDDED_PICTURE,
    "tiff_slack": FindingKind.HIDDEN_PIXELS,
    "trailer": FindingKind.TRAILING_DATA,
    "unknown_appn": FindingKind.UNKNOWN,
}
OTHERWISE = {
    "gps_exif/gps_exif_orphan_ifd.jpg": FindingKind.HIDDEN_PIXELS,
    "webp_meta/exif_xmp_icc.webp": FindingKind.LOCATION,
    "webp_meta/unknown_chunk.webp": FindingKind.UNKNOWN,
    "webp_meta/exif_without_flag.webp": FindingKind.LOCATION,
}
MISNAMED_ONLY = "corrupt/png_named.jpg"
"""Its name is wrong, its content is a clean picture."""


def test_every_planted_file(shared: Path) -> None:
    """Each plant is found as what it is; damaged files are told or refused; nothing hangs."""
    missed, slow = [], []
    for entry in json.loads((shared / "hostile" / "index.json").read_text()):
        path = entry["path"]
        untrusted = (shared / "hostile" / path).read_bytes()
        began = time.process_time()
        try:
            kinds = {finding.kind for finding in formats.findings(untrusted)}
            formats.named_persons(untrusted)
        except UnreadableError:
            continue
        if time.process_time() - began > LONGEST:
            slow.append(path)
        expected = OTHERWISE.get(path, EXPECTED.get(entry["kind"]))
        if path != MISNAMED_ONLY and not (expected in kinds if expected else kinds):
            missed.append((path, kinds))
    assert missed == []
    assert slow == []


def test_names_and_regions_of_a_planted_file(shared: Path) -> None:
    """The planted names and the face's region are read before they are dropped."""
    untrusted = (shared / "hostile" / "names_regions" / "persons_xmp.jpg").read_bytes()
    assert {name[:8] for name in formats.named_persons(untrusted)} == {
        "ZZREGION",
        "ZZPERSON",
        "ZZMPZZ L",
    }
    (region,) = formats.named_regions(untrusted, 1, (1000, 1000))
    assert region.box.centre == pytest.approx((470, 370))

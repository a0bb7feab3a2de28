"""Small real photos for the journeys, made from the samples."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING

import piexif
from PIL import Image

from tests.conftest import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

PORTRAIT = SAMPLES / "photos" / "Aino päiväkodin piha.jpg"
LANDSCAPE = SAMPLES / "photos" / "lumilinna illalla.webp"


def small(path: Path, side: int = 480, source: Path = PORTRAIT) -> Path:
    """Write a small JPEG of a sample to ``path``; under another name it is another photo."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(source) as sample:
        picture = sample.convert("RGB")
    picture.thumbnail((side, side))
    picture.save(path, "JPEG", quality=92, comment=path.name.encode(errors="replace"))
    return path


def phone_photo(path: Path) -> Path:
    """Write a portrait as a phone does: lying on its side, with GPS, thumbnail and maker."""
    with Image.open(PORTRAIT) as picture:
        upright = picture.convert("RGB")
        upright.thumbnail((640, 640))
    thumbnail = io.BytesIO()
    upright.resize((96, 128)).save(thumbnail, "JPEG")
    exif = piexif.dump(
        {
            "0th": {piexif.ImageIFD.Make: b"ZZMAKERZZ", piexif.ImageIFD.Orientation: 6},
            "GPS": {piexif.GPSIFD.GPSAreaInformation: b"ZZPLACEZZ"},
            "1st": {piexif.ImageIFD.Compression: 6},
            "thumbnail": thumbnail.getvalue(),
        }
    )
    upright.transpose(Image.Transpose.ROTATE_90).save(path, "JPEG", exif=exif, quality=92)
    return path


def damaged(path: Path) -> Path:
    """Write a photo of which half is missing."""
    small(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def copy_samples(place: Path) -> Path:
    """Copy the sample photos to ``place``."""
    return shutil.copytree(SAMPLES / "photos", place)

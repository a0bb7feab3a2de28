"""Small photos whose preparation takes as little time as can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from tests.conftest import SAMPLES
from tests.pipeline.photos import LANDSCAPE, damaged, small

if TYPE_CHECKING:
    from pathlib import Path

SIDE = 240
TABLE = """file;description;event
1 Aino.jpg;Lapset leikkivät pihalla.;Kevätretki
b/2 piha.jpg;;Kevätretki
"""


def small_folder(place: Path) -> Path:
    """Make a folder of five photos: ready ones, one to look at, and a damaged one."""
    small(place / "1 Aino.jpg", SIDE)
    small(place / "b" / "2 piha.jpg", SIDE, SAMPLES / "photos" / "IMG_2040.jpg")
    small(place / "3 talvi.jpg", SIDE, LANDSCAPE)
    damaged(place / "4 rikki.jpg")
    with Image.open(LANDSCAPE) as picture:
        picture.convert("RGB").resize((160, 120)).save(place / "5.png")
    (place / "photos.csv").write_text(TABLE, "utf-8")
    return place

"""A telephone's folder as a teacher has it after a day: thirty files, made of the samples."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from tests.conftest import SAMPLES
from tests.pipeline.photos import damaged

if TYPE_CHECKING:
    from pathlib import Path

GROUPS = (
    SAMPLES / "photos" / "Aino päiväkodin piha.jpg",
    SAMPLES / "photos" / "retki" / "IMG_2032.jpg",
    SAMPLES / "photos" / "IMG_2040.jpg",
    SAMPLES / "school" / "photos" / "IMG_3001.jpg",
    SAMPLES / "school" / "photos" / "IMG_3002.jpg",
    SAMPLES / "school" / "photos" / "IMG_3004.jpg",
)
NOBODY = SAMPLES / "photos" / "lumilinna illalla.webp"
SIDE = 900
SCREEN = (1170, 2532)
"""Width and height of a common telephone's screen in pixels."""
CHAT, TWIN, BROKEN = "Screenshot_20260512.png", "IMG_0001 (1).jpg", "IMG_0029.jpg"
FILES = 30


def thirty(folder: Path) -> Path:
    """Make the folder: 26 photos, one twice, one damaged, a photo of a chat, and a clip."""
    folder.mkdir(parents=True)
    for number in range(26):
        source = GROUPS[number % len(GROUPS)] if number % 9 else NOBODY
        _variant(source, number).save(folder / f"IMG_{number + 1:04d}.jpg", quality=90)
    shutil.copyfile(folder / "IMG_0002.jpg", folder / TWIN)
    chat().save(folder / CHAT)
    damaged(folder / BROKEN)
    shutil.copyfile(SAMPLES / "photos" / "retki" / "IMG_2031.MOV", folder / "IMG_0030.MOV")
    return folder


def _variant(source: Path, number: int) -> Image.Image:
    """Return a sample as another moment of the day: mirrored, darker, or from nearer."""
    with Image.open(source) as sample:
        picture = ImageOps.exif_transpose(sample).convert("RGB")
    if number % 2:
        picture = ImageOps.mirror(picture)
    if number % 5 == 4:
        picture = ImageEnhance.Brightness(picture).enhance(0.6)
    width, height = picture.size
    cut = (number // 6) * 0.02
    picture = picture.crop(
        (int(cut * width), int(cut * height), int((1 - cut) * width), int((1 - cut) * height))
    )
    picture.thumbnail((SIDE, SIDE))
    return picture


def chat() -> Image.Image:
    """Return a drawn screen of a chat: bubbles with lines of text, no camera."""
    picture = Image.new("RGB", SCREEN, "#ffffff")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, SCREEN[0], 260), fill="#f4f4f6")
    draw.text((470, 150), "Perhoset", fill="#111111", font_size=56)
    lines = (
        "Hei! Onko retki huomenna?",
        "On, kello yhdeksän.",
        "Eväät mukaan :)",
        "Selvä, kiitos!",
    )
    for number in range(12):
        top = 320 + 175 * number
        left = 60 if number % 2 else 420
        draw.rounded_rectangle(
            (left, top, left + 690, top + 130), 48, fill="#e6e6ea" if number % 2 else "#2f7cf6"
        )
        ink = "#111111" if number % 2 else "#ffffff"
        draw.text((left + 44, top + 38), lines[number % 4], fill=ink, font_size=48)
    return picture

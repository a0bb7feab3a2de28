"""Pictures with writing in them, in the one font that comes with the program's libraries."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from photoguard.model import Pixels

WALL, PAPER, INK = (196, 182, 160), (250, 246, 232), (30, 34, 60)


@cache
def font(height: int) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans with capitals of about this height in pixels."""
    path = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return ImageFont.truetype(str(path), round(height / 0.73))


def slip(text: str, height: int, turn: float = 0.0) -> Image.Image:
    """Return a slip of paper with a text, turned counter-clockwise by so many degrees."""
    left, top, right, bottom = (round(side) for side in font(height).getbbox(text))
    size = right - left + 2 * height, bottom - top + 2 * height
    paper = Image.new("RGB", size, PAPER)
    ImageDraw.Draw(paper).text((height - left, height - top), text, font=font(height), fill=INK)
    return paper.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=WALL)


def wall(
    *slips: tuple[Image.Image, tuple[int, int]], size: tuple[int, int] = (1200, 800)
) -> Pixels:
    """Return a wall of this (width, height) with slips whose left upper corners are told."""
    picture = Image.new("RGB", size, WALL)
    for each, place in slips:
        picture.paste(each, place)
    return np.asarray(picture)

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


_BLOCKS = {
    "A": ("01110", "10001", "10001", "11111", "10001", "10001", "10001"),
    "I": ("11111", "00100", "00100", "00100", "00100", "00100", "11111"),
    "N": ("10001", "11001", "10101", "10101", "10011", "10001", "10001"),
    "O": ("01110", "10001", "10001", "10001", "10001", "10001", "01110"),
}


def block_letters() -> Pixels:
    """Return a wall with three labels of squares, the same to the last bit with any library."""
    picture = np.full((480, 640, 3), WALL, np.uint8)
    for word, dot, (top, left), quarters in (
        ("AINO", 6, (30, 40), 0),
        ("NIINA", 3, (200, 300), 0),
        ("AINO", 4, (250, 60), 1),
    ):
        rows = ("0".join(_BLOCKS[letter][at] for letter in word) for at in range(7))
        dots = np.array([[sign == "1" for sign in row] for row in rows])
        ink = np.rot90(np.kron(dots, np.ones((dot, dot), bool)), quarters)
        bottom, right, edge = top + ink.shape[0], left + ink.shape[1], 3 * dot
        picture[top - edge : bottom + edge, left - edge : right + edge] = PAPER
        picture[top:bottom, left:right][ink] = INK
    return picture

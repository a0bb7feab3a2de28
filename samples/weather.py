"""Lays snow and light over the drawn pictures."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Sequence


def snowfall(picture: Image.Image, flakes: int, avoid: Sequence[tuple[int, int, int]]) -> None:
    """Let snow fall on the picture, but not on the circles (x, y, radius) to avoid."""
    chance = random.Random(3)  # noqa: S311
    layer = Image.new("L", picture.size, 0)
    draw = ImageDraw.Draw(layer)
    for _ in range(flakes):
        x, y = chance.uniform(0, picture.width), chance.uniform(0, picture.height)
        if any(math.hypot(x - left, y - top) < radius for left, top, radius in avoid):
            continue
        radius = chance.uniform(1.5, 5.5) * picture.width / 2000
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=chance.randint(90, 220))
    layer = layer.filter(ImageFilter.GaussianBlur(picture.width / 1600))
    picture.paste(Image.new("RGB", picture.size, (255, 255, 255)), (0, 0), layer)


def lantern_glow(picture: Image.Image, at: tuple[float, float], radius: float) -> Image.Image:
    """Return the picture with a warm light at ``at`` (shares of width and height)."""
    layer = Image.new("RGB", picture.size, (0, 0, 0))
    x, y, reach = at[0] * picture.width, at[1] * picture.height, radius * picture.width
    draw = ImageDraw.Draw(layer)
    for step, colour in enumerate([(70, 44, 14), (110, 74, 26), (150, 108, 48), (235, 190, 120)]):
        part = reach * (1 - step * 0.28)
        draw.ellipse((x - part, y - part, x + part, y + part), fill=colour)
    return ImageChops.screen(picture, layer.filter(ImageFilter.GaussianBlur(reach / 6)))

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


def northern_lights(picture: Image.Image) -> Image.Image:
    """Return the picture with two green curtains of light across its sky."""
    small = Image.new("RGB", (picture.width // 4, picture.height // 4), (0, 0, 0))
    draw = ImageDraw.Draw(small)
    for curtain, colour in enumerate([(24, 120, 84), (40, 150, 110)]):
        for x in range(small.width):
            share = x / small.width
            base = (0.3 - 0.1 * curtain) * small.height * (1 + 0.3 * math.sin(5 * share + curtain))
            reach = small.height * (0.16 + 0.05 * math.sin(23 * share + 2 * curtain))
            light = 0.45 + 0.35 * math.sin(31 * share) * math.sin(7 * share + curtain)
            top = tuple(round(part * light) for part in colour)
            draw.line((x, base - reach, x, base), fill=top)
    soft = small.filter(ImageFilter.GaussianBlur(small.width / 90)).resize(picture.size)
    return ImageChops.screen(picture, soft)

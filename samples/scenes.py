"""Draws the yards and rooms of the samples: plain shapes, a fixed seed, no other pictures."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Sequence

Size = tuple[int, int]
Colour = tuple[int, int, int]

SMOOTH = 2
"""Backdrops are drawn this many times too large, since Pillow draws hard edges."""

LEAVES = ((206, 142, 44), (188, 92, 40), (222, 178, 70), (128, 122, 52))


def _canvas(size: Size, stops: Sequence[Colour]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Return a canvas with a sky that runs evenly through ``stops`` from top to bottom."""
    strip = Image.new("RGB", (1, len(stops)))
    strip.putdata(list(stops))
    sky = strip.resize((size[0] * SMOOTH, size[1] * SMOOTH), Image.Resampling.BILINEAR)
    return sky, ImageDraw.Draw(sky)


def _finished(picture: Image.Image, blur: float) -> Image.Image:
    """Return the backdrop at its own size, a little out of focus, with a breath of grain."""
    size = (picture.width // SMOOTH, picture.height // SMOOTH)
    small = picture.resize(size, Image.Resampling.LANCZOS)
    return small.filter(ImageFilter.GaussianBlur(blur))


def _hills(draw: ImageDraw.ImageDraw, size: Size, top: float, wave: float, fill: Colour) -> None:
    """Fill everything below a line of soft hills."""
    width, height = size
    line = [
        (x, top + wave * math.sin(x / width * 5.1 + top) + wave / 3 * math.sin(x / width * 13))
        for x in range(0, width + 1, 8)
    ]
    draw.polygon([*line, (width, height), (0, height)], fill=fill)


def _spruce(
    draw: ImageDraw.ImageDraw, foot: tuple[float, float], height: float, fill: Colour
) -> None:
    """Draw a spruce of five skirts that stands on ``foot``."""
    x, y = foot
    draw.rectangle((x - height * 0.025, y - height * 0.1, x + height * 0.025, y), fill=(92, 72, 60))
    for skirt in range(5):
        base = y - height * (0.06 + 0.17 * skirt)
        half = height * (0.25 - 0.04 * skirt)
        draw.polygon([(x - half, base), (x + half, base), (x, base - height * 0.3)], fill=fill)


def _house(
    draw: ImageDraw.ImageDraw, corner: tuple[float, float], unit: float, roof: Colour
) -> None:
    """Draw a red wooden house, nine units wide, with white window frames."""
    x, y = corner
    draw.rectangle((x, y, x + 9 * unit, y + 4 * unit), fill=(164, 62, 52))
    for plank in range(1, 18):
        at = x + plank * unit / 2
        draw.line((at, y, at, y + 4 * unit), fill=(150, 54, 46), width=max(1, round(unit / 18)))
    draw.polygon(
        [(x - unit, y + unit / 8), (x + 4.5 * unit, y - 3 * unit), (x + 10 * unit, y + unit / 8)],
        fill=roof,
    )
    for left in (1, 4, 7):
        box = (x + left * unit, y + unit, x + (left + 1.2) * unit, y + 2.6 * unit)
        draw.rectangle(box, fill=(250, 224, 150), outline=(250, 248, 242), width=round(unit / 6))
        middle = x + (left + 0.6) * unit
        draw.line(
            (middle, y + unit, middle, y + 2.6 * unit),
            fill=(250, 248, 242),
            width=max(1, round(unit / 9)),
        )


def winter_yard(size: Size, sky: Sequence[Colour], snow: Colour, wood: Colour) -> Image.Image:
    """Draw a snowy yard with a wood, a red house and a hill."""
    chance = random.Random(24)  # noqa: S311  a drawing, not a secret
    picture, draw = _canvas(size, sky)
    width, height = picture.size
    for _ in range(46):
        tone = _shade(wood, chance.uniform(1, 1.3))
        foot = (chance.uniform(0, width), height * chance.uniform(0.5, 0.56))
        _spruce(draw, foot, height * chance.uniform(0.16, 0.34), tone)
    _hills(draw, picture.size, height * 0.53, height * 0.02, _shade(snow, 0.92))
    _house(draw, (width * 0.6, height * 0.4), height * 0.036, _shade(snow, 0.98))
    _hills(draw, picture.size, height * 0.6, height * 0.03, snow)
    return _finished(picture, size[0] / 700)


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


def snow_wall(size: Size, top: float, snow: Colour) -> Image.Image:
    """Return the wall of a snow castle as RGBA: blocks, battlements and soft shadows."""
    chance = random.Random(7)  # noqa: S311
    width, height = size[0] * SMOOTH, size[1] * SMOOTH
    wall = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(wall)
    block = width // 14
    rows = math.ceil((1 - top) * height / (block * 0.55)) + 1
    draw.rectangle((0, top * height + 20, width, height), fill=_shade(snow, 0.84))
    for row in range(-1, rows):
        y = top * height + row * block * 0.55
        for column in range(-1, 15):
            if row == -1 and column % 2:
                continue
            x = (column + (row % 2) / 2) * block
            tone = _shade(snow, chance.uniform(0.93, 1.02) - row * 0.012)
            box = (x + 3, y + 3, x + block - 3, y + block * 0.55 - 3)
            draw.rounded_rectangle((x, y, x + block, y + block * 0.56), 14, fill=_shade(tone, 0.86))
            draw.rounded_rectangle(box, 22, fill=tone)
    return wall.resize(size, Image.Resampling.LANCZOS)


def forest(size: Size) -> Image.Image:
    """Draw an autumn wood: spruces far away, birches near, leaves on the ground."""
    chance = random.Random(11)  # noqa: S311
    picture, draw = _canvas(size, [(232, 236, 222), (244, 232, 196), (222, 196, 140)])
    width, height = picture.size
    for depth in range(60):
        share = depth / 60
        foot = (chance.uniform(-0.05, 1.05) * width, height * (0.56 + 0.12 * share))
        tone = (round(150 - 88 * share), round(176 - 76 * share), round(140 - 74 * share))
        _spruce(draw, foot, height * chance.uniform(0.26, 0.46), tone)
    _hills(draw, picture.size, height * 0.66, height * 0.015, (150, 132, 74))
    for x in (0.06, 0.17, 0.86, 0.95):
        _birch(draw, x * width, picture.size)
    for _ in range(900):
        x, y = chance.uniform(0, width), height * chance.uniform(0.68, 1)
        draw.ellipse((x, y, x + width / 70, y + width / 130), fill=chance.choice(LEAVES))
    return _finished(picture, size[0] / 420)


def log(size: Size, top: float) -> Image.Image:
    """Return a fallen log on leaves as RGBA, from ``top`` (a share of the height) down."""
    chance = random.Random(13)  # noqa: S311
    ground = Image.new("RGBA", (size[0] * SMOOTH, size[1] * SMOOTH), (0, 0, 0, 0))
    draw = ImageDraw.Draw(ground)
    width, height = ground.size
    upper, lower = height * top, height * (top + 0.085)
    draw.rectangle((0, lower - height * 0.02, width, height), fill=(150, 132, 74))
    draw.rectangle((-9, upper, width * 0.9, lower), fill=(122, 88, 62))
    for _ in range(60):
        x, y = chance.uniform(0, width * 0.82), chance.uniform(upper, lower - 8)
        bark = chance.choice([(104, 72, 50), (138, 102, 74), (96, 68, 48)])
        draw.rounded_rectangle((x, y, x + width * chance.uniform(0.03, 0.09), y + 7), 3, fill=bark)
    for ring, shade in enumerate((0.8, 1, 0.92, 1, 0.92)):
        inset = ring * (lower - upper) * 0.1
        end = (width * 0.87 + inset / 2, upper + inset, width * 0.93 - inset / 2, lower - inset)
        draw.ellipse(end, fill=_shade((214, 178, 132), shade))
    for _ in range(700):
        x, y = chance.uniform(0, width), chance.uniform(lower, height)
        draw.ellipse((x, y, x + width / 60, y + width / 110), fill=chance.choice(LEAVES))
    return ground.resize(size, Image.Resampling.LANCZOS)


def _birch(draw: ImageDraw.ImageDraw, x: float, size: Size) -> None:
    """Draw a birch trunk with dark marks from top to bottom."""
    chance = random.Random(round(x))  # noqa: S311
    half = size[0] * 0.022
    draw.rectangle((x - half, 0, x + half, size[1] * 0.8), fill=(238, 234, 224))
    draw.rectangle((x + half * 0.4, 0, x + half, size[1] * 0.8), fill=(212, 206, 196))
    for _ in range(16):
        y, wide = chance.uniform(0, size[1] * 0.78), chance.uniform(0.3, 1.2) * half
        left = x - half + chance.uniform(0, 2 * half - wide)
        draw.rectangle((left, y, left + wide, y + half * 0.22), fill=(74, 68, 64))


def playroom(size: Size) -> Image.Image:
    """Draw a playroom: a warm wall, drawings on it, a window."""
    picture, draw = _canvas(size, [(250, 240, 214), (246, 230, 196)])
    width, height = picture.size
    draw.rectangle((0, height * 0.8, width, height), fill=(206, 164, 116))
    box = (width * 0.62, height * 0.08, width * 0.94, height * 0.5)
    draw.rectangle(box, fill=(176, 216, 240), outline=(255, 255, 255), width=width // 70)
    for x, y, colour in [(0.05, 0.1, (120, 190, 230)), (0.2, 0.2, (240, 180, 190))]:
        left, top, edge = x * width, y * height, width * 0.13
        draw.rectangle((left, top, left + edge, top + edge * 1.2), fill=(255, 253, 246))
        sun = (left + edge * 0.6, top + edge * 0.08, left + edge * 0.92, top + edge * 0.4)
        draw.ellipse(sun, fill=(250, 200, 60))
        for bow in range(4):
            inset = edge * (0.1 + bow * 0.07)
            arc = (left + inset, top + edge * 0.35 + inset, left + edge - inset, top + edge * 1.6)
            draw.arc(arc, 180, 360, fill=_shade(colour, 1 - bow * 0.14), width=width // 130)
    return _finished(picture, size[0] / 500)


def blocks(size: Size, top: float) -> Image.Image:
    """Return a table with building blocks as RGBA, from ``top`` (a share of the height) down."""
    chance = random.Random(5)  # noqa: S311
    table = Image.new("RGBA", (size[0] * SMOOTH, size[1] * SMOOTH), (0, 0, 0, 0))
    draw = ImageDraw.Draw(table)
    width, height = table.size
    draw.rectangle((0, height * (top + 0.17), width, height), fill=(214, 158, 98))
    draw.rectangle((0, height * (top + 0.17), width, height * (top + 0.185)), fill=(232, 184, 128))
    edge = width / 15
    colours = [(214, 66, 60), (56, 128, 196), (240, 190, 50), (76, 160, 96), (146, 96, 172)]
    for row in range(4):
        for column in range(15):
            if chance.random() < row * 0.24:
                continue
            x, y = column * edge + row % 2 * edge / 2, height * (top + 0.2) - row * edge * 0.62
            colour = chance.choice(colours)
            draw.rounded_rectangle((x, y, x + edge - 5, y + edge * 0.6), 10, fill=colour)
            draw.rectangle((x + 8, y + 7, x + edge - 14, y + 15), fill=_shade(colour, 1.25))
    return table.resize(size, Image.Resampling.LANCZOS)


def summer_yard(size: Size) -> Image.Image:
    """Draw a yard in summer: hills, the red house, a sandbox, a swing."""
    picture, draw = _canvas(size, [(134, 190, 232), (206, 230, 244), (240, 244, 236)])
    width, height = picture.size
    _hills(draw, picture.size, height * 0.5, height * 0.03, (128, 170, 108))
    _house(draw, (width * 0.06, height * 0.36), height * 0.042, (88, 84, 88))
    _hills(draw, picture.size, height * 0.56, height * 0.02, (146, 188, 96))
    draw.ellipse((width * 0.1, height * 0.68, width * 0.5, height * 0.86), fill=(232, 206, 150))
    beam, left, right = height * 0.3, width * 0.66, width * 0.96
    post = round(width / 90)
    for x in (left, right):
        draw.line((x, beam, x - width * 0.03, height * 0.72), fill=(150, 100, 62), width=post)
        draw.line((x, beam, x + width * 0.03, height * 0.72), fill=(150, 100, 62), width=post)
    draw.line((left, beam, right, beam), fill=(150, 100, 62), width=post)
    for x in (0.73, 0.84):
        for rope in (x, x + 0.05):
            at = rope * width
            draw.line((at, beam, at, height * 0.6), fill=(70, 70, 78), width=post // 4)
        draw.rectangle(
            (x * width - post, height * 0.6, (x + 0.05) * width + post, height * 0.615),
            fill=(206, 60, 56),
        )
    return _finished(picture, size[0] / 500)

"""Draws the icon: a photo whose face is a soft light."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

SIDE = 256
SIZES = [(16, 16), (24, 24), (32, 32), (48, 48), (64, 64), (128, 128), (256, 256)]
PAPER, EDGE, SKY, COAT, SUN = "#fdfcf7", "#23405c", "#7fb2d9", "#2f6f5e", "#f6c95c"
_OVERSAMPLED = 4


def draw() -> Image.Image:
    """Return the icon as RGBA, 256 × 256."""
    from PIL import Image, ImageDraw

    large = Image.new("RGBA", (SIDE * _OVERSAMPLED, SIDE * _OVERSAMPLED))
    pen = ImageDraw.Draw(large)

    def scaled(*numbers: float) -> list[float]:
        return [number * _OVERSAMPLED for number in numbers]

    pen.rounded_rectangle(scaled(12, 12, 244, 244), 26 * _OVERSAMPLED, fill=EDGE)
    pen.rounded_rectangle(scaled(22, 22, 234, 234), 18 * _OVERSAMPLED, fill=PAPER)
    pen.rectangle(scaled(38, 38, 218, 218), fill=SKY)
    pen.pieslice(scaled(62, 150, 194, 300), 180, 360, fill=COAT)
    pen.rectangle(scaled(38, 218, 218, 234), fill=PAPER)
    pen.rectangle(scaled(38, 234, 218, 244), fill=EDGE)
    for ring, alpha in ((62, "59"), (54, "99"), (45, "ff")):
        glow = Image.new("RGBA", large.size)
        box = scaled(128 - ring, 104 - ring, 128 + ring, 104 + ring)
        ImageDraw.Draw(glow).ellipse(box, fill=SUN + alpha)
        large.alpha_composite(glow)
    return large.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def as_ico() -> bytes:
    """Return the icon in the sizes that Windows asks for."""
    return _saved("ICO", sizes=SIZES)


def as_png() -> bytes:
    """Return the icon as PNG."""
    return _saved("PNG")


def _saved(kind: str, **options: object) -> bytes:
    content = BytesIO()
    draw().save(content, kind, **options)
    return content.getvalue()

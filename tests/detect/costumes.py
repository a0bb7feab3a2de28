"""Children dressed up as animals, drawn over the public-domain portraits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from photoguard.model import Box, Pixels

ORANGE, BLACK, WHITE, PINK = (222, 140, 60), (25, 20, 20), (245, 240, 235), (225, 130, 140)


def painted_cat(portrait: Pixels, face: Box) -> Pixels:
    """Return the portrait with a cat's face painted on: stripes, whiskers, a black nose."""
    picture = portrait.copy()
    skin = _oval(picture, face, 0.46)
    tint = np.array(ORANGE, float)
    picture[skin] = (0.55 * picture[skin] + 0.45 * tint).astype(np.uint8)
    x, y, wide, tall = _middle(face)
    for side in (-1, 1):
        for line in range(3):
            start = (int(x + side * 0.12 * wide), int(y + (0.16 + 0.05 * line) * tall))
            end = (int(x + side * 0.48 * wide), int(y + (0.08 + 0.12 * line) * tall))
            cv2.line(picture, start, end, BLACK, max(1, int(wide / 40)))
            brow = (int(x + side * (0.1 + 0.1 * line) * wide), int(y - 0.42 * tall))
            cv2.line(picture, brow, (brow[0], int(y - 0.28 * tall)), BLACK, max(1, int(wide / 30)))
    cv2.circle(picture, (int(x), int(y + 0.12 * tall)), int(0.07 * wide), BLACK, -1)
    return picture


def cat_mask(portrait: Pixels, face: Box) -> Pixels:
    """Return the portrait behind a cat's mask from brow to mouth, with ears; the eyes show."""
    picture = portrait.copy()
    x, y, wide, tall = _middle(face)
    eyes = [(int(x + side * 0.2 * wide), int(y - 0.08 * tall)) for side in (-1, 1)]
    mask = _oval(picture, face, 0.5)
    mask[int(y + 0.22 * tall) :] = False
    for eye in eyes:
        rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
        mask[(rows - eye[1]) ** 2 + (columns - eye[0]) ** 2 < (0.1 * wide) ** 2] = False
    picture[mask] = ORANGE
    for side in (-1, 1):
        ear = np.array([[0.2, -0.42], [0.5, -0.3], [0.45, -0.75]]) * (side * wide, tall) + (x, y)
        cv2.fillPoly(picture, [ear.astype(np.int32)], ORANGE)
        inner = np.array([[0.28, -0.45], [0.44, -0.38], [0.42, -0.62]]) * (side * wide, tall) + (
            x,
            y,
        )
        cv2.fillPoly(picture, [inner.astype(np.int32)], PINK)
    cv2.circle(picture, (int(x), int(y + 0.1 * tall)), int(0.08 * wide), BLACK, -1)
    return picture


def _middle(face: Box) -> tuple[float, float, float, float]:
    return (*face.centre, face.width, face.height)


def _oval(picture: Pixels, face: Box, reach: float) -> np.ndarray:
    """Return where an ellipse around the face lies, ``reach`` of its sides from the middle."""
    x, y, wide, tall = _middle(face)
    rows, columns = np.ogrid[: picture.shape[0], : picture.shape[1]]
    return ((columns - x) / (reach * wide)) ** 2 + ((rows - y) / (reach * tall)) ** 2 <= 1

"""What pictures go through: old film, bad light, a shaking hand, small files, telephones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from photoguard.model import Pixels

    Boxes = npt.NDArray[np.float64]
    Hardship = Callable[[Pixels, Boxes], tuple[Pixels, Boxes]]

_SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
_GRAIN, _SPECKLE = 22.0, 12.0
"""Levels of noise in the light and in each colour, as of a telephone in a dark hall."""
_SHAKEN = 0.012
"""How far the camera moved, as a share of the longest side."""
_POOR = 20
_TINY = 240
_PANORAMA = 5
"""Width of a panorama in widths of the picture in it."""
_SCREEN = (1080, 2340)
"""Width and height of a telephone's screen."""
_TEXT = ((60, "14:32"), (180, "Ulkopaikka"), (2150, "Tykkää  Kommentoi  Jaa"))


def _grey(pixels: Pixels, boxes: Boxes) -> tuple[Pixels, Boxes]:
    light = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return cv2.cvtColor(light, cv2.COLOR_GRAY2RGB), boxes


def _sepia(pixels: Pixels, boxes: Boxes) -> tuple[Pixels, Boxes]:
    """Brown and faded: black is no longer black."""
    brown = pixels.astype(np.float32) @ _SEPIA.T.astype(np.float32)
    return (40 + 0.7 * brown.clip(0, 255)).astype(np.uint8), boxes


def _noisy(pixels: Pixels, boxes: Boxes) -> tuple[Pixels, Boxes]:
    chance = np.random.default_rng(7)
    grain = chance.normal(0, _GRAIN, (*pixels.shape[:2], 1))
    speckle = chance.normal(0, _SPECKLE, pixels.shape)
    return (pixels + grain + speckle).clip(0, 255).astype(np.uint8), boxes


def _squeezed(pixels: Pixels, boxes: Boxes) -> tuple[Pixels, Boxes]:
    coded = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, _POOR])[1]
    return cv2.cvtColor(cv2.imdecode(coded, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), boxes


def _shaken(pixels: Pixels, boxes: Boxes) -> tuple[Pixels, Boxes]:
    length = max(3, round(_SHAKEN * max(pixels.shape[:2])))
    return cv2.blur(pixels, (length, 1)), boxes


def _tiny(pixels: Pixels, boxes: Boxes) -> tuple[Pixels, Boxes]:
    factor = min(1.0, _TINY / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return small, boxes * factor


def _panorama(pixels: Pixels, boxes: Boxes) -> tuple[Pixels, Boxes]:
    """Beside the picture, sky and ground go on in its own colours."""
    height, width = pixels.shape[:2]
    rows = cv2.GaussianBlur(pixels.mean(axis=1, keepdims=True), (0, 0), 5)
    wide = np.repeat(rows, _PANORAMA * width, axis=1).clip(0, 255).astype(np.uint8)
    left = (_PANORAMA // 2) * width
    wide[:height, left : left + width] = pixels
    return wide, boxes + np.array([left, 0, left, 0])


def _screenshot(pixels: Pixels, boxes: Boxes) -> tuple[Pixels, Boxes]:
    """Shown on a telephone between black bars with white letters."""
    width, height = _SCREEN
    factor = min(width / pixels.shape[1], 0.7 * height / pixels.shape[0])
    shown = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    screen = np.zeros((height, width, 3), np.uint8)
    for line, text in _TEXT:
        cv2.putText(screen, text, (40, line), cv2.FONT_HERSHEY_SIMPLEX, 2, (255, 255, 255), 4)
    left, top = (width - shown.shape[1]) // 2, (height - shown.shape[0]) // 2
    screen[top : top + shown.shape[0], left : left + shown.shape[1]] = shown
    return screen, boxes * factor + np.array([left, top, left, top])


def _backlit(pixels: Pixels, boxes: Boxes) -> tuple[Pixels, Boxes]:
    """Before a window: people at a third of their light, all around them washed out."""
    people = np.zeros(pixels.shape[:2], np.float32)
    for left, top, right, bottom in boxes:
        wide, tall = right - left, bottom - top
        middle = ((left + right) / 2, (top + bottom) / 2)
        cv2.ellipse(people, (middle, (1.5 * wide, 1.6 * tall), 0.0), 1, -1)
        low = (round(left - wide), round(bottom)), (round(right + wide), round(bottom + 5 * tall))
        cv2.rectangle(people, *low, 1, -1)
    people = cv2.GaussianBlur(people, (0, 0), 3)[:, :, None]
    return (people * 0.33 * pixels + (1 - people) * (140 + 0.45 * pixels)).astype(np.uint8), boxes


HARDSHIPS: dict[str, Hardship] = {
    "grey": _grey,
    "sepia": _sepia,
    "noisy": _noisy,
    "squeezed": _squeezed,
    "shaken": _shaken,
    "tiny": _tiny,
    "panorama": _panorama,
    "screenshot": _screenshot,
    "backlit": _backlit,
}
"""By the name under which the benchmark knows each; ``squeezed`` is JPEG at quality 20."""

"""Cuts the two portraits out of their backgrounds and gives the suits other colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

ORIGINALS = Path(__file__).resolve().parent / "originals"

OUTLINES = {
    "astronaut.png": (
        (14, 511), (18, 420), (32, 330), (48, 280), (72, 245), (105, 222), (116, 190),
        (140, 160), (178, 152), (186, 142), (176, 122), (158, 104), (152, 72), (164, 45),
        (194, 22), (225, 13), (262, 20), (288, 42), (303, 76), (297, 106), (280, 126),
        (266, 145), (258, 165), (286, 185), (303, 230), (330, 250), (350, 278), (360, 318),
        (362, 352), (330, 372), (296, 412), (282, 450), (278, 511),
    ),
    "grace_hopper.jpg": (
        (12, 599), (24, 480), (34, 400), (60, 378), (140, 350), (196, 322), (200, 305),
        (178, 275), (164, 245), (158, 205), (160, 170), (150, 130), (152, 92), (174, 80),
        (185, 55), (235, 28), (270, 24), (305, 36), (340, 62), (355, 85), (371, 105),
        (371, 150), (366, 180), (377, 195), (374, 225), (360, 262), (352, 298), (336, 312),
        (345, 330), (400, 352), (480, 385), (500, 410), (511, 450), (511, 599),
    ),
}  # fmt: skip
"""Traced by hand; the program settles the last nine pixels on either side."""

FACES = {"astronaut.png": (228, 110), "grace_hopper.jpg": (266, 220)}
"""The middle of each face in its portrait."""

BAND = 9

VIVID, REDDISH_UP_TO, REDDISH_FROM = 120, 22, 245
"""Saturation and hue (0 to 255) that only the orange suit has below the collar."""
COLLAR = 200
"""Row of the astronaut's portrait above which nothing is recoloured."""


@dataclass(frozen=True)
class Person:
    """Who stands where in a sample: the face's middle at ``at``, as a share of the picture."""

    portrait: str
    at: tuple[float, float]
    scale: float
    hue: int = 0
    """How far the colour of the suit is turned, 0 to 255."""
    mirrored: bool = False
    tilt: float = 0.0


@cache
def cut_out(portrait: str) -> Image.Image:
    """Return the person of a portrait as RGBA without the background."""
    picture = Image.open(ORIGINALS / portrait).convert("RGB")
    outline = Image.new("L", picture.size, 0)
    ImageDraw.Draw(outline).polygon(OUTLINES[portrait], fill=255)
    inside = np.array(outline)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * BAND + 1, 2 * BAND + 1))
    trimap = np.full(inside.shape, cv2.GC_BGD, np.uint8)
    trimap[cv2.dilate(inside, kernel) > 0] = cv2.GC_PR_BGD
    trimap[inside > 0] = cv2.GC_PR_FGD
    trimap[cv2.erode(inside, kernel) > 0] = cv2.GC_FGD
    cv2.setRNGSeed(1)
    bgr = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(bgr, trimap, None, *models, 6, cv2.GC_INIT_WITH_MASK)
    kept = np.isin(trimap, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8) * 255
    kept = cv2.morphologyEx(kept, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    soft = cv2.GaussianBlur(kept, (0, 0), 1.6).astype(float)
    alpha = np.clip((soft - 110) * 2.2, 0, 255).astype(np.uint8)
    picture.putalpha(Image.fromarray(alpha))
    return picture


def recoloured(cutout: Image.Image, hue: int) -> Image.Image:
    """Return the astronaut with a suit of another colour; skin and hair stay as they are."""
    hsv = np.array(cutout.convert("RGB").convert("HSV"))
    reddish = (hsv[:, :, 0] < REDDISH_UP_TO) | (hsv[:, :, 0] > REDDISH_FROM)
    suit = reddish & (hsv[:, :, 1] > VIVID)
    suit[:COLLAR] = False
    if hue:
        # Other hues at the orange's strength look like lamps, not like cloth.
        hsv[:, :, 1] = np.where(suit, hsv[:, :, 1] * 0.74, hsv[:, :, 1])
        hsv[:, :, 2] = np.where(suit, hsv[:, :, 2] * 0.88, hsv[:, :, 2])
    hsv[:, :, 0] = np.where(suit, (hsv[:, :, 0].astype(int) + hue) % 256, hsv[:, :, 0])
    turned = Image.fromarray(hsv, "HSV").convert("RGB")
    turned.putalpha(cutout.getchannel("A"))
    return turned


def stand(scene: Image.Image, person: Person) -> tuple[int, int, int]:
    """Paste a person into the scene; returns a circle (x, y, radius) round the head."""
    figure = recoloured(cut_out(person.portrait), person.hue)
    x, y = FACES[person.portrait]
    size = (round(figure.width * person.scale), round(figure.height * person.scale))
    figure = figure.resize(size, Image.Resampling.LANCZOS)
    x, y = round(x * person.scale), round(y * person.scale)
    if person.mirrored:
        figure, x = figure.transpose(Image.Transpose.FLIP_LEFT_RIGHT), figure.width - x
    figure = figure.rotate(-person.tilt, Image.Resampling.BICUBIC, center=(x, y))
    left = round(person.at[0] * scene.width) - x
    top = round(person.at[1] * scene.height) - y
    _shadow(scene, figure, (left, top))
    scene.paste(figure, (left, top), figure)
    return left + x, top + y, round(110 * person.scale)


def _shadow(scene: Image.Image, figure: Image.Image, at: tuple[int, int]) -> None:
    """Darken the scene softly behind a person, so that nobody looks glued on."""
    reach = max(4, figure.width // 40)
    outline = Image.new("L", scene.size, 0)
    outline.paste(figure.getchannel("A").point(lambda level: level * 2 // 5), at)
    outline = outline.filter(ImageFilter.GaussianBlur(reach))
    scene.paste(Image.new("RGB", scene.size, (40, 48, 70)), (0, 0), outline)

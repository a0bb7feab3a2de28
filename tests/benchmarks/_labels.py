"""Labels as they hang in a kindergarten, drawn into photos: perspective, blur, bad light."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from photoguard.model import Pixels

    Points = npt.NDArray[np.float32]

PRINTED = (
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
    "DejaVuSerif.ttf",
    "LiberationSans-Regular.ttf",
    "LiberationSerif-Regular.ttf",
    "LiberationMono-Bold.ttf",
    "Lato-Regular.ttf",
    "ComicNeue-Regular.otf",
)
HANDWRITTEN = (
    "Breip.ttf",
    "dkg.ttf",
    "femkeklaver.ttf",
    "Ecolier-court.ttf",
    "Humor-Sans.ttf",
    "Rufscript010.ttf",
    "DancingScript-Regular.otf",
    "BecauseWeLearn-Regular.otf",
    "BecauseWeCreate-Regular.otf",
    "BecauseWeMentor-Regular.otf",
)
PACKAGES = (
    "fonts-dejavu-core fonts-liberation fonts-lato fonts-comic-neue fonts-breip "
    "fonts-dkg-handwriting fonts-femkeklaver fonts-ecolier-court fonts-humor-sans fonts-rufscript "
    "fonts-dancingscript fonts-bwht"
)
KNOWN = (
    *("Aino Korhonen", "Väinö Mäkinen", "Elias Virtanen", "Åsa Åberg", "Öivi Lehto"),
    *("Nguyen Linh", "Zahra Karimi", "Fadumo Ali", "Kerttu Räsänen", "Onni Ståhl"),
    *("Svea Lindqvist", "Tuomas Heikkinen", "Lumi Peltola", "Iida-Maria Salo", "Oskari Niemi"),
)
"""The children of an invented group, whom the run knows; none of them exists."""
LABELS = (
    *("Aino", "AINO", "Aino K.", "Ainon", "Väinö", "VÄINÖ", "Väinö M.", "Väinön lokero"),
    *("Elias", "Eliaksen", "ELIAS", "Elias Virtanen", "Åsa", "Åsas", "ÅSA", "Åsa Åberg"),
    *("Öivi", "ÖIVI L.", "Linh", "Zahra", "ZAHRA", "Fadumo", "Fadumon", "Kerttu", "KERTTU"),
    *("Onni", "ONNI", "Onnin piirustus", "Svea", "SVEA L.", "Tuomas", "Tuomaksen", "TUOMAS H."),
    *("Lumi", "LUMI", "Iida-Maria", "IIDA-MARIA", "Oskari", "OSKARI 5 v", "Oskarin"),
)
LISTED = (
    *("Matilda", "MATILDA", "Emil", "EMIL", "Sofia", "SOFIA", "Leevi", "LEEVI", "Eino", "EINO"),
    *("Hilla", "Olivia", "OLIVIA", "Noel", "NOEL", "Mohamed", "Amina", "AMINA", "Hugo", "HUGO"),
    *("Eevi", "Ellen", "ELLEN", "Axel", "AXEL", "Kaarina", "Matti", "MATTI", "Viivi", "Joel"),
)
"""Names that only the lists know."""
OTHERS = (
    *("Lounas", "kalakeitto", "ruisleipä", "Maanantai", "TIISTAI", "keskiviikko", "Torstai"),
    *("ULKOVAATTEET", "Kuravaatteet", "Pese kädet!", "TERVETULOA", "Välkommen", "Hyvää joulua"),
    *("Talvi", "KEVÄT", "Kesä", "Syksy", "Aamupiiri", "Päiväuni", "Ruokailu", "LEPO", "Leikki"),
    *("Käsipyyhe", "WC", "ULOS", "Hätäpoistumistie", "EXIT", "Palovaroitin", "Keittiö", "ESKARI"),
    *("Punainen", "SININEN", "keltainen", "VIHREÄ", "Kissa", "KOIRA", "Hevonen", "Lehmä", "Karhu"),
    *("A B C D E", "1 2 3 4 5", "123", "klo 8.30", "12.5.2026", "Maito", "BANAANI", "Omena"),
    *("Kiitos", "Anteeksi", "Ole hyvä", "Tack", "Kirjasto", "Kauppa", "Nukkekoti", "Rakentelu"),
    *("LEGO", "Duplo", "Muki", "Sakset", "LIIMA", "Vesivärit", "Paperi", "Roskat", "Lasi"),
    *("Pallo", "Keinu", "Hiekkalaatikko", "Pipo", "Lapaset", "SAAPPAAT", "Takki", "Villasukat"),
    *("Metsäretki", "Liikunta", "MUSIIKKI", "Kuvataide", "Satutunti", "Askartelu", "Vappu"),
    *("Tämä on meidän puu", "Ryhmän säännöt", "Ole kaverille reilu", "Ota kengät pois"),
    *("Vår lilla grupp", "Tvätta händerna", "Vila", "Måndag", "Tisdag", "Snö", "SOMMAR", "Höst"),
)
PAPERS = ((244, 240, 228), (255, 255, 255), (250, 228, 120), (190, 222, 240), (250, 205, 205))
INKS = ((25, 25, 35), (20, 40, 120), (130, 20, 30), (20, 80, 40))
HEIGHTS = {"printed": (12, 16, 24, 40), "handwritten-like": (24, 32, 48, 64)}
"""Heights of a capital letter in pixels of the photo."""
ROWS, COLUMNS = 4, 5
NO_LETTER = "\uffff"


@dataclass(frozen=True, slots=True)
class Label:
    """What was drawn where: the corners of its ink, clockwise from the top left."""

    text: str
    kind: str
    """``known``, ``listed`` or ``other``."""
    hand: str
    """``printed`` or ``handwritten-like``."""
    height: int
    corners: Points


@dataclass(frozen=True, slots=True)
class Scene:
    """A photo with its labels."""

    pixels: Pixels
    labels: tuple[Label, ...]


def fonts_in(folder: Path, names: Sequence[str]) -> list[Path]:
    """Return the fonts of these names below a folder."""
    found = {path.name: path for path in sorted(folder.rglob("*.[to]tf"))}
    return [found[name] for name in names if name in found]


def scene(photo: Pixels, fonts: dict[str, list[Path]], chance: np.random.Generator) -> Scene:
    """Return a photo on which labels hang here and there."""
    canvas = photo.copy()
    labels = []
    cells = [(row, column) for row in range(ROWS) for column in range(COLUMNS)]
    hands = [hand for hand in fonts if fonts[hand]]
    for row, column in cells:
        hand = hands[int(chance.integers(len(hands)))]
        kind = ("known", "listed", "other", "other")[int(chance.integers(4))]
        words = {"known": LABELS, "listed": LISTED, "other": OTHERS}[kind]
        text = words[int(chance.integers(len(words)))]
        heights = HEIGHTS[hand]
        height = heights[int(chance.integers(len(heights)))]
        fitting = [path for path in fonts[hand] if _has_letters(path, text)]
        font = fitting[int(chance.integers(len(fitting)))]
        drawn = _drawn(text, font, height, chance)
        corners = _hung(canvas, drawn, (row, column), chance)
        if corners is not None:
            labels.append(Label(text, kind, hand, height, corners))
    return Scene(canvas, tuple(labels))


@cache
def _has_letters(path: Path, text: str) -> bool:
    """Tell whether a font has every letter of a text: several handwritten ones have no Ä."""
    font = ImageFont.truetype(path, 40)
    missing = bytes(font.getmask(NO_LETTER))
    masks = (font.getmask(letter) for letter in text if not letter.isspace())
    return all(mask.getbbox() and bytes(mask) != missing for mask in masks)


@dataclass(frozen=True, slots=True)
class _Paper:
    pixels: Pixels
    ink: tuple[int, int, int, int]
    """Left, top, right and bottom of the writing."""


def _drawn(text: str, path: Path, height: int, chance: np.random.Generator) -> _Paper:
    """Return a slip of paper with the text, at twice its size in the photo."""
    probe = ImageFont.truetype(path, 100).getbbox("H")
    font = ImageFont.truetype(path, max(8, round(200 * height / (probe[3] - probe[1]))))
    left, top, right, bottom = (round(side) for side in font.getbbox(text))
    rim = round(1.4 * height)
    size = (right - left + 2 * rim, bottom - top + 2 * rim)
    paper = Image.new("RGB", size, PAPERS[int(chance.integers(len(PAPERS)))])
    ink = INKS[int(chance.integers(len(INKS)))]
    ImageDraw.Draw(paper).text((rim - left, rim - top), text, font=font, fill=ink)
    return _Paper(np.asarray(paper), (rim, rim, size[0] - rim, size[1] - rim))


def _hung(
    canvas: Pixels, paper: _Paper, cell: tuple[int, int], chance: np.random.Generator
) -> Points | None:
    """Draw the paper into its cell, seen from aside; return the ink's corners, None if too wide."""
    tall, wide = canvas.shape[0] / ROWS, canvas.shape[1] / COLUMNS
    half = np.array(paper.pixels.shape[1::-1], np.float32) / 4
    box = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32) * half
    box += chance.uniform(-0.09, 0.09, (4, 2)).astype(np.float32) * half.min() * 2
    turn = _turn(chance)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]], np.float32)
    box = box @ spin.T
    room = np.array([wide, tall]) / 2 - np.abs(box).max(axis=0)
    if room.min() < 0:
        return None
    middle = np.array([(cell[1] + 0.5) * wide, (cell[0] + 0.5) * tall])
    box += (middle + chance.uniform(-1, 1, 2) * room).astype(np.float32)
    flat = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * half * 4
    matrix = cv2.getPerspectiveTransform(flat, box.astype(np.float32))
    left, top, right, bottom = paper.ink
    ink = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float32)
    corners = np.asarray(cv2.perspectiveTransform(ink, matrix)[0], np.float32)
    _lay(_around(canvas, box, matrix), paper.pixels, matrix, chance)
    return corners


def _turn(chance: np.random.Generator) -> float:
    """Return an angle in radians: mostly a little askew, now and then lying or upside down."""
    quarter = int(chance.choice([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]))
    return float(np.radians(90 * quarter + chance.uniform(-14, 14)))


def _around(
    canvas: Pixels, box: npt.NDArray[np.floating[Any]], matrix: npt.NDArray[np.float64]
) -> Pixels:
    """Return the part of the canvas around a box, and move the matrix into it."""
    height, width = canvas.shape[:2]
    left, top = np.maximum(np.floor(box.min(axis=0)) - 8, 0).astype(int)
    right, bottom = np.ceil(box.max(axis=0)).astype(int) + 8
    matrix[:] = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]]) @ matrix
    return canvas[top : min(bottom, height), left : min(right, width)]


def _lay(
    canvas: Pixels,
    paper: Pixels,
    matrix: npt.NDArray[np.float64],
    chance: np.random.Generator,
) -> None:
    """Lay the paper over the canvas, in place: dim, soft and grainy as a telephone sees it."""
    size = canvas.shape[1::-1]
    smooth = cv2.GaussianBlur(paper, (0, 0), 0.9)
    light = float(chance.uniform(0.3, 1.0))
    dim = np.clip(smooth.astype(np.float32) * light + chance.uniform(0, 20), 0, 255)
    seen = cv2.warpPerspective(dim, matrix, size, flags=cv2.INTER_AREA)
    cover = cv2.warpPerspective(np.ones(paper.shape[:2], np.float32), matrix, size)
    soft = float(chance.uniform(0.3, 1.2))
    seen, cover = cv2.GaussianBlur(seen, (0, 0), soft), cv2.GaussianBlur(cover, (0, 0), soft)
    grain = chance.normal(0, 3, canvas.shape[:2])[..., None]
    mixed = canvas * (1 - cover[..., None]) + (seen + grain * (cover[..., None] > 0))
    where = cover > 0
    canvas[where] = np.clip(mixed, 0, 255).astype(np.uint8)[where]

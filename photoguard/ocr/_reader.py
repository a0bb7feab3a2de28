"""``TextReader``: finds lines in a smaller copy of a picture and reads them in the picture."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.model import Region
from photoguard.ocr._detector import Line, LineDetector
from photoguard.ocr._recogniser import HEIGHT, WIDEST, Reading, Recogniser, columns_of, strip_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from photoguard.model import Box, Pixels

LOOKED_AT = 1280
"""Longest side of the copy in which lines are found; letters of 8 pixels are found in it."""
FINE, ENLARGED = 2560, 1.25
"""Longest side of a second copy, used if the first contains text, and its largest size as a
multiple of the picture: small letters often occur beside large ones. Of 7 labels of 12 and 16
pixels that are not detected in the picture's own size 6 are detected so, in half as much time
again."""
BESIDE = 1.5
"""Distance around a line, in its heights, within which adjoining text is read again."""
BLOCK = 64
"""Areas around lines are rounded to multiples of this; in OpenCV's engine new shapes take time."""
WHOLE = 1.15
"""Largest ratio of a line's width in the larger copy to that in the smaller one at which it has
no more text."""
LEAST_WORD = 2
RADIUS, AMOUNT = 1.2, 0.8
"""Radius and amount of the unsharp mask: with it 26 of 33 labels of 12 pixels are found, without
it 23."""
WEAK = 0.25
"""Least mean likelihood of a core that is read; what is no text reads badly."""
MOST_READ = 80
"""Most lines of a picture that are read, the largest first; a page of a book has fewer."""
SPECK = 20.0
"""Least length in pixels of a core that may hold a word of two letters: of 235 names in scenes
the narrowest had 28, and a quarter of the cores without text are shorter."""
NO_TEXT = 0.3
"""Score below which a line is no text in any orientation: of 235 names in scenes none had less
than 0.45, in whichever orientation it was read first."""
SURE = 0.95
"""Mean likelihood of a core from which a steep line is read in both directions."""
MOST_COLUMNS = 24_000
"""Most columns of a picture that the network reads, which takes about three seconds. Short lines
come first: a label is one, a paragraph is none."""
CLEAR = 0.9
"""Score from which a line is not read again upside down."""
MOST_MIRRORED = 6
"""Most lines of a picture that are also read mirrored, the largest first: some phones store the
mirrored preview. Of 8 such labels 7 were read mirrored, and none otherwise."""
LEAST_SCORE = 0.5
"""Score below which a reading is no text, or not in letters the network knows."""
STEEP = 45.0
SQUARE = 1.25
"""Ratio of width to height below which the direction of a word is unknown."""
MARGIN = 0.08
"""Share of a line's height added on every side before reading: its place is a pixel of the copy."""
SPARE = 0.7
"""Distance, in half heights of the line, from the centre of a letter to the start of its part."""
UNREADABLE = 0.75
"""Least mean likelihood of a core that is certainly writing, even if it cannot be read."""
PLAIN_HEIGHT = 14.0
"""Height in pixels from which a line would be readable if its letters were known."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text in upright pixels: a rotated rectangle, the text, and its score.

    ``places`` holds the position of each letter along the line, 0 to 1.
    """

    region: Region
    text: str
    score: float
    places: tuple[float, ...]

    def part(self, first: int, last: int) -> Region:
        """Return the region of the letters from ``first`` to ``last``."""
        spare = SPARE * self.region.half_height / self.region.half_width
        start = self.places[first] - spare if first else 0.0
        end = self.places[last] + spare if last + 1 < len(self.places) else 1.0
        return self.region.part(max(0.0, start), min(1.0, end))

    def moved(self, right: float, down: float) -> TextLine:
        """Return the line shifted by this many pixels."""
        x, y = self.region.centre
        return replace(self, region=replace(self.region, centre=(x + right, y + down)))


@dataclass(frozen=True, slots=True)
class Lettering:
    """The text in one picture."""

    lines: tuple[TextLine, ...] = ()
    unread: int = 0
    """Number of lines that were not read because there were more than ``MOST_READ``."""
    unreadable: int = 0
    """Number of lines that are certainly writing but could not be read."""


class TextReader:
    """Reads the text in pictures; each network is loaded when it is first needed."""

    def __init__(self, threads: int = 1) -> None:
        """Store the number of threads; nothing is loaded yet."""
        self._threads = threads

    @cached_property
    def _detector(self) -> LineDetector:
        return LineDetector(self._threads)

    @cached_property
    def _recogniser(self) -> Recogniser:
        return Recogniser(self._threads)

    def load(self) -> None:
        """Load both networks; raises ModelError as ``read`` does."""
        _ = self._detector, self._recogniser

    def read(self, pixels: Pixels) -> Lettering:
        """Return the text of a picture (upright RGB, uint8, any size), largest lines first.

        Raises ModelError if weights are missing or altered.
        """
        found = _seen_at(pixels, LOOKED_AT, self._detector)
        chosen = _affordable(found, MOST_READ, MOST_COLUMNS)
        read = self._read(pixels, chosen)
        left = len(found) - len(chosen)
        if max(pixels.shape[:2]) > LOOKED_AT and any(_is_text(each) for _, each in read):
            small = self._missed(pixels, read)
            read = [each for each in read if not any(each[0].meets(line) for line in small)]
            room = MOST_COLUMNS - sum(map(_columns, chosen))
            more = _affordable(small, max(0, MOST_READ - len(read)), room)
            read += self._read(pixels, more)
            left += len(small) - len(more)
        lines = [_text_line(line, each) for line, each in read if each.score >= LEAST_SCORE]
        return Lettering(
            tuple(line for line in lines if line.text.strip()),
            unread=left,
            unreadable=_unreadable(read),
        )

    def read_around(self, pixels: Pixels, regions: Iterable[Region]) -> Lettering:
        """Return the text in and close to some regions of a picture.

        It is read at the picture's full size, so that smaller letters are found. Raises
        ModelError.
        """
        height, width = pixels.shape[:2]
        lines: list[TextLine] = []
        unread = unreadable = 0
        for area in _areas(regions):
            part = area.clipped(width, height)
            if not part.area:
                continue  # it lies beyond the edge
            left, top, right, bottom = map(int, (part.left, part.top, part.right, part.bottom))
            found = self.read(pixels[top:bottom, left:right])
            lines += (line.moved(left, top) for line in found.lines)
            unread, unreadable = unread + found.unread, unreadable + found.unreadable
        return Lettering(tuple(lines), unread, unreadable)

    def _missed(self, pixels: Pixels, read: Sequence[tuple[Line, Reading]]) -> list[Line]:
        """Return the lines of the larger copy, without those that were read completely before."""
        whole = [line for line, each in read if each.score >= CLEAR]
        return [
            line
            for line in _seen_at(pixels, FINE, self._detector, ENLARGED)
            if not any(line.meets(each) and line.width <= WHOLE * each.width for each in whole)
        ]

    def _read(self, pixels: Pixels, lines: Sequence[Line]) -> list[tuple[Line, Reading]]:
        """Return each line with its best reading, in the orientation in which it was read.

        A steep line is read in both directions.
        """
        if not lines:
            return []
        best = [[read] for read in self._read_so(pixels, lines)]
        ways = [
            _other_ways(line) if _may_be_turned(line, read[0][1]) else ()
            for line, read in zip(lines, best, strict=True)
        ]
        for turn in range(max(map(len, ways))):
            doubtful = [
                at
                for at, way in enumerate(ways)
                if turn < len(way) and (_is_steep(lines[at]) or best[at][0][1].score < CLEAR)
            ]
            again = self._read_so(pixels, [ways[at][turn] for at in doubtful])
            for at, other in zip(doubtful, again, strict=True):
                best[at] = sorted((*best[at], other), key=_doubt)
        mirrored = [self._mirrored(pixels, lines[at]) for at in _perhaps_mirrored(lines, best)]
        # Which way a standing line runs nobody knows: ONNI is INNO from the other side.
        seen = [
            each
            for line, read in zip(lines, best, strict=True)
            for each in (read if _is_steep(line) else read[:1])
        ]
        return seen + [each for each in mirrored if each[1].score >= CLEAR]

    def _mirrored(self, pixels: Pixels, line: Line) -> tuple[Line, Reading]:
        """Return a line as read in the mirrored picture, from the line's other end."""
        strip = np.ascontiguousarray(strip_of(pixels, line.grown(MARGIN))[:, ::-1])
        return replace(line, roll=line.roll + 180), self._recogniser.read([strip])[0]

    def _read_so(self, pixels: Pixels, lines: Sequence[Line]) -> list[tuple[Line, Reading]]:
        if not lines:
            return []
        strips = [strip_of(pixels, line.grown(MARGIN)) for line in lines]
        return list(zip(lines, self._recogniser.read(strips), strict=True))


def _areas(regions: Iterable[Region]) -> list[Box]:
    """Return the areas around the regions, joined where they touch."""
    apart: list[Box] = []
    for region in regions:
        height = 2 * min(region.half_width, region.half_height)
        area = region.bounds.widened(BESIDE * height).on_grid(BLOCK)
        while touched := next((each for each in apart if each.overlap(area)), None):
            apart.remove(touched)
            area = area.joined(touched).on_grid(BLOCK)
        apart.append(area)
    return apart


def _affordable(lines: Sequence[Line], most: int, columns: int) -> list[Line]:
    """Return the lines that are read: of the largest, the shortest that fit in so many columns."""
    largest = sorted(range(min(most, len(lines))), key=lambda at: _columns(lines[at]))
    chosen = set()
    for at in largest:
        columns -= _columns(lines[at])
        if columns < 0:
            break
        chosen.add(at)
    return [line for at, line in enumerate(lines) if at in chosen]


def _columns(line: Line) -> int:
    """Return how many columns the network reads of a line."""
    return columns_of(round(min(line.width * HEIGHT / max(line.height, 1.0), WIDEST)))


def _may_be_turned(line: Line, reading: Reading) -> bool:
    """Return whether a line that was read in one orientation may have a better reading in another.

    If no letters were recognised there are none in another orientation either, nor is a long
    line a single letter, unless it is steep and certainly writing: *Viivi* could not be read
    from below. Patterns are read as East Asian characters; none of 35 turned names was.
    """
    if _is_steep(line) and line.score >= SURE:
        return True
    if _has_foreign_signs(reading.text):
        return False
    single = len(reading.text.strip()) < LEAST_WORD and line.width >= SQUARE * line.height
    return reading.score >= NO_TEXT and not single


def _perhaps_mirrored(
    lines: Sequence[Line], best: Sequence[Sequence[tuple[Line, Reading]]]
) -> list[int]:
    """Return the indices of a few lines that are certainly writing but could not be read."""
    doubtful = (
        at
        for at, line in enumerate(lines)
        if line.score >= SURE
        and line.width >= SQUARE * line.height
        and not _is_steep(line)
        and best[at][0][1].score < CLEAR
        and not _has_foreign_signs(best[at][0][1].text)
    )
    return list(islice(doubtful, MOST_MIRRORED))


def _has_foreign_signs(text: str) -> bool:
    return any(unicodedata.category(sign) in {"Lo", "So"} for sign in text)


def _doubt(read: tuple[Line, Reading]) -> float:
    return 1 - read[1].score


def _is_text(reading: Reading) -> bool:
    """Return whether a reading is certainly text, not a pattern."""
    return reading.score >= CLEAR and len(reading.text.strip()) >= LEAST_WORD


def _seen_at(pixels: Pixels, side: int, detector: LineDetector, most: float = 1.0) -> list[Line]:
    """Return the lines found in a copy with this longest side, the largest first.

    The copy is at most ``most`` times as large as the picture.
    """
    factor = min(most, side / max(pixels.shape[:2]))
    copy = pixels
    if factor != 1:
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        copy = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=way)
    found = (line.enlarged(1 / factor) for line in detector.find(_sharpened(copy), WEAK))
    return [line for line in found if line.width >= SPECK]


def _sharpened(picture: Pixels) -> Pixels:
    """Return the picture after an unsharp mask, which makes small letters clearer."""
    soft = cv2.GaussianBlur(picture, (0, 0), RADIUS)
    sharp: Pixels = cv2.addWeighted(picture, 1 + AMOUNT, soft, -AMOUNT, 0)
    return sharp


def _is_steep(line: Line) -> bool:
    return abs(line.roll) > STEEP


def _other_ways(line: Line) -> tuple[Line, ...]:
    """Return the line upside down, and also turned by 90 degrees if it is nearly square."""
    round_about = replace(line, roll=line.roll + 180)
    if line.width >= SQUARE * line.height:
        return (round_about,)
    crossed = replace(line, width=line.height, height=line.width)
    quarters = (replace(crossed, roll=line.roll + turn) for turn in (90, -90))
    return (round_about, *quarters)


def _text_line(line: Line, reading: Reading) -> TextLine:
    region = Region(line.centre, line.width / 2, line.height / 2, line.roll % 360, cornered=True)
    return TextLine(region, reading.text, round(reading.score, 3), reading.places)


def _unreadable(read: Iterable[tuple[Line, Reading]]) -> int:
    """Return the number of lines that are writing but could not be read in any orientation."""
    plain: set[tuple[float, float]] = set()
    readable: set[tuple[float, float]] = set()
    for line, reading in read:
        if reading.score >= LEAST_SCORE and reading.text.strip():
            readable.add(line.centre)
        elif line.score >= UNREADABLE and line.height >= PLAIN_HEIGHT:
            plain.add(line.centre)
    return len(plain - readable)

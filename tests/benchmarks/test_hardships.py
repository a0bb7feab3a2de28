"""The benchmark of faces knows where the faces are after each hardship, and what was hidden."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from photoguard import redact
from photoguard.model import Region, Style
from tests.benchmarks._hardships import HARDSHIPS
from tests.benchmarks._material import TRANSFORMS, Annotated, read_picture
from tests.benchmarks._score import Tally, detail_left, is_painted_over, score

PORTRAIT = Path(__file__).parents[2] / "samples" / "originals" / "astronaut.png"
FACE = np.array([[175.0, 65.0, 275.0, 185.0]])


@pytest.mark.parametrize("name", HARDSHIPS)
def test_a_face_is_where_the_annotation_moves_it(name: str) -> None:
    """What lies in the moved box is still that face, darker, smaller or blurred."""
    before = read_picture(PORTRAIT)
    after, boxes = TRANSFORMS[name](before, FACE)
    assert not np.array_equal(after, before)
    left, top, right, bottom = boxes[0].round().astype(int)
    assert 0 <= left < right <= after.shape[1]
    assert 0 <= top < bottom <= after.shape[0]
    faces = before[65:185, 175:275], after[top:bottom, left:right]
    small = [
        cv2.resize(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), (24, 24), interpolation=cv2.INTER_AREA)
        for part in faces
    ]
    assert np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1] > 0.9


def test_a_dark_face_that_is_painted_over_is_told_from_one_that_was_missed() -> None:
    """Wholly changed it is hidden, whatever detail the paint has; half of it is not enough."""
    picture = (read_picture(PORTRAIT) * 0.4).astype(np.uint8)
    hidden = redact.hide(picture, [Region((225, 125), 85, 100)], Style("blur"))
    assert is_painted_over(picture, hidden, FACE[0])
    half = picture.copy()
    half[:125] = hidden[:125]
    assert not is_painted_over(picture, half, FACE[0])
    assert not is_painted_over(picture, picture, FACE[0])


def test_a_missed_face_is_noted_with_its_picture() -> None:
    """A face that is left is missed and not painted over; its picture has one person."""
    picture, tally = read_picture(PORTRAIT), Tally()
    noted = Annotated(PORTRAIT, FACE, (False,), ((),))
    score(tally, noted, FACE, picture, picture)
    assert detail_left(picture, picture, FACE[0]) == pytest.approx(1)
    assert [size for _path, size in tally.missed] == [110]
    assert tally.painted_over == 0
    assert tally.people == {str(PORTRAIT): 1}

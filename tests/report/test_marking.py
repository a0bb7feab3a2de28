"""Where the page says that a reason is, and how numbers stand beside faces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from photoguard import report
from photoguard.model import Box, Language
from photoguard.report.marking import LabelledPlace, labelled_places, marking_of, where
from photoguard.report.thumbnails import Thumbnail
from tests.report.invented import Reading, copy, face, manifest, photo, reason

if TYPE_CHECKING:
    from pathlib import Path

SMALL = Thumbnail("", 400, 300)
WEAK = {**face(0, 250, 60), "weak": True, "score": 0.3}


def _photo(*faces: dict[str, Any], **changes: object) -> dict[str, Any]:
    return photo("a.jpg", "review", **{"size": [800, 600], "faces": list(faces), **changes})


@pytest.mark.parametrize(
    ("box", "language", "words"),
    [
        (Box(0.0, 0.4, 0.1, 0.5), Language.EN, "number 3, at the left edge"),
        (Box(0.45, 0.4, 0.55, 0.5), Language.FI, "numero 3, keskellä"),
        (Box(0.8, 0.8, 0.9, 0.9), Language.SV, "nummer 3, nere till höger"),
    ],
)
def test_a_place_has_words(box: Box, language: Language, words: str) -> None:
    """An edge is named where a place touches it, else the part of the picture."""
    assert where([LabelledPlace("3", box)], language) == words


def test_reasons_know_their_places() -> None:
    """A doubt that is a face has the face's number, another one a letter."""
    doubts = [
        {"box": [0, 250, 60, 60], "likelihood": 0.3, "code": "sight.weak_face"},
        {"box": [600, 100, 50, 50], "likelihood": 0.1, "code": "sight.detectors_disagree"},
    ]
    places = labelled_places(_photo(face(100, 100, 80), WEAK, doubts=doubts))
    assert [place.label for place in places["sight.weak_face"]] == ["2"]
    assert [place.label for place in places["sight.detectors_disagree"]] == ["A"]
    assert [place.label for place in places["reasons.weak_hidden"]] == ["2"]


def test_the_page_says_and_rings_the_place(tmp_path: Path) -> None:
    """Beside the reason stands where it is; the small picture has a ring there."""
    marked = _photo(
        face(100, 100, 80),
        WEAK,
        **copy(tmp_path, "review/photo-001.jpg"),
        reasons=[reason("sight.weak_face", "Perhaps a face.")],
        doubts=[{"box": WEAK["box"], "likelihood": 0.3, "code": "sight.weak_face"}],
    )
    page = Reading(report.render(manifest(marked), tmp_path, Language.EN))
    assert "Where: number 2, at the left edge" in page.text
    assert len(page.all("ellipse")) == 2


def test_discs_bury_no_small_faces() -> None:
    """In a crowd the numbers stand without discs, none on another."""
    crowd = [face(20 + 55 * (at % 14), 60 + 90 * (at // 14), 30) for at in range(28)]
    marks = marking_of(_photo(*crowd), SMALL).marks
    assert len(marks) == len(crowd)
    assert all(mark.bare for mark in marks)
    for at, mark in enumerate(marks):
        for other in marks[at + 1 :]:
            assert abs(mark.x - other.x) >= mark.radius or abs(mark.y - other.y) >= mark.radius


def test_a_disc_keeps_off_its_neighbour_s_face() -> None:
    """Of two children side by side neither has the other's number on the face."""
    left, right = face(200, 200, 100), face(320, 200, 100)
    for mark in marking_of(_photo(left, right), SMALL).marks:
        reach = mark.radius
        disc = Box(mark.x - reach, mark.y - reach, mark.x + reach, mark.y + reach)
        for x, y, width, height in (left["box"], right["box"]):
            assert disc.overlap(Box(x, y, x + width, y + height).scaled(0.5)) == 0

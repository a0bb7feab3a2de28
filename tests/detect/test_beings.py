"""Animals are told from people, and whoever may be a person is one."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from photoguard.detect import FaceFinder, _runtime
from photoguard.detect._beings import WEIGHTS, Beings, Company, Looks, NanoDet
from photoguard.detect._places import Judged, Place, doubts
from photoguard.detect._views import Views
from photoguard.detect._votes import no_votes, turned_back
from photoguard.detect.centerface import CenterFace
from photoguard.model import Box
from tests.detect.conftest import read
from tests.detect.costumes import cat_mask, painted_cat

if TYPE_CHECKING:
    from collections.abc import Callable

    from photoguard.detect._votes import Votes
    from photoguard.model import Pixels

PICTURES = Path(__file__).parent / "pictures"
PORTRAITS = {"astronaut.png": Box(175, 65, 275, 185), "grace_hopper.jpg": Box(165, 105, 390, 350)}


@pytest.fixture(scope="module")
def network() -> NanoDet:
    """The network with its weights loaded."""
    return NanoDet(1)


def read_animal(name: str) -> Pixels:
    """Return RGB pixels of a picture of an animal."""
    encoded = np.fromfile(PICTURES / name, np.uint8)
    pixels: Pixels = cv2.cvtColor(cv2.imdecode(encoded, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    return pixels


def seen(*boxes: tuple[float, float, float, float, float]) -> Votes:
    """Return votes: left, top, right, bottom, score."""
    return np.array([(*box, 0, 0) for box in boxes], np.float32) if boxes else no_votes()


class Scripted:
    """Sees what it is told at each size."""

    def __init__(self, *looks: Beings) -> None:
        """Keep what each look shows."""
        self.looks = list(looks)

    def look(self, views: object, side: int, turn: int) -> Beings:
        """Return what is seen at the next size."""
        del views, side, turn
        return self.looks.pop(0)


def company(*looks: Beings) -> Company:
    """Return who is in a picture that is looked at so."""
    views = Views(np.zeros((100, 100, 3), np.uint8))
    return Company(Looks(Scripted(*looks), views), ())  # type: ignore[arg-type]


def test_a_person_is_seen_upright_and_on_the_side(network: NanoDet, astronaut: Pixels) -> None:
    """The astronaut is a person whose head is where her face is, in the turn of the look."""
    face = PORTRAITS["astronaut.png"]
    assert network.look(Views(astronaut), 416, 0).heads_at(face)
    lying = Views(np.ascontiguousarray(np.rot90(astronaut, -1)))
    turned = Box(512 - face.bottom, face.left, 512 - face.top, face.right)
    beings = network.look(lying, 416, 1)
    assert any(
        Box(*map(float, row[:4])).overlap(turned) > 0.9 * turned.area for row in beings.persons
    )
    assert beings.heads_at(turned)


def test_both_engines_see_the_same(astronaut: Pixels) -> None:
    """Where ONNX Runtime is missing, OpenCV gives the same maps."""
    weights = _runtime.read_model(WEIGHTS[0])
    batch = cv2.dnn.blobFromImages([cv2.resize(astronaut, (256, 192))], 1 / 57, swapRB=True)
    maps = [
        kind(weights, ("map8", "map16", "map32"), 1).run(batch)
        for kind in (_runtime.OpenCvNetwork, _runtime.OnnxNetwork)
    ]
    for ours, theirs in zip(*maps, strict=True):
        assert np.allclose(ours, theirs, atol=5e-3)


@pytest.mark.parametrize("shape", [(8, 8), (1, 300), (300, 1)])
def test_odd_pictures_are_looked_at(network: NanoDet, shape: tuple[int, int]) -> None:
    """No shape of picture makes it fail."""
    beings = network.look(Views(np.zeros((*shape, 3), np.uint8)), 416, 0)
    assert beings.persons.shape[1] == beings.animals.shape[1] == 7


def test_only_an_animal_without_any_person_is_one() -> None:
    """A person at either size, or one who reaches into the place, is evidence enough."""
    place, dog = Box(20, 20, 60, 60), (0, 0, 90, 90, 0.9)
    nobody, alone = Beings(no_votes(), no_votes()), Beings(no_votes(), seen(dog))
    licked = Beings(seen((55, 0, 99, 99, 0.25)), seen(dog))
    assert company(alone, nobody).is_animal(place)
    assert not company(licked).is_animal(place)
    near = Beings(seen((55, 0, 99, 99, 0.3)), seen(dog))
    assert not company(alone, near).is_animal(place)
    assert company(alone, licked).is_animal(place)
    assert not company(nobody).is_animal(place)
    assert not company(Beings(no_votes(), seen((0, 0, 90, 90, 0.29)))).is_animal(place)
    assert not company(Beings(no_votes(), seen((50, 50, 90, 90, 0.9)))).is_animal(place)


def test_a_head_is_at_the_top_of_a_person_and_as_large_as_one() -> None:
    """Hands and knees are no heads, nor is what fills the whole person."""
    person = Beings(seen((100, 100, 160, 300, 0.6)), no_votes())
    assert person.heads_at(Box(115, 105, 145, 140))
    assert not person.heads_at(Box(115, 220, 145, 255))
    assert not person.heads_at(Box(128, 110, 132, 114))
    assert not person.heads_at(Box(60, 60, 200, 220))


@pytest.mark.parametrize("quarters", range(4))
def test_the_head_of_a_turned_person_is_where_its_look_had_the_top(quarters: int) -> None:
    """Somebody who hangs upside down has the head below, and the feet are none."""
    size = 400, 400
    lines = seen((100, 100, 160, 300, 0.6), (115, 105, 145, 140, 1), (115, 260, 145, 295, 1))
    person, head, feet = turned_back(lines, quarters, *size)
    beings = Beings(person[None], no_votes())
    assert beings.heads_at(Box(*map(float, head[:4])))
    assert not beings.heads_at(Box(*map(float, feet[:4])))


@pytest.mark.parametrize("quarters", range(4))
def test_a_large_person_in_a_picture_without_any_face_is_asked_about(quarters: int) -> None:
    """It is the head that is asked about; of whom the picture cuts off above there is none."""
    whole, cut = (20, 10, 80, 95, 0.7), (20, 0, 80, 95, 0.7)
    faint, small = (20, 10, 80, 95, 0.5), (20, 10, 30, 40, 0.7)
    persons = turned_back(seen(whole, cut, faint, small), quarters, 100, 100)
    (head,) = company(Beings(persons, no_votes())).faceless()
    (row,) = turned_back(seen((20, 10, 80, 64, 0)), quarters, 100, 100)
    assert (head.left, head.top, head.right, head.bottom) == pytest.approx(tuple(row[:4]))


@pytest.mark.parametrize("quarters", range(4))
def test_a_large_person_is_asked_about_unless_a_face_is_on_that_very_head(quarters: int) -> None:
    """Somebody else's face is no answer, and neither is a place on the same person's knees."""
    lines = (20, 10, 60, 95, 0.7), (30, 15, 50, 38, 0), (30, 70, 50, 93, 0), (75, 15, 95, 38, 0)
    person, *places = turned_back(seen(*lines), quarters, 100, 100)
    face, knees, neighbour = (Box(*map(float, row[:4])) for row in places)
    there = company(Beings(person[None], no_votes()))
    assert there.faceless([knees, neighbour])
    assert not there.faceless([knees, face])


class Blind(CenterFace):
    """Sees no face at all, as detectors do where one is painted or behind a hand."""

    def look(self, views: Views, side: int, turn: int = 0, **how: Any) -> Votes:  # noqa: ANN401
        """Return nothing."""
        del views, side, turn, how
        return no_votes()


def test_somebody_whose_face_no_detector_sees_sends_the_picture_to_review(
    network: NanoDet, astronaut: Pixels, meadow: Pixels
) -> None:
    """A person is there, a face is not: somebody is asked. A landscape asks nobody."""
    finder = FaceFinder(1, (Blind(1),), network)
    sight = finder.find(astronaut)
    assert sight.faces == ()
    (doubt,) = sight.doubts
    assert doubt.code == "sight.people_likely_no_face"
    assert doubt.box.overlap(PORTRAITS["astronaut.png"]) > 0.9 * PORTRAITS["astronaut.png"].area
    assert finder.find(meadow).doubts == ()


class HalfBlind(CenterFace):
    """Sees faces in the left half of the picture only."""

    def look(self, views: Views, side: int, turn: int = 0, **how: Any) -> Votes:  # noqa: ANN401
        """Return the votes of the left half."""
        votes = super().look(views, side, turn, **how)
        return votes[votes[:, 2] <= views.shape[1] / 2]


def test_somebody_beside_a_hidden_face_whose_own_no_detector_sees_is_asked_about(
    network: NanoDet, astronaut: Pixels
) -> None:
    """That one face was found does not vouch for the other person in the picture."""
    sight = FaceFinder(1, (HalfBlind(1),), network).find(np.hstack([astronaut, astronaut]))
    face = PORTRAITS["astronaut.png"]
    assert any(found.box.iou(face) > 0.4 for found in sight.faces)
    (doubt,) = sight.doubts
    assert doubt.code == "sight.detectors_disagree"
    beside = replace(face, left=face.left + 512, right=face.right + 512)
    assert doubt.box.overlap(beside) > 0.9 * beside.area


def test_a_large_person_without_a_face_asks_where_something_was_seen() -> None:
    """The likeliest place on a head asks, unless a face is hidden there already."""
    shape = (300, 300, 3)
    both = company(Beings(seen((10, 10, 110, 290, 0.7), (150, 10, 250, 290, 0.7)), no_votes()))
    both.shape = shape[:2]

    def at(left: float, sure: float) -> Judged:
        box = Box(left, 20, left + 40, 70)
        place = Place(no_votes(), box, {"centerface": 0.2}, 1)
        return Judged(place, sure, box, shape)

    marked = both.marked([at(40, 1.0), at(50, 0.02), at(180, 0.03), at(190, 0.02)])
    assert [each.alone for each in marked] == [False, False, True, False]
    assert [doubt.box.left for doubt in doubts(marked)] == [180]


@pytest.mark.parametrize("name", PORTRAITS)
@pytest.mark.parametrize("costume", [painted_cat, cat_mask])
def test_a_child_dressed_as_an_animal_is_a_person(
    finder: FaceFinder, name: str, costume: Callable[[Pixels, Box], Pixels]
) -> None:
    """A painted face and a mask with ears are hidden, near and from afar."""
    face = PORTRAITS[name]
    picture = costume(read(name), face)
    around = face.grown(0.4)
    near = picture[
        max(0, int(around.top)) : int(around.bottom), int(around.left) : int(around.right)
    ]
    assert any(found.box.iou(face) > 0.4 for found in finder.find(picture).faces)
    assert any(
        found.box.area > 0.15 * near.shape[0] * near.shape[1] for found in finder.find(near).faces
    )


def test_the_head_of_an_animal_stays_visible(finder: FaceFinder, astronaut: Pixels) -> None:
    """A cat is not hidden, for itself or beside somebody who is."""
    cat = read_animal("chelsea.jpg")
    assert finder.find(cat).faces == ()
    both = np.full((512, 512 + cat.shape[1], 3), 90, np.uint8)
    both[:, :512] = astronaut
    both[100 : 100 + cat.shape[0], 512:] = cat
    faces = finder.find(both).faces
    assert any(face.box.iou(PORTRAITS["astronaut.png"]) > 0.4 for face in faces)
    assert not [face for face in faces if face.box.left > 512 and face.box.area > 2000]


def test_the_pictures_have_papers() -> None:
    """Each picture stands in the README beside it with its source, its rights and its sum."""
    papers = (PICTURES / "README.md").read_text(encoding="utf-8")
    for path in PICTURES.glob("*.jpg"):
        (line,) = (row for row in papers.splitlines() if row.startswith(f"| `{path.name}` |"))
        assert "CC0" in line
        assert hashlib.sha256(path.read_bytes()).hexdigest() in line

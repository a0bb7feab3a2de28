"""What the second look still sees in the finished copy is hidden as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from photoguard.detect import lit
from photoguard.images import Decoder
from photoguard.model import (
    Action,
    Box,
    Doubt,
    Face,
    Outcome,
    PhotoNotes,
    Plan,
    PlannedFace,
    Reason,
)
from photoguard.pipeline.photo.recipe import hide_and_write
from photoguard.pipeline.values import RunSpec, Task, Tools
from photoguard.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from photoguard.detect import FaceFinder
    from photoguard.model import Pixels, Region

LATE = Face(Box(100, 60, 150, 120), 0.9, ("centerface",))


class LateFinder:
    """Sees a face at each look after the first, until it has shown all."""

    def __init__(self, *faces: Face) -> None:
        """Keep what it will show."""
        self.faces = faces

    def look_again(self, pixels: Pixels, known: Sequence[Region]) -> tuple[Face, ...]:
        """Return the next face while fewer regions are hidden than there are faces."""
        assert pixels.shape == (200, 240, 3)
        return self.faces[len(known) : len(known) + 1]


def made(place: Path, finder: object, pixels: Pixels, plan: Plan) -> tuple[Plan, Pixels]:
    """Return what became of the plan, and the pixels of the copy as read back."""
    place.mkdir(exist_ok=True)
    task = Task(place / "a.jpg", "a.jpg", "photo-001", place, (), "key", PhotoNotes())
    with Decoder(Settings().limits) as decoder:
        tools = Tools(RunSpec(Settings()), decoder, cast("FaceFinder", finder))
        copy = hide_and_write(task, tools, pixels, plan)
        return copy.plan, decoder.decode(copy.path.read_bytes()).pixels


def noise() -> Pixels:
    """A picture full of detail everywhere."""
    return np.random.default_rng(3).integers(0, 255, (200, 240, 3), np.uint8)


def is_gone(face: Face, before: Pixels, after: Pixels) -> bool:
    """Whether the detail inside a face is gone: what changes from pixel to pixel, not the light."""
    box = face.box
    inside = (
        slice(int(box.top) + 5, int(box.bottom) - 5),
        slice(int(box.left) + 5, int(box.right) - 5),
    )
    fine_after, fine_before = (
        np.std(np.diff(pixels[inside].astype(float), axis=1)) for pixels in (after, before)
    )
    return bool(fine_after < fine_before / 3)


def test_a_face_seen_late_is_hidden_and_told(tmp_path: Path) -> None:
    """The photo goes to review with its reason and place, and the late face is gone."""
    plan, published = made(tmp_path, LateFinder(LATE), noise(), Plan(Outcome.READY, ()))
    assert plan.outcome is Outcome.REVIEW
    assert [reason.code for reason in plan.reasons] == ["reasons.visible_after_hiding"]
    assert [(p.face, p.action) for p in plan.faces] == [(LATE, Action.HIDE)]
    assert [(doubt.box, doubt.code, doubt.hidden) for doubt in plan.doubts] == [
        (LATE.box, "reasons.visible_after_hiding", True)
    ]
    assert is_gone(LATE, noise(), published)


def test_what_is_seen_after_a_late_face_was_hidden_is_hidden_too(tmp_path: Path) -> None:
    """Three times what is still seen is hidden; what is left then is told with its place."""
    faces = [Face(Box(x, 60, x + 40, 110), 0.7, ("centerface",)) for x in (5, 65, 125, 185)]
    three, published = made(
        tmp_path / "3", LateFinder(*faces[:3]), noise(), Plan(Outcome.READY, ())
    )
    assert [planned.face for planned in three.faces] == faces[:3]
    assert [reason.code for reason in three.reasons] == ["reasons.visible_after_hiding"]
    assert all(is_gone(face, noise(), published) for face in faces[:3])
    four, _ = made(tmp_path / "4", LateFinder(*faces), noise(), Plan(Outcome.READY, ()))
    assert four.outcome is Outcome.REVIEW
    assert [planned.face for planned in four.faces] == faces[:3]
    assert four.reasons[-1] == Reason("reasons.still_visible")
    assert four.doubts[-1] == Doubt(faces[3].box, 0.7, "reasons.still_visible")


def test_the_second_look_sees_another_face_within_a_shown_one(tmp_path: Path) -> None:
    """A face that may be shown is no finding of the second look; one before it is hidden."""
    shown = PlannedFace(Face(Box(60, 20, 180, 180), 0.9, ("centerface",)), Action.KEEP, "aino")
    plan = Plan(Outcome.READY, (shown,))
    again = Face(Box(70, 30, 170, 170), 0.9, ("centerface",))
    assert made(tmp_path / "same", LateFinder(again), noise(), plan)[0].outcome is Outcome.READY
    child = Face(Box(130, 110, 170, 160), 0.7, ("centerface",))
    both, published = made(tmp_path / "child", LateFinder(child), noise(), plan)
    assert [planned.action for planned in both.faces] == [Action.KEEP, Action.HIDE]
    assert is_gone(child, noise(), published)


class WatchingFinder(LateFinder):
    """Remembers the picture that it was shown."""

    def look_again(self, pixels: Pixels, known: Sequence[Region]) -> tuple[Face, ...]:
        """See nobody."""
        del known
        self.shown = pixels.copy()
        return ()


def test_the_second_look_brightens_a_dark_picture_before_it_levels_it(tmp_path: Path) -> None:
    """What is not hidden is as bright as if nothing were: grey regions do not pass for light."""
    dark = (noise() * 0.1).astype(np.uint8)
    watching = WatchingFinder()
    made(tmp_path, watching, dark, Plan(Outcome.READY, (PlannedFace(LATE, Action.HIDE),)))
    visible = (slice(None), slice(0, 60))
    assert watching.shown[visible].mean() > 4 * dark[visible].mean()
    assert np.array_equal(watching.shown[visible], lit(dark)[visible])

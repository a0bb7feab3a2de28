"""What the second look still sees in the written file is hidden as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from photoguard.images import Decoder
from photoguard.model import Action, Box, Face, Outcome, PhotoNotes, Plan
from photoguard.pipeline.recipe import hide_and_write
from photoguard.pipeline.values import RunSpec, Task, Tools
from photoguard.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from photoguard.model import Pixels, Region

LATE = Face(Box(100, 60, 150, 120), 0.9, ("centerface",))


class LateFinder:
    """Sees a face at its second look, until that face is hidden."""

    def look_again(self, pixels: Pixels, known: Sequence[Region]) -> tuple[Face, ...]:
        """Return the late face while nothing covers it."""
        assert pixels.shape == (200, 240, 3)
        return () if known else (LATE,)


def test_a_face_seen_late_is_hidden_and_told(tmp_path: Path) -> None:
    """The photo goes to review with its reason, and the late face is gone from the file."""
    pixels = np.random.default_rng(3).integers(0, 255, (200, 240, 3), np.uint8)
    task = Task(tmp_path / "a.jpg", "a.jpg", "photo-001", tmp_path, (), "key", PhotoNotes())
    with Decoder(Settings().limits) as decoder:
        tools = Tools(RunSpec(Settings()), decoder, LateFinder())  # type: ignore[arg-type]
        copy = hide_and_write(task, tools, pixels, Plan(Outcome.READY, ()))
        published = decoder.decode(copy.path.read_bytes()).pixels
    assert copy.plan.outcome is Outcome.REVIEW
    assert [reason.code for reason in copy.plan.reasons] == ["reasons.visible_after_hiding"]
    assert [(p.face, p.action) for p in copy.plan.faces] == [(LATE, Action.HIDE)]
    inside = (slice(65, 115), slice(105, 145))
    assert np.std(published[inside].astype(float)) < np.std(pixels[inside].astype(float)) / 3

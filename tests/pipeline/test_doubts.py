"""Where a person should look stands in the manifest, and nothing that is hidden asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from photoguard.images import Decoder
from photoguard.model import Box, Doubt, Face
from photoguard.settings import Limits
from tests.pipeline.scripted import School, face

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WALL = Doubt(Box(250.4, 20.2, 299.5, 80), 0.1234, "sight.detectors_disagree")


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    """A folder with one photo."""
    with Decoder(Limits()) as decoder:
        made = School(tmp_path / "retki", decoder)
        made.take()
        yield made


def test_a_doubt_has_its_place_in_the_manifest(school: School) -> None:
    """Box in whole pixels of the output, likelihood and code; a second run tells the same."""
    school.finder.doubts = (WALL,)
    photo = school.run(faces=[face(40)])
    assert photo["status"] == "review"
    assert photo["doubts"] == [
        {"box": [250, 20, 50, 60], "likelihood": 0.123, "code": "sight.detectors_disagree"}
    ]
    assert school.run()["doubts"] == photo["doubts"]


def test_a_hidden_doubt_is_not_told(school: School) -> None:
    """What lies under a hidden face asks nobody, and the photo is ready."""
    school.finder.doubts = (Doubt(face(40).box, 0.1, "sight.detectors_disagree"),)
    photo = school.run(faces=[face(40)])
    assert (photo["status"], photo["doubts"]) == ("ready", [])


def test_another_face_before_a_shown_one_is_hidden(school: School) -> None:
    """A weak face before a pupil who may be shown is hidden, told and asked about."""
    child = Face(Box(70, 70, 98, 98), 0.3, ("centerface",), weak=True)
    school.finder.within = (child,)
    school.finder.doubts = (Doubt(child.box, 0.3, "sight.weak_face", hidden=True),)
    assert school.run(faces=[face(40)])["doubts"] == []
    photo = school.run("aino#1")
    assert [each["action"] for each in photo["faces"]] == ["keep", "hide"]
    assert photo["faces"][1]["box"] == [70, 70, 28, 28]
    assert [doubt["code"] for doubt in photo["doubts"]] == ["sight.weak_face"]


def test_heads_that_flow_together_are_told(school: School) -> None:
    """Three heads that are one cloud to whoever looks are told; apart they are not."""

    def notices_of(*lefts: float) -> list[str]:
        notices = school.run(faces=[face(left, size=34) for left in lefts], fresh=True)["notices"]
        return [notice["code"] for notice in notices]

    assert "reasons.hidden_flows" in notices_of(60, 100, 140)
    assert "reasons.hidden_flows" not in notices_of(60, 100, 300)


def test_a_weak_place_leaves_no_number_in_the_draft(school: School) -> None:
    """One strong and one weak place: the draft speaks of people, and the manifest tells which."""
    hand = Face(Box(250, 100, 280, 130), 0.3, ("centerface",), weak=True)
    photo = school.run(faces=[face(40), hand])
    assert [each["weak"] for each in photo["faces"]] == [False, True]
    assert photo["alt_text"]["en"] == "People, faces hidden."
    assert school.run(faces=[face(40)], fresh=True)["alt_text"]["en"] == "One person, face hidden."

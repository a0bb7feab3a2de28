"""A number in the staff's table means the face that a report showed under it, for ever."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from photoguard.errors import WriteError
from photoguard.files import PRIVATE
from photoguard.images import Decoder
from photoguard.model import Outcome
from photoguard.output.trust import JOURNAL
from tests.output.signed import sign, steps
from tests.pipeline.scripted import SCHOOL, School, face

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LEFT, MIDDLE, RIGHT = face(20), face(150), face(300)
RENUMBERED = "policy.face_renumbered"
UNREPORTED = "policy.number_before_report"


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """One decoder for all runs."""
    with Decoder(SCHOOL.limits) as opened:
        yield opened


@pytest.fixture
def school(tmp_path: Path, decoder: Decoder) -> School:
    """A folder with one photo."""
    made = School(tmp_path / "retki", decoder)
    made.take()
    return made


def _shown(photo: dict[str, Any]) -> list[str]:
    """The persons whose faces stay visible, from left to right, "-" for a hidden face."""
    kept = [face["person"] if face["action"] == "keep" else "-" for face in photo["faces"]]
    assert photo["status"] == "review" or RENUMBERED not in _codes(photo)
    return kept


def _codes(photo: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in (*photo["reasons"], *photo["notices"])]


def _journal(school: School) -> Path:
    return school.folder.with_name("retki-photoguard") / PRIVATE / JOURNAL


def _rewrite(school: School, change: Callable[[dict[str, Any]], None]) -> None:
    """Make the journal's last lines what another version would have written."""
    lines = steps(_journal(school))
    for line in lines[1:]:
        change(line)
    sign(_journal(school), lines)


def test_a_number_from_the_report_shows_its_person(school: School) -> None:
    """Told after a report, the number keeps that face, and nothing more is said of it."""
    school.run(faces=(LEFT, RIGHT))
    photo = school.run("aino #2")
    assert _shown(photo) == ["-", "aino"]
    assert not {RENUMBERED, UNREPORTED} & set(_codes(photo))


def test_a_face_more_unhides_nobody_else(school: School) -> None:
    """Where a later run numbers the faces anew, the told number shows nobody."""
    school.run(faces=(LEFT, RIGHT))
    school.run("aino #2")
    photo = school.run("aino #2", faces=(LEFT, MIDDLE, RIGHT), quality=93)
    assert _shown(photo) == ["-", "-", "-"]
    assert photo["status"] == "review"
    (reason,) = photo["reasons"]
    assert reason["code"] == RENUMBERED
    assert "Face 2" in reason["text"]


def test_a_number_is_compared_with_the_report_that_staff_saw(school: School) -> None:
    """A number told for the first time means the earlier report's face, not today's."""
    school.run(faces=(LEFT, RIGHT))
    photo = school.run("aino #2", faces=(LEFT, MIDDLE, RIGHT))
    assert _shown(photo) == ["-", "-", "-"]
    assert RENUMBERED in _codes(photo)


def test_running_again_confirms_nothing(school: School) -> None:
    """A number that lost its face stays lost, by any later run and by a fresh one."""
    school.run(faces=(LEFT, RIGHT))
    school.run("aino #2")
    school.run("aino #2", faces=(LEFT, MIDDLE, RIGHT), quality=93)
    for changes in ({}, {"quality": 94}, {"fresh": True}, {"fresh": True, "quality": 95}):
        photo = school.run("aino #2", **changes)
        assert _shown(photo) == ["-", "-", "-"]
        assert RENUMBERED in _codes(photo)


def test_a_fresh_run_does_not_make_numbers_fresh(school: School) -> None:
    """Starting over forgets the copies, not which face staff meant."""
    school.run(faces=(LEFT, RIGHT))
    school.run("aino #2")
    photo = school.run("aino #2", faces=(LEFT, MIDDLE, RIGHT), fresh=True)
    assert RENUMBERED in _codes(photo)


def test_another_number_is_told_anew(school: School) -> None:
    """The number of the new report shows the person again."""
    school.run(faces=(LEFT, RIGHT))
    school.run("aino #2")
    school.run("aino #2", faces=(LEFT, MIDDLE, RIGHT), quality=93)
    photo = school.run("aino #3")
    assert _shown(photo) == ["-", "-", "aino"]
    assert not {RENUMBERED, UNREPORTED} & set(_codes(photo))


def test_the_same_number_can_be_told_anew(school: School) -> None:
    """Taken out for one run and written back, the number means what the report shows now."""
    school.run(faces=(LEFT, RIGHT))
    school.run("aino #2")
    school.run("aino #2", faces=(LEFT, MIDDLE, RIGHT), quality=93)
    school.run("aino")
    assert _shown(school.run("aino #2")) == ["-", "aino", "-"]


def test_one_lost_number_leaves_the_others(school: School) -> None:
    """Whoever still is where the number was told stays visible; the photo waits all the same."""
    school.run(faces=(LEFT, RIGHT))
    school.run("bea #1", "aino #2")
    photo = school.run("bea #1", "aino #2", faces=(LEFT, MIDDLE, RIGHT), quality=93)
    assert _shown(photo) == ["bea", "-", "-"]


def test_the_same_face_a_little_elsewhere_or_in_another_size_stays(school: School) -> None:
    """Boxes of another model and another size of the picture change nothing."""
    school.run(faces=(LEFT, RIGHT))
    school.run("aino #2")
    photo = school.run("aino #2", faces=(LEFT, face(306, size=66)), max_side=300)
    assert _shown(photo) == ["-", "aino"]


def test_another_name_does_not_make_numbers_new(school: School) -> None:
    """A photo is known by its bytes: what the report showed under its old name still counts."""
    school.run(faces=(LEFT, RIGHT))
    (school.folder / "kuva.jpg").rename(school.folder / "metsä.jpg")
    photo = school.run("aino #2", faces=(LEFT, MIDDLE, RIGHT))
    assert _shown(photo) == ["-", "-", "-"]
    assert RENUMBERED in _codes(photo)


def test_the_numbers_of_another_photo_are_not_asked(school: School) -> None:
    """A photo that came later has numbers of its own."""
    school.run(faces=(LEFT, RIGHT))
    (school.folder / "kuva.jpg").unlink()
    school.take(grey=120, name="metsä.jpg")
    photo = school.run("aino #2", faces=(LEFT, MIDDLE, RIGHT))
    assert _shown(photo) == ["-", "aino", "-"]
    assert UNREPORTED in _codes(photo)


def test_in_a_changed_file_no_number_holds(school: School) -> None:
    """A file that changed is another photo: nobody has seen its numbers."""
    school.run(faces=(LEFT, RIGHT))
    school.run("aino #2")
    school.take(grey=120)
    assert RENUMBERED in _codes(school.run("aino #2"))
    assert _shown(school.run("aino #2", quality=93)) == ["-", "-"]
    assert _shown(school.run("aino #1")) == ["aino", "-"]


def test_a_number_without_a_report_waits_for_the_next_run(school: School) -> None:
    """Staff who counted themselves have to see the report first: until then it is review."""
    photo = school.run("aino #2", faces=(LEFT, RIGHT))
    assert _shown(photo) == ["-", "aino"]
    assert (photo["status"], [each["code"] for each in photo["reasons"]]) == (
        "review",
        [UNREPORTED],
    )
    photo = school.run("aino #2")
    assert (photo["status"], _shown(photo)) == ("ready", ["-", "aino"])
    assert UNREPORTED not in _codes(photo)
    assert school.run("aino #2")["status"] == "ready"
    photo = school.run("aino #2", faces=(LEFT, MIDDLE, RIGHT), quality=94)
    assert RENUMBERED in _codes(photo)


def test_a_number_that_no_face_bore_shows_nobody_later(school: School) -> None:
    """A face that turns up under a number that was wrong when it was told stays hidden."""
    assert "policy.no_such_face" in _codes(school.run("aino #3", faces=(LEFT, RIGHT)))
    photo = school.run("aino #3", faces=(LEFT, MIDDLE, RIGHT), quality=93)
    assert _shown(photo) == ["-", "-", "-"]
    assert RENUMBERED in _codes(photo)


def test_a_failure_between_forgets_nothing(school: School) -> None:
    """A photo that could not be read for a while keeps the meaning of its numbers."""
    school.run(faces=(LEFT, RIGHT))
    school.run("aino #2")
    path = school.folder / "kuva.jpg"
    whole = path.read_bytes()
    path.write_bytes(whole[:200])
    assert school.run("aino #2")["status"] == "failed"
    path.write_bytes(whole)
    assert RENUMBERED in _codes(school.run("aino #2", faces=(LEFT, MIDDLE, RIGHT)))


def test_what_a_stopped_run_numbered_was_seen_by_nobody(school: School) -> None:
    """After a run without a report, numbers mean the faces of the last report there was."""
    school.run(faces=(LEFT, RIGHT))
    with pytest.raises(KeyboardInterrupt):
        school.run(faces=(LEFT, MIDDLE, RIGHT), stopped=True, quality=93)
    photo = school.run("aino #2")
    assert _shown(photo) == ["-", "-", "-"]
    assert RENUMBERED in _codes(photo)
    assert _shown(school.run("aino #3")) == ["-", "-", "aino"]


def test_what_a_run_without_a_report_numbered_was_seen_by_nobody(school: School) -> None:
    """Where the report could not be written, the one before it is what staff read."""
    school.run(faces=(LEFT, RIGHT))
    with pytest.raises(WriteError):
        school.run(faces=(LEFT, MIDDLE, RIGHT), unseen=True, quality=93)
    photo = school.run("aino #2")
    assert _shown(photo) == ["-", "-", "-"]
    assert RENUMBERED in _codes(photo)


def test_a_stopped_first_run_told_no_number(school: School) -> None:
    """A number that staff give after it is one that no report has shown."""
    with pytest.raises(KeyboardInterrupt):
        school.run(faces=(LEFT, RIGHT), stopped=True)
    assert UNREPORTED in _codes(school.run("aino #2"))


def test_a_photo_without_a_picture_told_no_number(school: School) -> None:
    """A blocked photo's faces stand in no picture of the report, so nobody saw which is which."""
    assert school.run(faces=(LEFT, RIGHT), mark=Outcome.BLOCKED)["output"] is None
    assert UNREPORTED in _codes(school.run("aino #2"))


def test_what_a_blocked_photo_numbered_was_seen_by_nobody(school: School) -> None:
    """A number means the face that the last picture in a report showed under it."""
    school.run(faces=(LEFT, RIGHT))
    school.run(faces=(LEFT, MIDDLE, RIGHT), mark=Outcome.BLOCKED, quality=93)
    photo = school.run("aino #2")
    assert _shown(photo) == ["-", "-", "-"]
    assert RENUMBERED in _codes(photo)


def test_a_face_of_the_second_look_has_a_number_too(school: School) -> None:
    """A number that the report gave to a face seen late means that face."""
    school.finder.late = (MIDDLE,)
    assert len(school.run(faces=(LEFT, RIGHT))["faces"]) == 3
    school.finder.late = ()
    photo = school.run("aino #3", faces=(LEFT, MIDDLE, RIGHT))
    assert RENUMBERED in _codes(photo)


def test_the_numbers_of_an_older_version_are_known(school: School) -> None:
    """A journal that keeps no numbers of its own has them in its records."""
    school.run(faces=(LEFT, RIGHT))

    def older(line: dict[str, Any]) -> None:
        line.pop("numbers", None)
        line.pop("untold", None)
        line.get("record", {}).get("facts", {}).pop("bound", None)

    _rewrite(school, older)
    photo = school.run("aino #2", faces=(LEFT, MIDDLE, RIGHT))
    assert RENUMBERED in _codes(photo)


@pytest.mark.parametrize("numbers", [None, {"boxes": []}])
def test_what_another_version_wrote_confirms_nothing(
    school: School, numbers: dict[str, Any] | None
) -> None:
    """Where the earlier numbers cannot be read, no number holds."""
    school.run(faces=(LEFT, RIGHT))

    def newer(line: dict[str, Any]) -> None:
        if "record" in line:
            line["numbers"] = numbers
            line["untold"] = None
            line["record"]["status"] = "pending"

    _rewrite(school, newer)
    photo = school.run("aino #2")
    assert _shown(photo) == ["-", "-"]
    assert RENUMBERED in _codes(photo)


def test_no_name_is_kept_with_the_numbers(school: School) -> None:
    """The journal holds digests of what staff wrote, never a child's name."""
    school.run("Aino Kuusinen #1", faces=(LEFT, RIGHT))
    school.run("Aino Kuusinen #2")
    assert "kuusinen" not in _journal(school).read_text().casefold()


def test_what_was_hidden_to_be_safe_is_told_by_its_number(school: School) -> None:
    """A weak place is told with the number that the report shows; sure ones are not."""
    photo = school.run(faces=(LEFT, replace(MIDDLE, weak=True), RIGHT))
    texts = [each["text"] for each in photo["notices"] if each["code"] == "reasons.weak_hidden"]
    assert len(texts) == 1
    assert re.findall(r"\d+", texts[0]) == ["2"]
    assert "reasons.much_hidden" not in [each["code"] for each in photo["notices"]]


def test_a_picture_of_which_too_little_is_left_is_told(school: School) -> None:
    """Where hiding covers more than a third of the picture, the report says so."""
    photo = school.run(faces=(face(20, size=150), face(200, size=150)))
    codes = [each["code"] for each in photo["notices"]]
    assert "reasons.much_hidden" in codes
    assert "reasons.weak_hidden" not in codes

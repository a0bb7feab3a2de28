"""Settling photos: what a person may change, what the rules refuse, and what outlives it."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from photoguard import check
from photoguard.api import last_job
from photoguard.errors import OutputError, UsageTrouble
from photoguard.files import MANIFEST, PRIVATE, stamp_of
from photoguard.output import recall
from photoguard.output.journal import Journal
from photoguard.pipeline.folder.session import session_in
from tests.policy.town import DAY, permitted
from tests.review.office import (
    AINO,
    BEA,
    DAYCARE,
    LIISA,
    MAIJA,
    Office,
    ask,
    doubt,
    face,
    is_visible,
    refused,
    settle_down,
    shown,
    snapshot,
    spot,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from photoguard.review.desk import ReviewDesk

GREY = 90


def approve(desk: ReviewDesk, photo: int = 1) -> None:
    """Give the last word and wait for the copy."""
    ask(desk, "approve", photo, confirmed=True)
    settle_down(desk)


def manifest(office: Office) -> dict[str, Any]:
    """What the folder tells of its one photo."""
    kept = json.loads((office.output / MANIFEST).read_text("utf-8"))
    photo: dict[str, Any] = kept["photos"][0]
    return photo


def copy(office: Office) -> Path:
    """The one finished copy; its folder says what became of it."""
    (found,) = [each for each in office.output.glob("*/*.jpg") if each.is_file()]
    return found


def test_a_missed_face_is_hidden_after_approval(office: Office) -> None:
    """What a person draws over is hidden in the copy that goes out, and only that."""
    office.take(GREY)
    office.prepare()
    with office.open() as desk:
        ask(desk, "add", box=[200, 40, 60, 60])
        approve(desk)
        place = face(200).box
        assert not is_visible(copy(office), GREY, place)
        assert is_visible(copy(office), GREY, face(20).box)
    assert copy(office).parent.name == "ready"


def test_a_ready_copy_never_shows_what_a_person_hid(office: Office) -> None:
    """Where a copy is ready already, it is made again at once, approved or not."""
    office.take(GREY, face(20))
    assert office.prepare()[0]["status"] == "ready"
    with office.open() as desk:
        ask(desk, "add", box=[200, 40, 60, 60])
        settle_down(desk)
        assert not is_visible(copy(office), GREY, face(200).box)


def test_a_change_after_approval_takes_the_approval_back(office: Office) -> None:
    """An approved copy that is changed while it is being made does not stay as it was approved."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        ask(desk, "approve", confirmed=True)
        ask(desk, "add", box=[200, 40, 60, 60])
        settle_down(desk)
        assert shown(desk)["settled"] == ""
        assert not is_visible(copy(office), GREY, face(200).box)


def test_a_doubt_is_hidden_and_shown_again(office: Office) -> None:
    """Space hides a doubtful place, and takes that back."""
    office.take(GREY, doubts=(doubt(200),))
    assert office.prepare()[0]["status"] == "review"
    with office.open() as desk:
        now = ask(desk, "toggle", spot=spot(desk))
        assert [each["kind"] for each in now["spots"]] == ["added"]
        now = ask(desk, "toggle", spot=spot(desk))
        assert [each["kind"] for each in now["spots"]] == ["doubt"]
        ask(desk, "toggle", spot=spot(desk))
        approve(desk)
        assert not is_visible(copy(office), GREY, doubt(200).box)


def test_no_face_shows_only_after_approval(office: Office) -> None:
    """What is no face stays hidden in all that is ready until a person approves the photo."""
    office.take(GREY, face(200, sure=False))
    assert office.prepare()[0]["status"] == "ready"
    with office.open() as desk:
        ask(desk, "not-face", spot=spot(desk))
        settle_down(desk)
        assert copy(office).parent.name == "review"
    assert office.prepare()[0]["status"] == "review"
    with office.open() as desk:
        approve(desk)
        assert is_visible(copy(office), GREY, face(200).box)
        assert copy(office).parent.name == "ready"


def test_a_firm_face_is_asked_twice_and_told(office: Office) -> None:
    """Two detectors are contradicted only on a second word, and the manifest tells of it."""
    office.take(GREY, face(200))
    office.prepare()
    with office.open() as desk:
        assert refused(desk, "not-face", spot=spot(desk)) == "review.sure_face"
        ask(desk, "not-face", spot=spot(desk))
        ask(desk, "face", spot=spot(desk))
        assert refused(desk, "not-face", spot=spot(desk)) == "review.sure_face"
        ask(desk, "add", box=[10, 10, 40, 40])  # something else: that was no second word
        found = next(each["id"] for each in shown(desk)["spots"] if each["kind"] == "face")
        assert refused(desk, "not-face", spot=found) == "review.sure_face"
        ask(desk, "not-face", spot=found)
        ask(desk, "undo")
        ask(desk, "undo")
        assert refused(desk, "not-face", spot=spot(desk)) == "review.sure_face"
        ask(desk, "not-face", spot=spot(desk))
        approve(desk)
    kept = manifest(office)["settled"]
    assert kept["verdict"] == "approved"
    assert kept["not_faces"] == [{"box": [200, 40, 60, 60], "sure": True}]
    assert "tester" not in (office.output / MANIFEST).read_text("utf-8")


def test_a_face_stays_hidden_without_a_reason(office: Office) -> None:
    """Space alone shows no face, and neither does moving it."""
    office.take(GREY, face(200), face(20, weak=True))
    office.prepare()
    with office.open() as desk:
        for number in (0, 1):
            place = spot(desk, number)
            assert refused(desk, "toggle", spot=place) == "review.stays_hidden"
            assert refused(desk, "move", spot=place, box=[0, 0, 9, 9]) == "review.stays_hidden"


def test_a_pupil_who_may_be_shown_stays_visible(office: Office) -> None:
    """A name from the register shows a face if the permissions allow, after approval."""
    office.take(GREY, face(20), face(200))
    office.prepare()
    with office.open() as desk:
        now = ask(desk, "name", spot=spot(desk, 1), person="aino")
        assert [each["state"] for each in now["spots"]] == ["hidden", "kept"]
        settle_down(desk)
        assert copy(office).parent.name == "review"
        approve(desk)
        assert is_visible(copy(office), GREY, face(200).box)
        assert not is_visible(copy(office), GREY, face(20).box)
    assert [each["person"] for each in manifest(office)["faces"]] == [None, "aino"]


def test_a_number_that_a_spreadsheet_counted_up_is_settled_by_a_name(office: Office) -> None:
    """It shows nobody and holds the photo, until a person names the face and approves."""
    office.take(GREY, face(20), face(200))
    office.prepare()
    office.people["090.png"] = office.counted_up = ("aino#2",)
    (photo,) = office.prepare()
    assert photo["status"] == "review"
    assert "policy.number_counted_up" in [reason["code"] for reason in photo["reasons"]]
    assert not is_visible(copy(office), GREY, face(200).box)
    with office.open() as desk:
        ask(desk, "name", spot=spot(desk, 1), person="aino")
        approve(desk)
        assert is_visible(copy(office), GREY, face(200).box)
        assert not is_visible(copy(office), GREY, face(20).box)


def test_a_name_is_taken_back_by_space(office: Office) -> None:
    """A named face is hidden again by one key."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        ask(desk, "name", spot=spot(desk), person="aino")
        now = ask(desk, "toggle", spot=spot(desk))
        assert [each["state"] for each in now["spots"]] == ["hidden"]
        approve(desk)
        assert not is_visible(copy(office), GREY, face(20).box)


@pytest.mark.parametrize("person", ["liisa", "niilo"])
def test_a_pupil_who_may_not_be_shown_stays_hidden(person: str, office: Office) -> None:
    """A name without permission shows nothing, whatever is asked after it."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        if person == "niilo":
            kept = refused(desk, "name", spot=spot(desk), person=person)
            assert kept == "review.may_not_be_shown"
        else:
            now = ask(desk, "name", spot=spot(desk), person=person)
            assert now["spots"][0]["state"] == "hidden"
            assert now["spots"][0]["why"]
        approve(desk)
        assert not is_visible(copy(office), GREY, face(20).box)


@pytest.mark.parametrize("person", ["nobody", "", 7, ["aino"], {"id": "aino"}, True])
def test_nobody_else_can_be_named(person: object, office: Office) -> None:
    """Only an id of the register names a face."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        assert refused(desk, "name", spot=spot(desk), person=person) == "review.no_such_change"


def test_one_pupil_is_one_face(office: Office) -> None:
    """A name that is given to another face leaves the first one, which is hidden again."""
    office.take(GREY, face(20), face(200))
    office.prepare()
    with office.open() as desk:
        ask(desk, "name", spot=spot(desk, 0), person="aino")
        now = ask(desk, "name", spot=spot(desk, 1), person="aino")
        assert [each["state"] for each in now["spots"]] == ["hidden", "kept"]


def test_a_face_with_two_names_stays_hidden_on_the_page_too(office: Office) -> None:
    """What staff wrote in the table and what the page says may not contradict each other."""
    office.people["090.png"] = ("bea#1",)
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        now = ask(desk, "name", spot=spot(desk), person="aino")
        assert now["spots"][0]["state"] == "hidden"
        code = refused(desk, "approve", confirmed=True)
    assert code == "review.held_by_a_rule"


def test_early_childhood_shows_no_child(office: Office) -> None:
    """In a daycare no child can be named, and an adult of the staff with permission can."""
    office.settings = DAYCARE
    office.register = snapshot(AINO, MAIJA)
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        assert [each["id"] for each in desk.folder()["persons"]] == ["maija"]
        assert refused(desk, "name", spot=spot(desk), person="aino") == "review.no_such_change"
        now = ask(desk, "name", spot=spot(desk), person="maija")
        assert now["spots"][0]["state"] == "kept"
        approve(desk)
        assert is_visible(copy(office), GREY, face(20).box)


def test_a_dismissed_face_cannot_be_named(office: Office) -> None:
    """What is no face is nobody's; it has to be a face again first."""
    office.take(GREY, face(20, sure=False))
    office.prepare()
    with office.open() as desk:
        place = spot(desk)
        ask(desk, "not-face", spot=place)
        assert refused(desk, "name", spot=place, person="aino") == "review.no_such_change"
        ask(desk, "face", spot=place)
        assert refused(desk, "toggle", spot=place) == "review.stays_hidden"
        ask(desk, "name", spot=place, person="aino")
        assert refused(desk, "not-face", spot=place) == "review.no_such_change"


def test_a_dismissed_face_that_the_table_names_later_is_a_face(office: Office) -> None:
    """Staff who name a face in the table say that it is one: it is hidden without permission."""
    office.take(GREY, face(20, sure=False))
    office.prepare()
    with office.open() as desk:
        ask(desk, "not-face", spot=spot(desk))
        approve(desk)
        assert is_visible(copy(office), GREY, face(20).box)
    office.people["090.png"] = ("liisa#1",)
    (photo,) = office.prepare()
    assert photo["status"] == "review"
    assert not is_visible(copy(office), GREY, face(20).box)


def test_a_withdrawn_permission_counts_while_the_page_is_open(office: Office) -> None:
    """The register is asked anew at the last word, not as it was when the page was opened."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        ask(desk, "name", spot=spot(desk), person="aino")
        withdrawn = tuple(replace(each, withdrawn_on=DAY) for each in AINO.permissions)
        office.register = snapshot(replace(AINO, permissions=withdrawn), BEA, LIISA)
        approve(desk)
        assert not is_visible(copy(office), GREY, face(20).box)


@contextmanager
def waiting_for(reached: Callable[[], bool]) -> Iterator[None]:
    """Do what is inside, and wait a little until something is so after it."""
    yield
    end = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.05)


def first(office: Office) -> Path:
    """The finished copy of the first photo."""
    (found,) = office.output.glob("*/*001.jpg")
    return found


def take_back(office: Office) -> None:
    """Let Aino take everything back as the command does, while somebody has the folder."""
    withdrawn = tuple(replace(each, withdrawn_on=DAY) for each in AINO.permissions)
    office.register = snapshot(replace(AINO, permissions=withdrawn), BEA, LIISA)
    with pytest.raises(OutputError), recall.locked_output(office.output):
        pass


def test_a_word_that_is_taken_back_counts_while_the_page_is_open(office: Office) -> None:
    """The page obeys the mark as a run does: the copy leaves at once and comes back hidden."""
    office.take(GREY, face(20))
    office.take(GREY + 40, face(20))
    office.prepare()
    with office.open() as desk:
        ask(desk, "name", spot=spot(desk), person="aino")
        approve(desk)
        approve(desk, 2)
        (other,) = (each for each in office.output.glob("*/*.jpg") if each != first(office))
        before = stamp_of(other.stat())
        with waiting_for(lambda: shown(desk)["settled"] == ""):
            take_back(office)
        settle_down(desk)
        assert shown(desk)["settled"] == ""
        assert shown(desk)["spots"][0]["state"] == "hidden"
        assert not is_visible(first(office), GREY, face(20).box)
        assert stamp_of(other.stat()) == before  # it rests on nobody's word


def test_a_word_that_is_taken_back_counts_before_the_page_is_closed(office: Office) -> None:
    """A page that is closed in that very moment leaves no copy that shows the face."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        ask(desk, "name", spot=spot(desk), person="aino")
        approve(desk)
        take_back(office)
    assert not recall.is_marked(office.output)
    assert not is_visible(copy(office), GREY, face(20).box)
    assert copy(office).parent.name == "review"


def test_a_register_that_is_away_is_asked_later(office: Office) -> None:
    """Where the register cannot be read, the mark stays for whoever can, and the page works on."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        ask(desk, "name", spot=spot(desk), person="aino")
        approve(desk)
        office.is_away = True
        take_back(office)
        ask(desk, "add", box=[200, 40, 60, 60])
        settle_down(desk)
        assert not is_visible(copy(office), GREY, face(200).box)
    assert recall.is_marked(office.output)


def test_what_goes_wrong_costs_one_copy(office: Office) -> None:
    """A copy that cannot be made leaves nothing that shows what was hidden; the next one is made.

    The folder of the output that must be nobody else's is a link for a while.
    """
    office.take(GREY, face(20))
    office.take(GREY + 40, face(20))
    office.prepare()
    private, elsewhere = office.output / PRIVATE, office.folder.with_name("elsewhere")
    with office.open() as desk:
        with desk._turn:
            ask(desk, "add", box=[200, 40, 60, 60])
            private.rename(elsewhere)
            private.symlink_to(elsewhere)
        settle_down(desk)
        private.unlink()
        elsewhere.rename(private)
        ask(desk, "add", 2, box=[200, 40, 60, 60])
        with waiting_for(lambda: not shown(desk, 2)["working"]):
            pass
        assert shown(desk, 2)["status"] == "ready"
    copies = [each for each in office.output.glob("*/*.jpg") if each.is_file()]
    assert copies
    assert not any(is_visible(each, GREY, face(200).box) for each in copies)


def test_an_approval_lapses_with_the_permission(office: Office) -> None:
    """A second run after a withdrawal hides the face and asks for another look."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        ask(desk, "name", spot=spot(desk), person="aino")
        approve(desk)
        assert is_visible(copy(office), GREY, face(20).box)
    office.register = snapshot(BEA, LIISA)
    (photo,) = office.prepare()
    assert photo["status"] == "review"
    assert "reasons.approval_lapsed" in [each["code"] for each in photo["reasons"]]
    assert not is_visible(copy(office), GREY, face(20).box)


def test_an_approval_lapses_with_what_was_found(office: Office) -> None:
    """Where a run finds another face, the photo is looked at again, and the face is hidden."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        approve(desk)
    office.take(GREY, face(20), face(200))
    with Journal.open(office.output, "en", str(office.folder)) as journal:
        journal.forget_records()
    (photo,) = office.prepare()
    assert photo["status"] == "review"
    assert not is_visible(copy(office), GREY, face(200).box)


def test_a_changed_file_is_another_photo(office: Office) -> None:
    """What was settled of one file says nothing of another one with its name."""
    office.take(GREY, face(20, sure=False))
    office.prepare()
    with office.open() as desk:
        ask(desk, "not-face", spot=spot(desk))
        approve(desk)
    office.take(GREY + 40, face(20, sure=False))
    (office.folder / "130.png").replace(office.folder / "090.png")
    (photo,) = office.prepare()
    assert photo["settled"] is None
    assert not is_visible(copy(office), GREY + 40, face(20).box)


def test_no_changed_or_missing_file_is_approved(office: Office) -> None:
    """The last word is on the very file that was prepared."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        (office.folder / "090.png").write_bytes(b"another one")
        assert refused(desk, "approve", confirmed=True) == "review.source_changed"
        assert desk.original(1) is None
        (office.folder / "090.png").unlink()
        assert refused(desk, "approve", confirmed=True) == "review.source_changed"
        assert desk.original(1) is None


def test_what_was_settled_outlives_a_second_run(office: Office) -> None:
    """Nothing is asked twice: places, names and the last word are those of before."""
    office.take(GREY, face(20), doubts=(doubt(200),))
    office.prepare()
    with office.open() as desk:
        ask(desk, "toggle", spot=spot(desk, 1))
        ask(desk, "name", spot=spot(desk), person="aino")
        ask(desk, "describe", language="en", text="Skiing on the lake")
        approve(desk)
    first = copy(office).read_bytes()
    (photo,) = office.prepare()
    assert photo["status"] == "ready"
    assert copy(office).read_bytes() == first
    with office.open() as desk:
        assert shown(desk)["settled"] == "approved"
        assert [each["state"] for each in shown(desk)["spots"]] == ["kept", "hidden"]


def test_a_run_finishes_what_a_crash_left(office: Office) -> None:
    """A last word that was signed but not carried out yet is carried out by the next run."""
    office.take(GREY, doubts=(doubt(200),))
    office.prepare()
    with office.open() as desk:
        ask(desk, "toggle", spot=spot(desk))
        desk._maker.ask = lambda *_: None  # type: ignore[method-assign] # the power is cut here
        ask(desk, "approve", confirmed=True)
    assert copy(office).parent.name == "review"
    (photo,) = office.prepare()
    assert photo["status"] == "ready"
    assert not is_visible(copy(office), GREY, doubt(200).box)


def test_what_nobody_has_seen_was_not_approved(office: Office) -> None:
    """Where the approved copy still shows a face that the earlier one did not, a person looks."""
    office.take(GREY, doubts=(doubt(20),))
    office.prepare()
    office.late = iter([face(80 + 70 * number) for number in range(4)])
    with office.open() as desk:
        approve(desk)
        assert shown(desk)["settled"] == ""
        assert copy(office).parent.name == "review"


def test_a_picture_that_was_not_on_the_screen_was_not_approved(office: Office) -> None:
    """A copy that was made again while somebody pressed A shows what they did not look at."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        office.late = iter(3 * [face(80 + 70 * number) for number in range(4)])
        on_screen = ask(desk, "style", style="blur")["picture_version"]
        settle_down(desk)
        ask(desk, "approve", confirmed=True, picture_version=on_screen)
        settle_down(desk)
        assert shown(desk)["settled"] == ""
        assert copy(office).parent.name == "review"


def test_undo_goes_back_across_the_last_word(office: Office) -> None:
    """Each step is taken back by itself, and the copy follows."""
    office.take(GREY, face(20, sure=False), doubts=(doubt(200),))
    office.prepare()
    with office.open() as desk:
        ask(desk, "not-face", spot=spot(desk))
        approve(desk)
        assert copy(office).parent.name == "ready"
        ask(desk, "reject")
        settle_down(desk)
        assert not list(office.output.glob("*/*.jpg"))
        assert (desk.picture(1), desk.tile(1, "whole")) == (b"", b"")
        assert refused(desk, "approve", confirmed=True) == "review.no_copy"
        for verdict, folder in (("approved", "ready"), ("", "review"), ("", "review")):
            ask(desk, "undo")
            settle_down(desk)
            assert shown(desk)["settled"] == verdict
            assert copy(office).parent.name == folder
        assert refused(desk, "undo") == "review.nothing_to_undo"
    office.prepare()
    assert not is_visible(copy(office), GREY, face(20).box)


def test_a_rejected_photo_stays_rejected(office: Office) -> None:
    """Neither this page nor a second run makes a copy of a rejected photo."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        ask(desk, "reject")
        settle_down(desk)
        assert shown(desk)["status"] == "blocked"
    (photo,) = office.prepare()
    assert photo["status"] == "blocked"
    assert photo["output"] is None


def test_only_a_person_confirms(office: Office) -> None:
    """Approval without the one confirmation is no approval."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        for confirmed in (False, None, 1, "true"):
            assert refused(desk, "approve", confirmed=confirmed) == "review.confirm_first"


def test_no_rule_is_approved_away(office: Office) -> None:
    """A photo that a rule holds says which, and stays in review."""
    office.people["090.png"] = ("liisa",)
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        assert refused(desk, "approve", confirmed=True) == "review.held_by_a_rule"


@pytest.mark.parametrize(
    "box",
    [
        None,
        [],
        [1, 2, 3],
        [1, 2, 3, 4, 5],
        ["1", 2, 30, 40],
        [True, 2, 30, 40],
        [float("nan"), 2, 30, 40],
        [0, 0, float("nan"), 40],
        [float("inf"), 2, 30, 40],
        [0, 0, 10**400, 40],
        [0, 0, -30, 40],
        [0, 0, 0.1, 0.1],
        [500, 20, 30, 30],
        {"left": 1},
    ],
)
def test_odd_places_are_refused(box: object, office: Office) -> None:
    """A place that is none, or lies outside the photo, is not added."""
    office.take(GREY)
    office.prepare()
    with office.open() as desk:
        assert refused(desk, "add", box=box) == "review.place_too_small"


@pytest.mark.parametrize(
    ("do", "kept"),
    [
        ("show", {}),
        ("", {}),
        ("__class__", {}),
        ("style", {"style": "none"}),
        ("style", {}),
        ("describe", {"language": "xx", "text": "a"}),
        ("describe", {"language": "en", "text": ["a"]}),
    ],
)
def test_unknown_changes_are_refused(do: str, kept: dict[str, Any], office: Office) -> None:
    """Only what the page can ask for is done."""
    office.take(GREY)
    office.prepare()
    with office.open() as desk:
        assert refused(desk, do, **kept) == "review.no_such_change"


@pytest.mark.parametrize("version", [0, 2, None, True, "1", 1.0])
def test_two_windows_do_not_overwrite_each_other(version: object, office: Office) -> None:
    """A change of a photo that is another one by now is refused."""
    office.take(GREY)
    office.prepare()
    with office.open() as desk, pytest.raises(UsageTrouble) as trouble:
        desk.change(1, {"do": "add", "version": version, "box": [0, 0, 50, 50]})
    assert trouble.value.code == "review.changed_elsewhere"


def test_a_place_that_is_not_there_is_told(office: Office) -> None:
    """Neither a made-up place nor a photo that is not there can be changed."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        for place in ("f1-2-3-4", "", None, 3, spot(desk) + "0"):
            assert refused(desk, "toggle", spot=place) == "review.not_there"
        with pytest.raises(UsageTrouble) as trouble:
            desk.change(9, {"do": "reject", "version": 1})
    assert trouble.value.code == "review.no_copy"


def test_words_are_mended_and_embedded(office: Office) -> None:
    """A confirmed description is in the finished copy; a name of the register is refused."""
    office.register = snapshot(permitted("aino"))
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        code = refused(desk, "describe", language="en", text="Aino skis")
        assert code == "review.name_in_text"
        assert refused(desk, "describe", language="en", text="x" * 251) == "review.text_too_long"
        for empty in ("12", "24.12.2026", "IMG_2034"):
            assert refused(desk, "describe", language="en", text=empty) == "review.no_description"
        ask(desk, "describe", language="en", text=" Skiing\non \x00the\ud800 lake ")
        ask(desk, "describe", language="fi", text="Hiihtoa")
        approve(desk)
    assert manifest(office)["alt_text"]["en"].startswith("Skiing on the lake")
    assert manifest(office)["alt_text"]["fi"].startswith("Hiihtoa")
    assert manifest(office)["alt_text_confirmed"]
    assert b"Skiing on the lake" in copy(office).read_bytes()


@pytest.mark.parametrize("asked", [False, True])
def test_an_approved_copy_says_that_a_person_edited_it(asked: object, office: Office) -> None:
    """Only where the setting asks for it, and only once a person approved; check accepts it."""
    office.settings = replace(office.settings, human_edits=bool(asked))
    office.take(GREY, face(20))
    office.prepare()
    assert b"humanEdits" not in copy(office).read_bytes()
    with office.open() as desk:
        approve(desk)
        assert copy(office).parent.name == "ready"
    assert (b"digitalsourcetype/humanEdits" in copy(office).read_bytes()) is asked
    assert check(copy(office)).findings == ()


def test_the_next_photo_is_described_alike(office: Office) -> None:
    """One gesture carries the words on, but never over those that somebody wrote or approved."""
    for grey in (60, 90, 120):
        office.take(grey)
    office.prepare()
    with office.open() as desk:
        ask(desk, "approve", 2, confirmed=True)
        ask(desk, "describe", 1, language="en", text="Skiing")
        ask(desk, "describe-next", 1)
        kept = [shown(desk, number)["alt"][0]["text"] for number in (1, 2, 3)]
        assert kept == ["Skiing", "", "Skiing"]
        assert shown(desk, 2)["settled"] == "approved"


def test_every_step_is_logged_with_who_and_when(office: Office) -> None:
    """The signed log tells each step, undone ones included, by ids and codes, never in words."""
    office.take(GREY, face(20, sure=False))
    office.prepare()
    with office.open() as desk:
        place = spot(desk)
        ask(desk, "not-face", spot=place)
        ask(desk, "undo")
        ask(desk, "name", spot=place, person="aino")
        ask(desk, "describe", language="en", text="Skiing on the lake")
        approve(desk)
    with Journal.open(office.output, "en", str(office.folder)) as journal:
        settled = journal.entries["090.png"].settled
        assert settled is not None
    steps = [(each["do"], each["about"]) for each in settled["steps"]]
    assert steps == [
        ("not-face", place),
        ("undo", ""),
        ("name", f"{place} aino"),
        ("describe", "en"),
        ("approved", ""),
    ]
    assert all(each["by"] == "tester" and each["on"] for each in settled["steps"])
    office.prepare()
    with office.open() as desk:
        ask(desk, "reject")
    with Journal.open(office.output, "en", str(office.folder)) as journal:
        settled = journal.entries["090.png"].settled
        assert settled is not None
        assert [each["do"] for each in settled["steps"]][-2:] == ["approved", "rejected"]


def test_another_channel_is_decided_anew(office: Office) -> None:
    """Whoever may not be shown on a channel that is chosen later is hidden at once."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        ask(desk, "name", spot=spot(desk), person="aino")
        approve(desk)
        assert is_visible(copy(office), GREY, face(20).box)
        (person,) = desk.folder()["present"]
        assert (person["name"], person["channels"]) == ("Aino", ["Instagram"])
        desk.change_folder({"channels": ["instagram", "facebook"]})
        settle_down(desk)
        assert shown(desk)["settled"] == ""
        assert not is_visible(copy(office), GREY, face(20).box)
    office.settings = replace(office.settings, channels=())
    office.prepare()
    with Journal.open(office.output, "en", str(office.folder)) as journal:
        assert session_in(journal.session).channels == ("instagram", "facebook")
    with office.open() as desk:
        assert [each["chosen"] for each in desk.folder()["channels"]] == [True, True, False]


def test_a_day_and_channels_hold_as_the_rules_allow(office: Office) -> None:
    """What is no channel of the unit, or not left to it by the city, and no day is refused."""
    office.city = ("instagram",)
    office.take(GREY)
    office.prepare()
    later = (date.today() + timedelta(days=300)).isoformat()  # noqa: DTZ011 - a calendar day, here
    with office.open() as desk:
        for odd in ([], "instagram", [7], ["tiktok"], ["facebook"], ["instagram"] * 50):
            with pytest.raises(UsageTrouble):
                desk.change_folder({"channels": odd})
        for no_day in ("tomorrow", 7, None, "2026-13-01"):
            with pytest.raises(UsageTrouble):
                desk.change_folder({"day": no_day})
        with pytest.raises(UsageTrouble, match="publish_on_past"):
            desk.change_folder({"day": DAY.isoformat()})
        with pytest.raises(UsageTrouble, match="day_too_far"):
            desk.change_folder({"day": "2999-01-31"})
        assert desk.change_folder({"day": later})["session"]["day"] == later
    office.settings = replace(office.settings, publish_on=None)
    with Journal.open(office.output, "en", str(office.folder)) as journal:
        assert session_in(journal.session).settings["publish_on"] == later


@pytest.mark.parametrize(
    ("day", "asked_about"), [(DAY, None), (date(2999, 1, 1), date(2999, 1, 1)), (None, None)]
)
def test_a_day_that_is_over_is_not_asked_about_again(
    office: Office, day: date | None, asked_about: date | None
) -> None:
    """Who opens the page later is told what holds then, not what held on the day of the post."""
    office.settings = replace(office.settings, publish_on=day)
    office.take(GREY)
    office.prepare()
    today = replace(office.settings, publish_on=None)
    assert last_job(office.output, lambda *_: today).spec.settings.publish_on == asked_about


def test_a_ready_copy_says_what_is_told_of_the_folder(office: Office) -> None:
    """An event that is told later stands with the ready copies, which stay approved."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        approve(desk)
        desk.change_folder({"event": "Skiing day"})
        settle_down(desk)
        assert shown(desk)["settled"] == "approved"
        assert copy(office).parent.name == "ready"
        assert "Skiing day" in copy(office).with_suffix(".txt").read_text("utf-8")


@pytest.mark.parametrize("whose", ["folder", "photo"])
def test_who_took_it_may_be_told_after_the_approval(office: Office, whose: str) -> None:
    """The picture stays as it was seen: it stays approved, on the page and in a later run."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        approve(desk)
        settle_down(desk)
        if whose == "folder":
            desk.change_folder({"photographer": "Kaisa Kuvaaja"})
        else:
            ask(desk, "photographer", name="Kaisa Kuvaaja")
        settle_down(desk)
        assert shown(desk)["settled"] == "approved"
        assert copy(office).parent.name == "ready"
        assert "Kaisa Kuvaaja" in copy(office).with_suffix(".txt").read_text("utf-8")
    office.prepare()
    assert copy(office).parent.name == "ready"


def test_the_session_holds_for_later_runs(office: Office) -> None:
    """Event, photographer and group are told once, as printable lines of a bounded length."""
    office.take(GREY)
    office.prepare()
    with office.open() as desk:
        kept = desk.change_folder({"event": "Ski\u202eing\n day", "group": "7B"})
        assert kept["session"]["event"] == "Skiing day"
        for odd in ({"event": ["x"]}, {"group": 7}, {"photographer": "x" * 201}):
            with pytest.raises(UsageTrouble):
                desk.change_folder(odd)
        assert shown(desk)["group"]["left"] == [
            {"id": "aino", "name": "Aino"},
            {"id": "bea", "name": "Bea"},
        ]
        assert {each["id"] for each in shown(desk)["group"]["not"]} == {"liisa", "niilo"}
    with Journal.open(office.output, "en", str(office.folder)) as journal:
        assert session_in(journal.session).group == "7B"


def test_thousands_of_changes_leave_a_journal_that_can_be_read(office: Office) -> None:
    """However often a photo is changed, the journal stays far below what is read of one."""
    office.take(GREY)
    office.prepare()
    with Journal.open(office.output, "en", str(office.folder)) as journal:
        for number in range(120):
            journal.settle("090.png", {"number": number, "long": "x" * 100_000})
        size = (office.output / ".photoguard" / "journal.jsonl").stat().st_size
        assert size < 6_000_000
    with Journal.open(office.output, "en", str(office.folder)) as journal:
        settled = journal.entries["090.png"].settled
        assert settled is not None
        assert settled["number"] == 119


def test_pictures_are_the_verified_ones(office: Office) -> None:
    """A copy that was changed on the disk is not shown as the finished one."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        assert desk.picture(1) == copy(office).read_bytes()
        assert desk.tile(1, spot(desk))
        assert desk.tile(1, "whole")
        assert desk.original(1)
        for nothing in (desk.tile(1, "f0"), desk.tile(9, "whole"), desk.picture(9)):
            assert nothing is None
        assert desk.original(9) is None
        copy(office).write_bytes(b"changed")
        assert desk.picture(1) is None


def test_a_copy_that_is_being_replaced_is_never_missing(office: Office) -> None:
    """The page asks for pictures all the while: one that is moved at that moment is told too."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk, ThreadPoolExecutor() as others:
        is_over = threading.Event()

        def look() -> int:
            missing = 0
            while not is_over.is_set():
                missing += sum(each is None for each in (desk.picture(1), desk.tile(1, "whole")))
            return missing

        looks = [others.submit(look) for _ in range(3)]
        for _ in range(12):
            approve(desk)
            ask(desk, "undo")
            settle_down(desk)
        is_over.set()
        assert [each.result() for each in looks] == [0, 0, 0]


def test_what_was_written_since_the_run_counts_and_no_photo_leaves_the_page(
    office: Office,
) -> None:
    """A table that is filled in before the page opens makes its photos anew, none is lost."""
    for grey in (60, GREY, 120):
        office.take(grey, face(20))
    assert [each["status"] for each in office.prepare()] == ["ready"] * 3
    office.people["060.png"] = ("Nobody Known",)
    with office.open() as desk:
        assert len(desk.folder()["photos"]) == 3
        settle_down(desk)
        found = {each["id"]: each for each in desk.folder()["photos"]}
        assert sorted(each["status"] for each in found.values()) == ["ready", "ready", "review"]
        assert all(each["picture"] and not each["working"] for each in found.values())
    kept = json.loads((office.output / MANIFEST).read_text("utf-8"))["photos"]
    assert [each["status"] for each in kept] == ["review", "ready", "ready"]


def test_an_approval_that_the_table_overtook_is_asked_for_again(office: Office) -> None:
    """Who was named since the approval may not be shown: a person looks again."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        approve(desk)
    office.people["090.png"] = ("Nobody Known",)
    with office.open() as desk:
        settle_down(desk)
        assert (shown(desk)["settled"], shown(desk)["status"]) == ("", "review")


def test_a_photo_that_an_interrupted_page_left_is_made_again(office: Office) -> None:
    """Where a page was killed before a copy was made anew, the next one makes it."""
    office.take(GREY, face(20))
    office.prepare()
    journal = Journal.open(office.output, office.settings.language, str(office.folder))
    journal.reopen("090.png")
    journal.close()
    copy(office).unlink()
    with office.open() as desk:
        assert shown(desk)["working"]
        settle_down(desk)
        assert shown(desk)["status"] == "ready"
    assert manifest(office)["status"] == "ready"

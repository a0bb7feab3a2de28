"""A word that is taken back while a run is at work counts before that run has ended."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from photoguard.errors import EXIT_ATTENTION, EXIT_FAILED, RegisterError
from photoguard.files import MANIFEST
from photoguard.images import Decoder
from photoguard.model import Outcome, Record, Unit
from photoguard.output import recall
from photoguard.output.trust import NOTE
from photoguard.register.snapshot import Snapshot
from photoguard.settings import Limits, Settings
from tests.pipeline.scripted import AINO, BEA, REGISTER, School, face
from tests.policy.town import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def without(taken_back: Record) -> Snapshot:
    """Return the register after one person took everything back."""
    words = tuple(replace(word, withdrawn_on=DAY) for word in taken_back.permissions)
    others = tuple(each for each in REGISTER.records if each is not taken_back)
    return Snapshot((replace(taken_back, permissions=words), *others), (), (), {}, "r")


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """One decoder for all runs."""
    made = Decoder(Limits())
    yield made
    made.close()


@pytest.fixture
def school(tmp_path: Path, decoder: Decoder) -> School:
    """Three photos of one face, which is Aino's: a first report has numbered it."""
    made = School(tmp_path / "kuvat", decoder)
    for number in (1, 2, 3):
        made.take(80 + number, f"kuva{number}.jpg")
    made.run("aino#1", faces=[face(100)])
    return made


def output_of(school: School) -> Path:
    """Return where the copies go."""
    return school.folder.with_name("kuvat-photoguard")


def actions(school: School) -> list[list[str]]:
    """Return what the manifest says of every face of every photo."""
    manifest = json.loads((output_of(school) / MANIFEST).read_text())
    return [[each["action"] for each in photo["faces"]] for photo in manifest["photos"]]


def withdraw(school: School, *, marks: bool) -> None:
    """Let Aino take everything back; the command marks the outputs afterwards."""
    school.register = without(AINO)
    if marks:
        recall.mark(output_of(school))


@pytest.mark.parametrize("marks", [True, False])
def test_a_withdrawal_in_the_middle_hides_the_face_everywhere(
    school: School,
    marks: bool,  # noqa: FBT001
) -> None:
    """All photos are decided by what the register says when the run ends, marked or not."""
    school.run("aino#1", faces=[face(100)], meanwhile=lambda: withdraw(school, marks=marks))
    assert actions(school) == [["hide"]] * 3
    assert not recall.is_marked(output_of(school))
    assert len(school.ready) == 3


def test_a_marked_run_takes_the_copy_out_at_once(school: School) -> None:
    """The copy with the visible face is gone before any other photo is told as finished."""
    seen: list[set[bytes]] = []

    def meanwhile() -> None:
        if not seen:
            withdraw(school, marks=True)
        seen.append({path.read_bytes() for path in (output_of(school) / "ready").glob("*.jpg")})

    school.run("aino#1", faces=[face(100)], meanwhile=meanwhile)
    assert len(seen[0]) == 1
    assert not any(seen[0] & later for later in seen[1:])


def test_a_withdrawal_while_the_report_is_written_is_obeyed(school: School) -> None:
    """The run looks for the mark once more when it has let go of the folder."""
    calls: list[None] = []

    def last() -> None:
        if not calls:
            withdraw(school, marks=True)
        calls.append(None)

    school.run("aino#1", faces=[face(100)], last=last)
    assert len(calls) == 2
    assert actions(school) == [["hide"]] * 3
    assert not recall.is_marked(output_of(school))


def test_an_unchanged_register_costs_no_photo_twice(school: School) -> None:
    """A mark about somebody else's word changes nothing here."""
    done: list[None] = []

    def meanwhile() -> None:
        done.append(None)
        school.register = without(BEA)
        recall.mark(output_of(school))

    school.run("aino#1", faces=[face(100)], meanwhile=meanwhile)
    assert actions(school) == [["keep"]] * 3
    assert len(done) == 3


def test_a_run_that_is_stopped_obeys_the_mark_first(school: School) -> None:
    """Ctrl-C after a withdrawal leaves no copy with the visible face."""
    with pytest.raises(KeyboardInterrupt):
        school.run(
            "aino#1",
            faces=[face(100)],
            stopped=True,
            meanwhile=lambda: withdraw(school, marks=True),
        )
    assert school.ready == []
    assert actions(school) == []


def test_a_register_that_went_away_holds_what_rests_on_it(school: School) -> None:
    """What cannot be asked again is not ready; the next run makes it whole."""

    def meanwhile() -> None:
        school.gone = True
        recall.mark(output_of(school))

    photo = school.run("aino#1", faces=[face(100)], meanwhile=meanwhile)
    assert [reason["code"] for reason in photo["reasons"]] == ["reasons.register_gone"]
    assert school.result
    assert school.result.exit_code == EXIT_ATTENTION
    assert school.ready == []
    school.gone = False
    assert school.run("aino#1", faces=[face(100)])["status"] == Outcome.READY
    assert len(school.ready) == 3


def test_a_register_that_is_gone_from_the_start_stops_the_run(school: School) -> None:
    """Nothing is decided without it, and a mark of a killed run stays."""
    school.run("aino#1", faces=[face(100)])
    recall.mark(output_of(school))
    school.gone = True
    with pytest.raises(RegisterError):
        school.run("aino#1", faces=[face(100)])
    assert recall.is_marked(output_of(school))


def test_a_copy_that_cannot_be_taken_out_is_told(school: School) -> None:
    """Where the picture stays, the photo has failed; it is not called ready."""
    ready = output_of(school) / "ready"

    def meanwhile() -> None:
        if school.register == REGISTER:
            (copy,) = ready.glob("*.jpg")
            copy.unlink()
            (copy / "open").mkdir(parents=True)
            withdraw(school, marks=True)

    school.run("aino#1", faces=[face(100)], meanwhile=meanwhile)
    assert school.result
    assert school.result.exit_code == EXIT_FAILED
    assert [photo["status"] for photo in school.result.manifest["photos"]].count("failed") == 1


def test_a_photo_that_left_the_folder_loses_its_copy_too(school: School) -> None:
    """A copy whose source is gone is asked about again like every other."""
    school.run("aino#1", faces=[face(100)])
    (school.folder / "kuva1.jpg").unlink()
    school.take(200, "new.jpg")
    school.run("aino#1", faces=[face(100)], meanwhile=lambda: withdraw(school, marks=True))
    assert actions(school) == [["hide"]] * 3 + [["keep"]]
    assert school.result
    assert school.result.manifest["photos"][-1]["status"] == "blocked"
    assert len(school.ready) == 3


def test_a_changed_copy_is_asked_about_in_the_middle_too(school: School) -> None:
    """A copy that a person changed shows the same face, and goes before the run ends."""
    school.run("aino#1", faces=[face(100)])
    changed = output_of(school) / "ready" / school.ready[0]
    with Image.open(changed) as picture:
        picture.convert("RGB").save(changed, quality=50)
    again = changed.read_bytes()
    school.run("aino#1", faces=[face(100)])
    kept = [path for path in output_of(school).glob("*/*.jpg") if path.read_bytes() == again]
    assert len(kept) == 1
    school.run("aino#1", faces=[face(100)], meanwhile=lambda: withdraw(school, marks=True))
    assert not any(path.read_bytes() == again for path in output_of(school).glob("*/*.jpg"))


def test_a_copy_that_a_person_took_away_does_not_come_back_in_the_middle(school: School) -> None:
    """A withdrawal makes no copy of a photo whose copy somebody deleted."""
    school.run("aino#1", faces=[face(100)])
    (output_of(school) / "ready" / school.ready[0]).unlink()
    school.run("aino#1", faces=[face(100)], meanwhile=lambda: withdraw(school, marks=True))
    assert len(school.ready) == 2


def test_a_power_cut_after_a_withdrawal_takes_no_photo_away(school: School) -> None:
    """A copy that the run itself took out counts for nobody's, and is made again."""
    school.run("aino#1", faces=[face(100)])
    manifest = (output_of(school) / MANIFEST).read_bytes()
    with pytest.raises(KeyboardInterrupt):
        school.run(
            "aino#1",
            faces=[face(100)],
            stopped=True,
            meanwhile=lambda: withdraw(school, marks=True),
        )
    (output_of(school) / MANIFEST).write_bytes(manifest)  # a power cut writes no manifest
    school.run("aino#1", faces=[face(100)])
    assert actions(school) == [["hide"]] * 3
    assert len(school.ready) == 3


@pytest.mark.parametrize("text", ["", "[]", '{"register": "r"}', '{"unit": "x"}'])
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    """A torn note says nothing, so that only known people are asked about."""
    (tmp_path / ".photoguard").mkdir()
    (tmp_path / ".photoguard" / NOTE).write_text(text)
    assert recall.noted_run(tmp_path) is None


def test_a_run_notes_what_it_asked(tmp_path: Path) -> None:
    """The note is read as it was written; it holds no path and no name."""
    (tmp_path / ".photoguard").mkdir()
    settings = Settings(
        unit=Unit.BASIC_EDUCATION, channels=("instagram",), publish_on=DAY, register="/home/x"
    )
    recall.note_run(tmp_path, settings, without(AINO))
    found = recall.noted_run(tmp_path)
    assert found == recall.RunNote("r", Unit.BASIC_EDUCATION, ("instagram",), DAY)
    assert "home" not in (tmp_path / ".photoguard" / NOTE).read_text()

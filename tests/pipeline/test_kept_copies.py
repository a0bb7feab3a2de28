"""What a person did with a copy is told and not undone: changed, deleted, moved, left over."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from photoguard.files import gather, sidecars_of
from photoguard.images import Decoder
from photoguard.model import Outcome, Photographer, PhotoNotes, Role, Sight
from photoguard.output.records import Facts
from photoguard.pipeline import FolderJob, RunSpec, Workers, prepare_folder
from photoguard.pipeline.photo.decision import decide, with_ids_for_names
from photoguard.pipeline.values import Tools
from photoguard.register.snapshot import Snapshot
from tests.pipeline.scripted import (
    AINO,
    REGISTER,
    SCHOOL,
    InThisDecoder,
    ScriptedFinder,
    face,
)
from tests.pipeline.scripted import School as OnePhoto

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from photoguard.detect import FaceFinder
    from photoguard.model import Box
    from photoguard.settings import Settings

LEFT, RIGHT = face(20), face(300)


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """One decoder for all runs."""
    with Decoder(SCHOOL.limits) as opened:
        yield opened


@dataclass
class School:
    """A folder of two photos, and a person who does things with the copies."""

    folder: Path
    decoder: Decoder
    register: Snapshot = REGISTER
    settings: Settings = SCHOOL
    notes: PhotoNotes = field(default_factory=lambda: PhotoNotes(works=()))
    fit: bool = True
    examined: list[tuple[Path, tuple[Box, ...]]] = field(default_factory=list)

    @property
    def output(self) -> Path:
        """Where the copies go."""
        return self.folder.with_name("retki-photoguard")

    def run(self, *, fresh: bool = False) -> dict[str, list[dict[str, Any]]]:
        """Prepare the folder; return the manifest's photos by source."""
        (batch,) = gather([self.folder])
        job = FolderJob(
            batch=batch,
            spec=RunSpec(self.settings, self.register),
            notes=dict.fromkeys((each.name for each in batch.photos), self.notes),
            fresh=fresh,
            examine=self._examine,
        )
        finder = cast("FaceFinder", ScriptedFinder((LEFT, RIGHT)))
        with Workers(1, lambda _: InThisDecoder(Tools(job.spec, self.decoder, finder))) as workers:
            result = prepare_folder(job, workers, lambda _: None)
        listed: dict[str, list[dict[str, Any]]] = {}
        for photo in result.manifest["photos"]:
            listed.setdefault(photo["source"], []).append(photo)
        return listed

    def _examine(self, path: Path, shown: tuple[Box, ...]) -> bool:
        self.examined.append((path, shown))
        return self.fit

    def copy(self, photo: dict[str, Any]) -> Path:
        """Return where a photo's copy lies."""
        return self.output / str(photo["output"])


@pytest.fixture
def school(tmp_path: Path, decoder: Decoder) -> School:
    """A folder of two photos that was prepared once."""
    for name, grey in (("a.jpg", 90), ("b.jpg", 120)):
        OnePhoto(tmp_path / "retki", decoder).take(grey, name)
    made = School(tmp_path / "retki", decoder)
    assert {photo["status"] for each in made.run().values() for photo in each} == {"ready"}
    return made


def _codes(photo: dict[str, Any]) -> list[str]:
    return [each["code"] for each in (*photo["reasons"], *photo["notices"])]


def _first(school: School) -> Path:
    return school.output / "ready" / "photo-001.jpg"


def _improve(copy: Path) -> bytes:
    """Change a copy as an editor does; return the new bytes."""
    copy.write_bytes(copy.read_bytes() + b"improved")
    return copy.read_bytes()


def test_a_changed_copy_is_kept_beside_the_new_one(school: School) -> None:
    """What somebody improved by hand stays, is examined once, and is told as such."""
    improved = _improve(_first(school))
    for _ in range(3):
        new, changed = school.run()["a.jpg"]
        assert school.copy(changed) == _first(school)
        assert school.copy(changed).read_bytes() == improved
        assert changed["status"] == "ready"
        assert "reasons.changed_copy" in _codes(changed)
        assert (new["output"], new["status"]) == ("ready/photo-003.jpg", "ready")
        assert "reasons.changed_copy" not in _codes(new)
    assert school.examined == [(_first(school), ())]


def test_a_fresh_run_and_another_style_keep_a_changed_copy_too(school: School) -> None:
    """Starting over makes the program's copies anew, not those of a person."""
    improved = _improve(_first(school))
    assert len(school.run(fresh=True)["a.jpg"]) == 2
    school.settings = replace(school.settings, quality=94)
    assert len(school.run()["a.jpg"]) == 2
    assert _first(school).read_bytes() == improved


def test_a_changed_copy_that_is_not_fit_waits_for_a_look(school: School) -> None:
    """Where check's eyes see something, the copy leaves the ready folder, whole."""
    improved = _improve(_first(school))
    school.fit = False
    for _ in range(2):
        _, changed = school.run()["a.jpg"]
        assert (changed["output"], changed["status"]) == ("review/photo-001.jpg", "review")
        assert school.copy(changed).read_bytes() == improved
        assert all(path.is_file() for path in sidecars_of(school.copy(changed)))
        assert not _first(school).exists()
        assert _codes(changed)[0] == "reasons.changed_copy_unsure"


def test_a_copy_that_is_changed_again_is_examined_again(school: School) -> None:
    """Each version of it is looked at, and only one new copy is made."""
    for _ in range(2):
        _improve(_first(school))
        assert len(school.run()["a.jpg"]) == 2
    assert len(school.examined) == 2


def test_a_changed_copy_that_somebody_deletes_is_forgotten(school: School) -> None:
    """Deleting the changed copy settles it: the new one is there."""
    _improve(_first(school))
    school.run()
    _first(school).unlink()
    assert len(school.run()["a.jpg"]) == 1


def test_a_changed_copy_obeys_the_rules_of_the_day(school: School) -> None:
    """A face that may no longer be shown leaves with the copy, whoever changed it."""
    school.notes = replace(school.notes, people=("aino #1",))
    school.run()
    shown = school.copy(school.run()["a.jpg"][0])
    _improve(shown)
    _, changed = school.run()["a.jpg"]
    assert school.examined[-1][1] == (LEFT.box,)
    assert changed["faces"][0]["action"] == "keep"
    school.register = Snapshot((replace(AINO, permissions=()),), (), (), {})
    listed = school.run()["a.jpg"]
    assert not shown.exists()
    assert [photo["status"] for photo in listed] == ["ready", "blocked"]
    assert _codes(listed[1])[0] == "reasons.changed_copy_removed"
    assert len(school.run()["a.jpg"]) == 1


def test_a_deleted_copy_stays_deleted(school: School) -> None:
    """It comes back neither by itself nor with another setting, and it is told."""
    _first(school).unlink()
    for quality in (92, 92, 94):
        school.settings = replace(school.settings, quality=quality)
        (photo,) = school.run()["a.jpg"]
        assert (photo["status"], photo["output"]) == ("blocked", None)
        assert _codes(photo)[0] == "reasons.copy_deleted"
        assert not _first(school).exists()


def test_a_fresh_run_makes_a_deleted_copy_again(school: School) -> None:
    """--fresh is how somebody says that they want it after all."""
    _first(school).unlink()
    school.run()
    (photo,) = school.run(fresh=True)["a.jpg"]
    assert photo["status"] == "ready"
    assert _first(school).is_file()
    assert school.run()["a.jpg"][0]["status"] == "ready"


def test_a_changed_source_makes_a_copy_again(school: School) -> None:
    """Another picture under the old name is another photo."""
    _first(school).unlink()
    school.run()
    OnePhoto(school.folder, school.decoder).take(150, "a.jpg")
    (photo,) = school.run()["a.jpg"]
    assert (photo["status"], photo["output"]) == ("ready", "ready/photo-003.jpg")


def test_a_deleted_copy_that_is_back_counts_again(school: School, tmp_path: Path) -> None:
    """Taken out of the bin, it is the copy that was verified."""
    shutil.copy2(_first(school), tmp_path / "bin.jpg")
    _first(school).unlink()
    school.run()
    shutil.copy2(tmp_path / "bin.jpg", _first(school))
    assert school.run()["a.jpg"][0]["status"] == "ready"


def test_a_copy_that_the_program_took_away_comes_back(school: School) -> None:
    """What no person deleted is made again: a manifest without the copy says so."""
    _first(school).unlink()
    manifest = school.output / "manifest.json"
    listed = json.loads(manifest.read_text("utf-8"))
    listed["photos"][0] |= {"output": None, "status": "blocked"}
    manifest.write_text(json.dumps(listed), "utf-8")
    assert school.run()["a.jpg"][0]["status"] == "ready"


@pytest.mark.parametrize("listed", ["", "[]", "{}", '{"photos": 3}', '{"photos": [3]}', "[" * 9999])
def test_a_manifest_that_says_nothing_costs_only_work(listed: str, school: School) -> None:
    """The manifest is not signed: whatever stands there, copies are made, never lost."""
    (school.output / "manifest.json").write_text(listed, "utf-8")
    _first(school).unlink()
    assert school.run()["a.jpg"][0]["status"] == "ready"
    assert school.examined == []


def test_a_copy_outlives_its_original(school: School) -> None:
    """A deleted original leaves its copy, with a notice, for as many runs as there are."""
    before = _first(school).read_bytes()
    (school.folder / "a.jpg").unlink()
    school.notes = PhotoNotes()  # of what is not there, nothing is told any more
    for fresh in (False, False, True, False):
        (photo,) = school.run(fresh=fresh)["a.jpg"]
        assert (photo["status"], photo["output"]) == ("ready", "ready/photo-001.jpg")
        assert _codes(photo)[0] == "reasons.source_missing"
        assert _first(school).read_bytes() == before


def test_a_copy_without_an_original_obeys_the_rules_of_the_day(school: School) -> None:
    """A permission that ended takes it away, and the run says so."""
    school.notes = replace(school.notes, people=("aino #1",))
    school.run()
    shown = school.copy(school.run()["a.jpg"][0])
    (school.folder / "a.jpg").unlink()
    school.notes = PhotoNotes()
    assert school.run()["a.jpg"][0]["faces"][0]["action"] == "keep"
    school.register = Snapshot((replace(AINO, permissions=()),), (), (), {})
    (photo,) = school.run()["a.jpg"]
    assert (photo["status"], photo["output"]) == ("blocked", None)
    assert _codes(photo)[0] == "reasons.source_missing_removed"
    assert not shown.exists()
    assert "a.jpg" not in school.run()


def test_a_copy_without_an_original_can_come_to_wait(school: School) -> None:
    """What would only be held today leaves the ready folder, and is not lost."""
    school.notes = replace(school.notes, people=("aino #1",))
    school.run()
    school.run()
    (school.folder / "a.jpg").unlink()
    school.settings = replace(school.settings, without_permission="hold")
    (photo,) = school.run()["a.jpg"]
    assert (photo["status"], photo["output"]) == ("review", "review/photo-001.jpg")
    assert all(path.is_file() for path in (school.copy(photo), *sidecars_of(school.copy(photo))))
    again = school.run()["a.jpg"][0]
    assert again["output"] == "review/photo-001.jpg"
    assert photo["reasons"] == again["reasons"] != []  # whoever is to look is told why


def test_a_changed_copy_that_comes_to_wait_tells_why(school: School) -> None:
    """What the rules say of it today is told, not only that somebody changed it."""
    _improve(_first(school))
    school.run()
    school.notes = replace(school.notes, unwanted=Outcome.REVIEW)
    for _ in range(2):
        changed = school.run()["a.jpg"][1]
        assert (changed["status"], school.copy(changed).is_file()) == ("review", True)
        codes = [each["code"] for each in changed["reasons"]]
        assert codes == ["reasons.changed_copy_unsure", "staff.unwanted_review"]


def test_a_changed_copy_without_an_original_is_kept_too(school: School) -> None:
    """Both may have happened."""
    improved = _improve(_first(school))
    (school.folder / "a.jpg").unlink()
    (photo,) = school.run()["a.jpg"]
    assert school.copy(photo).read_bytes() == improved
    assert {"reasons.changed_copy", "reasons.source_missing"} <= set(_codes(photo))


def test_a_copy_deleted_with_its_original_is_not_told(school: School) -> None:
    """There is nothing to say of a photo that is not there at all."""
    (school.folder / "a.jpg").unlink()
    _first(school).unlink()
    school.run()
    assert set(school.run()) == {"b.jpg"}


def test_a_moved_copy_is_put_back(school: School) -> None:
    """What lies in ready is ready and what waits lies in review, whoever moved it."""
    place = school.output / "review" / "photo-001.jpg"
    _first(school).rename(place)
    (photo,) = school.run()["a.jpg"]
    assert (photo["status"], photo["output"]) == ("ready", "ready/photo-001.jpg")
    assert "reasons.copy_put_back" in _codes(photo)
    assert not place.exists()


def test_another_file_under_a_copys_name_stays(school: School) -> None:
    """What a person saved beside a copy, or under a name still to come, is not overwritten."""
    beside = school.output / "ready" / "photo-001.png"
    later = school.output / "ready" / "Photo-003.JPG"
    for path in (beside, later):
        path.write_bytes(b"mine")
    OnePhoto(school.folder, school.decoder).take(150, "c.jpg")
    (photo,) = school.run()["c.jpg"]
    assert photo["output"] == "ready/photo-004.jpg"
    school.run(fresh=True)
    assert later.read_bytes() == b"mine"


def test_no_name_is_kept_with_a_copy(school: School) -> None:
    """What staff told is kept by register ids: the journal holds no child's name."""
    people = ("Aino (ei kukaan)", "Tuntematon Tytti #2")
    school.notes = replace(school.notes, people=people, photographer="Ville Vieras")
    school.notes = replace(school.notes, photographer_role=Role.CHILD)
    school.run()
    journal = (school.output / ".photoguard" / "journal.jsonl").read_text("utf-8")
    assert not [name for name in ("kukaan", "Tytti", "Ville") if name in journal]


BY_AINO = Snapshot((AINO,), (Photographer("ph1", "Ville Vieras", Role.STAFF),), (), {})


@pytest.mark.parametrize("register", [None, REGISTER, BY_AINO])
@pytest.mark.parametrize(
    "notes",
    [
        PhotoNotes(),
        PhotoNotes(people=("aino #1", "Aino #2", "Outo Otso"), works=("bea", "Outo Otso")),
        PhotoNotes(people=("Aino",), works=("Aino",), photographer="aino"),
        PhotoNotes(people=("Bea #2",), works=(), photographer="Ville Vieras"),
        PhotoNotes(photographer="Outo Otso", photographer_role=Role.CHILD, taken_for=("x",)),
    ],
)
def test_notes_without_names_mean_the_same(notes: PhotoNotes, register: Snapshot | None) -> None:
    """By register ids the rules come to the same end, and no unknown name is left."""
    facts = Facts((400, 200), Sight((LEFT, RIGHT)))
    spec = RunSpec(SCHOOL, register)
    kept = with_ids_for_names(facts, notes, spec)
    listed, again = decide(facts, notes, spec), decide(facts, kept, spec)
    assert (again.outcome, again.faces) == (listed.outcome, listed.faces)
    assert "Otso" not in repr(kept)
    assert "Ville" not in repr(kept)

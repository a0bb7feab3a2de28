"""Copies that are not yet published: whose they are, when they leave, and what is told."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import openpyxl
import pytest

from photoguard import report
from photoguard.errors import RegisterError
from photoguard.files import lock_file
from photoguard.model import (
    Action,
    Box,
    Capacity,
    Face,
    Language,
    Noted,
    Outcome,
    PlannedFace,
    Unit,
)
from photoguard.output import recall
from photoguard.output.journal import Journal
from photoguard.output.records import PhotoRecord, to_journal
from photoguard.output.trust import NOTE
from photoguard.register import known_outputs, location, open_register, remember_output
from photoguard.register.server import Binding, adding_unit, binding, owning
from photoguard.report import sheet
from photoguard.settings import Settings
from tests.register import postgres
from tests.register.desk import Desk, face, prepared
from tests.report.invented import copy

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.register import Register

CHANNEL = ("--channel", "instagram")
SETTINGS = Settings(unit=Unit.BASIC_EDUCATION, channels=("instagram",))


@dataclass
class School:
    """A register with two permitted pupils of 15, and their ids."""

    desk: Desk
    register: Register
    aino: str
    otso: str

    def note(self, folder: Path) -> None:
        """Let a folder remember that this register's run prepared it."""
        recall.note_run(folder, SETTINGS, self.register.snapshot())

    def withdraw(self, *words: str) -> str:
        """Take back what Aino said and return what the command wrote."""
        return self.desk.printed("consent", "withdraw", self.aino, *words)


@pytest.fixture
def school(desk: Desk) -> School:
    """Aino and Otso, who may be shown on Instagram."""
    for name in ("Aino Kuusinen", "Otso Lehto"):
        desk.printed("consent", "add", name, "--born", "2010-01-01")
        desk.printed(
            "consent", "give", name, *CHANNEL, "--purpose", "x", "--given-on", "2025-08-01"
        )
    found = re.search(r'register = "(.*)"', desk.config.read_text("utf-8"))
    assert found
    register = open_register(found[1], "Mallilan koulu")
    aino, otso = (register.find_by_name(name)[0].id for name in ("Aino Kuusinen", "Otso Lehto"))
    return School(desk, register, aino, otso)


def kept(*persons: str) -> dict[str, object]:
    """Return a photo in which these people are visible."""
    return {"faces": [face(person, "keep") for person in persons]}


def copies(folder: Path) -> list[str]:
    """Return the names of the pictures that still lie there."""
    return sorted(path.name for path in folder.glob("re*/*.jpg"))


@pytest.mark.parametrize("owner", ["another", ""])
def test_another_registers_copies_stay(school: School, tmp_path: Path, owner: str) -> None:
    """A withdrawal removes nobody's copies whom this register does not know."""
    folder = prepared(tmp_path / "out", kept("p-neighbour"), kept(school.aino))
    school.note(folder)
    note = folder / ".photoguard" / NOTE
    note.write_text(note.read_text().replace(school.register.snapshot().register, owner))
    remember_output(folder)
    school.withdraw()
    assert copies(folder) == ["photo-001.jpg"]


def test_a_folder_of_before_keeps_whom_the_register_does_not_know(
    school: School, tmp_path: Path
) -> None:
    """A folder that does not say whose it is may be a neighbour's."""
    folder = prepared(tmp_path / "out", kept("p-neighbour"), kept(school.aino))
    remember_output(folder)
    assert "photo-002.jpg" in school.withdraw()
    assert copies(folder) == ["photo-001.jpg"]


def test_in_a_folder_of_ours_an_unknown_person_is_not_shown(school: School, tmp_path: Path) -> None:
    """Who is in none of our entries any more has no permission."""
    folder = prepared(tmp_path / "out", kept("p-erased"), kept(school.otso))
    school.note(folder)
    remember_output(folder)
    school.withdraw()
    assert copies(folder) == ["photo-002.jpg"]


def test_units_of_one_server_have_registers_of_their_own(
    school: School, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The random id says which register and unit; it is the same each time it is read."""
    mine = school.register.snapshot().register
    assert re.fullmatch(r"[0-9a-f]{32}", mine)
    assert open_register(_address(school), "Mallilan koulu").snapshot().register == mine
    other = tmp_path / "other.toml"
    place = str(tmp_path / "b.sqlite3") if school.register.is_file else _address(school)
    other.write_text(
        f'unit = "basic-education"\nunit_name = "Toinen koulu"\nregister = "{place}"\n'
    )
    if not school.register.is_file:
        server, database = map(request.getfixturevalue, ("server", "database"))
        with owning(server.url(database, postgres.OWNER)) as owner:
            owner.run(adding_unit("Toinen koulu"))
            owner.run(binding(Binding("Toinen koulu", postgres.STAFF)))
    theirs = open_register(place, "Toinen koulu")
    assert theirs.snapshot().register == ""
    neighbour = Desk(other, school.desk.capture, school.desk.patch)
    neighbour.printed("consent", "add", "Other Oona", "--born", "2010-01-01")
    assert theirs.snapshot().register not in {"", mine}


def _address(school: School) -> str:
    found = re.search(r'register = "(.*)"', school.desk.config.read_text("utf-8"))
    assert found
    return found[1]


def test_forgetting_takes_copies_out_of_ready_and_review(school: School, tmp_path: Path) -> None:
    """Who is erased has no copy left, whether they were visible, named or made the work."""
    noted = [{"person": school.aino, "as": "work"}]
    folder = prepared(tmp_path / "out", kept(school.aino), {"noted": noted}, kept(school.otso))
    (folder / "review").mkdir()
    manifest = json.loads((folder / "manifest.json").read_text())
    moved = manifest["photos"][1]
    (folder / moved["output"]).rename(folder / "review" / "photo-002.jpg")
    moved |= {"output": "review/photo-002.jpg", "status": "review"}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    remember_output(folder)
    printed = school.desk.printed("consent", "forget", school.aino, "--yes")
    assert "2 prepared copies were removed from their folders" in printed
    assert copies(folder) == ["photo-003.jpg"]


def test_no_small_picture_stays_behind_a_withdrawal(school: School, tmp_path: Path) -> None:
    """The report and the table to fill in show what has left no more."""
    folder = prepared(tmp_path / "out", kept(school.aino), kept(school.otso))
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest["photos"]:
        entry.update(copy(folder, entry["output"]))
    whole = {**manifest, "settings": {"language": "en"}, "not_handled": []}
    (folder / "manifest.json").write_text(json.dumps(whole))
    report.write(folder, whole, Language.EN)
    sheet.write(folder, whole, Language.EN)
    assert pictures_in(folder) == (2, 2)
    remember_output(folder)
    school.withdraw()
    assert copies(folder) == ["photo-002.jpg"]
    assert pictures_in(folder) == (1, 1)


def pictures_in(folder: Path) -> tuple[int, int]:
    """Return how many small pictures the report and the table hold."""
    table = openpyxl.load_workbook(folder / "photos.xlsx").worksheets[0]
    page = (folder / "report.html").read_text("utf-8")
    return page.count("base64"), len(table._images)  # type: ignore[attr-defined]


def test_forgetting_finds_a_folder_that_was_away(school: School, tmp_path: Path) -> None:
    """Who was erased meanwhile loses the copies on a stick when it is plugged in again."""
    folder = prepared(tmp_path / "out", kept(school.aino), kept(school.otso))
    remember_output(folder)
    folder.rename(tmp_path / "elsewhere")
    assert "was not found" in school.desk.printed("consent", "forget", school.aino, "--yes")
    (tmp_path / "elsewhere").rename(folder)
    school.desk.printed("published", "list")
    assert copies(folder) == ["photo-002.jpg"]


def test_forgetting_finds_the_photographer_too(school: School, tmp_path: Path) -> None:
    """A pupil who also took photos is forgotten as their photographer."""
    school.desk.printed(
        "consent", "add", "Aino K.", "--photographer", "child", "--person", school.aino
    )
    (taker,) = school.register.snapshot().find_photographers("Aino K.")
    noted = [{"person": taker.id, "as": "photographer"}]
    folder = prepared(tmp_path / "out", {"noted": noted}, kept(school.otso))
    remember_output(folder)
    school.desk.printed("consent", "forget", school.aino, "--yes")
    assert copies(folder) == ["photo-002.jpg"]


def test_a_run_at_work_is_told(school: School, tmp_path: Path) -> None:
    """While a run holds the folder its mark is set and the answer says so; then copies leave."""
    folder = prepared(tmp_path / "out", kept(school.aino))
    school.note(folder)
    remember_output(folder)
    lock = lock_file(folder / ".photoguard" / "lock")
    printed = school.withdraw()
    assert "in use right now" in printed
    assert recall.is_marked(folder)
    assert copies(folder) == ["photo-001.jpg"]
    os.close(lock)
    assert "photo-001.jpg" in school.desk.printed("published", "list")
    assert not recall.is_marked(folder)
    assert copies(folder) == []


def test_a_neighbours_run_at_work_is_not_told(school: School, tmp_path: Path) -> None:
    """Another register's run is nothing that this unit has to know."""
    folder = prepared(tmp_path / "out", kept("p-neighbour"))
    school.note(folder)
    note = folder / ".photoguard" / NOTE
    note.write_text(note.read_text().replace(school.register.snapshot().register, "another"))
    remember_output(folder)
    lock = lock_file(folder / ".photoguard" / "lock")
    printed = school.withdraw()
    os.close(lock)
    assert str(folder) not in printed
    (folder / "manifest.json").write_text("{")
    assert "No recorded post" in school.desk.printed("published", "list", "--takedown")


def test_a_folder_that_is_away_is_kept_and_looked_at_when_it_is_back(
    school: School, tmp_path: Path
) -> None:
    """A renamed output is told, stays on the list, and loses the copy once it is there again."""
    folder = prepared(tmp_path / "out", kept(school.aino))
    remember_output(folder)
    folder.rename(tmp_path / "elsewhere")
    printed = school.withdraw()
    assert f"1 prepared folder was not found: {folder}; other computers were not looked" in printed
    remember_output(tmp_path / "new")
    (tmp_path / "elsewhere").rename(folder)
    assert "photo-001.jpg" in school.desk.printed("published", "list")
    assert copies(folder) == []


def test_absent_folders_are_dropped_only_when_told(school: School, tmp_path: Path) -> None:
    """Only ``tidy --forget-absent`` drops them, and it says which."""
    for name in ("a", "b"):
        remember_output(tmp_path / name)
    assert "2 prepared folders were not found" in school.desk.printed("tidy")
    assert len(known_outputs()) == 2
    printed = school.desk.printed("tidy", "--forget-absent")
    assert str(tmp_path / "a") in printed
    assert known_outputs() == ()


def record(person: str, number: int) -> PhotoRecord:
    """Return how the journal holds a photo in which somebody is visible."""
    seen = PlannedFace(Face(Box(0, 0, 9, 9), 0.9, ("centerface",)), Action.KEEP, person)
    return PhotoRecord(
        f"IMG_{number}.jpg",
        Outcome.READY,
        "0" * 64,
        output=f"ready/photo-{number:03d}.jpg",
        output_sha256="1" * 64,
        faces=(seen,),
        noted=(Noted(person, Capacity.NAMED),),
    )


def killed(school: School, folder: Path, *persons: str) -> Path:
    """Make an output as a run leaves it that was killed before its first manifest."""
    with Journal.open(folder, "en", "") as journal:
        school.note(folder)
        journal.remember_prefix("photo")
        (folder / "ready").mkdir()
        for number, person in enumerate(persons, start=1):
            done = record(person, number)
            journal.reserve(done.source)
            (folder / str(done.output)).write_bytes(b"a picture")
            if person:
                journal.finish(done.source, to_journal(done))
    remember_output(folder)
    return folder


def test_a_first_run_that_was_killed_is_found(school: School, tmp_path: Path) -> None:
    """Without a manifest the private folder tells who is in which copy."""
    folder = killed(school, tmp_path / "out", school.aino, school.otso)
    printed = school.withdraw()
    assert "photo-001.jpg" in printed
    assert copies(folder) == ["photo-002.jpg"]
    assert "removed" not in school.desk.printed("published", "list")


def test_tidy_finds_a_first_run_that_was_killed(school: School, tmp_path: Path) -> None:
    """What it left is offered and removed like every other output, and leaves the list."""
    folder = killed(school, tmp_path / "out", school.aino, "")
    printed = school.desk.printed("tidy", "--days", "0", "--yes")
    assert f"{folder}: 1 copy" in printed
    assert not folder.exists()
    assert known_outputs() == ()


def test_a_copy_that_nobody_noted_leaves_with_a_withdrawal(school: School, tmp_path: Path) -> None:
    """A killed run's last picture, of which nothing was noted, could show anybody."""
    folder = killed(school, tmp_path / "out", school.otso, "")
    school.withdraw()
    assert copies(folder) == ["photo-001.jpg"]


def test_a_run_that_was_killed_over_an_older_one_is_found(school: School, tmp_path: Path) -> None:
    """What the journal says is newer than what the manifest says of the same copy."""
    folder = prepared(tmp_path / "out", kept(school.otso), kept(school.otso))
    with Journal.open(folder, "en", "") as journal:
        school.note(folder)
        done = record(school.aino, 1)
        journal.reserve(done.source)
        journal.finish(done.source, to_journal(done))
    remember_output(folder)
    school.withdraw()
    assert copies(folder) == ["photo-002.jpg"]
    (first, second) = json.loads((folder / "manifest.json").read_text())["photos"]
    assert (first["status"], second["status"]) == ("blocked", "ready")


DAMAGED = ["{", "", "[]", '{"photos": [{"output": 3}], "unit": "basic-education"}', None]
"""Manifests of which nothing can be read; None is a folder in its place."""


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_manifest_keeps_no_copy_from_a_withdrawal(
    school: School, tmp_path: Path, damage: str | None
) -> None:
    """The signed journal tells who is in which copy; it is told that the list is damaged."""
    folder = killed(school, tmp_path / "out", school.aino, school.otso)
    damage_manifest(folder, damage)
    (folder / "ready" / "lomakuva.jpg").write_bytes(b"somebody's own")
    assert school.desk.run("consent", "withdraw", school.aino) == 1
    assert copies(folder) == ["lomakuva.jpg", "photo-002.jpg"]
    assert "photo-001.jpg" in school.desk.out
    assert str(folder) in school.desk.err
    assert "cannot be read" in school.desk.err
    assert "could not be removed" not in school.desk.err  # nothing is left that should have gone
    assert (folder / "manifest.json").exists()


def damage_manifest(folder: Path, damage: str | None) -> None:
    """Put an unreadable manifest into a folder."""
    if damage is None:
        (folder / "manifest.json").mkdir()
    else:
        (folder / "manifest.json").write_text(damage)


def test_a_changed_copy_leaves_a_folder_with_a_damaged_manifest(
    school: School, tmp_path: Path
) -> None:
    """A copy that a person changed stands in the journal too, and shows the same people."""
    folder = killed(school, tmp_path / "out", school.otso)
    changed = record(school.aino, 7)
    with Journal.open(folder, "en", "") as journal:
        journal.set_aside(str(changed.output), to_journal(changed))
    (folder / str(changed.output)).write_bytes(b"a brighter picture")
    damage_manifest(folder, "{")
    assert school.desk.run("consent", "withdraw", school.aino) == 1
    assert copies(folder) == ["photo-001.jpg"]


def test_a_copy_that_only_the_damaged_manifest_knew_is_told(school: School, tmp_path: Path) -> None:
    """It may show anybody, but it is not known to be ours to remove: nothing may be published."""
    folder = prepared(tmp_path / "out", kept(school.aino))
    damage_manifest(folder, "{")
    remember_output(folder)
    assert school.desk.run("consent", "withdraw", school.aino) == 1
    assert copies(folder) == ["photo-001.jpg"]
    assert "may not be published" in school.desk.err


def test_a_damaged_manifest_without_our_journal_removes_nothing(
    school: School, tmp_path: Path
) -> None:
    """A folder that another computer signed is told, and stays as it is."""
    folder = killed(school, tmp_path / "out", school.aino)
    damage_manifest(folder, "{")
    journal = folder / ".photoguard" / "journal.jsonl"
    lines = journal.read_text().splitlines()
    journal.write_text("\n".join(line[:-2] + "0}" for line in lines) + "\n")
    assert school.desk.run("consent", "withdraw", school.aino) == 1
    assert copies(folder) == ["photo-001.jpg"]


def test_a_damaged_journal_keeps_no_copy_from_a_withdrawal(school: School, tmp_path: Path) -> None:
    """The manifest tells who is in which copy, and a copy that it does not know is told."""
    folder = prepared(tmp_path / "out", kept(school.aino), kept(school.otso))
    school.note(folder)
    remember_output(folder)
    with (folder / ".photoguard" / "journal.jsonl").open("a") as journal:
        journal.write("{\n{\n")
    assert school.desk.run("consent", "withdraw", school.aino) == 1
    assert copies(folder) == ["photo-002.jpg"]
    assert "records of this folder are damaged" in school.desk.err
    assert "could not be removed" not in school.desk.err
    (folder / "ready" / "photo-009.jpg").write_bytes(b"of a run that was killed")
    assert school.desk.run("published", "list") == 1
    assert copies(folder) == ["photo-002.jpg", "photo-009.jpg"]
    assert "could not be removed" in school.desk.err
    lock = lock_file(folder / ".photoguard" / "lock")
    assert school.desk.run("published", "list") == 0  # a run is at work, and is told
    os.close(lock)
    assert str(folder) in school.desk.out


def test_a_folder_that_cannot_be_read_is_told_with_1(school: School, tmp_path: Path) -> None:
    """A torn journal may hide a copy, so that the command does not end well."""
    folder = killed(school, tmp_path / "out", school.aino)
    (folder / ".photoguard" / "journal.jsonl").write_text("{\n{\n")
    assert school.desk.run("consent", "withdraw", school.aino) == 1
    assert "may not be published" in school.desk.err


def test_a_copy_for_a_later_day_is_asked_about_for_that_day(school: School, tmp_path: Path) -> None:
    """A pupil who is 15 on the day of publication keeps the copy that was prepared for it."""
    desk = school.desk
    desk.printed("consent", "add", "Nea Niemi", "--born", "2015-01-01")
    desk.printed("consent", "give", "Nea Niemi", *CHANNEL, "--purpose", "x")
    nea = school.register.find_by_name("Nea Niemi")[0]
    folder = prepared(tmp_path / "out", kept(nea.id))
    note = {"register": school.register.snapshot().register, "unit": "basic-education"}
    later = {**note, "channels": ["instagram"], "publish_on": "2030-02-01"}
    (folder / ".photoguard" / NOTE).write_text(json.dumps(later))
    remember_output(folder)
    school.withdraw()
    assert copies(folder) == ["photo-001.jpg"]
    (folder / ".photoguard" / NOTE).write_text(json.dumps({**later, "publish_on": None}))
    desk.printed("published", "list")
    assert copies(folder) == []


def test_two_programs_lose_nothing_of_the_list(data_folder: Path, tmp_path: Path) -> None:
    """Runs that begin at once are all remembered."""
    code = "import sys; from pathlib import Path; from photoguard.register import remember_output;"
    code += "[remember_output(Path(sys.argv[1]) / f'{sys.argv[2]}{n}') for n in range(20)]"
    words = [sys.executable, "-c", code, str(tmp_path)]
    running = [subprocess.Popen([*words, name]) for name in "abc"]
    assert [each.wait(60) for each in running] == [0, 0, 0]
    assert len(set(known_outputs())) == 60
    assert data_folder.is_dir()


def test_a_list_that_is_held_for_long_is_told(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that hangs with the list in hand does not let others hang too."""
    remember_output(tmp_path / "a")
    monkeypatch.setattr(location, "LONGEST_WAIT", 0.1)
    lock = lock_file(data_folder / "outputs.json.lock")
    with pytest.raises(RegisterError) as caught:
        remember_output(tmp_path / "b")
    os.close(lock)
    assert caught.value.code == "consent.locked"
    (data_folder / "outputs.json.lock").unlink()
    (data_folder / "outputs.json.lock").mkdir()
    with pytest.raises(RegisterError) as caught:
        remember_output(tmp_path / "b")
    assert caught.value.code == "consent.no_rights"

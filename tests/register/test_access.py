"""An access request: all that the register holds of somebody, and who asked and looked."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from photoguard.cli import photoguard
from photoguard.model import Capacity, PermissionKind, Photographer, Role
from photoguard.register import open_register
from photoguard.register.changes import writing
from photoguard.register.server import Binding, binding, giving_rights, owning
from tests.register import postgres
from tests.register.conftest import UNIT, set_up
from tests.register.desk import face, prepared
from tests.register.people import LOGIN, TODAY, permitted, pupil, word

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.register import Register
    from tests.register.desk import Desk
    from tests.register.postgres import Server

LINK = "https://instagram.example/p/1"


@pytest.fixture
def folder(register: Register, tmp_path: Path) -> Path:
    """Put a pupil with two guardians and a photographer in a register and in two pictures."""
    with writing(register, LOGIN) as change:
        aino = permitted(change, pupil())
        change.add_person(pupil("Otso Lehto"), TODAY)
        maija = change.add_photographer(Photographer("", "Maija Virtanen", Role.STAFF))
        change.give(word(maija.id, maija.id, kind=PermissionKind.PHOTOGRAPHER))
    by = {"noted": [{"person": maija.id, "as": Capacity.PHOTOGRAPHER}]}
    return prepared(
        tmp_path / "out",
        {"faces": [face(aino.id, "keep")], **by},
        {"faces": [face(None, "hide")], **by},
    )


def published(desk: Desk, folder: Path, answers: str = "yes\nyes\n") -> str:
    """Note a post, asked picture by picture, and return its id."""
    add = ("published", "add", str(folder), "--channel", "instagram", "--url", LINK)
    found = re.search(r"\bj-\w+", desk.printed(*add, answers=answers))
    assert found
    return found[0]


def exported(desk: Desk, who: str, tmp_path: Path) -> list[list[str]]:
    """Return the cells of an access request."""
    file = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
    desk.printed("consent", "export", who, "--output", str(file))
    return list(csv.reader(file.read_text("utf-8-sig").splitlines(), delimiter=";"))


def test_an_export_holds_everything_about_a_person(
    desk: Desk, folder: Path, tmp_path: Path
) -> None:
    """Answers, guardians, posts and lines of the log, and nothing of anybody else."""
    post = published(desk, folder)
    rows = exported(desk, "Aino Kuusinen", tmp_path)
    text = str(rows)
    assert len([row for row in rows if "arjen kuvat" in row]) == 3
    assert any("Huoltaja 1" in row[0] for row in rows if row)
    (shown,) = [row for row in rows if row and row[0] == post]
    assert {LINK, "photo-001.jpg", "shown"} <= set(shown)
    actions = [row[3] for row in rows if len(row) == 6 and row[0].isdigit()]
    assert {"person added", "guardian added", "answer recorded", "post recorded"} <= {*actions}
    assert "Otso" not in text
    assert "Maija" not in text


def test_guardians_and_photographers_can_ask_too(desk: Desk, folder: Path, tmp_path: Path) -> None:
    """A guardian gets their own words only; a photographer the posts with their photos."""
    post = published(desk, folder)
    printed = desk.printed("consent", "show", "Huoltaja 1")
    assert "Aino Kuusinen (5B)" in printed
    assert printed.count("arjen kuvat") == 1
    rows = exported(desk, "Huoltaja 1", tmp_path)
    assert len([row for row in rows if "arjen kuvat" in row]) == 1
    assert "Huoltaja 0" not in str(rows)
    printed = desk.printed("consent", "show", "Maija Virtanen")
    assert "arjen kuvat" in printed
    rows = exported(desk, "Maija Virtanen", tmp_path)
    assert {row[4] for row in rows if row and row[0] == post} == {"photo-001.jpg", "photo-002.jpg"}
    assert "Aino" not in str(rows)
    again = exported(desk, "Maija Virtanen", tmp_path)
    assert len([row for row in again if "exported" in str(row)]) > len(
        [row for row in rows if "exported" in str(row)]
    )


def test_a_name_of_several_is_not_guessed(desk: Desk, folder: Path) -> None:
    """A guardian of two children, or of the same name, is told apart by id."""
    del folder
    desk.printed("consent", "add", "Elli Kuusinen", "--group", "1A", "--guardian", "Huoltaja 1")
    assert desk.run("consent", "show", "Huoltaja 1") == 2
    assert "Elli Kuusinen (1A)" in desk.err
    printed = [desk.printed("consent", "show", each) for each in re.findall(r"g-\w+", desk.err)]
    assert [name in each for name, each in zip(("Elli", "Aino"), printed, strict=True)] == [
        True,
        True,
    ]
    assert desk.run("consent", "show", "Nobody") == 2


def test_a_post_tells_who_looked_at_each_picture(desk: Desk, folder: Path) -> None:
    """Picture by picture: who is noted, who looked, and when."""
    post = published(desk, folder)
    for word_ in (post, LINK):
        printed = desk.printed("published", "show", word_)
        first, second = [line for line in printed.splitlines() if ".jpg" in line]
        assert "Aino Kuusinen (5B): shown" in first
        assert "Aino" not in second
        for line in (first, second):
            assert re.search(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", line)
            assert "a-" not in line
    asked = ["published", "show", post, "--config", str(desk.config), "--language", "fi"]
    spoken = CliRunner().invoke(photoguard, asked).output
    assert re.search(r"\d{1,2}\.\d{1,2}\.20\d\d \d\d\.\d\d", spoken), spoken
    assert desk.run("published", "show", "j-nothing") == 2


def test_a_post_that_was_taken_down_is_not_told_as_never_recorded(desk: Desk, folder: Path) -> None:
    """The list says that nothing is up, and shows with --removed who took it down."""
    assert "No posts are recorded." in desk.printed("published", "list")
    post = published(desk, folder)
    assert "Taken down by" not in desk.printed("published", "list")
    desk.printed("published", "remove", post)
    told = desk.printed("published", "list")
    assert "No recorded post is up any more." in told
    assert "No posts are recorded." not in told
    listed = desk.printed("published", "list", "--removed")
    assert post in listed
    assert "Taken down by" in listed


def test_a_picture_that_nobody_saw_stops_the_post(desk: Desk, folder: Path) -> None:
    """One no among the pictures, and nothing is noted."""
    add = ("published", "add", str(folder), "--channel", "instagram", "--url", LINK)
    assert desk.run(*add, answers="yes\nno\n") == 2
    assert "photo-002.jpg" in desk.out
    assert LINK not in desk.printed("published", "list")


def test_the_same_photo_and_link_twice_is_refused(desk: Desk, folder: Path) -> None:
    """A second entry is refused; another link or channel is another post."""
    post = published(desk, folder)
    add = ("published", "add", str(folder), "--channel", "instagram", "--looked")
    assert desk.run(*add, "--url", f" {LINK} ", "--photo", "photo-002.jpg") == 2
    assert post in desk.err
    desk.printed(*add, "--url", LINK + "2")
    desk.printed("published", "remove", post)
    assert desk.run(*add, "--url", LINK + "2") == 2


def test_the_log_tells_logins(desk: Desk) -> None:
    """The log's ids resolve to the login of who did it."""
    desk.printed("consent", "add", "Aino Kuusinen")
    printed = desk.printed("consent", "log")
    assert not re.search(r"\ba-\w{8}\b", printed)


def test_on_a_server_only_who_may_sees_other_logins(server: Server, database: str) -> None:
    """An ordinary login sees itself; one that the owner lets see logins sees everybody."""
    url = set_up(server, database, Binding(UNIT, postgres.STAFF), Binding("B", "school"))
    with owning(server.url(database, postgres.OWNER)) as owner:
        owner.run((*giving_rights("other"), *binding(Binding(UNIT, "other", sees_logins=True))))
    mine, theirs = open_register(url, UNIT), open_register(server.url(database, "other"), UNIT)
    for register, login in ((mine, "maija"), (theirs, "pekka")):
        with writing(register, login) as change:
            change.add_person(pupil(f"Lapsi {login}"), TODAY)
    assert set(mine.logins().values()) == {"maija"}
    assert set(theirs.logins().values()) == {"maija", "pekka"}
    with writing(mine, "pekka") as change:
        change.add_person(pupil("Lapsi kolme"), TODAY)
    assert sorted(theirs.logins().values()) == ["maija", "pekka", "pekka"]


def test_the_environments_language_is_nearer_than_the_settings(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PHOTOGUARD_LANGUAGE decides before the settings' language, as for every other command."""
    desk.printed("consent", "add", "Aino Kuusinen")
    desk.config.write_text('language = "fi"\n' + desk.config.read_text("utf-8"), "utf-8")
    asked = ["published", "list", "--config", str(desk.config)]
    monkeypatch.delenv("PHOTOGUARD_LANGUAGE", raising=False)
    assert "Julkaisuja ei ole kirjattu." in CliRunner().invoke(photoguard, asked).output
    monkeypatch.setenv("PHOTOGUARD_LANGUAGE", "sv")
    assert "Inga inlägg är antecknade." in CliRunner().invoke(photoguard, asked).output

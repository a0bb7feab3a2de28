"""The commands of the register, from a roster to a post that is taken down."""

from __future__ import annotations

import csv
import json
import os
import re
from typing import TYPE_CHECKING

import pytest

from photoguard.model import Answer, Language, PermissionKind
from photoguard.register import forget_outputs, known_outputs, open_register, remember_output
from photoguard.register.importing import mapping as mappings
from photoguard.register.importing.proposal import propose
from photoguard.register.importing.template import headings
from tests.register.desk import face, prepared

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.register import Register
    from tests.register.desk import Desk

ROSTER = """\
Nimi;Luokka;Syntymäaika;Huoltaja 1;Huoltaja 2;Oma lupa: Instagram;Huoltajat, lupa: Instagram
Aino Kuusinen;5B;5.3.2014;Liisa Kuusinen;Matti Kuusinen;kyllä;kyllä / kyllä
Otso Lehto;5B;1.2.2014;Eeva Lehto;;kyllä;kyllä
Veera Salo;5A;9.9.2014;Eija Salo;;;
"""


def imported(desk: Desk, folder: Path, text: str = ROSTER, first: str = "") -> Register:
    """Import a roster and confirm everything that is asked, after the ``first`` answers."""
    roster = folder / "roster.csv"
    roster.write_text(text, "utf-8")
    desk.printed("consent", "import", str(roster), answers=f"{first}everyday life\nyes\nyes\n")
    return open_register(_place(desk), "Mallilan koulu")


def id_of(register: Register, name: str) -> str:
    """Return the id of the only person of this name."""
    (person,) = register.find_by_name(name)
    return person.id


def test_a_story_from_roster_to_withdrawal(desk: Desk, tmp_path: Path) -> None:
    """What a school goes through: import, publish, withdraw, take down, tick."""
    register = imported(desk, tmp_path)
    aino, otso = id_of(register, "Aino Kuusinen"), id_of(register, "Otso Lehto")
    assert "Veera Salo (5A)" in desk.printed("consent", "missing", "--channel", "instagram")
    folder = prepared(
        tmp_path / "trip-photoguard",
        {"faces": [face(aino, "keep"), face(None, "hide")]},
        {"faces": [face(otso, "keep")]},
        {"faces": [face(aino, "keep"), face(otso, "keep")]},
    )
    link = "https://instagram.example/p/1"
    add = ("published", "add", str(folder), "--channel", "instagram", "--url", link)
    desk.printed(*add, "--photo", "photo-001.jpg", answers="yes\n")
    printed = desk.printed(
        "consent", "withdraw", aino, "--by", "guardian-2", "--reason", "by-guardian"
    )
    assert link in printed
    assert "photo-003.jpg" in printed
    assert not (folder / "ready" / "photo-003.jpg").exists()
    assert not (folder / "ready" / "photo-003.jpg.xmp").exists()
    assert (folder / "ready" / "photo-001.jpg").exists()
    assert (folder / "ready" / "photo-002.jpg").exists()
    statuses = [photo["status"] for photo in _manifest(folder)]
    assert statuses == ["ready", "ready", "blocked"]
    assert "Kuusinen" not in (folder / "manifest.json").read_text("utf-8")
    post = re.search(r"\bj-\w+", printed)
    assert post
    removed = desk.printed("published", "remove", post[0])
    assert "photo-001.jpg" in removed
    assert "One prepared copy was removed from its folder" in removed
    assert "unpublished" not in removed  # it was in the post that came down
    assert [path.name for path in (folder / "ready").glob("*.jpg")] == ["photo-002.jpg"]
    assert link not in desk.printed("published", "list", "--takedown")
    assert "The log is whole" in desk.printed("consent", "log", "--check")


def _manifest(folder: Path) -> list[dict[str, object]]:
    photos = json.loads((folder / "manifest.json").read_text("utf-8"))["photos"]
    assert isinstance(photos, list)
    return photos


@pytest.fixture
def published(desk: Desk, tmp_path: Path) -> Register:
    """Record a post that shows Aino and hides Otso."""
    register = imported(desk, tmp_path)
    faces = [
        face(id_of(register, "Aino Kuusinen"), "keep"),
        face(id_of(register, "Otso Lehto"), "hide"),
    ]
    folder = prepared(tmp_path / "out", {"faces": faces})
    desk.printed(
        "published",
        "add",
        str(folder),
        "--channel",
        "instagram",
        "--looked",
        "--url",
        "=HYPERLINK(1)",
    )
    return register


@pytest.mark.parametrize("name", ["Aino Kuusinen", "Otso Lehto"])
def test_everybody_noted_is_found_again(desk: Desk, published: Register, name: str) -> None:
    """A withdrawal finds the post of a shown and of a hidden person."""
    del published
    assert "HYPERLINK" in desk.printed("consent", "withdraw", name)


@pytest.mark.parametrize("written", ["insta", "Instagram", "IG"])
def test_a_withdrawal_finds_a_post_however_its_channel_was_written(
    desk: Desk, tmp_path: Path, written: str
) -> None:
    """Run and post may write a channel in short: it is one channel, and the post comes down."""
    register = imported(desk, tmp_path)
    faces = [face(id_of(register, "Aino Kuusinen"), "hide")]
    folder = prepared(tmp_path / "out", {"faces": faces}, channels=(written,))
    desk.printed("published", "add", str(folder), "--channel", "instagram", "--looked")
    assert desk.run("published", "add", str(folder), "--channel", written, "--looked") == 2
    desk.printed("consent", "add", "Onni Koski", "--group", "5B")
    assert "Possible post (1)" in desk.printed("consent", "never", "Onni Koski")
    assert "Post to take down (1)" in desk.printed("consent", "withdraw", "Aino Kuusinen")


def test_a_channel_that_is_not_known_withdraws_nothing_by_halves(
    desk: Desk, tmp_path: Path
) -> None:
    """A wrong name stops the command; a short one means the channel."""
    register = imported(desk, tmp_path)
    both = "consent", "withdraw", "Aino Kuusinen", "--channel"
    assert desk.run(*both, "instagram", "--channel", "facebok") == 2
    assert "facebok" in desk.err
    aino = id_of(register, "Aino Kuusinen")
    assert not any(each.withdrawn_on for each in register.permissions(aino))
    desk.printed(*both, "insta")
    assert {each.channel for each in register.permissions(aino) if each.withdrawn_on} == {
        "instagram"
    }


def test_a_mark_finds_certain_and_possible_posts(desk: Desk, published: Register) -> None:
    """Never in pictures: the noted person's posts are certain, the group's others possible."""
    assert "Posts to take down" not in desk.printed("consent", "never", "Veera Salo")
    assert "Post to take down (1)" in desk.printed("consent", "never", "Aino Kuusinen")
    desk.printed("consent", "add", "Onni Koski", "--group", "5B")
    assert "Possible post (1)" in desk.printed("consent", "never", "Onni Koski")
    assert published.examine_log().fault is None


def test_the_takedown_list_is_a_table_without_formulas(
    desk: Desk, published: Register, tmp_path: Path
) -> None:
    """The CSV holds post, person and link; a link that would be a formula is neutralised."""
    del published
    desk.printed("consent", "withdraw", "Aino Kuusinen")
    desk.printed("published", "list", "--csv", str(tmp_path / "takedown.csv"))
    text = (tmp_path / "takedown.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert [row["Who"] for row in rows] == ["Aino Kuusinen (5B)"]
    assert [row["Link"] for row in rows] == ["'=HYPERLINK(1)"]


def test_what_lapsed_since_it_was_prepared_is_refused(desk: Desk, tmp_path: Path) -> None:
    """The rules are asked again: an expired permission stops the post, exit code 2."""
    register = imported(desk, tmp_path)
    folder = prepared(
        tmp_path / "out",
        {"faces": [face(id_of(register, "Aino Kuusinen"), "keep")]},
        {"faces": [face(id_of(register, "Otso Lehto"), "keep")]},
    )
    desk.printed("consent", "withdraw", "Aino Kuusinen")
    code = desk.run("published", "add", str(folder), "--channel", "instagram", "--looked")
    assert code == 2
    assert "Aino Kuusinen (5B)" in desk.err
    desk.printed(
        "published",
        "add",
        str(folder),
        "--channel",
        "instagram",
        "--looked",
        "--photo",
        "photo-002.jpg",
    )
    assert desk.run("published", "add", str(folder), "--channel", "tiktok", "--looked") == 2


def test_a_copy_that_cannot_leave_holds_up_no_other(desk: Desk, tmp_path: Path) -> None:
    """A picture that is open elsewhere is told with 1 and tried again; the others leave."""
    register = imported(desk, tmp_path)
    shown = {"faces": [face(id_of(register, "Aino Kuusinen"), "keep")]}
    folder = prepared(tmp_path / "out", shown, shown)
    remember_output(folder)
    held, other = (folder / "ready" / f"photo-00{number}.jpg" for number in (1, 2))
    held.unlink()
    held.mkdir()
    os.utime(folder / ".photoguard", (1, 1))
    assert desk.run("consent", "withdraw", "Aino Kuusinen") == 1
    assert str(held) in desk.err
    assert not other.exists()
    assert (folder / ".photoguard").stat().st_mtime == 1
    assert desk.run("published", "list") == 1
    assert str(held) in desk.err
    held.rmdir()
    held.write_bytes(b"closed by now")
    assert "removed" in desk.printed("published", "list")
    assert not held.exists()


def test_nobody_looked_means_no_post(desk: Desk, tmp_path: Path) -> None:
    """Without a clear yes nothing is recorded."""
    register = imported(desk, tmp_path)
    folder = prepared(tmp_path / "out", {})
    for answer in ("no\n", "\n", "perhaps\n"):
        code = desk.run("published", "add", str(folder), "--channel", "instagram", answers=answer)
        assert code == 2
    assert "No posts" in desk.printed("published", "list")
    assert register.examine_log().fault is None


def test_an_altered_copy_is_not_published(desk: Desk, tmp_path: Path) -> None:
    """A picture that is not the verified one, or not ready, is refused."""
    folder = prepared(tmp_path / "out", {}, {"status": "review"})
    (folder / "ready" / "photo-001.jpg").write_bytes(b"other")
    add = ("published", "add", str(folder), "--channel", "instagram", "--looked")
    assert desk.run(*add) == 2
    assert "photo-001.jpg" in desk.err
    assert desk.run(*add, "--photo", "photo-002.jpg") == 2


@pytest.mark.parametrize(
    "text", ["", "{}", '{"photos": [{"output": "../../outside.jpg"}]}', '{"photos": 3}', "[]"]
)
def test_a_folder_without_a_manifest_is_refused(desk: Desk, tmp_path: Path, text: str) -> None:
    """Nothing is believed of a folder whose manifest is missing, torn or leads elsewhere."""
    (tmp_path / "manifest.json").write_text(text, "utf-8")
    code = desk.run("published", "add", str(tmp_path), "--channel", "instagram", "--looked")
    assert code == 2


def test_an_import_waits_for_confirmation(desk: Desk, tmp_path: Path) -> None:
    """A trial changes nothing; --yes needs a confirmed mapping; a no keeps a draft."""
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, "utf-8")
    command = ("consent", "import", str(roster))
    assert desk.run(*command, "--yes") == 2
    assert desk.run(*command, answers="everyday life\nno\n") == 2
    draft = tmp_path / "roster.mapping.toml"
    assert mappings.read(draft).purpose == "everyday life"
    printed = desk.printed(*command, "--mapping", str(draft), "--yes", "--dry-run")
    assert "new 3" in printed
    assert "Nobody is in the register" in desk.printed("consent", "list")
    desk.printed(*command, "--yes")
    assert "Aino Kuusinen" in desk.printed("consent", "list")


def test_every_fault_is_told_with_its_place(desk: Desk, tmp_path: Path) -> None:
    """Faults name row, column and remedy, and nothing is taken in."""
    roster = tmp_path / "roster.csv"
    roster.write_text("Nimi;Syntymäaika;Oma lupa: Instagram\nAino;31.2.2014;ehkä\n", "utf-8")
    code = desk.run("consent", "import", str(roster), answers="everyday life\nyes\n")
    assert code == 2
    assert "Row 2, column B: This is no date: 31.2.2014." in desk.err
    assert "Row 2, column C: This answer is not understood: ehkä." in desk.err
    assert "Nobody is in the register" in desk.printed("consent", "list")


BANS = """\
Nimi;Luokka;Syntymäaika;Huoltajat;Huoltajien luvat Instagram;Kuvauskielto;Oma lupa some
Aino Kuusinen;{};5.3.2014;Liisa Kuusinen;{};{};x
"""


def test_a_trial_tells_what_each_row_would_change(desk: Desk, tmp_path: Path) -> None:
    """New, changed and absent people, words that come, end, are lifted and stay withdrawn."""
    imported(desk, tmp_path, BANS.format("5B", "kyllä", "kyllä"), first="3\n")
    printed = desk.printed("consent", "show", "Aino Kuusinen")
    assert "all channels" in printed
    desk.printed("consent", "withdraw", "Aino Kuusinen", "--by", "self", "--channel", "facebook")
    desk.printed("consent", "add", "Onni Koski")
    roster = tmp_path / "roster.csv"
    roster.write_text(BANS.format("6B", "", "ei"), "utf-8")
    printed = desk.printed("consent", "import", str(roster), "--yes", "--dry-run")
    assert (
        "row 2: Aino Kuusinen (6B): changes: group; 1 permission withdrawn; 1 ban lifted" in printed
    )
    assert "One permission stays withdrawn" in printed
    assert "One person of the register is not in the table and stays:\n  Onni Koski" in printed
    roster.write_text(BANS.format("6B", "", "ei"), "utf-8")
    assert desk.run("consent", "import", str(roster), answers="yes\nno\n") == 130
    assert "(5B)" in desk.printed("consent", "show", "Aino Kuusinen")


def test_a_name_that_nobody_has_is_told(desk: Desk) -> None:
    """Unknown people, posts and nothing to withdraw end with exit code 2."""
    desk.printed("consent", "add", "Onni Koski", "--born", "2010-01-01")
    for words in (
        ("consent", "show", "Otso Lehto"),
        ("consent", "withdraw", "Onni Koski"),
        ("published", "remove", "j-nothing"),
    ):
        assert desk.run(*words) == 2
    assert "No permission ends" in desk.printed("consent", "expiring")
    assert desk.run("consent", "forget", "Onni Koski", answers="no\n") == 130
    desk.printed("consent", "never", "Onni Koski")
    assert "Nobody needs to be asked" in desk.printed("consent", "missing")
    assert desk.run("consent", "never", "Onni Koski", "--lift", answers="\n") == 130
    desk.printed("consent", "never", "Onni Koski", "--lift", answers="yes\n")


def test_a_broken_log_is_exit_code_3(desk: Desk, tmp_path: Path) -> None:
    """A log that lost lines is told with the line's number."""
    desk.printed("consent", "add", "Onni Koski")
    heads = tmp_path / "user" / "log-heads.json"
    kept = json.loads(heads.read_text("utf-8"))
    heads.write_text(json.dumps({key: [9, "0" * 64] for key in kept}), "utf-8")
    assert desk.run("consent", "log", "--check") == 3
    assert "(line 9)" in desk.err


def test_words_are_given_and_shown(desk: Desk, tmp_path: Path) -> None:
    """A guardian's word given by hand stands in what is shown, and changes the answer."""
    imported(desk, tmp_path)
    desk.printed("consent", "give", "Veera Salo", "--channel", "instagram", "--purpose", "everyday")
    desk.printed(
        "consent",
        "give",
        "Veera Salo",
        "--channel",
        "instagram",
        "--purpose",
        "everyday",
        "--by",
        "guardian-1",
        "--valid-until",
        "2099-05-31",
        "--reference",
        "form 12",
    )
    printed = desk.printed("consent", "show", "Veera Salo")
    assert "guardian 1: Eija Salo" in printed
    assert "2099-05-31" in printed
    assert "Veera Salo (5A): may be shown (Instagram)." in printed
    assert (
        desk.run("consent", "give", "Veera Salo", "--channel", "instagram", "--by", "guardian-2")
        == 2
    )


def test_each_kind_and_stage_can_be_told(desk: Desk) -> None:
    """Words with hyphens are written as the manual writes them."""
    desk.printed("consent", "add", "Onni Koski", "--stage", "pre-primary", "--kind", "child")
    desk.printed("consent", "give", "Onni Koski", "--kind", "own-work", "--channel", "facebook")
    printed = desk.printed("consent", "show", "Onni Koski")
    assert "pre-primary education" in printed
    assert "own work" in printed


def test_a_photographers_word_is_recorded_and_withdrawn(desk: Desk, tmp_path: Path) -> None:
    """A photographer is found by name, and their withdrawal finds their posts."""
    desk.printed("consent", "add", "Maija Virtanen", "--photographer", "staff")
    desk.printed("consent", "give", "Maija Virtanen", "--channel", "instagram", "--purpose", "all")
    register = open_register(_place(desk), "Mallilan koulu")
    (taker,) = register.snapshot().find_photographers("Maija Virtanen")
    noted = [{"person": taker.id, "as": "photographer"}]
    folder = prepared(tmp_path / "out", {"noted": noted}, {"noted": noted})
    remember_output(folder)
    add = ("published", "add", str(folder), "--channel", "instagram", "--looked")
    desk.printed(*add, "--photo", "photo-001.jpg")
    printed = desk.printed("consent", "withdraw", "Maija Virtanen")
    assert "Post to take down (1)" in printed
    assert "photo-002.jpg" in printed


def _place(desk: Desk) -> str:
    found = re.search(r'register = "(.*)"', desk.config.read_text("utf-8"))
    assert found
    return found[1]


def test_a_missing_guardian_can_be_added(desk: Desk) -> None:
    """Without a known guardian a pupil under 15 cannot be shown, and missing says so."""
    desk.printed("consent", "add", "Onni Koski", "--born", "2016-01-01")
    assert "guardian: not in the register" in desk.printed("consent", "missing")
    desk.printed("consent", "guardian", "add", "Onni Koski", "Eeva Koski")
    assert "guardian 1: Eeva Koski" in desk.printed("consent", "missing")


def test_ends_are_told_before_they_come(desk: Desk) -> None:
    """Permissions that end and retention that ends are listed."""
    desk.printed("consent", "add", "Onni Koski", "--retain-until", "2020-06-01")
    desk.printed(
        "consent",
        "give",
        "Onni Koski",
        "--channel",
        "website",
        "--purpose",
        "everyday",
        "--given-on",
        "2019-08-01",
        "--valid-until",
        "2020-05-31",
    )
    printed = desk.printed("consent", "expiring")
    assert "2020-05-31" in printed
    assert "The retention of one person ends" in printed


def test_a_namesake_needs_an_id(desk: Desk) -> None:
    """Two persons of one name are never guessed between."""
    desk.printed("consent", "add", "Aino Kuusinen", "--group", "5A")
    assert "namesakes" in desk.printed("consent", "add", "Aino Kuusinen", "--group", "5B")
    assert desk.run("consent", "show", "Aino Kuusinen") == 2
    ids = re.findall(r"p-\w+", desk.err)
    assert len(ids) == 2
    assert "(5B)" in desk.printed("consent", "show", ids[1])


def test_forgetting_waits_until_posts_are_down(desk: Desk, published: Register) -> None:
    """Somebody shown in a post cannot be forgotten before it is ticked; then nothing is left."""
    assert desk.run("consent", "forget", "Aino Kuusinen", "--yes") == 2
    printed = desk.printed("published", "list")
    post = re.search(r"\bj-\w+", printed)
    assert post
    desk.printed("published", "remove", post[0])
    desk.printed("consent", "forget", "Aino Kuusinen", answers="yes\n")
    assert published.find_by_name("Aino Kuusinen") == ()
    assert "The log is whole" in desk.printed("consent", "log", "--check")
    assert "person erased" in desk.printed("consent", "log")


def test_an_export_holds_no_formula(desk: Desk, tmp_path: Path) -> None:
    """Cells that begin with = + - @ are neutralised, and read back as they were."""
    desk.printed("consent", "add", "=1+1", "--group", "@5B", "--outside-id", "+358")
    desk.printed("consent", "export", "--output", str(tmp_path / "all.csv"))
    text = (tmp_path / "all.csv").read_text("utf-8-sig")
    (row,) = csv.DictReader(text.splitlines(), delimiter=";")
    assert (row["Name"], row["Group"], row["Identifier"]) == ("'=1+1", "'@5B", "'+358")
    assert desk.run("consent", "export", "--output", str(tmp_path / "all.csv")) == 2


@pytest.mark.parametrize("language", list(Language))
def test_a_template_is_read_as_it_was_meant(language: Language) -> None:
    """Every heading of the template is proposed for its own column, giver and channel."""
    row = headings(language, ["Instagram", "Facebook", "www"])
    proposed = propose(row)
    assert len(proposed.columns) + len(proposed.permissions) == len(row)
    meanings = [(each.kind, each.whose.value, each.channels) for each in proposed.permissions[:4]]
    assert meanings == [
        (PermissionKind.SHOWN, "self", ("instagram",)),
        (PermissionKind.SHOWN, "guardian-1", ("instagram",)),
        (PermissionKind.SHOWN, "guardian-2", ("instagram",)),
        (PermissionKind.OWN_WORK, "self", ("instagram",)),
    ]
    assert {each.gives for each in proposed.permissions} == {Answer.YES}
    assert proposed.permissions[-1].channels == ("website",)


def test_templates_and_forms_are_written(desk: Desk, tmp_path: Path) -> None:
    """The template is a workbook or CSV; the form is one page without anything from outside."""
    for name in ("template.xlsx", "template.csv", "form.html"):
        command = "form" if name == "form.html" else "template"
        desk.printed("consent", command, str(tmp_path / name))
        assert (tmp_path / name).stat().st_size > 100
    page = (tmp_path / "form.html").read_text("utf-8")
    assert "Permission to publish pictures" in page
    assert "Facebook" in page
    assert not re.search(r"<script|https?://|src=|href=", page)
    assert desk.run("consent", "template", str(tmp_path / "template.pdf")) == 2


def test_outputs_are_remembered_once(tmp_path: Path) -> None:
    """The list of output folders holds each folder once, there or not, until somebody drops it."""
    folder = tmp_path / "out"
    folder.mkdir()
    remember_output(folder)
    remember_output(folder)
    assert known_outputs() == (folder,)
    folder.rmdir()
    remember_output(tmp_path / "other")
    assert known_outputs() == (folder, tmp_path / "other")
    forget_outputs([folder])
    assert known_outputs() == (tmp_path / "other",)

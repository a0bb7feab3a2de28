"""What staff answer, what of it is remembered, and what it makes of the photos."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from photoguard.cli.prompts import typed_paths
from photoguard.icon_answers import MOST_FOLDERS, AnswerBook, Answers, user_book
from photoguard.model import Outcome, PhotoNotes, Role
from photoguard.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = Answers(
    photographer="Maija",
    channels=("instagram",),
    event="Metsäretki",
    works=("ZZMAKERZZ",),
    unwanted=True,
    where=("ZZPHOTOZZ.jpg",),
)


def test_answers_fill_what_the_table_leaves_open() -> None:
    """What stands in the table of photos goes first; the answers fill the rest."""
    written = PhotoNotes(taken_for=("facebook",), works=(), description="x")
    filled = ANSWERS.fill({"a.jpg": written}, ["a.jpg", "b.jpg"])
    assert filled["a.jpg"] == written
    assert filled["b.jpg"] == PhotoNotes(taken_for=("instagram",), works=("ZZMAKERZZ",))


@pytest.mark.parametrize(
    ("unwanted", "where", "outcomes"),
    [
        (None, (), (Outcome.READY, Outcome.READY)),
        (False, (), (Outcome.READY, Outcome.READY)),
        (True, (), (Outcome.REVIEW, Outcome.REVIEW)),
        (True, ("a.jpg",), (Outcome.BLOCKED, Outcome.READY)),
    ],
)
def test_somebody_who_must_not_be_in_pictures(
    unwanted: bool | None,  # noqa: FBT001 - an answer
    where: tuple[str, ...],
    outcomes: tuple[Outcome, Outcome],
) -> None:
    """Photos that are named are stopped; where nobody knows which, each waits for a look."""
    filled = Answers(unwanted=unwanted, where=where).fill({}, ["a.jpg", "b.jpg"])
    assert tuple(filled[name].unwanted for name in ("a.jpg", "b.jpg")) == outcomes


def test_no_child_s_name_is_remembered(tmp_path: Path) -> None:
    """Makers of works, names of photos and paths of folders are not in the file."""
    file = tmp_path / "state" / "answers.json"
    AnswerBook(file).keep(tmp_path / "ZZFOLDERZZ", ANSWERS)
    kept = file.read_text("utf-8")
    assert "ZZ" not in kept
    assert "Maija" in kept
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in file.parent.iterdir()] == ["answers.json"]


def test_the_last_answers_are_offered_to_the_next_folder(tmp_path: Path) -> None:
    """A new folder gets the last answers; one that is known gets its own."""
    book = AnswerBook(tmp_path / "answers.json")
    first = Answers("Maija", event="Retki", unwanted=False, works=())
    second = Answers(role=Role.CHILD, event="Juhla", unwanted=True)
    book.keep(tmp_path / "a", first)
    book.keep(tmp_path / "b", second)
    again = AnswerBook(tmp_path / "answers.json")
    assert again.offered(tmp_path / "a") == first
    assert again.offered(tmp_path / "c") == second
    assert [again.known(tmp_path / name) for name in "abc"] == [True, True, False]


def test_what_is_not_remembered_is_known_to_be_missing(tmp_path: Path) -> None:
    """A folder with named makers or photos is asked again; the next folder is not burdened."""
    book = AnswerBook(tmp_path / "answers.json")
    book.keep(tmp_path / "a", ANSWERS)
    assert book.offered(tmp_path / "a").forgotten
    assert not book.offered(tmp_path / "b").forgotten


def test_the_book_does_not_grow(tmp_path: Path) -> None:
    """The oldest folder is forgotten when there are too many."""
    book = AnswerBook(tmp_path / "answers.json")
    for number in range(MOST_FOLDERS + 1):
        book.keep(tmp_path / str(number), Answers("Maija"))
    assert not book.known(tmp_path / "0")
    assert book.known(tmp_path / str(MOST_FOLDERS))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"last": 3, "folders": []}',
        '{"last": {"channels": 3, "role": "x", "photographer": 7, "unwanted": "y"}}',
        '{"last": {"event": "a\\u202eb", "channels": [1, null]}}',
    ],
)
def test_a_damaged_book_is_an_empty_one(content: str, tmp_path: Path) -> None:
    """Whatever somebody did to the file, the questions are asked as if for the first time."""
    file = tmp_path / "answers.json"
    file.write_text(content)
    assert AnswerBook(file).offered(tmp_path) == Answers()


def test_the_book_lies_in_the_user_s_own_folder(tmp_path: Path) -> None:
    """The user's book is kept where this user's programs keep their state."""
    user_book().keep(tmp_path, Answers("Maija"))
    assert user_book().offered(tmp_path).photographer == "Maija"


def test_settings_answer_what_nobody_answered() -> None:
    """Photographer, channels and event of the settings are offered; an answer goes first."""
    usual = Settings(photographer="Åsa", channels=("facebook",), event="Juhla")
    assert Answers().with_usual(usual) == Answers("Åsa", channels=("facebook",), event="Juhla")
    own = Answers("Maija", channels=("instagram",))
    assert own.with_usual(usual).photographer == "Maija"
    assert Answers(role=Role.CHILD).with_usual(usual).photographer == ""


def test_flags_clear_what_was_cleared() -> None:
    """An answer that was emptied empties the setting too."""
    assert Answers().flags() == {"photographer": "", "event": "", "channels": ()}
    assert Answers(role=Role.CHILD).flags()["photographer_role"] is Role.CHILD


@pytest.mark.parametrize(
    "written",
    ["{}", '"{}"', "'{}'", "  {}  ", "file in quotes: no"],
)
def test_paths_as_terminals_write_them(written: str, tmp_path: Path) -> None:
    """A folder that is dragged into a window is found, however the terminal quotes it."""
    folder = tmp_path / "Äiti & lapsi (1)! 100%"
    folder.mkdir()
    found = typed_paths(written.format(folder))
    assert found == ((folder,) if "{}" in written else ())


def test_several_dragged_paths(tmp_path: Path) -> None:
    """Several quoted or escaped names on one line are several paths."""
    for name in ("a b", "c"):
        (tmp_path / name).mkdir()
    escaped = str(tmp_path / "a b").replace(" ", "\\ ")
    assert typed_paths(f"{escaped} '{tmp_path / 'c'}' ") == (tmp_path / "a b", tmp_path / "c")
    assert typed_paths(f"{tmp_path / 'c'} {tmp_path / 'x'}") == ()
    assert typed_paths("'") == ()


def test_the_book_is_json(tmp_path: Path) -> None:
    """The file is plain JSON with two parts."""
    book = AnswerBook(tmp_path / "answers.json")
    book.keep(tmp_path, Answers("Maija"))
    assert set(json.loads((tmp_path / "answers.json").read_text("utf-8"))) == {"last", "folders"}

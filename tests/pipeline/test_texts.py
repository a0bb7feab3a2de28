"""The setting ``sidecars = "texts"``: words in a folder of their own on the shelf."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from photoguard.model import Language
from photoguard.output import tidying
from photoguard.settings import Settings
from tests.pipeline.photos import LANDSCAPE, damaged, small
from tests.stress import blind

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = Settings(language=Language.FI, sidecars="texts")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photos of nobody."""
    for name in ("a.jpg", "b.jpg"):
        small(tmp_path / "retki" / name, 160, LANDSCAPE)
    return tmp_path / "retki"


def _files(output: Path, shelf: str = "valmiit") -> list[str]:
    found = (path for path in (output / shelf).rglob("*") if path.is_file())
    return sorted(path.relative_to(output / shelf).as_posix() for path in found)


SEPARATE = [
    *("kuva-001.jpg", "kuva-002.jpg", "tekstit/kuva-001.jpg.xmp", "tekstit/kuva-001.txt"),
    *("tekstit/kuva-002.jpg.xmp", "tekstit/kuva-002.txt"),
]


def test_words_lie_in_their_own_folder(folder: Path) -> None:
    """Only pictures lie on the shelf; the manifest tells where the words are; nothing is redone."""
    first = blind.prepare([folder], settings=TEXTS)
    assert _files(first.output) == SEPARATE
    assert first.manifest["photos"][0]["sidecars"] == [
        *("valmiit/tekstit/kuva-001.jpg.xmp", "valmiit/tekstit/kuva-001.txt")
    ]
    skipped = []
    blind.prepare([folder], settings=TEXTS, tell=lambda progress: skipped.append(progress.skipped))
    assert skipped == [True, True]
    assert _files(first.output) == SEPARATE


def test_the_setting_may_change(folder: Path) -> None:
    """Back and forth: no word is left where it does not belong any more."""
    output = blind.prepare([folder], settings=replace(TEXTS, sidecars="beside")).output
    beside = [name.removeprefix("tekstit/") for name in SEPARATE]
    assert _files(output) == sorted(beside)
    assert _files(blind.prepare([folder], settings=TEXTS).output) == SEPARATE
    blind.prepare([folder], settings=replace(TEXTS, sidecars="beside"))
    assert _files(output) == sorted(beside)


def test_leftovers_in_the_folder_of_texts_are_swept(folder: Path) -> None:
    """Words whose picture never came go; what somebody else put there stays."""
    output = blind.prepare([folder], settings=TEXTS).output
    texts = output / "valmiit" / "tekstit"
    (texts / "muistilista.txt").write_text("maitoa", "utf-8")
    (output / "tarkistettavat" / "tekstit").mkdir()
    (output / "tarkistettavat" / "tekstit" / "kuva-002.txt").write_text("jäi", "utf-8")
    blind.prepare([folder], settings=TEXTS)
    assert _files(output) == sorted([*SEPARATE, "tekstit/muistilista.txt"])
    assert _files(output, "tarkistettavat") == []


def test_a_photo_that_goes_takes_its_words_along(folder: Path) -> None:
    """A photo that turns out damaged leaves neither picture nor words."""
    output = blind.prepare([folder], settings=TEXTS).output
    damaged(folder / "b.jpg")
    blind.prepare([folder], settings=TEXTS)
    assert not [name for name in _files(output) if "kuva-002" in name]


def test_tidying_leaves_nothing(folder: Path) -> None:
    """Pictures, words, their folders and the output itself go; a file of others stays."""
    output = blind.prepare([folder], settings=TEXTS).output
    tidying.remove(output)
    assert not output.exists()

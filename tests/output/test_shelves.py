"""A new copy never takes the place of a file that is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from photoguard.model import Language, Outcome
from photoguard.output.shelves import Shelves

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    """The two folders of an output, which hold nothing yet."""
    opened = Shelves.of(tmp_path, Language.EN, "")
    for _, name in opened.names:
        (tmp_path / name / "texts").mkdir(parents=True)
    return opened


@pytest.mark.parametrize(
    "name", ["ready/photo-007.jpg", "review/PHOTO-007.TIF", "ready/texts/photo-007.txt"]
)
def test_a_name_that_was_there_before_is_taken(shelves: Shelves, name: str) -> None:
    """Whatever its ending and its capitals, a file keeps its number to itself."""
    (shelves.output / name).write_text("mine")
    assert shelves.is_taken(7)
    assert not shelves.is_taken(8)


@pytest.mark.parametrize(
    "name", ["ready/photo-007.jpg", "review/photo-007.jpg.xmp", "ready/texts/photo-007.txt"]
)
def test_a_name_that_comes_during_the_run_is_taken(shelves: Shelves, name: str) -> None:
    """What somebody puts there while photos are made is not written over."""
    assert not shelves.is_taken(7)
    (shelves.output / name).write_text("mine")
    assert shelves.is_taken(7)
    assert not shelves.is_taken(8)


def test_a_folder_of_thousands_takes_no_longer_for_each_photo(shelves: Shelves) -> None:
    """The folders are listed once: what was asked of each photo does not grow with them."""
    place = shelves.output / dict(shelves.names)[Outcome.READY]
    assert not shelves.is_taken(1)
    (place / "photo-001.tif").write_text("later, under a name that no copy gets")
    assert not shelves.is_taken(1)

"""Makers of works that staff told the icon hold for later runs, without a child's name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from photoguard.files import PRIVATE, Batch, gather
from photoguard.model import Person, PersonKind, PhotoNotes, Record, Stage
from photoguard.pipeline import FolderJob, RunSpec
from photoguard.pipeline.folder.makers import NAME, UNKNOWN, with_makers
from photoguard.register.snapshot import Snapshot
from photoguard.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

Works = tuple[str, ...] | None


def pupil(entry: str, name: str, group: str = "2A") -> Record:
    """Return a pupil of the register."""
    return Record(Person(entry, name, PersonKind.PUPIL, Stage.BASIC_EDUCATION, group=group))


def register(*records: Record) -> Snapshot:
    """Return a register of these people."""
    return Snapshot(records, (), (), {})


AINO, OTHER_AINO = pupil("p-1", "Aino Kuusinen"), pupil("p-2", "Aino Kuusinen", "5B")


@dataclass
class Folder:
    """A folder of photos and its output; only the makers of works are looked at here."""

    place: Path
    register: Snapshot | None = None

    def put(self, *names: str, content: str = "") -> None:
        """Write files of different bytes."""
        for name in names:
            path = self.place / "kuvat" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(content or name)

    def run(
        self,
        answer: Works = None,
        *,
        table: dict[str, Works] | None = None,
        loose: tuple[str, ...] = (),
    ) -> dict[str, Works]:
        """Return the makers of each photo in a run with this answer, or without a question."""
        folder = self.place / "kuvat"
        (batch,) = gather([folder / name for name in loose] or [folder], self.place / "out")
        (batch.output / PRIVATE).mkdir(parents=True, exist_ok=True)
        own = {source.name: answer for source in batch.photos} | (table or {})
        notes = {name: PhotoNotes(works=works) for name, works in own.items()}
        job = FolderJob(batch, RunSpec(Settings(), self.register), notes, makers=answer)
        return self._works(with_makers(job), batch)

    @staticmethod
    def _works(job: FolderJob, batch: Batch) -> dict[str, Works]:
        return {source.name: job.notes_of(source.name).works for source in batch.photos}

    @property
    def kept(self) -> Path:
        """The file in which the answers are kept."""
        return self.place / "out" / PRIVATE / NAME


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Two photos, and a register in which Aino is."""
    made = Folder(tmp_path, register(AINO))
    made.put("a.jpg", "b.jpg")
    return made


def test_a_maker_holds_for_a_run_that_does_not_ask(folder: Folder) -> None:
    """The next run, and a photo that comes later, know the maker by the register's id."""
    assert folder.run(("aino kuusinen",)) == {"a.jpg": ("p-1",), "b.jpg": ("p-1",)}
    folder.put("c.jpg")
    assert folder.run() == dict.fromkeys(("a.jpg", "b.jpg", "c.jpg"), ("p-1",))


@pytest.mark.parametrize("name", ["Aino Kuusinen", "Tuntematon Taiteilija"])
def test_no_name_is_kept(folder: Folder, name: str) -> None:
    """Neither a known nor an unknown name stands in the private folder, whole or in part."""
    folder.run((name,))
    text = folder.kept.read_text().casefold()
    assert not any(part in text for part in name.casefold().split())


def test_an_unknown_maker_is_found_once_the_register_knows_them(folder: Folder) -> None:
    """Until then the photo waits for somebody who says who it was."""
    folder.register = None
    assert folder.run(("Aino Kuusinen",))["a.jpg"] == (UNKNOWN,)
    assert folder.run()["a.jpg"] == (UNKNOWN,)
    folder.register = register(AINO)
    assert folder.run()["a.jpg"] == ("p-1",)


def test_namesakes_are_never_guessed(folder: Folder) -> None:
    """Two of one name are nobody; the name with the group means one of them."""
    folder.register = register(AINO, OTHER_AINO)
    assert folder.run(("Aino Kuusinen",))["a.jpg"] == (UNKNOWN,)
    assert folder.run(("Aino Kuusinen (5B)",))["a.jpg"] == ("p-2",)
    folder.register = None
    folder.run(("Aino Kuusinen (5B)", "p-1"))
    folder.register = register(AINO, OTHER_AINO)
    assert folder.run()["b.jpg"] == ("p-2", "p-1")


def test_nothing_told_changes_nothing_and_none_takes_it_back(folder: Folder) -> None:
    """Enter leaves what was answered; the word none clears it."""
    folder.run(("p-1",))
    assert folder.run(None)["a.jpg"] == ("p-1",)
    folder.run(())
    assert folder.run() == {"a.jpg": None, "b.jpg": None}


def test_the_table_goes_first(folder: Folder) -> None:
    """What stands in photos.csv holds for its photo, in both runs."""
    answer = folder.run(("p-1",), table={"b.jpg": ("p-2",)})
    assert answer == {"a.jpg": ("p-1",), "b.jpg": ("p-2",)}
    assert folder.run(table={"a.jpg": ()})["a.jpg"] == ()


def test_another_name_does_not_clear_a_photo(folder: Folder) -> None:
    """A loose photo is known by its bytes; others in the same output say nothing of it."""
    folder.run(("p-1",), loose=("a.jpg",))
    assert folder.run(loose=("b.jpg",)) == {"b.jpg": None}
    (folder.place / "kuvat" / "a.jpg").rename(folder.place / "kuvat" / "z.jpg")
    assert folder.run(loose=("z.jpg",)) == {"z.jpg": ("p-1",)}
    folder.run((), loose=("z.jpg",))
    assert folder.run(loose=("z.jpg",)) == {"z.jpg": None}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"key": 1}', '{"key": "x"}'])
def test_answers_that_cannot_be_read_hold_every_photo(folder: Folder, text: str) -> None:
    """Something was answered, and nobody knows what."""
    folder.run(("p-1",))
    folder.kept.write_text(text)
    assert folder.run() == {"a.jpg": (UNKNOWN,), "b.jpg": (UNKNOWN,)}
    assert folder.run(("p-1",))["a.jpg"] == ("p-1",)


def test_without_works_nothing_is_kept(folder: Folder) -> None:
    """A folder without works has no such file."""
    folder.run(())
    assert not folder.kept.exists()


def test_a_photo_that_left_the_folder_keeps_its_makers(folder: Folder) -> None:
    """The copy of an earlier photo is decided as it was."""
    folder.run(("p-1",), loose=("a.jpg",))
    (batch,) = gather([folder.place / "kuvat" / "b.jpg"], folder.place / "out")
    job = FolderJob(batch, RunSpec(Settings(), folder.register))
    assert with_makers(job, ["a.jpg"]).notes_of("a.jpg") == replace(PhotoNotes(), works=("p-1",))

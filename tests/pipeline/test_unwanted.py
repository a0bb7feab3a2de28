"""What staff answered of somebody who must not be in pictures holds until they answer anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from photoguard.files import Batch, gather
from photoguard.model import Outcome, PhotoNotes
from photoguard.output.journal import Journal
from photoguard.output.trust import JOURNAL
from photoguard.pipeline import FolderJob, RunSpec
from photoguard.pipeline.folder.unwanted import with_marks
from photoguard.settings import Settings
from tests.output.signed import sign, steps

if TYPE_CHECKING:
    from pathlib import Path

READY, REVIEW, BLOCKED = Outcome.READY, Outcome.REVIEW, Outcome.BLOCKED


@dataclass
class Folder:
    """A folder of photos and its output; only its answers are looked at here."""

    place: Path

    def put(self, *names: str, content: str = "") -> None:
        """Write files of different bytes."""
        for name in names:
            path = self.place / "kuvat" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(content or name)

    def run(
        self, asked: dict[str, Outcome] | None = None, *, loose: tuple[str, ...] = ()
    ) -> dict[str, Outcome]:
        """Return each photo's mark in a run with these answers, or without a question."""
        folder = self.place / "kuvat"
        (batch,) = gather([folder / name for name in loose] or [folder], self.place / "out")
        notes = {name: PhotoNotes(unwanted=outcome) for name, outcome in (asked or {}).items()}
        job = FolderJob(batch, RunSpec(Settings()), notes, asked=asked is not None)
        with Journal.open(batch.output, "fi", "") as journal:
            return self._marks(with_marks(job, journal), batch)

    @staticmethod
    def _marks(job: FolderJob, batch: Batch) -> dict[str, Outcome]:
        return {source.name: job.notes_of(source.name).unwanted for source in batch.photos}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Two photos."""
    made = Folder(tmp_path)
    made.put("a.jpg", "b.jpg")
    return made


def test_without_an_answer_nothing_is_marked(folder: Folder) -> None:
    """A folder that nobody was asked about is as staff told it."""
    assert folder.run() == {"a.jpg": READY, "b.jpg": READY}


def test_an_answer_holds_until_the_next_one(folder: Folder) -> None:
    """Later runs without a question keep the mark; a later answer takes its place."""
    answers = {"a.jpg": BLOCKED, "b.jpg": READY}
    assert [folder.run(answers), folder.run(), folder.run()] == [answers, answers, answers]
    cleared = {"a.jpg": READY, "b.jpg": READY}
    assert [folder.run(cleared), folder.run()] == [cleared, cleared]


def test_another_name_does_not_clear_a_photo(folder: Folder) -> None:
    """A photo that was named is known by its bytes, and by its name if those change."""
    folder.run({"a.jpg": BLOCKED, "b.jpg": READY})
    (folder.place / "kuvat" / "a.jpg").rename(folder.place / "kuvat" / "c.jpg")
    assert folder.run() == {"b.jpg": READY, "c.jpg": BLOCKED}
    folder.put("a.jpg", content="cropped")
    assert folder.run()["a.jpg"] is BLOCKED


def test_the_name_of_a_cleared_photo_does_not_clear_another(folder: Folder) -> None:
    """Whoever numbers the files anew gives a named photo the name of a harmless one."""
    folder.run({"a.jpg": BLOCKED, "b.jpg": READY})
    (folder.place / "kuvat" / "a.jpg").replace(folder.place / "kuvat" / "b.jpg")
    assert folder.run() == {"b.jpg": BLOCKED}


def test_a_second_copy_of_a_named_photo_is_stopped_too(folder: Folder) -> None:
    """The same bytes show the same people, whatever was not said of the other name."""
    folder.put("a.jpg", "b.jpg", content="the same")
    answers = {"a.jpg": BLOCKED, "b.jpg": READY}
    assert set(folder.run(answers).values()) == {BLOCKED}


def test_of_a_photo_that_was_elsewhere_nothing_was_answered(folder: Folder) -> None:
    """A named photo that comes back is still the one that was named, by name or by bytes."""
    folder.run({"a.jpg": BLOCKED, "b.jpg": READY})
    path = folder.place / "kuvat" / "a.jpg"
    path.rename(folder.place / "away.jpg")
    folder.run({"b.jpg": READY})
    (folder.place / "away.jpg").rename(path)
    assert folder.run() == {"a.jpg": BLOCKED, "b.jpg": READY}
    path.rename(path.with_name("c.jpg"))
    assert folder.run() == {"b.jpg": READY, "c.jpg": BLOCKED}


def test_loose_photos_can_be_cleared(folder: Folder) -> None:
    """A new answer about a loose photo counts, under another name as well."""
    folder.run({"a.jpg": BLOCKED}, loose=("a.jpg",))
    (folder.place / "kuvat" / "a.jpg").rename(folder.place / "kuvat" / "c.jpg")
    folder.run({"c.jpg": READY}, loose=("c.jpg",))
    assert folder.run(loose=("c.jpg",)) == {"c.jpg": READY}


def test_a_renamed_photo_can_be_cleared(folder: Folder) -> None:
    """An answer about the photo under its new name counts."""
    folder.run({"a.jpg": BLOCKED, "b.jpg": READY})
    (folder.place / "kuvat" / "a.jpg").rename(folder.place / "kuvat" / "c.jpg")
    folder.run({"b.jpg": READY, "c.jpg": READY})
    assert folder.run() == {"b.jpg": READY, "c.jpg": READY}


def test_where_it_may_be_any_photo_later_ones_wait_too(folder: Folder) -> None:
    """Photos that are added after "I do not know which" are looked at as well."""
    folder.run({"a.jpg": REVIEW, "b.jpg": REVIEW})
    folder.put("c.jpg")
    assert set(folder.run().values()) == {REVIEW}


def test_loose_photos_leave_the_others_alone(folder: Folder) -> None:
    """An answer about some loose photos says nothing of those dropped earlier."""
    folder.run({"a.jpg": BLOCKED}, loose=("a.jpg",))
    assert folder.run({"b.jpg": READY}, loose=("b.jpg",)) == {"b.jpg": READY}
    assert folder.run(loose=("a.jpg", "b.jpg")) == {"a.jpg": BLOCKED, "b.jpg": READY}


def test_what_holds_is_never_lightened_unasked(folder: Folder) -> None:
    """What a run says without having asked can only make a photo's mark graver."""
    folder.run({"a.jpg": BLOCKED, "b.jpg": READY})
    (batch,) = gather([folder.place / "kuvat"], folder.place / "out")
    notes = dict.fromkeys(("a.jpg", "b.jpg"), PhotoNotes(unwanted=REVIEW))
    job = FolderJob(batch, RunSpec(Settings()), notes)
    with Journal.open(batch.output, "fi", "") as journal:
        marked = with_marks(job, journal)
    assert marked.notes_of("a.jpg") == PhotoNotes(unwanted=BLOCKED)
    assert marked.notes_of("b.jpg") == PhotoNotes(unwanted=REVIEW)
    assert folder.run() == {"a.jpg": BLOCKED, "b.jpg": READY}


def test_the_rest_of_the_notes_stays(folder: Folder) -> None:
    """A mark changes nothing else of what staff wrote."""
    folder.run({"a.jpg": BLOCKED, "b.jpg": READY})
    (batch,) = gather([folder.place / "kuvat"], folder.place / "out")
    written = PhotoNotes(description="x", people=("Aino #1",))
    job = FolderJob(batch, RunSpec(Settings()), {"a.jpg": written})
    with Journal.open(batch.output, "fi", "") as journal:
        assert with_marks(job, journal).notes_of("a.jpg") == replace(written, unwanted=BLOCKED)


@pytest.mark.parametrize("strange", [{}, {"photos": 3}, {"photos": {"a.jpg": "?"}}])
def test_an_answer_that_cannot_be_read_holds_every_photo(folder: Folder, strange: object) -> None:
    """Something was answered, and another version wrote it: every photo waits for a look."""
    folder.run({"a.jpg": BLOCKED, "b.jpg": READY})
    path = folder.place / "out" / ".photoguard" / JOURNAL
    sign(path, [*steps(path), {"unwanted": strange}])
    assert set(folder.run().values()) == {REVIEW}

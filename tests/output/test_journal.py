"""What is done is remembered, numbers are never given twice, one run at a time."""

from __future__ import annotations

import errno
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from photoguard.errors import OutputError, WriteError
from photoguard.files import MANIFEST
from photoguard.output import lines, prepared, recall
from photoguard.output.journal import Journal
from photoguard.output.trust import JOURNAL, MARK, NOTE
from tests.output.signed import sign, steps

if TYPE_CHECKING:
    from pathlib import Path

RECORD: dict[str, Any] = {"source_sha256": "1"}


def _open(folder: Path, language: str = "fi") -> Journal:
    return Journal.open(folder / "out", language, "/photos")


def _file(folder: Path) -> Path:
    return folder / "out" / ".photoguard" / JOURNAL


def test_a_finished_photo_is_known_to_the_next_run(tmp_path: Path) -> None:
    """What one run finished, the next one finds."""
    with _open(tmp_path) as journal:
        journal.reserve("a.jpg")
        journal.finish("a.jpg", RECORD)
    with _open(tmp_path) as journal:
        assert journal.entries["a.jpg"].record == RECORD


def test_an_unfinished_photo_keeps_its_number(tmp_path: Path) -> None:
    """A photo that was interrupted is prepared under the number it had."""
    with _open(tmp_path) as journal:
        number = journal.reserve("a.jpg")
    with _open(tmp_path) as journal:
        assert journal.reserve("a.jpg") == number


def test_a_long_journal_is_read_to_its_end(tmp_path: Path) -> None:
    """A folder of very many photos with very many faces loses nothing of what was settled."""
    large = {**RECORD, "caption": "x" * 5_000_000}
    with _open(tmp_path) as journal:
        for number in range(16):
            journal.reserve(f"{number}.jpg")
            journal.finish(f"{number}.jpg", large)
        journal.settle("0.jpg", {"verdict": "rejected"})
    with _open(tmp_path) as journal:
        assert len(journal.entries) == 16
        assert journal.entries["0.jpg"].settled == {"verdict": "rejected"}
        assert all(entry.record == large for entry in journal.entries.values())


def test_numbers_are_never_given_twice(tmp_path: Path) -> None:
    """A changed photo gets a new number, over several runs."""
    seen = []
    for _ in range(3):
        with _open(tmp_path) as journal:
            seen.append(journal.renumber("a.jpg"))
            journal.finish("a.jpg", RECORD)
            seen.append(journal.reserve(f"{len(seen)}.jpg"))
    assert len(set(seen)) == 6


def test_face_numbers_outlive_the_record(tmp_path: Path) -> None:
    """Neither a fresh start nor a changed photo nor an interruption forgets the numbers."""
    numbers = {"shown": [1]}
    with _open(tmp_path) as journal:
        journal.reserve("a.jpg")
        journal.finish("a.jpg", RECORD, numbers)
        journal.note_reported()
    with _open(tmp_path) as journal:
        journal.renumber("a.jpg")
    for _ in range(2):
        with _open(tmp_path) as journal:
            assert journal.entries["a.jpg"].record is None
            assert journal.entries["a.jpg"].numbers == numbers
            journal.forget_records()


def test_face_numbers_count_once_they_are_told(tmp_path: Path) -> None:
    """A run that is stopped leaves the numbers of the one before, and what it found itself."""
    old, new = {"shown": [1]}, {"shown": [1, 2]}
    with _open(tmp_path) as journal:
        journal.reserve("a.jpg")
        journal.finish("a.jpg", RECORD, old)
        assert journal.entries["a.jpg"].numbers is None
        journal.note_reported()
        journal.finish("a.jpg", RECORD, new)
    for _ in range(2):
        with _open(tmp_path) as journal:
            entry = journal.entries["a.jpg"]
            assert (entry.numbers, entry.unreported) == (old, new)
    with _open(tmp_path) as journal:
        journal.note_reported()
    with _open(tmp_path) as journal:
        assert journal.entries["a.jpg"].numbers == new


def test_the_language_of_the_first_run_stays(tmp_path: Path) -> None:
    """Folders keep their names when a later run speaks another language."""
    _open(tmp_path, "sv").close()
    with _open(tmp_path, "fi") as journal:
        assert journal.language == "sv"


def test_a_torn_last_line_is_dropped(tmp_path: Path) -> None:
    """A power cut in the middle of a line costs that line only."""
    with _open(tmp_path) as journal:
        journal.reserve("a.jpg")
    with _file(tmp_path).open("a") as writable:
        writable.write('{"done": "a.jpg", "num')
    with _open(tmp_path) as journal:
        assert journal.reserve("b.jpg") == 2


def test_other_damage_is_refused(tmp_path: Path) -> None:
    """A journal that is damaged in the middle is not guessed at."""
    with _open(tmp_path) as journal:
        journal.reserve("a.jpg")
    first, *others = _file(tmp_path).read_text().splitlines(keepends=True)
    _file(tmp_path).write_text("".join([first, "{\n", *others]))
    with pytest.raises(OutputError) as trouble:
        _open(tmp_path)
    assert trouble.value.code == "journal.damaged"


def test_a_newer_journal_is_refused(tmp_path: Path) -> None:
    """A journal of a later version is left alone."""
    _open(tmp_path).close()
    (first,) = steps(_file(tmp_path))
    sign(_file(tmp_path), [first | {"format": 99}])
    with pytest.raises(OutputError) as trouble:
        _open(tmp_path)
    assert trouble.value.code == "journal.newer"


def test_a_second_run_is_refused(tmp_path: Path) -> None:
    """Two runs never work on one output at the same time."""
    with _open(tmp_path), pytest.raises(OutputError) as trouble:
        _open(tmp_path)
    assert trouble.value.code == "journal.in_use"


def test_the_lock_goes_with_the_run(tmp_path: Path) -> None:
    """When a run has ended, the next one may begin."""
    _open(tmp_path).close()
    _open(tmp_path).close()


def test_starting_over_keeps_numbers_used(tmp_path: Path) -> None:
    """After --fresh nothing counts as done, and no number comes back for another photo."""
    with _open(tmp_path) as journal:
        journal.reserve("a.jpg")
        journal.finish("a.jpg", RECORD)
        journal.forget_records()
        assert journal.entries["a.jpg"].record is None
        assert journal.reserve("b.jpg") == 2


@pytest.mark.skipif(os.name == "nt", reason="POSIX rights")
def test_the_private_folder_is_private(tmp_path: Path) -> None:
    """Nobody else can look into the folder that holds source names and unfinished work."""
    _open(tmp_path).close()
    private = tmp_path / "out" / ".photoguard"
    assert private.stat().st_mode & 0o077 == 0
    assert _file(tmp_path).stat().st_mode & 0o077 == 0


def test_an_unusable_output_is_said(tmp_path: Path) -> None:
    """An output that is a file is refused with a sentence."""
    (tmp_path / "out").write_text("x")
    with pytest.raises(OutputError) as trouble:
        _open(tmp_path)
    assert trouble.value.code == "journal.cannot_use"


@pytest.mark.parametrize("step", ["publish", "open_patiently"])
def test_a_file_that_cannot_be_shortened_loses_nothing(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the new file cannot be moved, or not be opened, no line goes into a lost one."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "")

    with _open(tmp_path) as journal:
        for name in ("a.jpg", "b.jpg"):
            journal.reserve(name)
            journal.finish(name, RECORD)
        journal.settle("a.jpg", {"verdict": "approved"})
        monkeypatch.setattr(lines, "GROWTH", 0)
        journal._lines._shorten_from = 0
        monkeypatch.setattr(lines, step, refuse)
        if step == "publish":
            journal.settle("a.jpg", {"verdict": "rejected"})
            journal.settle("b.jpg", {"verdict": "approved"})
        else:
            with pytest.raises(WriteError):
                journal.settle("a.jpg", {"verdict": "rejected"})
            with pytest.raises(WriteError):
                journal.settle("b.jpg", {"verdict": "approved"})
    monkeypatch.undo()
    with _open(tmp_path) as journal:
        assert journal.entries["a.jpg"].settled == {"verdict": "rejected"}
        kept = journal.entries["b.jpg"].settled
        assert kept == ({"verdict": "approved"} if step == "publish" else None)


def test_a_received_note_is_neither_waited_for_nor_followed(tmp_path: Path) -> None:
    """A pipe in the place of a run's note ends at once; a mark writes nothing behind a link."""
    with _open(tmp_path):
        pass
    private = _file(tmp_path).parent
    os.mkfifo(private / NOTE)
    (private / MARK).symlink_to(tmp_path / "elsewhere")
    assert recall.noted_run(tmp_path / "out") is None
    assert recall.is_marked(tmp_path / "out")
    recall.mark(tmp_path / "out")
    assert not (tmp_path / "elsewhere").exists()
    recall.unmark(tmp_path / "out")
    assert not recall.is_marked(tmp_path / "out")


def test_a_manifest_of_a_very_large_folder_is_read(tmp_path: Path) -> None:
    """What a run wrote, the later commands read: also a manifest of more than 64 MB."""
    large = {"photos": [{"output": None}], "unit": "early-childhood", "notices": "x" * 70_000_000}
    (tmp_path / MANIFEST).write_text(json.dumps(large), "utf-8")
    assert prepared.photos_of(tmp_path, "fi") == ()

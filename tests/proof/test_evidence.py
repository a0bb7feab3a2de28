"""photoguard evidence: a real run is proven years later, by its copies and its file alone."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from photoguard import cli
from photoguard.errors import UsageTrouble
from photoguard.proof.chain import Fault, read, write
from tests.pipeline.photos import LANDSCAPE, damaged, phone_photo, small
from tests.test_paths import dig

NAME = "Aino Virtanen 3.5.2027.jpg"


@dataclass(frozen=True)
class Done:
    """How a command ended and what it wrote."""

    exit_code: int
    output: str


def run(*words: object) -> Done:
    """Run a command in this program, its troubles told as a user reads them."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = cli._outcome([str(word) for word in words])
    return Done(code, out.getvalue())


@dataclass(frozen=True)
class Kept:
    """What the data protection officer has: the file, the noted end, and the copies."""

    output: Path
    file: Path
    end: str

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text("ascii").splitlines()]

    def published(self, place: Path) -> Path:
        """Copy what was published to another place, under other names."""
        place.mkdir()
        for number, path in enumerate(sorted((self.output / "ready").glob("*.jpg"))):
            shutil.copy(path, place / f"post {number}.jpeg")
        return place


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The evidence of a folder of four photos that was prepared once."""
    folder = tmp_path_factory.mktemp("proof") / "Ainon retki"
    folder.mkdir()
    phone_photo(folder / NAME)
    small(folder / "talvi.jpg", source=LANDSCAPE)
    small(folder / "talvi 2.jpg", 400, source=LANDSCAPE)
    damaged(folder / "rikki.jpg")
    event = ("--event", "Hiihtopäivä", "--photographer", "Maija Meikäläinen")
    assert run("prepare", folder, "--jobs", "1", "--quiet", *event).exit_code == 4
    file = folder.with_name("evidence.jsonl")
    done = run("evidence", folder, "--output", file, "--json")
    assert done.exit_code == 0, done.output
    output = folder.with_name("Ainon retki-photoguard")
    return Kept(output, file, json.loads(done.output)["end"])


@pytest.mark.parametrize("shelf", ["ready", "review"])
def test_no_evidence_is_written_among_the_copies(kept: Kept, shelf: str) -> None:
    """Whoever publishes all that lies there would publish it; nothing is written or noted."""
    (kept.output / shelf).mkdir(exist_ok=True)
    file = kept.output / shelf / "evidence.jsonl"
    done = run("evidence", kept.output, "--output", file)
    assert done.exit_code == 2
    assert "for copies that are published" in done.output
    assert not file.exists()


def test_the_file_tells_of_everything_and_names_nobody(kept: Kept) -> None:
    """Versions, models, rules, and each photo's outcome stand there; nothing typed does."""
    first, *photos, end = kept.lines()
    assert first["made_with"]["models"].keys() >= {"centerface_rest.onnx", "nanodet.onnx"}
    assert first["made_with"]["libraries"]["mediapipe"] == "0.10.33"
    assert first["rules"]["age_limit"] == 15
    assert first["settings"]["style"] == "blur"
    assert first["settings"]["text_in_pictures"] == "by_unit"
    assert end["kind"] == "end"
    assert [photo["number"] for photo in photos] == [1, 2, 3, 4]
    assert sorted(photo["outcome"] for photo in photos).count("failed") == 1
    ready = [photo for photo in photos if photo["outcome"] == "ready"]
    assert ready
    assert all(photo["verified"] and photo["copy_when_written"] == "whole" for photo in ready)
    assert {photo["texts_hidden"] for photo in photos} == {0}
    text = kept.file.read_text("ascii").casefold()
    for word in ("aino", "virtanen", "hiihto", "maija", ".jpg", "talvi", "retki", "rikki"):
        assert word not in text


def test_the_copies_are_proven_whatever_they_are_called(kept: Kept, tmp_path: Path) -> None:
    """Renamed copies hold; so does the output itself where nothing waits for review."""
    place = kept.published(tmp_path / "somessa")
    done = run("evidence", "--check", kept.file, place, "--end", kept.end)
    assert done.exit_code == 0, done.output
    assert "The evidence holds" in done.output
    done = run("evidence", "--check", kept.file, kept.output / "ready", "--json")
    found = json.loads(done.output)
    assert found["holds"]
    assert found["end"] == kept.end
    assert len(found["proven"]) == len(list(place.iterdir()))


def test_a_copy_that_was_changed_names_its_line(kept: Kept, tmp_path: Path) -> None:
    """One byte more in a published copy: its line fails, and the file belongs to no line."""
    place = kept.published(tmp_path / "some")
    first = min(place.iterdir())
    first.write_bytes(first.read_bytes() + b"\0")
    done = run("evidence", "--check", kept.file, place, "--json")
    assert done.exit_code == 1
    found = json.loads(done.output)
    (line,) = found["missing"]
    (photo,) = [each for each in kept.lines() if each["line"] == line]
    assert photo["copy_sha256"] not in {each.stem for each in place.iterdir()}
    assert found["unknown"] == ["post 0.jpeg"]
    done = run("evidence", "--check", kept.file, place)
    assert f"Line {line} (photo {photo['number']})" in done.output
    assert "does not hold" in done.output


def test_a_part_of_the_copies_holds_only_where_that_is_said(kept: Kept, tmp_path: Path) -> None:
    """A copy that was never published is missing, unless a part was asked about."""
    place = kept.published(tmp_path / "some")
    min(place.iterdir()).unlink()
    assert run("evidence", "--check", kept.file, place).exit_code == 1
    assert run("evidence", "--check", kept.file, place, "--partly").exit_code == 0


def test_a_photo_for_review_is_no_published_copy(kept: Kept, tmp_path: Path) -> None:
    """A copy that waited for review fails although its digest stands in the file."""
    ready = next(line for line in kept.lines() if line.get("outcome") == "ready")
    lines = [
        {key: value for key, value in line.items() if key not in {"line", "sha256"}}
        | ({"outcome": "review"} if line["line"] == ready["line"] else {})
        for line in kept.lines()[:-1]
    ]
    file = tmp_path / "other.jsonl"
    file.write_bytes(write(lines).content)
    place = kept.published(tmp_path / "some")
    found = json.loads(run("evidence", "--check", file, place, "--json").output)
    assert [each["line"] for each in found["held"]] == [ready["line"]]
    assert not found["holds"]


def test_links_and_strange_files_prove_nothing(kept: Kept, tmp_path: Path) -> None:
    """A link to a right copy, a pipe and a text of another kind are named, and nothing waits."""
    place = kept.published(tmp_path / "some")
    copy = min(place.iterdir())
    copy.rename(tmp_path / "elsewhere.jpg")
    copy.symlink_to(tmp_path / "elsewhere.jpg")
    os.mkfifo(place / "pipe.jpg")
    (place / "notes.pdf").write_text("x")
    (place / "post 0.txt").write_text("words to copy")
    found = json.loads(run("evidence", "--check", kept.file, place, "--json").output)
    assert found["unknown"] == ["notes.pdf", "pipe.jpg", "post 0.jpeg"]
    assert len(found["missing"]) == 1


def test_a_folder_that_was_not_looked_through_is_named(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a linked folder nor one that cannot be read passes for a folder without photos."""
    place = kept.published(tmp_path / "some")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "unknown.jpg").write_bytes(b"x")
    (place / "more").symlink_to(tmp_path / "elsewhere")
    (place / "closed").mkdir()
    real = os.scandir

    def scandir(path: str) -> Any:  # noqa: ANN401 - rights do not keep root out
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = json.loads(run("evidence", "--check", kept.file, place, "--json").output)
    assert sorted(found["unknown"]) == ["closed", "more"]
    assert not found["holds"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such depths")
def test_a_folder_that_cannot_be_looked_into_proves_nothing(kept: Kept, tmp_path: Path) -> None:
    """Nobody knows what lies too deep, or behind a link: the copies around it are not all."""
    place = kept.published(tmp_path / "some")
    (place / "deep").mkdir()
    dig(place / "deep")
    (place / "elsewhere").symlink_to(tmp_path)
    done = run("evidence", "--check", kept.file, place, "--json")
    found = json.loads(done.output)
    assert not found["missing"]
    assert [name.split("/")[0] for name in found["unknown"]] == ["elsewhere", "deep"]
    assert done.exit_code == 1


def test_every_change_of_the_file_is_found_at_its_line(kept: Kept, tmp_path: Path) -> None:
    """A line that is changed, dropped, doubled, moved or added is told with its number."""
    whole = kept.file.read_bytes().splitlines(keepends=True)
    changed = whole[2].replace(b'"outcome":"', b'"outcome":"x')
    cases = {
        "changed": ([*whole[:2], changed, *whole[3:]], 3),
        "dropped": ([*whole[:2], *whole[3:]], 3),
        "doubled": ([*whole[:3], *whole[2:]], 4),
        "moved": ([whole[0], whole[2], whole[1], *whole[3:]], 2),
        "cut": (whole[:-1], len(whole)),
        "torn": ([*whole[:-1], whole[-1][:-5]], len(whole)),
        "added": ([*whole, whole[-1]], len(whole) + 1),
        "spaced": ([*whole[:1], b" " + whole[1], *whole[2:]], 2),
    }
    for name, (lines, line) in cases.items():
        file = tmp_path / f"{name}.jsonl"
        file.write_bytes(b"".join(lines))
        found = read(file)
        assert (found.fault is not None, found.at_line) == (True, line), name
        done = run("evidence", "--check", file, kept.output / "ready")
        assert done.exit_code == 1, name
        assert f"ine {line}" in done.output, name


def test_a_file_that_was_written_anew_has_another_end(kept: Kept, tmp_path: Path) -> None:
    """Whoever rewrites all lines makes a whole file, which the noted end gives away."""
    lines = [
        {key: value for key, value in line.items() if key not in {"line", "sha256"}}
        for line in kept.lines()[:-1]
    ]
    lines[1]["faces_hidden"] = 99
    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(write(lines).content)
    assert read(forged).fault is None
    assert read(forged, kept.end).fault is Fault.OTHER_END
    place = kept.output / "ready"
    assert run("evidence", "--check", forged, place, "--end", kept.end).exit_code == 1
    assert run("evidence", "--check", forged, place, "--end", "abc").exit_code == 1


def _with(line: bytes) -> bytes:
    return b'{"format":"photoguard-evidence"}' + line


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", 2),
        (b"photo\n", 2),
        (b"\xff\xfe\x00", 2),
        (_with(b"x" * (64 * 1024 * 1024)), 2),
        (_with(b"\n" * 100_001), 2),
        (_with(b"[" * 300_000 + b"\n"), 1),
        (_with(b"\n"), 1),
        (_with(b'{"a":' + b"9" * 5000 + b"}\n"), 1),
    ],
)
def test_a_hostile_file_costs_a_sentence(content: bytes, code: int, tmp_path: Path) -> None:
    """A file of any size, depth or kind ends with a sentence and code 2, or a fault and 1."""
    file = tmp_path / "evil.jsonl"
    file.write_bytes(content)
    done = run("evidence", "--check", file, tmp_path, "--partly")
    assert done.exit_code == code or "unknown" in done.output
    if code == 1:
        assert read(file).fault is not None


@pytest.mark.parametrize(
    "odd",
    [
        {"kind": "photo", "number": "1", "outcome": "ready", "copy_sha256": None},
        {"kind": "photo", "number": 1, "outcome": "ready", "copy_sha256": "../../etc"},
        {"kind": "photo", "number": 1, "outcome": ["ready"], "copy_sha256": None},
        {"kind": "run", "format": "photoguard-evidence", "version": 1},
        {"kind": "other"},
        {"kind": None},
    ],
)
def test_lines_of_another_hand_are_odd(odd: dict[str, Any], tmp_path: Path) -> None:
    """A line whose digest is right but whose words are not ours is refused at its place."""
    first = {"kind": "run", "format": "photoguard-evidence", "version": 1}
    file = tmp_path / "odd.jsonl"
    file.write_bytes(write([first, odd]).content)
    found = read(file)
    assert (found.fault, found.at_line) == (Fault.ODD, 2)


def test_what_is_no_run_is_told(tmp_path: Path) -> None:
    """A folder that nobody prepared, and one that is not there, end with code 2."""
    assert run("evidence", tmp_path).exit_code == 2
    assert run("evidence", tmp_path / "no").exit_code == 2
    assert run("evidence", "--check", tmp_path / "no.jsonl", tmp_path).exit_code == 2


@pytest.mark.parametrize("only", [("--end", "0" * 64), ("--partly",)])
def test_what_belongs_to_a_check_writes_no_evidence(
    kept: Kept, tmp_path: Path, only: tuple[str, ...]
) -> None:
    """Whoever forgot --check is told so, and does not take a new file for a check that held."""
    file = tmp_path / "new.jsonl"
    done = run("evidence", kept.output, *only, "--output", file)
    assert (done.exit_code, file.exists()) == (2, False)
    assert "--check" in done.output


@given(st.data())
def test_no_change_of_a_byte_goes_unnoticed(data: st.DataObject) -> None:
    """Whatever byte of a file is another one, added or gone: it is no evidence, or has a fault."""
    first = {"kind": "run", "format": "photoguard-evidence", "version": 1, "rules": {"a": 15}}
    photo = {"kind": "photo", "number": 1, "outcome": "ready", "copy_sha256": "0" * 64}
    whole = write([first, photo, {**photo, "number": 2}])
    place = data.draw(st.integers(0, len(whole.content) - 1))
    instead = data.draw(st.binary(max_size=2))
    changed = whole.content[:place] + instead + whole.content[place + 1 :]
    assume(changed != whole.content)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "e.jsonl"
        file.write_bytes(changed)
        assert _is_refused(file, whole.end)


def _is_refused(file: Path, end: str) -> bool:
    """Tell whether a file is no evidence at all, or has a fault."""
    try:
        return read(file, end).fault is not None
    except UsageTrouble as trouble:
        return trouble.code == "evidence.no_evidence"


def test_a_years_evidence_is_examined_in_seconds(tmp_path: Path) -> None:
    """A file of 30,000 photos, 20 MB, is walked at once, and one line too many is refused."""
    line = {
        "kind": "photo",
        "number": 1,
        "outcome": "ready",
        "copy_sha256": "0" * 64,
        "x": "y" * 500,
    }
    first = {"kind": "run", "format": "photoguard-evidence", "version": 1}
    file = tmp_path / "e.jsonl"
    file.write_bytes(write([first, *[line] * 30_000]).content)
    began = time.process_time()
    found = read(file)
    assert (found.fault, len(found.photos)) == (None, 30_000)
    assert time.process_time() - began < 20

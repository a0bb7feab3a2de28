"""Disks fill up, inputs vanish, outputs cannot be written: one photo's loss, told in words."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from photoguard.errors import OutputError
from photoguard.files import digest_file, gather, open_regular
from photoguard.output.journal import Journal
from photoguard.output.trust import JOURNAL
from photoguard.pipeline import FolderJob, RunSpec, Workers, prepare_folder
from photoguard.settings import Settings
from tests.conftest import PROJECT, witness
from tests.output.signed import sign, steps
from tests.pipeline.photos import LANDSCAPE, PORTRAIT, small
from tests.stress import blind, shelf
from tests.stress.kill import Stage, session_ends
from tests.stress.material import small_folder

if TYPE_CHECKING:
    from photoguard.detect import FaceFinder
    from photoguard.pipeline import Progress

POSIX = os.name == "posix"
LINUX = sys.platform == "linux"
FIRST = {
    "format": 2,
    "id": "",
    "language": "fi",
    "source": "",
    "last_number": 0,
    "prefixes": [],
    "unwanted": None,
}
MOUNT = 'mount -t tmpfs -o "$1" none "$2" && shift 2 && exec "$@"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos that differ."""
    for number, source in enumerate((PORTRAIT, LANDSCAPE, PORTRAIT), start=1):
        small(tmp_path / "photos" / f"{number}.jpg", 100 + 20 * number, source)
    return tmp_path / "photos"


def _statuses(manifest: Any) -> list[str]:  # noqa: ANN401
    return [photo["status"] for photo in manifest["photos"]]


def _on_small_disk(size: str, place: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command for whom ``place`` is a disk of its own, of this size."""
    namespace = [witness("unshare"), "--mount", *(["--map-root-user"] if os.getuid() else [])]
    done = subprocess.run(
        [*namespace, "sh", "-c", MOUNT, "sh", f"size={size}", str(place), *command],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
        cwd=PROJECT,
    )
    if "unshare failed" in done.stderr or "mount:" in done.stderr:
        pytest.skip("this computer does not let tests mount a small disk")
    return done


PREPARE_AND_KEEP = """
import json, shutil, sys
from pathlib import Path
from photoguard.errors import PhotoguardError
from tests.stress import blind, shelf
photos, disk = map(Path, sys.argv[1:])
told = {}
try:
    told["code"] = blind.prepare([photos], disk / "out").exit_code
except PhotoguardError as trouble:
    told["trouble"], told["code"] = trouble.code, trouble.exit_code
told["half made"] = shelf.half_made(disk / "out")
(disk / "filler").unlink(missing_ok=True)
told["then"] = blind.prepare([photos], disk / "out").exit_code
told["statuses"] = [photo["status"] for photo in json.loads(
    (disk / "out" / "manifest.json").read_text())["photos"]]
told["half made"] += shelf.half_made(disk / "out") + shelf.leftovers(disk / "out")
print(json.dumps(told))
"""
FILL = """
import os, sys
from pathlib import Path
left, disk = int(sys.argv.pop(1)) * 1024, os.statvfs(sys.argv[2])
Path(sys.argv[2], "filler").write_bytes(bytes(disk.f_bavail * disk.f_frsize - left))
"""


@pytest.mark.skipif(not LINUX, reason="needs mount namespaces")
@pytest.mark.parametrize("left_kb", [0, 8, 24, 40, 64])
def test_a_full_disk_leaves_nothing_half_made(left_kb: int, folder: Path, tmp_path: Path) -> None:
    """Whatever room is left: no traceback, nothing half-made, and all is well with room again."""
    disk = tmp_path / "disk"
    disk.mkdir()
    script = FILL + PREPARE_AND_KEEP
    done = _on_small_disk(
        "2m", disk, sys.executable, "-c", script, str(left_kb), str(folder), str(disk)
    )
    assert done.returncode == 0, done.stderr
    listed = json.loads(done.stdout.splitlines()[-1])
    assert listed["code"] in {3, 4}
    assert listed["half made"] == []
    assert listed["then"] == 0
    assert listed["statuses"] == ["ready"] * 3


@pytest.mark.skipif(not LINUX, reason="needs mount namespaces")
def test_a_disk_that_may_only_be_read_is_said(folder: Path, tmp_path: Path) -> None:
    """A read-only output is a sentence before any photo is touched."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = [sys.executable, "-m", "photoguard", "prepare", str(folder), "--jobs", "1"]
    done = _on_small_disk("1m,ro", disk, *command, "--output", str(disk / "out"))
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 3


PULL_AND_PUT_BACK = """
import json, subprocess, sys
from pathlib import Path
from photoguard.errors import PhotoguardError
from tests.stress import blind, shelf
stick, port = map(Path, sys.argv[1:])
def put_in():
    subprocess.run(["mount", "--bind", str(stick), str(port)], check=True)
def pull(progress):
    if progress.done == 1:
        subprocess.run(["umount", "--lazy", str(port)], check=True)
told = {}
put_in()
try:
    told["code"] = blind.prepare([port / "photos"], port / "out", tell=pull).exit_code
except PhotoguardError as trouble:
    told["trouble"], told["code"] = trouble.code, trouble.exit_code
told["in the port"] = [path.name for path in port.iterdir()]
told["finished"] = shelf.half_made(stick / "out")
put_in()
result = blind.prepare([port / "photos"], port / "out")
told["then"] = [photo["status"] for photo in result.manifest["photos"]]
told["left"] = shelf.half_made(stick / "out") + shelf.leftovers(stick / "out")
told["originals"] = len(list((stick / "photos").iterdir()))
print(json.dumps(told))
"""


@pytest.mark.skipif(not LINUX, reason="needs mount namespaces")
def test_a_stick_that_is_pulled_and_put_back(folder: Path, tmp_path: Path) -> None:
    """Photos and copies lie on a stick: the run ends in a sentence, and goes on another time.

    Nothing is written where the stick was, and nothing on it is half made.
    """
    (stick := tmp_path / "stick").mkdir()
    (disk := tmp_path / "disk").mkdir()
    folder.rename(stick / "photos")
    (port := tmp_path / "port").mkdir()
    done = _on_small_disk(
        "1m", disk, sys.executable, "-c", PULL_AND_PUT_BACK, str(stick), str(port)
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "trouble": "files.cannot_write",
        "code": 4,
        "in the port": [],
        "finished": [],
        "then": ["ready"] * 3,
        "left": [],
        "originals": 3,
    }


@pytest.mark.skipif(not LINUX, reason="reads a file whose reading fails")
def test_a_photo_that_the_cloud_does_not_hand_over_costs_itself(
    folder: Path, tmp_path: Path
) -> None:
    """A file that opens but cannot be read, as without its cloud, is told; the others are done."""
    unread = Path("/proc/self/mem")
    with pytest.raises(OSError, match=r"."):
        unread.read_bytes()
    photos = [*sorted(folder.iterdir()), unread]
    result = blind.prepare(photos, tmp_path / "out")
    assert _statuses(result.manifest) == ["ready"] * 3 + ["failed"]
    assert result.manifest["photos"][3]["reasons"][0]["code"] == "files.cannot_read"


def test_a_photo_that_vanishes_costs_itself(folder: Path, tmp_path: Path) -> None:
    """A file that goes away while the others are prepared is told; the others are done."""

    def vanish(_: Progress) -> None:
        (folder / "3.jpg").unlink(missing_ok=True)

    result = blind.prepare([folder], tmp_path / "out", tell=vanish)
    assert _statuses(result.manifest) == ["ready", "ready", "failed"]
    assert result.manifest["photos"][2]["reasons"][0]["code"] == "files.cannot_read"


def test_a_photo_that_changes_meanwhile_is_told_by_what_was_read(
    folder: Path, tmp_path: Path
) -> None:
    """The manifest's digest is that of the bytes that were prepared; the next run sees more."""

    def change(progress: Progress) -> None:
        if not progress.skipped and progress.source == "1.jpg":
            shutil.copy(folder / "2.jpg", folder / "1.jpg")

    before = digest_file(folder / "1.jpg")
    first = blind.prepare([folder], tmp_path / "out", tell=change)
    assert first.manifest["photos"][0]["source_sha256"] == before
    second = blind.prepare([folder], tmp_path / "out")
    assert second.manifest["photos"][0]["source_sha256"] == digest_file(folder / "2.jpg")
    assert second.manifest["photos"][0]["output"] != first.manifest["photos"][0]["output"]
    assert shelf.leftovers(tmp_path / "out") == []


@pytest.mark.skipif(not POSIX, reason="POSIX pipes")
def test_a_pipe_in_a_photos_place_makes_nobody_wait(folder: Path, tmp_path: Path) -> None:
    """A file that became a pipe, a folder or a device meanwhile is refused at once."""

    def swap(_: Progress) -> None:
        (folder / "3.jpg").unlink(missing_ok=True)
        os.mkfifo(folder / "3.jpg")

    result = blind.prepare(
        [folder], tmp_path / "out", tell=lambda p: swap(p) if p.done == 1 else None
    )
    assert _statuses(result.manifest) == ["ready", "ready", "failed"]
    for special in (tmp_path, Path("/dev/zero")):
        with pytest.raises(OSError, match=r"."):
            open_regular(special)


def test_a_folder_that_vanishes_is_told_photo_by_photo(folder: Path, tmp_path: Path) -> None:
    """A memory stick that is pulled out costs what was not read yet."""
    result = blind.prepare(
        [folder], tmp_path / "out", tell=lambda _: shutil.rmtree(folder, ignore_errors=True)
    )
    # Two photos are under way at once, so that the second was read already.
    assert _statuses(result.manifest) == ["ready", "ready", "failed"]


def test_two_runs_at_once(folder: Path, tmp_path: Path) -> None:
    """The second run on one output is refused with a sentence, and disturbs nothing."""
    refused: list[str] = []

    def again(_: Progress) -> None:
        try:
            blind.prepare([folder], tmp_path / "out")
        except OutputError as trouble:
            refused.append(trouble.code)

    result = blind.prepare([folder], tmp_path / "out", tell=again)
    assert refused == ["journal.in_use"] * 3
    assert _statuses(result.manifest) == ["ready"] * 3
    assert shelf.leftovers(tmp_path / "out") == []


@pytest.mark.skipif(not POSIX, reason="POSIX rights")
def test_what_stays_behind_is_private(folder: Path, tmp_path: Path) -> None:
    """While it works and afterwards, only this user can look into the private folder."""
    open_to_others: list[str] = []
    private = tmp_path / "out" / ".photoguard"

    def look(_: Progress) -> None:
        there = (private, *private.rglob("*"))
        open_to_others.extend(path.name for path in there if path.stat().st_mode & 0o077)

    blind.prepare([folder], tmp_path / "out", tell=look)
    look(None)  # type: ignore[arg-type]
    assert open_to_others == []
    assert {path.name for path in private.iterdir()} == {JOURNAL, "lock", "run.json"}


@pytest.mark.skipif(not LINUX, reason="processes are read from /proc")
def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    """Where the main program alone is killed, its workers do not go on without it."""
    photos = small_folder(tmp_path / "photos")
    stage = Stage(photos, tmp_path / "place", blind=True)
    stage.place.mkdir()
    run = stage.start()
    until = time.monotonic() + 60
    while not list(stage.output.glob(".photoguard/work-*/*")) and time.monotonic() < until:
        time.sleep(0.01)
    run.kill()
    run.wait()
    assert session_ends(run.pid)


@pytest.mark.skipif(not POSIX, reason="POSIX links")
def test_a_shelf_that_leads_elsewhere_is_refused(folder: Path, tmp_path: Path) -> None:
    """A ready folder that is a link to the originals gets no copies."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "ready").symlink_to(folder)
    with pytest.raises(OutputError):
        blind.prepare([folder], tmp_path / "out")
    assert sorted(path.name for path in folder.iterdir()) == ["1.jpg", "2.jpg", "3.jpg"]


def test_a_copy_that_may_no_longer_be_shown_goes_first(folder: Path, tmp_path: Path) -> None:
    """A decision that changed takes effect before anything else, even if the run is interrupted."""
    first = blind.prepare([folder], tmp_path / "out")
    copies = [tmp_path / "out" / photo["output"] for photo in first.manifest["photos"]]
    (folder / "photos.csv").write_text("file;works\n3.jpg;Aino Virtanen\n", "utf-8")
    lying: list[bool] = []

    def interrupt(_: Progress) -> None:
        lying.append(copies[2].exists())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        blind.prepare([folder], tmp_path / "out", tell=interrupt)
    assert lying == [False]
    listed = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert [photo["source"] for photo in listed["photos"]] == ["1.jpg", "2.jpg"]


@pytest.mark.parametrize(
    "damage",
    [b"", b'{"format":1}\n', b"[]\n", b'{"reserve":"a","number":1}\n{}\n', b"\xff\xfe\n{\n"],
)
def test_a_journal_that_nobody_signed_is_a_sentence(damage: bytes, tmp_path: Path) -> None:
    """Whatever stands in the place of the journal is refused, never a traceback."""
    Journal.open(tmp_path / "out", "fi", "/photos").close()
    (tmp_path / "out" / ".photoguard" / JOURNAL).write_bytes(damage)
    with pytest.raises(OutputError) as trouble:
        Journal.open(tmp_path / "out", "fi", "/photos")
    assert trouble.value.code == "journal.foreign"


@pytest.mark.parametrize(
    "printed",
    [
        [{"format": 2}],
        [{"reserve": "a", "number": 1}],
        [{"told": 1}, {"told": 2}],
        [FIRST, {"done": "a", "number": 1, "record": {"output": "../a.docx"}}, {"told": True}],
        [FIRST, {"done": "a", "number": 1, "record": {"output": "ready/a.docx"}}],
        [FIRST, {"aside": "/etc/photo-001.jpg", "record": None}],
        [FIRST, {"deleted": "nobody"}],
        [FIRST, {"number": "1"}],
    ],
)
def test_a_damaged_journal_is_a_sentence(printed: list[dict[str, Any]], tmp_path: Path) -> None:
    """Whatever a signed journal holds, it is read or refused, never a traceback."""
    Journal.open(tmp_path / "out", "fi", "/photos").close()
    sign(tmp_path / "out" / ".photoguard" / JOURNAL, printed)
    with pytest.raises(OutputError) as trouble:
        Journal.open(tmp_path / "out", "fi", "/photos")
    assert trouble.value.code == "journal.damaged"


def test_a_record_of_another_version_counts_as_not_done(folder: Path, tmp_path: Path) -> None:
    """What this version cannot read is prepared anew, under its old number."""
    blind.prepare([folder], tmp_path / "out")
    journal = tmp_path / "out" / ".photoguard" / JOURNAL
    printed = [
        json.loads(json.dumps(step).replace('"facts":', '"fakta":')) for step in steps(journal)
    ]
    sign(journal, printed)
    result = blind.prepare([folder], tmp_path / "out")
    assert _statuses(result.manifest) == ["ready"] * 3
    assert shelf.leftovers(tmp_path / "out") == []


class _Fault:
    """A detector with a fault that names things."""

    def find(self, *_: object) -> None:
        raise RuntimeError("ZZSECRETZZ")


@pytest.mark.skipif(not POSIX, reason="POSIX rights")
def test_an_unforeseen_fault_is_noted_privately_only(folder: Path, tmp_path: Path) -> None:
    """A fault of our own costs its photo; its traceback lies where only this user looks."""
    spec = RunSpec(Settings())
    (batch,) = gather([folder], tmp_path / "out")
    faulty = replace(blind.tools(spec), finder=cast("FaceFinder", _Fault()))
    with Workers(1, lambda _: blind.InThisThread(faulty)) as workers:
        result = prepare_folder(FolderJob(batch, spec), workers, lambda _: None)
    assert _statuses(result.manifest) == ["failed"] * 3
    log = tmp_path / "out" / ".photoguard" / "trouble.log"
    assert log.stat().st_mode & 0o077 == 0
    assert log.read_text("utf-8").count("ZZSECRETZZ") >= 3
    others = [path for path in (tmp_path / "out").rglob("*") if path.is_file() and path != log]
    assert not [path for path in others if b"ZZSECRETZZ" in path.read_bytes()]


def test_settings_bound_a_files_size(folder: Path, tmp_path: Path) -> None:
    """A file above the limit is refused with a sentence, whatever it is."""
    limits = Settings().limits
    with (folder / "4.jpg").open("wb") as writable:
        writable.truncate(limits.file_mb * 1_000_000 + 1)
    result = blind.prepare([folder], tmp_path / "out")
    assert result.manifest["photos"][3]["reasons"][0]["code"] == "files.too_large"

"""A folder that somebody sent may bring an output: nothing outside it is ever touched.

Each case is laid out on a real disk; everything beside what the run may write is compared
before and after, byte for byte and mode for mode.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from PIL import Image

from photoguard.cli import photoguard
from photoguard.errors import OutputError, PhotoguardError, UsageTrouble
from photoguard.files import SHELVES, data_folder, digest_file, gather, is_place, place_in
from photoguard.model import Language, Outcome
from photoguard.output.journal import Journal, read_records
from photoguard.output.prepared import PreparedPhoto, photos_of, retire
from photoguard.output.trust import JOURNAL
from photoguard.texts import say
from tests.output.signed import sign, steps
from tests.pipeline.photos import LANDSCAPE, PORTRAIT, small
from tests.stress import blind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX links, pipes and modes")

OUTSIDE = ("../victim/thesis.docx", "../victim/photo-001.jpg", "ready/../../victim/photo-001.jpg")
ODD = ("READY/photo-001.jpg", "ready/PHOTO-001.JPG", "ready/photo-1.jpg", "ready//photo-001.jpg")
RECORD: dict[str, Any] = {
    "source": "x.jpg",
    "status": "failed",
    "reasons": [],
    "notices": [],
    "faces": [],
    "noted": [],
    "alt_text": {},
    "facts": None,
    "output_sha256": "0",
}
FIRST: dict[str, Any] = {
    "format": 2,
    "id": "0",
    "language": "en",
    "source": "/x",
    "last_number": 1,
    "prefixes": ["photo"],
    "unwanted": None,
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder of one photo, and beside it what must not be harmed."""
    small(tmp_path / "trip" / "a.jpg", 64, LANDSCAPE)
    (tmp_path / "victim").mkdir(mode=0o755)
    documents = tmp_path / "Documents"
    for name in ("work-2025", "work-0123456789ab", "ready", "valmiit"):
        (documents / name).mkdir(parents=True)
        for inside in ("thesis.txt", "photo-001.jpg", "photo-001.jpg.xmp", "photo-001.txt"):
            (documents / name / inside).write_text("mine")
    for path in (
        tmp_path / "victim" / "thesis.docx",
        tmp_path / "victim" / "photo-001.jpg",
        documents / "writing-novel.txt",
        documents / f"writing-{'0a' * 16}-manifest.json",
        documents / "lock",
        documents / "manifest.json",
        documents / "report.html",
        documents / "trouble.log",
    ):
        path.write_text("mine")
        path.chmod(0o644)
    documents.chmod(0o755)
    return tmp_path


def _everything(place: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return what is there, links as links: modes, times and bytes."""
    found = {}
    for path in sorted(place.rglob("*")):
        was = path.lstat()
        content = b""
        if stat.S_ISLNK(was.st_mode):
            content = os.fsencode(path.readlink())
        elif stat.S_ISREG(was.st_mode):
            content = path.read_bytes()
        found[str(path.relative_to(place))] = (was.st_mode, was.st_mtime_ns, content)
    return found


def _run(*command: str) -> Result:
    return CliRunner().invoke(photoguard, [*command])


def _output(place: Path) -> Path:
    return place / "trip-photoguard"


def _private(place: Path) -> Path:
    private = _output(place) / ".photoguard"
    private.mkdir(parents=True)
    return private


def _plain(path: Path, steps: list[dict[str, Any]]) -> None:
    """Write a journal that nobody signed."""
    path.write_text("".join(f"{json.dumps(step)}\n" for step in steps))


def _manifest(output: Path, copy: str) -> None:
    photo = {
        "source": "a.jpg",
        "source_sha256": "",
        "status": "ready",
        "output": copy,
        "output_sha256": "0",
        "faces": [],
        "reasons": [],
        "notices": [],
        "noted": [],
    }
    (output / "manifest.json").write_text(json.dumps({"unit": "x", "photos": [photo]}))


def _a_journal_without_a_signature(place: Path, copy: str = OUTSIDE[0]) -> None:
    done = {"done": "x.jpg", "number": 1, "record": RECORD | {"output": copy}}
    _plain(_private(place) / JOURNAL, [FIRST | {"format": 1}, done])


def _a_journal_that_names_an_absolute_path(place: Path) -> None:
    _a_journal_without_a_signature(place, str(place / "victim" / "thesis.docx"))


def _a_journal_of_another_user(place: Path) -> None:
    done = {"done": "x.jpg", "number": 1, "record": RECORD | {"output": OUTSIDE[0]}}
    sign(_private(place) / JOURNAL, [FIRST, done], key=bytes(32))


def _a_private_folder_that_is_a_link(place: Path) -> None:
    _output(place).mkdir()
    (_output(place) / ".photoguard").symlink_to(place / "Documents")


def _an_output_that_is_a_link(place: Path) -> None:
    _output(place).symlink_to(place / "Documents")


def _a_link_to_a_link(place: Path) -> None:
    (place / "between").symlink_to("Documents")
    _output(place).mkdir()
    (_output(place) / ".photoguard").symlink_to("../between")


def _a_lock_that_is_a_link(place: Path) -> None:
    (_private(place) / "lock").symlink_to(place / "victim" / "thesis.docx")


def _a_lock_that_is_a_dangling_link(place: Path) -> None:
    (_private(place) / "lock").symlink_to(place / "victim" / "new.docx")


def _a_journal_that_is_a_link(place: Path) -> None:
    sign(place / "victim" / "thesis.docx", [FIRST])
    (_private(place) / JOURNAL).symlink_to(place / "victim" / "thesis.docx")


def _a_journal_that_is_a_pipe(place: Path) -> None:
    os.mkfifo(_private(place) / JOURNAL)


def _a_private_folder_that_is_a_pipe(place: Path) -> None:
    _output(place).mkdir()
    os.mkfifo(_output(place) / ".photoguard")


def _shelves_that_are_links(place: Path) -> None:
    _output(place).mkdir()
    for shelf in SHELVES:
        (_output(place) / shelf).symlink_to(place / "Documents" / "ready")


def _copies_without_a_journal(place: Path) -> None:
    (_output(place) / "ready").mkdir(parents=True)
    shutil.copy(place / "trip" / "a.jpg", _output(place) / "ready" / "photo-001.jpg")
    _manifest(_output(place), "ready/photo-001.jpg")


def _names_in_capitals(place: Path) -> None:
    (_output(place) / "READY").mkdir(parents=True)
    (_output(place) / "READY" / "photo-001.jpg").write_text("theirs")
    (_output(place) / ".PhotoGuard").symlink_to(place / "Documents")


def _unfinished_work_without_a_journal(place: Path) -> None:
    private = _private(place)
    (private / "work-0123456789ab").symlink_to(place / "Documents" / "work-2025")
    (private / f"writing-{'0a' * 16}-manifest.json").symlink_to(place / "victim" / "thesis.docx")


def _everything_at_once(place: Path) -> None:
    _a_journal_of_another_user(place)
    _names_in_capitals_beside(place)
    (_output(place) / ".photoguard" / "lock").symlink_to(place / "victim" / "thesis.docx")
    (_output(place) / "ready").symlink_to(place / "Documents" / "ready")
    (_output(place) / "manifest.json").symlink_to(place / "Documents" / "manifest.json")


def _names_in_capitals_beside(place: Path) -> None:
    (_output(place) / "REVIEW").symlink_to(place / "Documents" / "ready")


FOREIGN = {
    plant.__name__.strip("_").replace("_", " "): plant
    for plant in (
        *(_a_journal_without_a_signature, _a_journal_that_names_an_absolute_path),
        *(_a_journal_of_another_user, _a_private_folder_that_is_a_link, _an_output_that_is_a_link),
        *(_a_link_to_a_link, _a_lock_that_is_a_link, _a_lock_that_is_a_dangling_link),
        *(_a_journal_that_is_a_link, _a_journal_that_is_a_pipe, _a_private_folder_that_is_a_pipe),
        *(_shelves_that_are_links, _copies_without_a_journal, _names_in_capitals),
        *(_unfinished_work_without_a_journal, _everything_at_once),
    )
}


@pytest.mark.parametrize("plant", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("options", [[], ["--fresh"]], ids=["again", "fresh"])
def test_a_received_output_stops_the_run_and_stays_as_it_is(
    plant: Callable[[Path], None], options: list[str], place: Path
) -> None:
    """Nothing is removed, written or changed, inside or outside; a sentence says why."""
    plant(place)
    before = _everything(place)
    done = _run("prepare", str(place / "trip"), "--quiet", *options)
    assert isinstance(done.exception, OutputError), done.output
    assert done.exception.exit_code == 3
    assert _everything(place) == before


@pytest.mark.parametrize("plant", FOREIGN.values(), ids=FOREIGN)
def test_tidying_a_received_output_harms_nothing_outside(
    plant: Callable[[Path], None], place: Path
) -> None:
    """Whatever a manifest in it names, and however often tidy is told to go on."""
    plant(place)
    if _output(place).is_dir() and not (_output(place) / "manifest.json").exists():
        _manifest(_output(place), OUTSIDE[0])
    before = _everything(place)
    _run("tidy", str(_output(place)), "--days", "0", "--yes")
    assert _everything(place) == before


@pytest.fixture
def own(place: Path) -> Path:
    """The same, with an output of this user's own."""
    blind.prepare([place / "trip"], _output(place))
    assert read_records(_output(place))
    return place


def _own_journal(place: Path) -> Path:
    return _output(place) / ".photoguard" / JOURNAL


def _replaced_by_a_link(place: Path, name: str, target: str) -> None:
    path = _output(place) / name
    (shutil.rmtree if path.is_dir() else os.unlink)(path)
    path.symlink_to(place / target)


LINKED = {
    "ready": "Documents/ready",
    "review": "Documents/ready",
    ".photoguard": "Documents",
    ".photoguard/lock": "victim/thesis.docx",
    "ready/photo-001.jpg": "victim/photo-001.jpg",
    "ready/photo-001.jpg.xmp": "victim/thesis.docx",
}


@pytest.mark.parametrize(("name", "target"), LINKED.items(), ids=LINKED)
def test_no_part_of_an_own_output_may_be_a_link(name: str, target: str, own: Path) -> None:
    """A run, a fresh one, tidying and a withdrawal touch nothing behind a link."""
    (photo,) = photos_of(_output(own), "en")
    _replaced_by_a_link(own, name, target)
    small(own / "trip" / "a.jpg", 80, LANDSCAPE)  # so that the earlier copy has to go
    outside = _without_output(own)
    for fresh in ([], ["--fresh"]):
        done = _run("prepare", str(own / "trip"), "--quiet", *fresh)
        assert isinstance(done.exception, PhotoguardError), done.output
    with suppress(OutputError, UsageTrouble):
        retire(photo, {})
    _run("tidy", str(_output(own)), "--days", "0", "--yes")
    assert _without_output(own) == outside


def _without_output(place: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        name: was
        for name, was in _everything(place).items()
        if not name.startswith("trip-photoguard")
    }


@pytest.mark.parametrize("name", ["manifest.json", "report.html"])
def test_what_is_told_replaces_a_link_and_not_its_target(name: str, own: Path) -> None:
    """Manifest and report are put into place, never written through."""
    _replaced_by_a_link(own, name, "victim/thesis.docx")
    blind.prepare([own / "trip"], _output(own))
    assert (own / "victim" / "thesis.docx").read_text() == "mine"
    assert not (_output(own) / name).is_symlink()


@pytest.mark.parametrize("copy", [*OUTSIDE, *ODD])
def test_a_signed_journal_names_copies_only(copy: str, own: Path) -> None:
    """Even where somebody has the key: the program removes what bears a name of its own."""
    done = {"done": "x.jpg", "number": 1, "record": RECORD | {"output": copy}}
    sign(_own_journal(own), [FIRST, done])
    before = _everything(own)
    with pytest.raises(OutputError) as trouble:
        Journal.open(_output(own), "en", "")
    assert trouble.value.code == "journal.damaged"
    assert _everything(own) == before


@pytest.mark.parametrize("copy", [*OUTSIDE, *ODD, "/etc/passwd", 3, ["ready"]])
def test_a_manifest_names_copies_only(copy: object, own: Path) -> None:
    """A manifest that names anything else is not read, and so nothing is withdrawn by it."""
    manifest = _output(own) / "manifest.json"
    listed = json.loads(manifest.read_text("utf-8"))
    listed["photos"][0]["output"] = copy
    manifest.write_text(json.dumps(listed))
    with pytest.raises(UsageTrouble):
        photos_of(_output(own), "en")
    assert not is_place(copy)


def test_a_withdrawal_removes_what_it_is_told_and_no_more(own: Path) -> None:
    """Neither a name outside nor a folder of the same name elsewhere is touched."""
    (photo,) = photos_of(_output(own), "en")
    before = _without_output(own)
    for copy in OUTSIDE:
        with pytest.raises(UsageTrouble):
            retire(_named(photo, copy), {})
    retire(photo, {"code": "x", "persons": [], "text": ""})
    assert not photo.path.exists()
    assert _without_output(own) == before


def _named(photo: PreparedPhoto, copy: str) -> PreparedPhoto:
    return replace(photo, output=copy)


def test_a_copy_that_this_user_did_not_make_is_not_told_ready(own: Path) -> None:
    """An original in a ready copy's place is not believed, whatever journal and manifest say."""
    copy, journal = _output(own) / "ready" / "photo-001.jpg", _own_journal(own)
    made = digest_file(copy)
    shutil.copy(own / "trip" / "a.jpg", copy)
    for path in (journal, _output(own) / "manifest.json"):
        path.write_text(path.read_text().replace(made, digest_file(copy)))
    with pytest.raises(OutputError) as trouble:
        blind.prepare([own / "trip"], _output(own))
    assert trouble.value.code in {"journal.damaged", "journal.foreign"}


def test_a_changed_picture_alone_is_examined_before_it_is_ready(own: Path) -> None:
    """Where only the picture was replaced, nobody vouches for it: it waits in review."""
    copy = _output(own) / "ready" / "photo-001.jpg"
    shutil.copy(own / "trip" / "a.jpg", copy)
    result = blind.prepare([own / "trip"], _output(own))
    listed = {photo["output"]: photo["status"] for photo in result.manifest["photos"]}
    assert listed == {"ready/photo-002.jpg": "ready", "review/photo-001.jpg": "review"}


def test_a_received_manifest_settles_no_face(place: Path) -> None:
    """Check believes what this user's journal says of a picture, never what a manifest says."""
    (_output(place) / "ready").mkdir(parents=True)
    copy = small(_output(place) / "ready" / "photo-001.jpg")
    _manifest(_output(place), "ready/photo-001.jpg")
    listed = json.loads((_output(place) / "manifest.json").read_text())
    face = {"box": [0, 0, 5000, 5000], "action": "keep", "person": "x"}
    listed["photos"][0] |= {"output_sha256": digest_file(copy), "faces": [face]}
    (_output(place) / "manifest.json").write_text(json.dumps(listed))
    assert _run("check", str(copy)).exit_code == 5


def test_a_changed_copy_is_looked_at_with_the_eyes_of_check(own: Path) -> None:
    """The command examines it for real: a visible face waits, a smooth picture is ready."""
    copy = _output(own) / "ready" / "photo-001.jpg"
    small(copy, source=PORTRAIT)
    assert _run("prepare", str(own / "trip"), "--quiet").exit_code == 1
    assert (_output(own) / "review" / "photo-001.jpg").is_file()
    newer = _output(own) / "ready" / "photo-002.jpg"
    with Image.open(newer) as opened:
        opened.copy().save(newer, quality=97)
    _run("prepare", str(own / "trip"), "--quiet")
    photos = json.loads((_output(own) / "manifest.json").read_text())["photos"]
    assert {photo["output"]: photo["status"] for photo in photos} == {
        "ready/photo-003.jpg": "ready",
        "ready/photo-002.jpg": "ready",
        "review/photo-001.jpg": "review",
    }


@pytest.mark.parametrize("line", range(4))
def test_no_line_can_be_changed_moved_or_carried_over(line: int, own: Path, tmp_path: Path) -> None:
    """Each line is signed with those before it and with the output that it belongs to."""
    with Journal.open(_output(own), "en", "") as journal:
        for name in ("b.jpg", "c.jpg", "d.jpg"):
            journal.reserve(name)
    with Journal.open(tmp_path / "other", "en", "") as journal:
        for name in ("b.jpg", "c.jpg", "d.jpg"):
            journal.reserve(name)
    lines = _own_journal(own).read_text().splitlines(keepends=True)
    others = (tmp_path / "other" / ".photoguard" / JOURNAL).read_text().splitlines(keepends=True)
    changed = lines[line].replace('":', '" :', 1)
    for forged in (changed, lines[(line + 1) % 4], others[min(line, 3)]):
        steps = [*lines[:line], forged, *lines[line + 1 :]]
        _own_journal(own).write_text("".join(steps))
        with pytest.raises(OutputError) as trouble:
            Journal.open(_output(own), "en", "")
        assert trouble.value.code in {"journal.damaged", "journal.foreign"}


def test_a_line_that_somebody_added_says_nothing(own: Path) -> None:
    """At the end it cannot be told from what a power cut tore, and counts for as little."""
    Journal.open(_output(own), "en", "").close()
    before = steps(_own_journal(own))
    with _own_journal(own).open("a") as writable:
        writable.write('{"unwanted":null}\n')
    Journal.open(_output(own), "en", before[0]["source"]).close()
    assert steps(_own_journal(own)) == before


@pytest.mark.parametrize("seed", range(8))
def test_a_journal_that_is_altered_anywhere_is_read_or_refused(seed: int, own: Path) -> None:
    """Bytes that are flipped, cut, doubled or put in: a sentence, and nothing outside changes."""
    journal, chance = _own_journal(own), Random(seed)  # noqa: S311 - the same each time
    whole, outside = journal.read_bytes(), _without_output(own)
    for _ in range(25):
        at, end = sorted(chance.choices(range(len(whole)), k=2))
        middle = chance.choice(
            [
                b"",
                b"\0" * (end - at),
                whole[at:end] * 2,
                b"[" * 5000,
                bytes([chance.randrange(256)]),
            ]
        )
        journal.write_bytes(whole[:at] + middle + whole[end:])
        with suppress(OutputError):
            Journal.open(_output(own), "en", "").close()
    assert _without_output(own) == outside


def test_an_older_journal_put_back_unsays_nothing(own: Path) -> None:
    """It is signed, too: but numbers stay used, and an answer that is gone holds every photo."""
    older = _own_journal(own).read_bytes()
    with Journal.open(_output(own), "en", "") as journal:
        journal.remember_unwanted({"photos": {"a.jpg": "blocked"}, "files": {}, "others": "ready"})
        assert journal.reserve("b.jpg") == 2
    _own_journal(own).write_bytes(older)
    result = blind.prepare([own / "trip"], _output(own))
    assert {photo["status"] for photo in result.manifest["photos"]} == {"review"}
    with Journal.open(_output(own), "en", "") as journal:
        assert journal.renumber("c.jpg") == 3


def test_what_is_remembered_of_an_output_leaves_with_it(own: Path) -> None:
    """The user's own folder keeps nothing of copies that were tidied away."""
    (kept,) = (data_folder() / "journals").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    kept.write_text("[")  # spoilt, it says nothing
    assert _run("tidy", str(_output(own)), "--days", "0", "--yes").exit_code == 0
    assert not kept.exists()


def test_a_damaged_key_makes_outputs_foreign_and_new_ones_possible(
    own: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the key was lost, nothing old is believed, and work goes on elsewhere."""
    monkeypatch.setenv("PHOTOGUARD_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    key = tmp_path / "data" / "journal-key"
    key.write_bytes(b"half")
    with pytest.raises(OutputError) as trouble:
        Journal.open(_output(own), "en", "")
    assert trouble.value.code == "journal.foreign"
    Journal.open(tmp_path / "new", "en", "").close()
    assert (stat.S_IMODE(key.stat().st_mode), len(key.read_bytes())) == (0o600, 32)
    assert {path.name for path in key.parent.iterdir()} == {"journal-key", "journals"}


@pytest.mark.parametrize("odd", ["folder", "link"])
def test_a_key_that_cannot_be_read_is_a_sentence(
    odd: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a key nothing can be signed: the run does not begin."""
    monkeypatch.setenv("PHOTOGUARD_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    key = tmp_path / "data" / "journal-key"
    if odd == "folder":
        key.mkdir()
    else:
        (tmp_path / "elsewhere").write_bytes(bytes(32))
        key.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError) as trouble:
        Journal.open(tmp_path / "out", "en", "")
    assert trouble.value.code == "journal.no_key"


def test_a_run_that_was_killed_before_its_journal_goes_on(place: Path) -> None:
    """A private folder with nothing but a lock and half a journal is one that a run began."""
    private = _private(place)
    (private / "lock").touch()
    (private / f"new-{JOURNAL}").write_text('{"form')
    assert blind.prepare([place / "trip"], _output(place)).exit_code == 0


def test_an_output_may_be_carried_elsewhere(own: Path) -> None:
    """Moved or copied by its user, an output is still that user's."""
    shutil.copytree(_output(own), own / "moved")
    result = blind.prepare([own / "trip"], own / "moved")
    assert [photo["output"] for photo in result.manifest["photos"]] == ["ready/photo-001.jpg"]


def test_shelves_are_called_as_the_catalogues_call_them() -> None:
    """The one list of folder names has those of all languages, and no other."""
    shelved = (Outcome.READY, Outcome.REVIEW)
    named = {say(f"words.folder_{each}", language) for each in shelved for language in Language}
    assert named == SHELVES


@pytest.mark.parametrize("copy", [f"{shelf}/kuva-1000.webp" for shelf in sorted(SHELVES)])
def test_every_copy_of_ours_has_such_a_name(copy: str, tmp_path: Path) -> None:
    """What the program gives is taken for its own, sidecars included."""
    assert is_place(copy)
    for name in (copy, f"{copy}.xmp", copy.replace(".webp", ".txt")):
        assert place_in(tmp_path, name) == tmp_path / name


@pytest.mark.parametrize(
    "copy", ["ready/photo-001.gif", "ready/photo-001.jpg.exe", "ready/.txt", "photo-001.jpg", ""]
)
def test_nothing_else_has_such_a_name(copy: str, tmp_path: Path) -> None:
    """Other endings, other folders and no folder at all are refused."""
    with pytest.raises(OutputError):
        place_in(tmp_path, copy)


def test_what_is_passed_by_is_told(place: Path) -> None:
    """Links, pipes, an output among the photos and a folder with a photo's name are named."""
    trip = place / "trip"
    (trip / "link.jpg").symlink_to(place / "victim" / "photo-001.jpg")
    (trip / "away").symlink_to(place / "Documents")
    os.mkfifo(trip / "pipe.jpg")
    (trip / "hidden" / ".photoguard").mkdir(parents=True)
    (trip / "planted").mkdir()
    (trip / "planted" / ".photoguard").symlink_to(place / "nowhere")
    small(trip / "dir.jpg" / "b.jpg", 64, LANDSCAPE)
    (batch,) = gather([trip])
    assert {each.source.name: each.code.partition("_handled_")[2] for each in batch.passed} == {
        "link.jpg": "link",
        "away": "link",
        "pipe.jpg": "special",
        "hidden": "output",
        "planted": "output",
        "dir.jpg": "folder",
    }
    result = blind.prepare([trip], _output(place))
    assert [photo["source"] for photo in result.manifest["photos"]] == ["a.jpg", "dir.jpg/b.jpg"]
    assert {item["source"] for item in result.manifest["not_handled"]} == {
        each.source.name for each in batch.passed
    }


def test_what_names_the_originals_is_the_users_alone(place: Path) -> None:
    """Manifest and report are 0600 in a folder 0700; the umask says who may read the pictures."""
    before = os.umask(0o027)
    try:
        blind.prepare([place / "trip"], _output(place))
    finally:
        os.umask(before)
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (_output(place), *_output(place).rglob("*"))
    }
    assert modes["trip-photoguard"] == modes[".photoguard"] == 0o700
    assert modes["manifest.json"] == modes["report.html"] == modes[JOURNAL] == 0o600
    assert modes["photo-001.jpg"] == modes["photo-001.txt"] == 0o640


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs other owners")
@pytest.mark.parametrize("name", ["", "ready", ".photoguard", f".photoguard/{JOURNAL}"])
def test_nothing_of_somebody_else_is_used(name: str, own: Path) -> None:
    """A part of an output that belongs to another user stops the run."""
    os.chown(_output(own) / name, 12345, 12345)
    before = _everything(own)
    done = _run("prepare", str(own / "trip"), "--quiet")
    assert isinstance(done.exception, OutputError)
    assert done.exception.code == "journal.not_own"
    assert _without_output(own).items() <= before.items()

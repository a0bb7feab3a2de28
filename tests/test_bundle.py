"""The bundle that ``.ci/bundle`` made works on a computer without Python, as the sources do.

It is tried as staff get it: moved to a folder with a Finnish name and blanks, with none of
this computer's variables, and every command of a kindergarten's life under strace.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import TYPE_CHECKING, Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from tests.conftest import NO_BUNDLE, PROJECT, SAMPLES, witness
from tests.ocr.signs import slip, wall
from tests.pipeline.photos import PORTRAIT
from tests.test_silence import LIFE, MAY_LISTEN, calls_in, furnished, live, programs_in

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 290_000_000
LICENCE = re.compile("licen[cs]e|copying|notice", re.IGNORECASE)
WITHOUT_A_TEXT = ["flatbuffers"]
"""Packages whose makers put no licence's text into the wheel."""
FORMATS = ("jpg", "png", "webp", "tif", "bmp", "heic", "avif")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle's program, moved to a folder with blanks and letters beyond ASCII."""
    made = Path(os.environ.get("PHOTOGUARD_BUNDLE", PROJECT / "build" / "bundle" / "photoguard"))
    if not (made / "photoguard").is_file():
        pytest.skip(NO_BUNDLE)
    moved = tmp_path_factory.mktemp("Päiväkodin Åäö ohjelmat") / "photo guard"
    shutil.copytree(made, moved, symlinks=True)
    return moved / "photoguard"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A computer's home with two photos, one of them damaged."""
    return furnished(tmp_path_factory.mktemp("koti ÄÖ"))


def alone(home: Path) -> list[str]:
    """Return what runs a program with a home and nothing else; no Python is to be found."""
    return [witness("env"), "-i", f"HOME={home}", "PATH=/nowhere", "PHOTOGUARD_LANGUAGE=en"]


def prepared(program: list[str], photos: Path, output: Path, home: Path) -> dict[str, Any]:
    """Prepare a folder and return its manifest; a failed start shows what was said."""
    command = [*alone(home), *program, "prepare", str(photos), "--output", str(output)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    assert done.returncode in {0, 1, 4}, done.stdout + done.stderr
    manifest: dict[str, Any] = json.loads((output / "manifest.json").read_text("utf-8"))
    return manifest


def told(manifest: dict[str, Any]) -> list[tuple[object, ...]]:
    """Return what must be the same wherever a photo is prepared; copies are never alike."""
    return [
        (
            photo["source"],
            photo["status"],
            [reason["code"] for reason in photo["reasons"]],
            photo["size"],
            [(face["box"], face["detectors"], face["action"]) for face in photo["faces"]],
            [(text["box"], text["code"], text["action"]) for text in photo["texts"]],
        )
        for photo in manifest["photos"]
    ]


@contextmanager
def screen() -> Iterator[str]:
    """A screen that nobody sees; gives its name."""
    reading, writing = os.pipe()
    command = [witness("Xvfb"), "-displayfd", str(writing), "-screen", "0", "1000x700x24"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as told_name:
            yield f":{told_name.readline().strip()}"
        server.terminate()


def wait_for(file: Path, seconds: float = 120) -> None:
    """Wait until a file is there."""
    until = time.monotonic() + seconds
    while not file.exists():
        assert time.monotonic() < until, file
        time.sleep(0.1)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, one face in every format that photoguard takes, and a name on a wall."""
    folder = tmp_path_factory.mktemp("in") / "kuvat ja ÄÖ"
    shutil.copytree(SAMPLES / "photos", folder)
    pillow_heif.register_heif_opener()
    with Image.open(PORTRAIT) as sample:
        picture = sample.convert("RGB")
    picture.thumbnail((640, 640))
    for ending in FORMATS:
        picture.save(folder / f"face.{ending}")
    Image.fromarray(wall((slip("AINO K.", 40), (120, 80)))).save(folder / "wall.jpg", quality=92)
    return folder


def test_the_bundle_prepares_like_the_sources(bundle: Path, photos: Path, tmp_path: Path) -> None:
    """Every format, every detector and the reading of text come to the same."""
    sources = [sys.executable, "-m", "photoguard"]
    expected = told(prepared(sources, photos, tmp_path / "sources", tmp_path))
    assert told(prepared([str(bundle)], photos, tmp_path / "bundle", tmp_path)) == expected
    assert sum(status == "ready" for _, status, *_ in expected) >= len(FORMATS)
    assert any(texts for source, *_, texts in expected if source == "wall.jpg")


def test_the_bundle_knows_what_the_sources_prepared(
    bundle: Path, photos: Path, tmp_path: Path
) -> None:
    """Its detection goes by the same name, so that nothing is done anew without a change."""
    one = tmp_path / "kuvat"
    one.mkdir()
    shutil.copy(photos / "face.jpg", one)
    prepared([sys.executable, "-m", "photoguard"], one, tmp_path / "out", tmp_path)
    (copy,) = (tmp_path / "out").glob("*/*.jpg")
    before = copy.read_bytes()
    prepared([str(bundle)], one, tmp_path / "out", tmp_path)
    assert copy.read_bytes() == before


def test_the_self_test_finds_nothing_missing(bundle: Path, tmp_path: Path) -> None:
    """The doctor looks at the libraries, the models, the languages and a whole preparation."""
    command = [*alone(tmp_path), str(bundle), "doctor", "--json"]
    done = subprocess.run(command, check=False, capture_output=True, timeout=300)
    checks = json.loads(done.stdout)["checks"]
    assert [check for check in checks if check["status"] == "broken"] == []
    assert done.returncode == 0


@pytest.mark.parametrize("scene", LIFE, ids=lambda scene: " ".join(scene[:2]))
def test_every_command_works_in_silence(scene: tuple[str, ...], bundle: Path, place: Path) -> None:
    """No command misses what was left out, speaks to a network or starts another program."""
    done = live([str(bundle)], scene, place, tuple(alone(place)))
    assert b"Traceback" not in done.stderr
    assert done.returncode in {0, 1, 4, 5}, done.stderr.decode()
    assert calls_in(place / "trace") == []
    assert programs_in(place / "trace") <= {"env", "photoguard"}


def test_a_register_on_a_server_is_asked_for(bundle: Path, tmp_path: Path) -> None:
    """The driver of PostgreSQL is there: it is the server that does not answer."""
    nobody = "postgresql+psycopg://staff@127.0.0.1:1/photoguard"
    ask = ["register", "check", "--register", nobody]
    said = [
        subprocess.run([*alone(tmp_path), *program, *ask], check=False, capture_output=True)
        for program in ([str(bundle)], [sys.executable, "-m", "photoguard"])
    ]
    assert said[0].stderr == said[1].stderr
    assert said[0].returncode == said[1].returncode
    assert b"127.0.0.1" in said[0].stderr


def test_the_window_shows_what_came_of_it(bundle: Path, photos: Path, tmp_path: Path) -> None:
    """The icon's window has Tcl, Tk and their data, and stays open for the next step."""
    (tmp_path / "kuvat").mkdir()
    shutil.copy(photos / "face.jpg", tmp_path / "kuvat")
    drop = [str(bundle), "drop", str(tmp_path / "kuvat"), "--window", "--yes", "--no-open"]
    with screen() as name:
        start = [*alone(tmp_path), f"DISPLAY={name}", *drop]
        with subprocess.Popen(start, stdin=PIPE, stdout=PIPE, stderr=STDOUT) as window:
            wait_for(tmp_path / "kuvat-photoguard" / "manifest.json")
            time.sleep(2)
            assert window.poll() is None
            window.terminate()
            words, _ = window.communicate(timeout=60)
    assert words == b""


def test_the_page_opens(bundle: Path, place: Path, photos: Path, tmp_path: Path) -> None:
    """The one command that listens serves its page to this computer, with style and script."""
    from urllib.request import HTTPCookieProcessor, Request, build_opener

    assert {"review"} == MAY_LISTEN
    one = tmp_path / "kuvat"
    one.mkdir()
    shutil.copy(photos / "face.jpg", one)
    prepared([str(bundle)], one, tmp_path / "out", place)
    command = [*alone(place), str(bundle), "review", str(tmp_path / "out"), "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as page:
        assert page.stdout is not None
        link = re.search(r"http://127\.0\.0\.1:[0-9]+/[^ \n]*", page.stdout.readline())
        assert link is not None
        opener = build_opener(HTTPCookieProcessor())
        text = opener.open(link[0]).read().decode()
        assert "<main" in text
        home = link[0].partition("/?")[0]
        for found in re.findall(r'(?:href|src)="(/[^"]+\.(?:css|js))"', text):
            assert opener.open(home + found).read()
        headers = {"Origin": home, "X-Photoguard": "1", "Content-Type": "application/json"}
        opener.open(Request(f"{home}/api/close", b"{}", headers)).read()  # noqa: S310 - loopback
        assert page.wait(60) == 0


def test_the_bundle_is_light(bundle: Path) -> None:
    """The folder holds no more than a laptop can spare, each file counted once."""
    files = [path for path in bundle.parent.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES


def test_every_package_brings_its_licence(bundle: Path) -> None:
    """What is passed on keeps its makers' names and terms beside it."""
    locked = (PROJECT / ".ci" / "locks" / "program.txt").read_text("utf-8")
    names = re.findall(r"^([a-z0-9-]+)==(?!.*win32)", locked, re.MULTILINE)
    texts = {
        re.sub(r"[-_.]+", "-", path.name.lower()).partition("-dist")[0]
        for path in (bundle.parent / "_internal").glob("*.dist-info")
        if [each for each in path.rglob("*") if LICENCE.search(each.name)]
    }
    assert len(names) > 30
    bare = [name for name in names if not any(each.startswith(f"{name}-") for each in texts)]
    assert bare == WITHOUT_A_TEXT


def test_nothing_in_the_bundle_tells_where_it_was_made(bundle: Path) -> None:
    """No file of its own names a folder of the computer that made it."""
    own = [bundle, *(bundle.parent / "_internal").glob("photoguard*/**/*")]
    assert any(path.parent.suffix == ".dist-info" for path in own)
    made = str(PROJECT).encode()
    assert [path for path in own if path.is_file() and made in path.read_bytes()] == []


def test_the_pictures_of_the_formats_differ(photos: Path) -> None:
    """The witnesses are real: each file holds the face, in its own format."""
    with Image.open(photos / "face.heic") as picture:
        assert np.asarray(picture.convert("L")).std() > 20

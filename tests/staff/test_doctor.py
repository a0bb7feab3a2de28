"""Doctor: what is right is said to be right, and each fault is found with a remedy."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from photoguard.doctor import Check, Status, computer, selftest
from photoguard.images import Decoder
from photoguard.model import Language
from photoguard.settings import Limits, Settings
from photoguard.settings.load import user_file
from photoguard.texts import say
from tests.conftest import PROJECT
from tests.locale.catalogues import sentences
from tests.pipeline.photos import LANDSCAPE, small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from photoguard.model import Pixels

PORTRAITS = PROJECT / "photoguard" / "doctor" / "portrait"


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """A decoder for all tests of this file."""
    with Decoder(Limits()) as opened:
        yield opened


@pytest.fixture(scope="module")
def portrait(decoder: Decoder) -> Pixels:
    """The built-in portrait."""
    return decoder.decode((PORTRAITS / "portrait.jpg").read_bytes()).pixels


@pytest.fixture(scope="module")
def bench() -> Iterator[selftest.Bench]:
    """Detectors and workers for all tests of this file."""
    with selftest.open_bench(Settings()) as opened:
        yield opened


def broken(check: Check, code: str) -> None:
    """Expect a fault with this code, and a remedy in each language."""
    assert (check.status, check.code) == (Status.BROKEN, code)
    for language in Language:
        assert say(f"{code}.remedy", language, None, **check.parameters)


def test_this_computer_is_examined_whole() -> None:
    """The command examines everything, ends with 0, and its JSON says what the lines say."""
    done = subprocess.run(
        [sys.executable, "-m", "photoguard", "doctor", "--quick", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    result = json.loads(done.stdout)
    assert (done.returncode, result["exit_code"]) == (0, 0), done.stdout
    assert [check["name"] for check in result["checks"]] == [
        *("program", "libraries", "cv2", "models", "languages", "settings", "register_none"),
        *("rights", "disk", "heic", "detectors", "writer", "verifier"),
    ]
    assert {check["status"] for check in result["checks"]} <= {"fine", "notice"}
    assert all(check["text"] for check in result["checks"])
    assert done.stderr == ""


def test_a_fault_ends_with_code_3_and_a_remedy() -> None:
    """A wrong setting is a line with file, line and value, and the next step below it."""
    user_file().parent.mkdir(parents=True)
    user_file().write_text('language = "sv"\nunit = "koulu"\n', "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "photoguard", "doctor", "--quick"],
        capture_output=True,
        text=True,
        check=False,
        env={key: value for key, value in os.environ.items() if key != "PHOTOGUARD_LANGUAGE"},
    )
    assert done.returncode == 3
    assert re.search(r"✗ .*photoguard\.toml.*2.*koulu.*\n  → .*early-childhood", done.stdout)
    assert say("doctor.some_broken", Language.SV, 1) in done.stdout


def test_it_says_what_it_is_doing() -> None:
    """Before whatever takes a moment stands what it is; it is said beside the result."""
    done = subprocess.run(
        [sys.executable, "-m", "photoguard", "doctor", "--quick", "--language", "fi"],
        capture_output=True,
        text=True,
        check=False,
    )
    doing = [say(f"doctor.doing_{step}", Language.FI) for step in ("detectors", "writer")]
    assert done.stderr.splitlines() == [f"… {sentence}" for sentence in doing]
    assert not any(sentence in done.stdout for sentence in doing)


def test_a_slow_computer_is_not_measured_as_well() -> None:
    """Where the time is used up, the speed is left out and that is told; nothing is broken."""
    result: list[str] = []
    *_, last = selftest.checks(Settings(), speed=True, begin=result.append, latest=0)
    assert (last.code, last.status) == ("doctor.not_measured", Status.NOTICE)
    assert "doctor.doing_speed" not in result


@pytest.mark.parametrize(
    ("name", "silent", "loud"),
    [("mediapipe", "0.10.33", "1.2.2"), ("onnxruntime", "1.28.0", "1.32.0")],
)
def test_another_version_is_not_silent(name: str, silent: str, loud: str) -> None:
    """A version other than the pinned one is a fault, since it may report to its maker."""
    assert name in computer.SILENT
    assert computer._pinned(name) == silent
    broken(computer.libraries({name: loud}, {name: silent}), "doctor.loud")
    assert computer.libraries({name: silent}, {name: silent}).status is Status.FINE
    assert computer.libraries({}, {name: ""}).status is Status.FINE


@pytest.mark.parametrize(
    "there", [{}, {"opencv-python": "5.0.0.93", "opencv-contrib-python": "4.11.0.86"}]
)
def test_packages_that_hold_the_same_folder(there: dict[str, str]) -> None:
    """Two versions of OpenCV in one place are a fault, and so is none."""
    broken(computer.cv2_packages(there), "doctor.cv2_differ")


def test_this_environment_has_one_opencv() -> None:
    """The packages that are installed here are of one version."""
    assert computer.cv2_packages(computer.installed(computer.CV2_PACKAGES)).status is Status.FINE


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder that cannot be made is named."""
    (tmp_path / "file").write_text("")
    check = computer.rights((tmp_path, tmp_path / "file" / "below"))
    broken(check, "doctor.no_rights")
    assert check.parameters["place"] == str(tmp_path / "file" / "below")


@pytest.mark.parametrize(
    ("free", "code", "status"),
    [
        (10_000_000, "doctor.disk_full", Status.BROKEN),
        (900_000_000, "doctor.disk_little", Status.NOTICE),
        (90_000_000_000, "doctor.disk", Status.FINE),
    ],
)
def test_room_on_the_disk(free: int, code: str, status: Status) -> None:
    """Little room is a notice, no room a fault."""
    check = computer.room(free)
    assert (check.code, check.status) == (code, status)


def test_a_register_that_cannot_be_read(tmp_path: Path) -> None:
    """A register that is named but broken is a fault with the register's own remedy."""
    register = tmp_path / "register.sqlite3"
    register.write_bytes(b"no database at all, but long enough to look like a file" * 20)
    check = computer.register(Settings(register=str(register)))
    assert check.status is Status.BROKEN
    broken(check, check.code)


def test_no_settings_are_a_notice() -> None:
    """Without settings photos can be prepared; the line says how to make some."""
    assert computer.settings_files().code == "doctor.no_settings"
    user_file().parent.mkdir(parents=True)
    user_file().write_text('unit = "basic-education"\n', "utf-8")
    assert computer.settings_files().status is Status.FINE


def test_the_settings_that_are_named_are_the_ones_looked_at(tmp_path: Path) -> None:
    """A named file that is wrong, or not there, is a fault, as it is for every other command."""
    named = tmp_path / "own.toml"
    assert computer.settings_files(named).code == "settings.unreadable"
    named.write_text("quality = 3\n", "utf-8")
    assert computer.settings_files(named).status is Status.BROKEN
    found = [check for check in computer.checks(Settings(), named) if check.name == "settings"]
    assert [check.code for check in found] == ["settings.wrong_value"]
    named.write_text("quality = 95\n", "utf-8")
    assert computer.settings_files(named).status is Status.FINE


def test_a_folder_in_the_place_of_the_settings_is_a_fault() -> None:
    """Every other command stops at it, so it is not the same as no settings."""
    user_file().mkdir(parents=True)
    assert computer.settings_files().status is Status.BROKEN


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("code", ["doctor.no_heic", "doctor.loud"])
def test_a_remedy_serves_where_there_is_no_pip(code: str, language: Language) -> None:
    """A bundled program knows no pip: first it is said to install photoguard once more."""
    remedy = say(f"{code}.remedy", language, library="numpy", wanted="1.0")
    first, _, second = remedy.partition(". ")
    assert "photoguard" in first
    assert "pip" not in first
    assert "pip install" in second


def test_a_heic_that_does_not_open(tmp_path: Path, decoder: Decoder) -> None:
    """Where the HEIC portrait cannot be opened, or is another picture, that is a fault."""
    (tmp_path / "portrait.heic").write_bytes(b"\0" * 100)
    broken(selftest.heic(tmp_path, decoder), "doctor.no_heic")
    small(tmp_path / "portrait.heic")
    broken(selftest.heic(tmp_path, decoder), "doctor.no_heic")
    assert selftest.heic(PORTRAITS, decoder).status is Status.FINE


def test_detectors_that_see_nothing(portrait: Pixels, bench: selftest.Bench) -> None:
    """A face that is not found is a fault; on the portrait both detectors see it."""
    broken(selftest.detectors(np.zeros_like(portrait), bench), "doctor.face_missed")
    seen = selftest.detectors(portrait, bench)
    assert seen.status is Status.FINE
    assert "centerface" in str(seen.parameters["listed"])


def test_a_copy_that_does_not_come_about(tmp_path: Path, bench: selftest.Bench) -> None:
    """A portrait without the planted words proves nothing, a damaged one no copy: both faults."""
    small(tmp_path / "portrait.jpg", 200, LANDSCAPE)
    broken(selftest.writer(tmp_path, bench), "doctor.traces_left")
    (tmp_path / "portrait.jpg").write_bytes(b"\xff\xd8\xff")
    broken(selftest.writer(tmp_path, bench), "doctor.not_written")


def test_the_verifier_is_tried_with_altered_copies(portrait: Pixels) -> None:
    """Bytes at the end, a comment and other pixels are refused; a flat picture shows nothing."""
    assert selftest.verifier(portrait).status is Status.FINE
    flat = np.full_like(portrait, 128)
    broken(selftest.verifier(flat), "doctor.verifier_blind")


def test_every_line_has_a_remedy_or_needs_none() -> None:
    """Each sentence of a fault has a next step, in each language."""
    for language in ("fi", "sv", "en"):
        known = sentences(language, "doctor")
        remedies = {code for code in known if code.endswith(".remedy")}
        assert {code.removesuffix(".remedy") for code in remedies} <= set(known)
        assert len(remedies) == 13


def test_the_portrait_is_what_its_maker_makes() -> None:
    """The planted words are in the portrait that travels in the package."""
    content = (PORTRAITS / "portrait.jpg").read_bytes()
    assert all(planted in content for planted in selftest.PLANTED)
    assert sum(path.stat().st_size for path in PORTRAITS.iterdir()) < 60_000

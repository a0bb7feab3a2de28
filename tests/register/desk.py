"""Runs commands of the register in this process, and makes folders as prepare leaves them."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from photoguard import cli
from photoguard.output.journal import Journal
from photoguard.register import open_register
from tests.register.people import one_permitted

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CONFIG = 'unit = "basic-education"\nunit_name = "Mallilan koulu"\nregister = "{}"\n'


def permitted_unit(folder: Path) -> tuple[str, Path]:
    """Make a register with one permission; return the options with which commands ask it."""
    register, config = folder / "r.sqlite3", folder / "own.toml"
    one_permitted(open_register(str(register), "Mallilan koulu"))
    config.write_text(CONFIG.format(register), "utf-8")
    return "--config", config


@dataclass
class Desk:
    """A command line with a register of its own, in English."""

    config: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch
    out: str = ""
    err: str = ""

    def run(self, *words: str, answers: str = "") -> int:
        """Run a command, with ``answers`` typed one a line; keep what it wrote."""
        self.patch.setattr("sys.stdin", io.StringIO(answers))
        arguments = [*words, "--config", str(self.config), "--language", "en"]
        code = cli._outcome(arguments)
        self.out, self.err = self.capture.readouterr()
        return code

    def printed(self, *words: str, answers: str = "") -> str:
        """Run a command that must succeed and return what it wrote."""
        code = self.run(*words, answers=answers)
        assert code == 0, self.err
        return self.out


def face(person: str | None, action: str) -> dict[str, Any]:
    """Return a face as a manifest holds it."""
    return {
        "box": [10, 10, 40, 50],
        "score": 0.9,
        "detectors": ["centerface"],
        "action": action,
        "person": person,
    }


def prepared(
    folder: Path, *photos: dict[str, Any], channels: tuple[str, ...] = ("instagram",)
) -> Path:
    """Make an output folder with one ready copy for each of ``photos`` (parts of its entry)."""
    Journal.open(folder, "en", "").close()
    (folder / "ready").mkdir()
    entries = [_entry(folder, number, photo) for number, photo in enumerate(photos, start=1)]
    manifest = {"version": 1, "unit": "basic-education", "channels": channels, "photos": entries}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


def _entry(folder: Path, number: int, photo: dict[str, Any]) -> dict[str, Any]:
    name = f"photo-{number:03d}"
    picture = f"picture {number}".encode()
    (folder / "ready" / f"{name}.jpg").write_bytes(picture)
    (folder / "ready" / f"{name}.jpg.xmp").write_text("sidecar")
    (folder / "ready" / f"{name}.txt").write_text("words")
    return {
        "source": f"IMG_{number}.jpg",
        "source_sha256": "0" * 64,
        "status": "ready",
        "reasons": [],
        "notices": [],
        "output": f"ready/{name}.jpg",
        "output_sha256": hashlib.sha256(picture).hexdigest(),
        "size": [100, 80],
        "faces": [],
        "alt_text": {"en": "A forest trip: two people, the faces are hidden."},
        "alt_text_confirmed": False,
        "credit": "Photo: Mallilan koulu",
        **photo,
    }

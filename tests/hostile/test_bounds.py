"""What an untrusted photo may cost is a setting, and it holds in a whole run.

Time is bounded in tests/images/test_decoder.py, with a worker that can be made slow.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from photoguard.images.watch import resident_bytes
from photoguard.settings import Limits, Settings
from photoguard.settings.load import load
from tests.images import pictures
from tests.pipeline.photos import LANDSCAPE, small
from tests.stress import blind

if TYPE_CHECKING:
    from photoguard.pipeline import Progress

LINUX = sys.platform == "linux"
BOUNDS = {
    "megapixels": ("megapixels = 50", "decode.too_many_pixels"),
    "memory": ("memory_mb = 150", "decode.too_much_memory"),
    "file": ("file_mb = 1", "files.too_large"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small photo, one of 96 megapixels with transparency, and a small one again."""
    place = tmp_path_factory.mktemp("bombs") / "photos"
    small(place / "1.jpg", 64, LANDSCAPE)
    (place / "2.png").write_bytes(pictures.huge_png(12000, 8000) + bytes(1_000_001))
    small(place / "3.jpg", 65, LANDSCAPE)
    return place


@pytest.mark.skipif(not LINUX, reason="the limit on memory is the system's")
@pytest.mark.parametrize("bound", BOUNDS)
def test_a_bound_of_the_settings_holds(bound: str, folder: Path, tmp_path: Path) -> None:
    """What photoguard.toml allows is what the decoder may take; the others are prepared."""
    limit, code = BOUNDS[bound]
    config = tmp_path / "photoguard.toml"
    config.write_text(f"[limits]\n{limit}\n")
    result = blind.prepare([folder], tmp_path / "out", load(Settings(), {}, config, None))
    ends = [(p["status"], [r["code"] for r in p["reasons"]]) for p in result.manifest["photos"]]
    assert ends == [("ready", []), ("failed", [code]), ("ready", [])]


@pytest.mark.skipif(not LINUX, reason="memory is read from /proc")
def test_a_bomb_leaves_this_program_small(folder: Path, tmp_path: Path) -> None:
    """Only the worker grows on a bomb that is refused; the program that asked does not."""
    grown: list[int] = []
    before = resident_bytes(_own())

    def look(_: Progress) -> None:
        grown.append(resident_bytes(_own()) - before)

    settings = Settings(limits=Limits(megapixels=1), max_side=64)
    blind.prepare([folder], tmp_path / "out", settings, look)
    assert max(grown) < 150 << 20


def _own() -> int:
    return int(Path("/proc/self").resolve().name)

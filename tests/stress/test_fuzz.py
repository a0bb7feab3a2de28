"""Mutated files end as pixels or in words, and no mutated copy passes; the long one is fuzz.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.stress.fuzz import Fuzz

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SECONDS = 20
LEAST = 300


def test_a_short_fuzz_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a fixed seed, for some seconds: no case."""
    monkeypatch.setenv("PHOTOGUARD_DATA", str(tmp_path / "data"))  # and put back afterwards
    harvest = Fuzz(seed=6, cases=tmp_path / "cases").run(SECONDS)
    assert harvest.cases == []
    assert harvest.files > LEAST

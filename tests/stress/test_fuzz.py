"""Mutated files end as pixels or in words, and no mutated copy passes; the long one is fuzz.py."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.stress.fuzz import Fuzz
from tests.stress.kinds import KINDS

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 20
LEAST = 300
LONGEST = 600
MEMBERS = 40


def test_a_short_fuzz_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a fixed seed, for some seconds, longer on a busy computer: no case."""
    monkeypatch.setenv("PHOTOGUARD_DATA", str(tmp_path / "data"))  # and put back afterwards
    harvest = Fuzz(seed=6, cases=tmp_path / "cases").run(SECONDS, LEAST + 1, LONGEST)
    assert harvest.cases == []
    assert harvest.files > LEAST


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_member_of_a_kind_ends_as_it_must(kind: str) -> None:
    """Forty files of each kind that once came out wrong, made anew: all end right."""
    chance = random.Random(kind)  # noqa: S311 - files, not secrets
    for _ in range(MEMBERS):
        trial = KINDS[kind](chance)
        assert trial.ended == trial.wanted

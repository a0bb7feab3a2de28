"""The measurement of imports measures imports that end well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.register import open_register
from tests.benchmarks.importing import measured, report

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_measured_table_is_taken_in_whole(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every invented pupil is in the register, and both times are told against the bound."""
    place = tmp_path / "register.sqlite3"
    report("sqlite", measured(tmp_path, str(place), 12))
    assert len(open_register(str(place), read_only=True).snapshot().records) == 12
    assert "bound 10 s" in capfd.readouterr().out

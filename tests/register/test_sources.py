"""What is known of school systems' exports: one mapping a file, and no heading is guessed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from photoguard.errors import UsageTrouble
from photoguard.model import Answer, PermissionKind
from photoguard.register.importing.mapping import Mapping, PermissionColumn, Whose
from photoguard.register.importing.office_headings import COLUMNS
from photoguard.register.importing.proposal import doubts, propose, sources

if TYPE_CHECKING:
    from pathlib import Path

SYSTEM = """\
version = 1

[columns]
"HLO_NIMI" = "name"
"HLO_RYHMA" = "group"

[[permission]]
column = "JULK_IG"
gives = "yes"
kind = "shown"
channels = ["instagram"]
whose = "guardians"
"""
ROW = ["HLO_NIMI", "HLO_RYHMA", "JULK_IG"]


@pytest.fixture
def known(tmp_path: Path) -> tuple[Mapping, ...]:
    """The sources of a folder that knows one invented system."""
    (tmp_path / "kouluportti.toml").write_text(SYSTEM, "utf-8")
    (tmp_path / "notes.txt").write_text("no source", "utf-8")
    return sources(tmp_path)


def test_a_known_export_is_not_guessed_at(known: tuple[Mapping, ...]) -> None:
    """Headings that say nothing to a reader are known by their system's file."""
    column = PermissionColumn(
        "JULK_IG", Answer.YES, PermissionKind.SHOWN, ("instagram",), Whose.GUARDIANS
    )
    assert propose(ROW, known) == Mapping({"HLO_NIMI": "name", "HLO_RYHMA": "group"}, (column,))
    assert propose(ROW, ()) == Mapping({})


def test_spelling_and_further_columns_do_not_matter(known: tuple[Mapping, ...]) -> None:
    """Capitals and columns that the source does not speak of leave it recognised."""
    row = ["Puhelin", *(heading.lower() for heading in ROW)]
    assert propose(row, known) == known[0]
    assert doubts(row, known[0]) == ()


def test_half_an_export_is_another_table(known: tuple[Mapping, ...]) -> None:
    """Where a heading of the source is missing, headings are read as in any table."""
    assert propose([*ROW[:2], "Nimi"], known) == Mapping({"Nimi": "name"})


def test_a_source_that_is_no_mapping_is_told(tmp_path: Path) -> None:
    """A file with a column that does not exist is refused, not half read."""
    (tmp_path / "wrong.toml").write_text(SYSTEM.replace('"group"', '"shoe"'), "utf-8")
    with pytest.raises(UsageTrouble) as refused:
        sources(tmp_path)
    assert refused.value.code == "consent.mapping_wrong"


def test_each_source_of_the_package_can_be_used() -> None:
    """Each names people by known columns, is told apart by its headings, and brings no purpose."""
    found = sources()
    for source in found:
        assert {"name", "first_name"} & set(source.columns.values())
        assert set(source.columns.values()) <= set(COLUMNS)
        assert propose(source.headings) == source
        assert not source.purpose

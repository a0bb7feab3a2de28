"""A permission with an end does not hide that an older one, of another purpose, goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from photoguard.model import Answer, Permission, PermissionKind
from tests.register.test_commands import imported

if TYPE_CHECKING:
    from pathlib import Path

    from tests.register.desk import Desk

END = date(2030, 5, 31)
NEW = Permission(
    "w-2", "aino", PermissionKind.SHOWN, "instagram", "juhla", "aino", Answer.YES, valid_until=END
)
OLD = replace(NEW, id="w-1", purpose="koulun arki", valid_until=None)


@pytest.mark.parametrize(
    ("old", "outlasts"),
    [
        (OLD, True),
        (replace(OLD, channel="Instagram", valid_until=date(2030, 6, 1)), True),
        (replace(OLD, valid_until=END), False),
        (replace(OLD, purpose="Juhla"), False),
        (replace(OLD, purpose=""), False),
        (replace(OLD, given_by="g-1"), False),
        (replace(OLD, channel="facebook"), False),
        (replace(OLD, kind=PermissionKind.NAMED), False),
        (replace(OLD, answer=Answer.NO), False),
        (replace(OLD, withdrawn_on=date(2026, 1, 1)), False),
    ],
)
def test_what_holds_on_after_an_end(old: Permission, outlasts: bool) -> None:  # noqa: FBT001
    """Only a complete yes of the same giver, kind and channel that no withdrawal ended."""
    assert old.outlasts(NEW) is outlasts
    assert not old.outlasts(replace(NEW, valid_until=None))


def test_giving_an_end_tells_what_has_none(desk: Desk, tmp_path: Path) -> None:
    """Whoever gives the permission an end hears that another one goes on, and what to do."""
    imported(desk, tmp_path)
    give = ("consent", "give", "Aino Kuusinen", "--channel", "instagram", "--valid-until")
    told = "(Instagram, purpose: everyday life, valid until: –) still holds when this one has ended"
    assert told in desk.printed(*give, "31.12.2026", "--purpose", "celebration")
    assert "still holds" not in desk.printed(*give, "31.12.2026", "--purpose", "everyday life")


def test_an_import_with_ends_tells_what_has_none(desk: Desk, tmp_path: Path) -> None:
    """Next year's table has another purpose and a last day; last year's answers had none."""
    imported(desk, tmp_path)
    table = tmp_path / "next.csv"
    heads = "Nimi;Luokka;Syntymäaika;Oma lupa: Instagram;Voimassa saakka"
    table.write_text(f"{heads}\nAino Kuusinen;5B;5.3.2014;kyllä;31.5.2027\n", "utf-8")
    printed = desk.printed("consent", "import", str(table), answers="this year\nyes\nyes\n")
    assert "One permission of the table ends before an older one of the same giver" in printed

"""One page about a class, to be printed: who may be shown where, and whose works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.pages import template

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's line: a cell for each heading, and whether everything is forbidden."""

    cells: tuple[str, ...]
    never: bool = False


@dataclass(frozen=True, slots=True)
class ClassPage:
    """What stands on the page; every text is ready for print."""

    language: str
    title: str
    subtitle: str
    columns: Sequence[str]
    rows: Sequence[Standing]
    notes: Sequence[str]


def render(page: ClassPage) -> str:
    """Return the page as HTML without scripts, links or pictures."""
    return template("photoguard.register", "class.html.j2", ".").render(page=page)

"""The guide for staff: four sheets in one page, in Finnish, Swedish or English."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from photoguard import __version__
from photoguard.model import Outcome
from photoguard.pages import template
from photoguard.texts import say

if TYPE_CHECKING:
    from photoguard.model import Language

STEPS = {"first": 5, "school": 5, "red": 4, "withdrawal": 5}
"""The sheets in their order, and how many steps each has."""

__all__ = ["render"]


def render(language: Language) -> str:
    """Return the guide as one HTML page that loads nothing and prints a sheet a page."""
    return template("photoguard.guides", "guide.html.j2").render(
        say=lambda code: say(code, language),
        language=language.value,
        sheets=STEPS,
        colours=[outcome.value for outcome in Outcome],
        version=__version__,
        style=(files("photoguard.guides") / "templates" / "guide.css").read_text("utf-8"),
    )

"""The guides, which are part of the package and open offline.

The staff's guide is four sheets to print, from the catalogue ``guide``; the others are
Markdown files beside this module, ``NAME.LANGUAGE.md``. Guides for IT and developers are in
English only.
"""

from __future__ import annotations

import re
from enum import StrEnum
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

from photoguard import __version__
from photoguard.model import Language, Outcome
from photoguard.pages import template
from photoguard.texts import say

if TYPE_CHECKING:
    from markdown_it.token import Token

STEPS = {"first": 5, "school": 5, "red": 4, "withdrawal": 5}
"""The staff's sheets in order, and the number of steps on each."""

__all__ = ["Guide", "render"]


class Guide(StrEnum):
    """The reader that a guide is written for."""

    STAFF = "staff"
    OFFICE = "office"
    DPO = "dpo"
    IT = "it"
    DEVELOPERS = "developers"


def render(guide: Guide, language: Language) -> str:
    """Return a guide as a single, printable HTML page that loads nothing."""
    style = (files("photoguard.guides") / "templates" / "guide.css").read_text("utf-8")
    if guide is not Guide.STAFF:
        return _text(guide, language, style)
    return template("photoguard.guides", "guide.html.j2").render(
        say=lambda code: say(code, language),
        language=language.value,
        sheets=STEPS,
        colours=[outcome.value for outcome in Outcome],
        version=__version__,
        style=style,
    )


def _text(guide: Guide, language: Language, style: str) -> str:
    """Return a Markdown guide as a page; in English if it is not available in ``language``."""
    from markdown_it import MarkdownIt

    folder = files("photoguard.guides")
    own = folder / f"{guide}.{language}.md"
    language = language if own.is_file() else Language.EN
    source = (folder / f"{guide}.{language}.md").read_text("utf-8")
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(source)
    contents = dict(_anchored(tokens))
    return template("photoguard.guides", "text.html.j2").render(
        say=lambda code: say(code, language),
        language=language.value,
        title=source.partition("\n")[0].removeprefix("# "),
        contents=contents,
        body=markdown.renderer.render(tokens, markdown.options, {}),
        version=__version__,
        style=style,
    )


def _anchored(tokens: list[Token]) -> list[tuple[str, str]]:
    """Add an id to each second-level heading, in place; return (id, heading) of each."""
    found = []
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h2":
            anchor = re.sub(r"\W+", "-", inline.content.casefold()).strip("-")
            opening.attrSet("id", anchor)
            found.append((anchor, inline.content.replace("`", "")))
    return found

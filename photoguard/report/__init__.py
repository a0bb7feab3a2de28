"""Writes the report of an output folder: one page with every photo's outcome and the next steps.

All text comes from the manifest, all pictures from the finished copies. The page is a single
file, loads nothing from elsewhere, and works without scripts.
"""

from __future__ import annotations

import base64
import hashlib
from contextlib import nullcontext
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from photoguard.files import PRIVATE, REPORT, write_whole
from photoguard.lazy import without
from photoguard.pages import template
from photoguard.report.thumbnails import Album
from photoguard.report.view import page_of
from photoguard.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from photoguard.model import Language

__all__ = ["load", "render", "write"]


def load(*, alone: bool = False) -> None:
    """Import the libraries for report and table in advance, so that writing them starts faster.

    In a process that is photoguard's ``alone``, openpyxl does not import NumPy, which takes
    twice as long as openpyxl itself, only to know numbers that nothing here writes.
    """
    with without("numpy") if alone else nullcontext():
        import openpyxl  # noqa: F401
    from PIL import Image  # noqa: F401

    page = template("photoguard.report", "report.html.j2")
    page.environment.get_template("pieces.html.j2")  # the page imports it while it is filled in


def write(folder: Path, manifest: Mapping[str, Any], language: Language) -> Path:
    """Write the report of an output folder atomically and return its path; raises WriteError."""
    place = folder / REPORT
    texts = _rendered(manifest, folder, language)
    write_whole(place, (text.encode() for text in texts), folder / PRIVATE)
    return place


def render(manifest: Mapping[str, Any], folder: Path, language: Language) -> str:
    """Return the report as HTML; ``folder`` is the output folder of the manifest.

    ``manifest`` holds plain JSON values, as ``manifest.json`` does.
    """
    return "".join(_rendered(manifest, folder, language))


def _rendered(manifest: Mapping[str, Any], folder: Path, language: Language) -> Iterator[str]:
    """Yield the report in pieces: for a large folder it is as large as all its pictures.

    The previous report, from which pictures are reused, is closed after the last piece.
    """
    style, script = _asset("report.css"), _asset("report.js")
    with Album(folder) as album:
        yield from template("photoguard.report", "report.html.j2").generate(
            page=page_of(manifest, album, language),
            say=partial(_say, language),
            language=language.value,
            style=style,
            script=script,
            policy=_policy(style, script),
        )


def _say(
    language: Language, code: str, count: int | None = None, /, **parameters: str | int
) -> str:
    return say(code, language, count, **parameters)


def _policy(style: str, script: str) -> str:
    """Return a Content-Security-Policy that allows nothing but the page's own style and script."""
    return (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src {_source(style)}; script-src {_source(script)}"
    )


def _source(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


@cache
def _asset(name: str) -> str:
    """Return a style sheet or script for inlining; it must not contain a closing tag."""
    return (files("photoguard.report") / "templates" / name).read_text("utf-8")

"""The folder's report: one page with the outcome of every photo, and what to do.

All its text comes from the manifest, all its pictures from the finished copies. The page is
one file, loads nothing from anywhere, and works without scripts.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from photoguard.files import PRIVATE, REPORT, write_whole
from photoguard.pages import template
from photoguard.report.thumbnails import Album
from photoguard.report.view import page_of
from photoguard.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from photoguard.model import Language

__all__ = ["load", "render", "write"]


def load() -> None:
    """Load the libraries that report and table need, when nobody waits for them yet."""
    import openpyxl  # noqa: F401
    from PIL import Image  # noqa: F401

    template("photoguard.report", "report.html.j2")


def write(folder: Path, manifest: Mapping[str, Any], language: Language) -> Path:
    """Write the report of an output folder, whole or not at all; raises WriteError."""
    place = folder / REPORT
    texts = _rendered(manifest, folder, language)
    write_whole(place, (text.encode() for text in texts), folder / PRIVATE)
    return place


def render(manifest: Mapping[str, Any], folder: Path, language: Language) -> str:
    """Return the report as HTML; ``folder`` is where the manifest's outputs lie.

    ``manifest`` holds plain JSON values, as ``manifest.json`` does.
    """
    return "".join(_rendered(manifest, folder, language))


def _rendered(manifest: Mapping[str, Any], folder: Path, language: Language) -> Iterator[str]:
    """Yield the report a piece at a time: that of a large folder is as large as its pictures.

    The report before, from which pictures are taken over, is closed with the last piece.
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
    """Return a Content-Security-Policy that lets nothing in but what the page itself holds."""
    return (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src {_source(style)}; script-src {_source(script)}"
    )


def _source(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


@cache
def _asset(name: str) -> str:
    """Return a style sheet or script; it must not end its own element early."""
    return (files("photoguard.report") / "templates" / name).read_text("utf-8")

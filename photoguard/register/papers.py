"""What leaves the register for print: tables without formulas, forms, the page of a class."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from photoguard.pages import template

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Also in their full-width forms, which some spreadsheets read alike."""


def neutral(text: str) -> str:
    """Return a cell that no spreadsheet reads as a formula: an apostrophe goes before it."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as Excel in Finland opens them: semicolons, UTF-8 with a BOM."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class FormPage:
    """What stands on printed forms; ``texts`` are the sentences by name, ready for print.

    ``matters`` are what is asked (be shown, own work, name), ``channels`` where it would be
    published. ``signers`` are the lines to sign on.
    """

    language: str
    texts: Mapping[str, str]
    matters: tuple[str, ...]
    channels: tuple[str, ...]
    signers: tuple[str, ...]
    papers: tuple[Paper, ...] = ()
    """One for each child; a single blank one where no child is named."""
    child_matters: tuple[tuple[str, str], ...] = ()
    """What the child's own page asks: the name of a drawing and a sentence; () for no page."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on one child's copy: its number as it is printed, the name, the group."""

    number: str = ""
    name: str = ""
    group: str = ""


def render(form: FormPage) -> str:
    """Return the forms as one HTML page without scripts or links; drawings are part of it."""
    page = template("photoguard.register", "form.html.j2", ".")
    return page.render(form=form, text=form.texts, papers=form.papers or (Paper(),))


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One person's line: a cell for each heading, and whether everything is forbidden."""

    cells: tuple[str, ...]
    never: bool = False


@dataclass(frozen=True, slots=True)
class ClassPage:
    """What stands on the page of a class; every text is ready for print."""

    language: str
    title: str
    subtitle: str
    columns: Sequence[str]
    rows: Sequence[ClassRow]
    notes: Sequence[str]


def render_class(page: ClassPage) -> str:
    """Return the page as HTML without scripts, links or pictures."""
    return template("photoguard.register", "class.html.j2", ".").render(page=page)

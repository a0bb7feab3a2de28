"""Tables, forms and class lists made from the register, to be printed or opened elsewhere."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from photoguard.pages import template

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How formulas begin, also in full-width characters, which some spreadsheets accept."""


def neutral(text: str) -> str:
    """Return a cell's text, after an apostrophe if a spreadsheet would read it as a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return CSV as Excel in Finland opens it: semicolons, UTF-8 with a byte order mark."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class FormPage:
    """The content of printed forms; ``texts`` are the sentences by name, ready for print.

    ``matters`` are the permissions asked for (be shown, own work, name), ``channels`` where
    pictures would be published, ``signers`` the labels of the lines to sign on.
    """

    language: str
    texts: Mapping[str, str]
    matters: tuple[str, ...]
    channels: tuple[str, ...]
    signers: tuple[str, ...]
    papers: tuple[Paper, ...] = ()
    """One for each child; () for a single blank form."""
    child_matters: tuple[tuple[str, str], ...] = ()
    """The questions of the child's own page, each the name of a drawing and a sentence; () for
    no such page."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The fields of one child's form: its number as it is printed, the name, the group."""

    number: str = ""
    name: str = ""
    group: str = ""


def render(form: FormPage) -> str:
    """Return the forms as one HTML page without scripts or links, drawings included."""
    page = template("photoguard.register", "form.html.j2", ".")
    return page.render(form=form, text=form.texts, papers=form.papers or (Paper(),))


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One person's row: a cell for each column, and whether they are never in pictures."""

    cells: tuple[str, ...]
    never: bool = False


@dataclass(frozen=True, slots=True)
class ClassPage:
    """The content of a class list; every text is ready for print."""

    language: str
    title: str
    subtitle: str
    columns: Sequence[str]
    rows: Sequence[ClassRow]
    notes: Sequence[str]


def render_class(page: ClassPage) -> str:
    """Return the page as HTML without scripts, links or pictures."""
    return template("photoguard.register", "class.html.j2", ".").render(page=page)

"""Makes an empty table for an office to fill in, with headings that the import knows."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from photoguard.model import Language
from photoguard.register.importing.office_headings import COLUMNS
from photoguard.tables import column_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FIELDS = (
    *("outside_id", "name", "group", "stage", "kind", "born", "guardian_1", "guardian_2"),
    *("never", "retain_until", "purpose", "given_on", "valid_until", "reference"),
    "information_version",
)
"""The columns of the template before those of single permissions, in order."""

_PLACE = {Language.FI: 0, Language.SV: 1, Language.EN: 2}

_PERMISSION_HEADINGS = {
    Language.FI: (
        "Oma lupa: {0}",
        "Huoltaja 1: lupa, {0}",
        "Huoltaja 2: lupa, {0}",
        "Oma työ, oma lupa: {0}",
    ),
    Language.SV: (
        "Eget tillstånd: {0}",
        "Vårdnadshavare 1: tillstånd, {0}",
        "Vårdnadshavare 2: tillstånd, {0}",
        "Eget arbete, eget tillstånd: {0}",
    ),
    Language.EN: (
        "Own permission: {0}",
        "Guardian 1: permission, {0}",
        "Guardian 2: permission, {0}",
        "Own work, own permission: {0}",
    ),
}
"""Headings of permissions for each channel; a test checks that the import reads them."""


def heading(field: str, language: Language) -> str:
    """Return the heading of one of ``FIELDS``."""
    return COLUMNS[field][_PLACE[language]].capitalize()


def headings(language: Language, channels: Iterable[str]) -> tuple[str, ...]:
    """Return every heading of the template; ``channels`` are names of platforms."""
    fields = [heading(field, language) for field in FIELDS]
    permissions = [
        text.format(channel) for channel in channels for text in _PERMISSION_HEADINGS[language]
    ]
    return (*fields, *permissions)


def as_workbook(row: Sequence[str], title: str, notes: Iterable[tuple[str, str]]) -> bytes:
    """Return the template as XLSX, with a second sheet of explanations."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(row))
    sheet.freeze_panes = "A2"
    for place, text in enumerate(row):
        sheet.cell(1, place + 1).font = Font(bold=True)
        sheet.column_dimensions[column_letter(place)].width = max(14, len(text) + 2)
    explained = book.create_sheet(title)
    for line in notes:
        explained.append(list(line))
    explained.column_dimensions["A"].width, explained.column_dimensions["B"].width = 30, 100
    out = BytesIO()
    book.save(out)
    return out.getvalue()

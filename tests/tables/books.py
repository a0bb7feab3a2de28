"""Workbooks as Excel and other programs write them, part by part."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True)
class Sheet:
    """One sheet as raw XML, so that it may claim what it likes."""

    rows: str
    name: str = "Taulukko1"
    state: str = "visible"
    dimension: str = ""
    columns: str = ""
    merged: tuple[str, ...] = ()

    def xml(self) -> str:
        """Return the part of the package."""
        claim = f'<dimension ref="{self.dimension}"/>' if self.dimension else ""
        areas = "".join(f'<mergeCell ref="{area}"/>' for area in self.merged)
        merged = f"<mergeCells>{areas}</mergeCells>" if areas else ""
        columns = f"<cols>{self.columns}</cols>" if self.columns else ""
        data = f"{claim}{columns}<sheetData>{self.rows}</sheetData>{merged}"
        return f'<worksheet xmlns="{MAIN}">{data}</worksheet>'


def letters(place: int) -> str:
    """The letter of one of the first 26 columns, from 0."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place]


def cell(reference: str, text: str) -> str:
    """A cell with its own text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def rows(*lines: str, first: int = 1) -> str:
    """Rows of cells that are separated by semicolons; an empty cell is not written."""
    given = []
    for number, line in enumerate(lines, first):
        cells = "".join(
            cell(f"{letters(place)}{number}", text)
            for place, text in enumerate(line.split(";"))
            if text
        )
        given.append(f'<row r="{number}">{cells}</row>')
    return "".join(given)


def book(*sheets: Sheet, more: dict[str, str] | None = None) -> bytes:
    """A workbook of these sheets, with ``more`` parts."""
    numbered = list(enumerate(sheets, 1))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}.sharedStrings+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
            f'ContentType="{_KIND}.worksheet+xml"/>'
            for number, _ in numbered
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        + "".join(
            f'<sheet name="{escape(sheet.name)}" sheetId="{number}" state="{sheet.state}" '
            f'r:id="r{number}"/>'
            for number, sheet in numbered
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{number}" Type="{_RELATIONS}/worksheet" '
            f'Target="worksheets/sheet{number}.xml"/>'
            for number, _ in numbered
        )
        + "</Relationships>",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"/>',
        **{f"xl/worksheets/sheet{number}.xml": sheet.xml() for number, sheet in numbered},
        **(more or {}),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()

"""Reads the rows of one sheet of a workbook, with openpyxl.

It is slower than calamine, but tells formulas and errors from empty cells: a prohibition in a
formula must not be lost. Its sheet parser is used directly, since its usual reader pads rows,
drops cells that are out of order, and trusts the size that the sheet declares.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from photoguard.model import Reason
from photoguard.model.spelling import key, visible
from photoguard.tables.cells import Collected, column_letter, fault, text_of
from photoguard.tables.drawn import text_boxes, ticked_boxes
from photoguard.tables.formatting import Fills, is_struck, notes_of, struck_by_rule
from photoguard.tables.garbled import is_garbled
from photoguard.tables.headings import SEARCHED, count_known
from photoguard.tables.number_formats import shown_instead
from photoguard.tables.values import (
    LAST_ROW,
    MOST_CELLS,
    MOST_NAMED,
    MOST_OTHER_CELLS,
    MOST_ROWS,
    MOST_UNPACKED,
    OtherCell,
    Row,
    TableError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openpyxl.worksheet._reader import WorkSheetParser
    from openpyxl.worksheet.cell_range import CellRange

    from photoguard.tables.values import ExpectedTable, Note

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What openpyxl and the XML parser raise for a damaged file."""
_NAMESPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
"""The XML namespace of sheets that openpyxl reads; with another one a sheet seems empty."""
_LOOKED_AT = 4096
"""Bytes at the beginning of a sheet in which its namespace must be."""
_NO_MEMORY = 1
"""XML_ERROR_NO_MEMORY: https://libexpat.github.io/doc/api/latest/#XML_Error"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as it was read, with its merged areas, notices, notes and colours."""

    name: str
    rows: tuple[Row, ...]
    merged: tuple[CellRange, ...] = ()
    notices: tuple[Reason, ...] = ()
    notes: tuple[Note, ...] = ()
    fills: Fills = field(default_factory=Fills)
    others: tuple[OtherCell, ...] = ()
    boxes: tuple[Note, ...] = ()
    """Text boxes, as notes on the cell at which they begin."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A sheet of an opened workbook, before its cells are read.

    ``parent`` is the workbook (openpyxl needs this name), ``strings`` its shared texts.
    """

    parent: Any
    archive: zipfile.ZipFile
    strings: list[str]
    path: str
    title: str
    state: str

    @property
    def is_visible(self) -> bool:
        return self.state == "visible"


@dataclass(slots=True)
class _Grid:
    """The cells of a sheet by row and column, both from 1."""

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: tuple[CellRange, ...] = ()
    hides_any: bool = False
    struck: list[str] = field(default_factory=list)
    """Cells whose text is crossed out, such as "B7"."""
    struck_by_rule: tuple[str, ...] = ()
    """Areas in which a rule crosses out text."""
    fills: Fills = field(default_factory=Fills)


def read_workbook(content: bytes, expected: ExpectedTable) -> Sheet:
    """Return the sheet that is asked for, or the only visible one that is a table.

    Raises TableError where there is none or more than one, and for a damaged workbook.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validations that openpyxl drops
            return _chosen(_opened(content), expected)
    except _BROKEN as trouble:
        if getattr(trouble, "code", None) == _NO_MEMORY:
            raise MemoryError from trouble
        raise TableError("not_a_table") from trouble


def _opened(content: bytes) -> list[_Part]:
    """Return the sheets of a workbook; raises TableError where one of them cannot be read.

    Only the parts that cells need are read, in the steps of ``openpyxl.load_workbook``: a
    damaged theme, name or drawing is no reason to refuse a table.
    """
    with zipfile.ZipFile(BytesIO(content)) as packed:
        _refuse_package(packed.infolist())
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet

    reader = ExcelReader(BytesIO(content), read_only=True, keep_links=False, rich_text=True)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    found = list(reader.parser.find_sheets())
    tables = [(sheet, target) for sheet, target in found if "chartsheet" not in target.Type]
    missing = any(target.target not in reader.valid_files for _, target in tables)
    if not tables or missing or len(found) < len(reader.parser.sheets):
        raise TableError("strange_sheets")
    book, archive, strings = reader.wb, reader.archive, reader.shared_strings
    return [
        _Part(book, archive, strings, target.target, sheet.name, sheet.state or "visible")
        for sheet, target in tables
    ]


def _refuse_package(members: list[zipfile.ZipInfo]) -> None:
    names = {member.filename for member in members}
    if "[Content_Types].xml" not in names or not any(
        name.startswith("xl/") and name.endswith(".xml") for name in names
    ):
        raise TableError("other_zip")
    if any(member.flag_bits & 1 for member in members):
        raise TableError("encrypted")
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise TableError("too_large")


# which sheet


def _chosen(sheets: list[_Part], expected: ExpectedTable) -> Sheet:
    if expected.sheet:
        wanted = key(expected.sheet)
        asked = next((sheet for sheet in sheets if key(sheet.title) == wanted), None)
        if asked is None:
            names = _named(sheets)
            raise TableError("no_such_sheet", sheet=expected.sheet, sheets=names)
        return _read(asked)
    tops = [(sheet, top) for sheet in sheets if (top := _top(sheet))]
    tables = [sheet for sheet, top in tops if _is_asked(sheet.title, top, expected)]
    shown = [sheet for sheet in tables if sheet.is_visible]
    if len(shown) > 1:
        raise TableError("several_sheets", sheets=_named(shown))
    if tables and not shown:
        raise TableError("only_hidden", sheets=_named(tables))
    likely = shown or [sheet for sheet, _ in tops if sheet.is_visible][:1]
    if not likely:
        return Sheet("", ())
    return _read(likely[0], [sheet for sheet, _ in tops if sheet is not likely[0]])


def _is_asked(name: str, top: tuple[Row, ...], expected: ExpectedTable) -> bool:
    """Tell whether a sheet can be the table: it does not only explain, and has a needed heading."""
    needed = expected.needed
    return key(name) not in expected.aside and (
        not needed or any(count_known(row, needed) for row in top)
    )


def _named(sheets: list[_Part]) -> str:
    return ", ".join(visible(sheet.title) for sheet in sheets)


def _top(sheet: _Part) -> tuple[Row, ...]:
    """Return the first rows of a sheet that are not empty, unchecked."""
    with _parsed(sheet) as parser:
        rows = (
            Row(number, tuple(str(cell["value"]) for cell in cells if cell["value"] is not None))
            for number, cells in _lines(parser)
        )
        return tuple(islice((row for row in rows if any(map(visible, row.cells))), SEARCHED))


def _lines(parser: WorkSheetParser) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Yield number and cells of each row; raises TableError for more than a sheet can have."""
    for count, (number, cells) in enumerate(parser.parse(), 1):
        if max(count, number) > LAST_ROW:
            raise TableError("too_large")
        yield number, cells


@contextmanager
def _parsed(sheet: _Part) -> Iterator[WorkSheetParser]:
    """Yield openpyxl's parser for a sheet, set up as ``ReadOnlyWorksheet`` does it."""
    from openpyxl.worksheet._reader import WorkSheetParser

    book = sheet.parent
    with sheet.archive.open(sheet.path) as source:
        if _NAMESPACE not in source.read(_LOOKED_AT):
            raise TableError("strange_sheets")
        source.seek(0)
        yield WorkSheetParser(
            source,
            sheet.strings,
            rich_text=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )


# what stands in it


def _read(sheet: _Part, left: list[_Part] | None = None) -> Sheet:
    grid = _grid(sheet)
    if grid.struck:
        raise TableError("struck", cells=", ".join(grid.struck[:MOST_NAMED]))
    if ticked := ticked_boxes(sheet.archive, sheet.path):
        raise TableError("ticked", cells=", ".join(ticked[:MOST_NAMED]))
    width = max((max(row) for row in grid.rows.values()), default=0)
    for area in grid.merged:
        _fill(grid, area, width)
    collected = Collected(is_garbled)
    for number in sorted(grid.rows):
        cells = grid.rows[number]
        collected.add(number, [cells.get(place, "") for place in range(1, max(cells) + 1)])
    name = visible(sheet.title)
    notices = [Reason("tables.hidden_read", (), {"sheet": name})] if grid.hides_any else []
    if grid.struck_by_rule:
        areas = ", ".join(grid.struck_by_rule[:MOST_NAMED])
        notices.append(Reason("tables.struck_by_rule", (), {"cells": areas}))
    if left:
        names = {"sheet": name, "sheets": _named(left)}
        notices.append(Reason("tables.sheets_left", (), names))
    notes, boxes = (each(sheet.archive, sheet.path) for each in (notes_of, text_boxes))
    others = tuple(islice(_cells_of(left or ()), MOST_OTHER_CELLS))
    rows = tuple(collected.rows)
    return Sheet(name, rows, grid.merged, tuple(notices), notes, grid.fills, others, boxes)


def _cells_of(sheets: Iterable[_Part]) -> Iterator[OtherCell]:
    """Yield the cells with text in the first rows of sheets that are not the table."""
    for sheet in sheets:
        with _parsed(sheet) as parser:
            for number, cells in islice(_lines(parser), MOST_OTHER_CELLS):
                for cell in cells:
                    if text := visible(text_of(cell["value"])):
                        yield OtherCell(visible(sheet.title), number, cell["column"] - 1, text)


def _grid(sheet: _Part) -> _Grid:
    """Return the cells of a sheet that are not empty; raises TableError for a formula or error."""
    grid = _Grid()
    with _parsed(sheet) as parser:
        for _, cells in _lines(parser):
            for cell in cells:
                grid.fills.add(cell["row"], cell["column"], cell["style_id"] or 0, sheet.parent)
                if cell["value"] is not None:
                    _put(grid, cell, sheet)
    areas = parser.merged_cells.mergeCell if parser.merged_cells else ()
    grid.merged = tuple(areas)
    grid.hides_any = _hides_any(parser, grid)
    grid.struck_by_rule = struck_by_rule(parser.formatting, sheet.parent)
    return grid


def _put(grid: _Grid, cell: dict[str, Any], sheet: _Part) -> None:
    from openpyxl.cell.read_only import ReadOnlyCell

    number, place = cell["row"], cell["column"]
    if cell["data_type"] in {"f", "e"}:
        raise fault("formula", number, place - 1)
    value, part = cell["value"], cast("Any", sheet)
    if str(value).strip() and is_struck(value, cell["style_id"] or 0, sheet.parent):
        grid.struck.append(f"{column_letter(place - 1)}{number}")
    is_number = type(value) is int or isinstance(value, float)
    shown = ReadOnlyCell(part, **cell).number_format if is_number and cell["style_id"] else ""
    instead = shown_instead(value, shown) if shown else None
    if instead == "" and value:
        raise fault("unseen", number, place - 1)
    text = text_of(value, shown) if instead is None else instead
    if not text or text.isspace():
        return
    if place > MOST_CELLS or number > MOST_ROWS:
        raise TableError("too_large")
    row = grid.rows.setdefault(number, {})
    if place in row:
        raise TableError("not_a_table")
    row[place] = text


def _hides_any(parser: WorkSheetParser, grid: _Grid) -> bool:
    """Tell whether the sheet hides rows or columns that are not empty."""
    hidden = {"1", "true"}
    if any(
        dimension.get("hidden") in hidden and int(float(number)) in grid.rows
        for number, dimension in parser.row_dimensions.items()
    ):
        return True
    used = {place for row in grid.rows.values() for place in row}
    return any(
        dimension.get("hidden") in hidden and not used.isdisjoint(_columns(dimension))
        for dimension in parser.column_dimensions.values()
    )


def _columns(dimension: dict[str, str]) -> range:
    return range(int(dimension["min"]), min(int(dimension["max"]), MOST_CELLS) + 1)


def _fill(grid: _Grid, area: CellRange, width: int) -> None:
    """Give each cell of a merged area the text of its first cell.

    Rows without any other text stay empty. Raises TableError where a cell of the area has
    another text, which a spreadsheet does not show.
    """
    anchor = grid.rows.get(area.min_row, {}).get(area.min_col, "")
    last = min(area.max_row, max(grid.rows, default=0))
    for number in range(area.min_row, last + 1):
        row = grid.rows.get(number)
        if row is None:
            continue
        for place in range(area.min_col, min(area.max_col, width) + 1):
            if row.get(place, anchor) != anchor:
                raise fault("merged_values", number, place - 1)
            if anchor:
                row[place] = anchor

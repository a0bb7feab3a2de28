"""Writes photos.xlsx into the output folder: one row per photo, for staff to fill in.

Each row already has the photo's number, a small picture of the hidden copy and the file
name, so that nobody has to type names of files. ``notes`` reads what staff typed on the next
run; it is copied into the new table. A table that cannot be read is not overwritten.
"""

from __future__ import annotations

import io
import re
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from photoguard.errors import ConfigurationError, WriteError
from photoguard.files import PRIVATE, SHEET, copy_number, printable, write_whole
from photoguard.model import Language, PhotoNotes, Role
from photoguard.model.spelling import visible
from photoguard.notes import COLUMNS, HEADING_OF, NO_WORDS, ROLE_WORDS, NotesTable, read_notes
from photoguard.report.thumbnails import Album
from photoguard.tables import MOST_BYTES, MOST_OTHER_CELLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from photoguard.tables import OtherCell

SIDE = 150
"""Longest side of the small pictures in pixels."""
MOST_PICTURES = MOST_BYTES // 2
"""Most bytes of all small pictures together: a larger table would not be read again.

If there are more, only the newest photos have a picture.
"""
_NO_TITLE = re.compile(r"[\\*?:/\[\]]")
"""Signs that the title of a sheet must not have."""
_POINTS = 0.75
"""Points per pixel: spreadsheets measure the height of a row in points."""
_WIDTHS = {"number": 8, "picture": 23, "file": 30, "description": 60, "people": 30}
_USUAL_WIDTH = 18


def write(folder: Path, manifest: Mapping[str, Any], language: Language) -> None:
    """Write the table into an output folder, with what staff typed in the previous one.

    Its headings keep their language; ``language`` is that of a first table. Other sheets are
    kept as plain text. Does nothing if the table is open in a spreadsheet program, cannot be
    read or has too much on other sheets.
    """
    place = folder / SHEET
    before = NotesTable(SHEET, {})
    with suppress(ConfigurationError, WriteError):
        if place.exists():
            before = read_notes(place)
            language = before.language or language
        if len(before.others) >= MOST_OTHER_CELLS:
            return
        typed = {file: row.notes for file, row in before.rows.items()}
        with Album(folder) as album:
            content = _workbook(album, manifest, typed, before.others, language)
        write_whole(place, content, folder / PRIVATE)


def _workbook(
    album: Album,
    manifest: Mapping[str, Any],
    typed: Mapping[str, PhotoNotes],
    others: Iterable[OtherCell],
    language: Language,
) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    _fill_in(book.worksheets[0], album, manifest, typed, language)
    pages: dict[str, Any] = {}
    for other in others:
        if other.sheet not in pages:
            pages[other.sheet] = book.create_sheet(_NO_TITLE.sub(" ", other.sheet))
        pages[other.sheet].cell(other.row, other.place + 1, other.text).data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill_in(
    sheet: Any,  # noqa: ANN401 - of openpyxl
    album: Album,
    manifest: Mapping[str, Any],
    typed: Mapping[str, PhotoNotes],
    language: Language,
) -> None:
    from openpyxl.styles import Font

    sheet.freeze_panes = "A2"
    for place, (name, headings) in enumerate(COLUMNS.items(), start=1):
        sheet.cell(1, place, headings[HEADING_OF[language]]).font = Font(bold=True)
        column = sheet.column_dimensions[_letter(name)]
        column.width = _WIDTHS.get(name, _USUAL_WIDTH)
        column.alignment = _at_top()  # of its empty cells
    rows = _rows(manifest, typed)
    for number, photo in enumerate(rows, start=2):
        _fill(sheet, number, photo, typed.get(photo["source"], PhotoNotes()), language)
    _show(sheet, rows, album)
    _offer(sheet, len(rows) + 1, manifest["channels"], language)


def _rows(manifest: Mapping[str, Any], typed: Mapping[str, PhotoNotes]) -> list[dict[str, Any]]:
    """Return the photos, then the filled-in rows whose photos are not in the folder any more.

    Each photo has one row, even if a copy that a person changed lies beside the new one. Of
    names that differ in case only, the first one is used.
    """
    by_name: dict[str, dict[str, Any]] = {}
    for photo in manifest["photos"]:
        by_name.setdefault(visible(printable(photo["source"])).casefold(), dict(photo))
    photos = list(by_name.values())
    here = {photo["source"] for photo in photos}
    gone = [file for file, notes in typed.items() if file not in here and notes != PhotoNotes()]
    return [*photos, *({"source": file, "output": None} for file in gone)]


def _fill(
    sheet: Any,  # noqa: ANN401 - of openpyxl
    number: int,
    photo: Mapping[str, Any],
    notes: PhotoNotes,
    language: Language,
) -> None:
    works = notes.works
    values = {
        "number": _number(photo),
        "picture": "",
        "file": printable(photo["source"]),
        "description": notes.description,
        "photographer": notes.photographer,
        "photographer_role": _role(notes.photographer_role, language),
        "taken_for": "; ".join(notes.taken_for),
        "event": notes.event,
        "people": "; ".join(notes.people),
        "works": NO_WORDS[language] if works == () else "; ".join(works or ()),
    }
    for place, name in enumerate(COLUMNS, start=1):
        if values[name]:
            cell = sheet.cell(number, place, values[name])
            cell.data_type = "s"  # what begins with = is a text as well
            cell.alignment = _at_top()


@cache
def _at_top() -> Any:  # noqa: ANN401 - of openpyxl
    from openpyxl.styles import Alignment

    return Alignment(vertical="top", wrap_text=True)


def _role(role: Role | None, language: Language) -> str:
    return ROLE_WORDS[language][role] if role else ""


def _show(sheet: Any, rows: Sequence[Mapping[str, Any]], album: Album) -> None:  # noqa: ANN401
    """Insert the small pictures into the rows, newest copies first, up to MOST_PICTURES."""
    from openpyxl.drawing.image import Image

    left = MOST_PICTURES
    with_copies = [(number, row) for number, row in enumerate(rows, start=2) if row["output"]]
    with_copies.sort(key=lambda each: _age(each[1]), reverse=True)
    pictures = album.all_of((row for _, row in with_copies), SIDE)
    for (number, _), small in zip(with_copies, pictures, strict=True):
        if small is None:
            continue
        left -= len(small.content)
        if left < 0:
            return
        sheet.add_image(Image(io.BytesIO(small.content)), f"{_letter('picture')}{number}")
        sheet.row_dimensions[number].height = (small.height + 6) * _POINTS


def _number(row: Mapping[str, Any]) -> str:
    """Return the number of a row's copy, as in its file name."""
    return copy_number(row["output"] or "")


def _age(row: Mapping[str, Any]) -> int:
    """Return a sort key that grows with the time at which a row's copy was made."""
    number = _number(row)
    return int(number) if number.isdecimal() else 0


def _offer(
    sheet: Any,  # noqa: ANN401 - of openpyxl
    last: int,
    channels: Iterable[str],
    language: Language,
) -> None:
    """Add drop-down lists with the possible values; other text is accepted too."""
    choices = {
        "photographer_role": tuple(ROLE_WORDS[language].values()),
        "taken_for": tuple(channels),
        "works": (NO_WORDS[language],),
    }
    for name, texts in choices.items():
        if texts and last > 1:
            sheet.add_data_validation(_list(name, texts, last))


def _list(name: str, texts: Sequence[str], last: int) -> Any:  # noqa: ANN401 - of openpyxl
    from openpyxl.worksheet.datavalidation import DataValidation

    offered = DataValidation(type="list", formula1=f'"{",".join(texts)}"', allow_blank=True)
    offered.showErrorMessage = False
    offered.add(f"{_letter(name)}2:{_letter(name)}{last}")
    return offered


def _letter(column: str) -> str:
    return chr(ord("A") + list(COLUMNS).index(column))

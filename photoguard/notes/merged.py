"""Refuses merged cells whose text cannot hold for every photo or column that they cover.

A text over merged cells is read in each of them. The number of a face means something in one
photo only: in the next one it would be another child. And a text over several columns would
be a description and, say, the photographer's name at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.errors import ConfigurationError
from photoguard.tables import MOST_NAMED, column_letter
from photoguard.texts import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from photoguard.tables import Merged, Row, Table

_FACE_NUMBER = "#"
"""The sign before the number of a face."""


def refuse_merged(table: Table, columns: Mapping[str, int], name: str) -> None:
    """Raise ConfigurationError for a text over several columns, or a face number over photos.

    ``columns`` has the index of each column, ``name`` is the table's file name.
    """
    for area in table.merged:
        covered = [row for row in table.rows if area.first_row <= row.number <= area.last_row]
        filled = [row for row in covered if _text(row, area.first_place)]
        headed = [place for place in columns.values() if area.covers(place)]
        if filled and len(headed) > 1:
            raise ConfigurationError("notes.merged_columns", file=name, cells=_name_of(area))
        if len(filled) > 1 and columns.get("people") in headed:
            _refuse_numbers(filled, area, columns, name)


def _refuse_numbers(
    rows: Sequence[Row], area: Merged, columns: Mapping[str, int], name: str
) -> None:
    if _FACE_NUMBER in _text(rows[0], columns["people"]):
        photos = listed((_text(row, columns["file"]) for row in rows), MOST_NAMED)
        where = {"file": name, "cells": _name_of(area), "photos": photos}
        raise ConfigurationError("notes.merged_number", **where)


def _text(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _name_of(area: Merged) -> str:
    """Return an area as a spreadsheet names it, such as "C2:C4"."""
    first, last = column_letter(area.first_place), column_letter(area.last_place)
    return f"{first}{area.first_row}:{last}{area.last_row}"

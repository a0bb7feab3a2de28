"""What is drawn over the cells of a sheet: text boxes, and boxes that somebody ticked.

None of it is in any cell: a text box may say "EI KUVIIN" beside a child's row, and a ticked
box in a column of prohibitions is a prohibition that nobody would read.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from photoguard.model.spelling import visible
from photoguard.tables.cells import column_letter
from photoguard.tables.values import Note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipFile

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHAPES = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_BOX = re.compile(
    rb"<x:ClientData\s[^>]*ObjectType=[\"'](?:Checkbox|Radio)[\"'][^>]*>(.*?)</x:ClientData>",
    re.DOTALL,
)
"""A check box or option button as Excel and LibreOffice draw it; it may be no sound XML."""
_TICKED = re.compile(rb"<x:Checked>\s*[12]\s*</x:Checked>|<x:Checked\s*/>")
"""2 is a box that is neither ticked nor empty."""
_LINKED = re.compile(rb"<x:FmlaLink>\s*[^<\s]")
"""The box writes its answer into a cell, which is read."""
_ANCHOR = re.compile(rb"<x:Anchor>\s*(\d+)\s*,\s*-?\d+\s*,\s*(\d+)\s*,")


def text_boxes(archive: ZipFile, path: str) -> tuple[Note, ...]:
    """Return the texts drawn over the sheet at a path in the workbook, each with its first cell."""
    from openpyxl.xml.functions import fromstring

    found = []
    for part in _parts(archive, path, "drawing"):
        tree: Any = ()
        with suppress(SyntaxError):  # a damaged drawing is shown by no program
            tree = fromstring(part)
        for anchor in tree:
            texts = (each.text or "" for each in anchor.iter(f"{_TEXT}t"))
            if text := visible(" ".join(texts)):
                found.append(Note(_number(anchor, "row") + 1, _number(anchor, "col"), text))
    return tuple(sorted(found))


def ticked_boxes(archive: ZipFile, path: str) -> tuple[str, ...]:
    """Return the cells, such as "B7", over which a ticked box lies that no cell knows of."""
    boxes = (box[1] for part in _parts(archive, path, "vmlDrawing") for box in _BOX.finditer(part))
    anchors = [
        _ANCHOR.search(box) for box in boxes if _TICKED.search(box) and not _LINKED.search(box)
    ]
    return tuple(f"{column_letter(int(at[1]))}{int(at[2]) + 1}" if at else "–" for at in anchors)


def _parts(archive: ZipFile, path: str, kind: str) -> Iterator[bytes]:
    """Yield the parts of a kind to which the sheet at a path refers."""
    from openpyxl.packaging.relationship import get_dependents, get_rels_path

    names, relations = set(archive.namelist()), str(cast("Any", get_rels_path)(path))
    if relations in names:
        dependents: Any = get_dependents(archive, relations)
        for each in dependents.find(f"{_RELATIONS}/{kind}"):
            if each.target in names:
                yield archive.read(each.target)


def _number(anchor: Any, name: str) -> int:  # noqa: ANN401 - an element
    """Return the index of the row or column in which a drawing begins, 0 for one without."""
    text = anchor.findtext(f"{_SHAPES}from/{_SHAPES}{name}") or "0"
    return int(text) if text.strip().isdecimal() else 0

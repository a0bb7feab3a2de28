"""Finds prohibitions in cells that the mapping does not read as answers.

An office may write "ei saa kuvata" (do not photograph) anywhere: among remarks, below no
heading, behind the name. None of that is read as a permission, and none of it may be ignored
without a person knowing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from photoguard.model import Answer
from photoguard.model.spelling import heading_key
from photoguard.register.importing import cell_values, office_headings
from photoguard.register.importing.mapping import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.register.importing.mapping import Mapping
    from photoguard.tables import Row, Table

_LOUD_NO = re.compile(r"(?<!\w)(?:EI|EJ|NEJ|INTE|NO)(?!\w)")
"""A no in capitals, such as beside a name: "Aino EI"."""
_NO_TO_IT = re.compile(
    r"\b(?:ei|ej|inte|not?|ingen|inget|inga)\b.*\b(?:lupa|luvat|suost|samtyck|tillst|lov\b|permi|"
    r"consent|allow|saa\b|sallit|mukaan|vara med)"
)
"""A no about the permission itself."""
_REMARKS = re.compile(
    r"\b(?:muuta|huom|lisäti|komment|comment|merkin|anmärk|övrigt|annat|notis|not\b|note|remark|other"
    r"|viesti)"
)
"""Headings of remarks, below which a no alone may be about anything."""
_NO_AT_A_NAME = re.compile(
    r"(?<=\w)[\s,:;–-]+\(?(?:ei|EI|nej|NEJ|ej|EJ|no|NO|(?:Ei|Nej|Ej)(?=[\s).!]*$))(?!\w)[^()]{0,30}"
    r"\)?[.!]*$|^(?:EI|NEJ|EJ|NO)[\s:]+(?=.*[a-zåäö])"
)
"""A no in the cell of a name: "Malli Aino EI", "Aino Malli (ei kuvia)"."""
_TICKS = frozenset("x☑✓✔")
"""Single characters that can only be an answer; other letters may be somebody's initials."""


def forbids_pictures(text: str) -> bool:
    """Tell whether a remark denies something about pictures: "ei kuvia nettiin"."""
    plain = heading_key(text)
    return bool(office_headings.DENIES.search(plain) and office_headings.PICTURES.search(plain))


def denies(text: str) -> bool:
    """Tell whether a note on a cell denies anything, whatever it is about."""
    return office_headings.DENIES.search(heading_key(text)) is not None


def may_forbid(text: str) -> bool:
    """Tell whether a remark may forbid pictures.

    So do a denial about pictures, a protection ("turvakielto"), a no to the permission
    itself, and a no in capitals beside other words ("Aino EI").
    """
    plain = heading_key(text)
    loud = len(plain.split()) > 1 and _LOUD_NO.search(text) is not None
    sentence = text.isupper() and len(plain.split()) > 2  # noqa: PLR2004 - EI ALLERGIOITA TIEDOSSA
    return (
        forbids_pictures(text)
        or bool(office_headings.PROTECTS.search(plain) or _NO_TO_IT.search(plain))
        or (loud and not sentence)
    )


def is_no_at_name(name: str) -> bool:
    """Tell whether the cell of a name contains a no as well."""
    return _NO_AT_A_NAME.search(name) is not None


def _may_answer(text: str) -> bool:
    """Tell whether the text of a cell may be an answer, or a remark that forbids."""
    word = heading_key(text).rstrip(".!")
    is_answer = office_headings.ANSWERS.get(word) is not None and not word.isdigit()
    return (is_answer and (len(word) > 1 or word in _TICKS)) or may_forbid(text)


def below_no_heading(table: Table) -> Iterator[tuple[Row, int]]:
    """Yield the first row and the index of each column without a heading that may have answers."""
    found: set[int] = set()
    for row in table.rows:
        for place, cell in enumerate(row.cells):
            named = place < len(table.headings) and table.headings[place].strip()
            if not named and place not in found and _may_answer(cell):
                found.add(place)
                yield row, place


def forbidding_rows(table: Table, heading: str) -> tuple[int, ...]:
    """Return the numbers of the rows whose cell below a heading may forbid pictures."""
    place = table.headings.index(heading)
    return tuple(row.number for row in table.rows if _forbids_below(heading, _cell(row, place)))


def _forbids_below(heading: str, text: str) -> bool:
    """Tell whether a cell may forbid pictures; below a heading of remarks a no alone does."""
    return may_forbid(text) or (
        _REMARKS.search(heading_key(heading)) is not None and _is_plain_no(text)
    )


def double_negatives(table: Table, mapping: Mapping) -> Iterator[tuple[str, Row, int]]:
    """Yield each heading with a no that has a no below it, with the first such row and its index.

    "Ei kuviin: ei" may mean that the child is not to be in pictures, or that nothing is
    forbidden. Headings in the mapping's ``noes`` are left out.
    """
    answered = set(map(heading_key, mapping.noes))
    bans = [name for name, column in mapping.columns.items() if column == NEVER]
    bans += [each.column for each in mapping.permissions if each.gives is Answer.NO]
    known = {heading_key(name): place for place, name in enumerate(table.headings)}
    for heading in bans:
        place = known.get(heading_key(heading))
        if place is None or heading_key(heading) in answered or not _says_no(heading):
            continue
        first = next((row for row in table.rows if _is_plain_no(_cell(row, place))), None)
        if first:
            yield heading, first, place


def _says_no(heading: str) -> bool:
    """Tell whether a heading contains a no, and does not list the possible answers."""
    plain = heading_key(heading)
    choices = office_headings.CHOICES.search(plain)
    return office_headings.NEGATED.search(plain) is not None and not choices


def _is_plain_no(text: str) -> bool:
    try:
        return any(each.answer is Answer.NO for each in cell_values.answers(text, ban=True))
    except KeyError:
        return False


def _cell(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def headings_with_remarks(table: Table) -> tuple[str, ...]:
    """Return the headings below which any cell may forbid pictures."""
    return tuple(name for name in table.headings if name.strip() and forbidding_rows(table, name))

"""The columns of the staff's table of photos, and the words that it offers."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from photoguard.model import Language, Role
from photoguard.model.spelling import heading_key
from photoguard.tables import ExpectedTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "number": ("nro", "nr", "no", "numero", "nummer", "number"),
        "picture": ("kuva", "bild", "picture"),
        "file": ("tiedosto", "fil", "file", "tiedostonimi", "filnamn", "filename"),
        "description": ("kuvaus", "beskrivning", "description"),
        "photographer": ("kuvaaja", "fotograf", "photographer"),
        "photographer_role": ("kuvaajan rooli", "fotografens roll", "photographer role"),
        "taken_for": ("otettu kanavaan", "tagen för", "taken for", "kanavat", "kanaler"),
        "event": ("tapahtuma", "evenemang", "event"),
        "people": ("henkilöt", "personer", "people"),
        "works": ("työt", "arbeten", "works", "teokset", "alster"),
    }
)
"""Each column with its headings; the first three are those in fi, sv and en.

The columns of the number and the picture only show which photo a row is; they are not read.
"""

EXPECTED_TABLE = ExpectedTable(
    headings=frozenset(heading_key(word) for words in COLUMNS.values() for word in words),
    needed=frozenset(map(heading_key, COLUMNS["file"])),
)
"""The headings that the table may have and must have."""

ROLE_WORDS: Mapping[Language, Mapping[Role, str]] = MappingProxyType(
    {
        Language.FI: {Role.STAFF: "henkilökunta", Role.CHILD: "lapsi", Role.OTHER: "muu"},
        Language.SV: {Role.STAFF: "personal", Role.CHILD: "barn", Role.OTHER: "annan"},
        Language.EN: {Role.STAFF: "staff", Role.CHILD: "child", Role.OTHER: "other"},
    }
)
"""The words that the sheet offers for the photographer's role."""

NO_WORDS: Mapping[Language, str] = MappingProxyType(
    {Language.FI: "ei", Language.SV: "nej", Language.EN: "no"}
)
"""The word that the sheet offers where no work is in the photo."""


def column_of(heading: str) -> str | None:
    """Return the key in ``COLUMNS`` for a heading, None for an unknown one."""
    wanted = heading_key(heading)
    return next((name for name, words in COLUMNS.items() if wanted in words), None)


HEADING_OF: Mapping[Language, int] = MappingProxyType(
    {Language.FI: 0, Language.SV: 1, Language.EN: 2}
)
"""The place of each language's heading among those of a column."""


def language_of_headings(headings: Iterable[str]) -> Language | None:
    """Return the language in which most headings are those of the sheet, None for a tie."""
    written = {name: heading_key(heading) for heading in headings if (name := column_of(heading))}
    counts = {
        language: sum(written[name] == heading_key(COLUMNS[name][place]) for name in written)
        for language, place in HEADING_OF.items()
    }
    most = [language for language, count in counts.items() if count == max(counts.values())]
    return most[0] if len(most) == 1 else None

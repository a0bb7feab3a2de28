"""The words that staff may write in a table of photos, in three languages."""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING

from photoguard.model import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
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
"""Each column with its headings; the first three are those of fi, sv and en."""

ROLES: Mapping[str, Role] = MappingProxyType(
    {
        **dict.fromkeys(("henkilökunta", "personal", "staff"), Role.STAFF),
        **dict.fromkeys(("lapsi", "barn", "child"), Role.CHILD),
        **dict.fromkeys(("oppilas", "elev", "pupil"), Role.CHILD),
        **dict.fromkeys(("opiskelija", "studerande", "student"), Role.CHILD),
        **dict.fromkeys(("muu", "annan", "other"), Role.OTHER),
    }
)

NO_WORKS = frozenset({"none", "no", "ei", "ei yhtään", "ei töitä", "nej", "inga", "inga arbeten"})
"""What says that no work is in the photo; an empty cell says nothing."""


def folded(written: str) -> str:
    """Return a word as it is compared: NFC, small letters, single spaces for _ and -."""
    plain = unicodedata.normalize("NFC", written).casefold()
    return " ".join(plain.replace("_", " ").replace("-", " ").split())


def column_of(heading: str) -> str | None:
    """Return the column that a heading names, None where it names none."""
    wanted = folded(heading)
    return next((name for name, words in COLUMNS.items() if wanted in words), None)

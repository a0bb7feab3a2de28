"""What staff wrote, and what was written on the review page, side by side."""

from __future__ import annotations

from photoguard.model import Language, PhotoNotes, Settled
from photoguard.pipeline.photo.decision import with_settled_texts
from photoguard.pipeline.photo.typed import words_of
from photoguard.settings import Settings

LONG = "Lapset rakentavat majaa metsässä. " * 9
SHORT = "Lapset rakentavat majaa."
FINNISH = Settings(language=Language.FI)


def _settled(**texts: str) -> Settled:
    return Settled("0" * 64, descriptions={Language(key): text for key, text in texts.items()})


def test_a_short_text_of_the_page_keeps_the_long_one() -> None:
    """The long description of the table stays, and its words are looked through as well."""
    notes = with_settled_texts(PhotoNotes(description=LONG), _settled(fi=SHORT), FINNISH)
    assert (notes.description, notes.long_description) == (SHORT, LONG)
    assert LONG in words_of(notes)


def test_a_text_that_fits_is_replaced() -> None:
    """What was short already is not kept beside the newer words."""
    notes = with_settled_texts(PhotoNotes(description="Majat."), _settled(fi=SHORT), FINNISH)
    assert (notes.description, notes.long_description) == (SHORT, "")


def test_another_language_takes_nothing_away() -> None:
    """A Swedish text stands beside the long Finnish one."""
    notes = with_settled_texts(PhotoNotes(description=LONG), _settled(sv="Barnen bygger."), FINNISH)
    assert (notes.description, notes.long_description) == (LONG, "")

"""What staff wrote, and what was written on the review page, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from photoguard.model import Language, Outcome, PhotoNotes, Plan, Settled
from photoguard.pipeline.photo.decision import caption_facts, with_settled_texts
from photoguard.pipeline.photo.typed import words_of
from photoguard.settings import Settings
from tests.pipeline.photos import LANDSCAPE, small
from tests.stress import blind

if TYPE_CHECKING:
    from pathlib import Path

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


SWEDISH = "Barnen bygger en snöborg på gården."


def _described(tmp_path: Path, text: str) -> dict[str, object]:
    """Prepare one photo in Finnish with this description; return its entry in the manifest."""
    folder = tmp_path / "retki"
    small(folder / "a.jpg", 160, LANDSCAPE)
    (folder / "photos.csv").write_text(f"tiedosto;kuvaus\na.jpg;{text}\n", "utf-8")
    entry = blind.prepare([folder], settings=FINNISH).manifest["photos"][0]
    return {**entry, "notices": {each["code"] for each in entry["notices"]}}


def test_a_swedish_description_in_a_finnish_run_is_the_swedish_alt_text(tmp_path: Path) -> None:
    """One text is never in two languages, and what the folder's own one lacks is told."""
    entry = _described(tmp_path, SWEDISH)
    assert entry["alt_text"] == {"sv": SWEDISH}
    assert entry["alt_text_lacks"] == {"fi": "description", "en": "description"}
    assert "reasons.described_in_sv" in entry["notices"]  # type: ignore[operator]


def test_the_own_language_and_an_unclear_one_stay_as_they_were(tmp_path: Path) -> None:
    """Only a language that is plain moves a description."""
    for text in (SHORT, "Snöborg"):
        entry = _described(tmp_path, text)
        assert list(entry["alt_text"]) == ["fi"]  # type: ignore[call-overload]
        assert not [code for code in entry["notices"] if "described" in code]  # type: ignore[attr-defined]


def test_the_page_text_of_that_language_goes_before_the_tables() -> None:
    """A Swedish text of the page replaces a Swedish description, and the Finnish one is lacking."""
    notes = with_settled_texts(PhotoNotes(description=SWEDISH), _settled(sv="Snöborg"), FINNISH)
    facts = caption_facts(Plan(Outcome.READY, ()), notes, FINNISH)
    assert (facts.description, facts.description_language) == ("Snöborg", Language.SV)


@pytest.mark.parametrize("text", ["12", "24.12.2026", "IMG_2034", "IMG_2034.jpg", "Kuva 3"])
def test_a_number_or_a_day_is_no_description(tmp_path: Path, text: str) -> None:
    """It is asked for as an empty one is: the alt text is a draft, and nobody confirmed it."""
    entry = _described(tmp_path, text)
    assert entry["alt_text_confirmed"] is False
    assert "reasons.draft_alt_text" in entry["notices"]  # type: ignore[operator]
    assert text not in str(entry["alt_text"])
    settled = with_settled_texts(PhotoNotes(), _settled(fi=text, sv=text), FINNISH)
    assert (settled.description, settled.translations) == ("", {})

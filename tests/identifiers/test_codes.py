"""Codes, numbers and addresses are found; dates, prices and counting rhymes are not."""

from __future__ import annotations

import pytest

from photoguard.identifiers import codes_in
from photoguard.model import TextKind


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("hetu 131052-308T", TextKind.IDENTITY_CODE, "131052-308T"),
        ("131O52-3O8T", TextKind.IDENTITY_CODE, "131O52-3O8T"),
        ("131052\u2011308T", TextKind.IDENTITY_CODE, "131052\u2011308T"),
        ("131052\u2212308T", TextKind.IDENTITY_CODE, "131052\u2212308T"),
        ("131052\u2014308T", TextKind.IDENTITY_CODE, "131052\u2014308T"),
        ("IMG131052-308T", TextKind.IDENTITY_CODE, "131052-308T"),
        ("Soita 040 123 4567!", TextKind.PHONE, "040 123 4567"),
        ("+358 40 1234567", TextKind.PHONE, "+358 40 1234567"),
        ("puh.0401234567", TextKind.PHONE, "0401234567"),
        ("tel.040-123 4567", TextKind.PHONE, "040-123 4567"),
        ("(05) 616 2255", TextKind.PHONE, "(05) 616 2255"),
        ("040/1234567", TextKind.PHONE, "040/1234567"),
        ("040.123.4567", TextKind.PHONE, "040.123.4567"),
        ("040 \u2013 123 4567", TextKind.PHONE, "040 \u2013 123 4567"),
        ("050 1 234 567", TextKind.PHONE, "050 1 234 567"),
        ("+1 202 555 0123", TextKind.PHONE, "+1 202 555 0123"),
        ("+46 70 123 45 67", TextKind.PHONE, "+46 70 123 45 67"),
        ("isa.aiti@example.fi", TextKind.EMAIL, "isa.aiti@example.fi"),
        ("isa.aiti(at)example.fi", TextKind.EMAIL, "isa.aiti(at)example.fi"),
        ("isa.aiti [at] example.fi", TextKind.EMAIL, "isa.aiti [at] example.fi"),
        ("Koulukuja 2", TextKind.ADDRESS, "Koulukuja 2"),
        ("12 Main Street", TextKind.ADDRESS, "12 Main Street"),
        ("Lives at 221B Baker Street.", TextKind.ADDRESS, "221B Baker Street"),
        ("Park Road 4", TextKind.ADDRESS, "Park Road 4"),
        ("Kotiosoite Kauppakatu 12 B 3", TextKind.ADDRESS, "Kauppakatu 12 B 3"),
        ("Storgatan 5", TextKind.ADDRESS, "Storgatan 5"),
        ("ABC-123", TextKind.PLATE, "ABC-123"),
        ("FIN ABC-123", TextKind.PLATE, "FIN ABC-123"),
        ("ABC 12D", TextKind.PLATE, "ABC 12D"),
        ("ÄÖ-1", TextKind.PLATE, "ÄÖ-1"),
    ],
)
def test_what_is_somebodys_own_is_found(text: str, kind: TextKind, found: str) -> None:
    """Each kind is found as it is read from a picture, with its place."""
    (hit,) = codes_in(text)
    assert (hit.kind, text[hit.first : hit.last + 1]) == (kind, found)


@pytest.mark.parametrize(
    "text",
    [
        "131052-308U",
        "05.12.2025",
        "klo 08.00-16.00",
        "0 1 2 3 4 5 6 7 8 9",
        "2 x 0,75",
        "Ryhmä B-12",
        "01-12-2025",
        "kello 0900-1600",
        "Y-tunnus 0162193-3",
        "Opetellaan lukuja 0 1 2 3",
        "Luontopolku 3 km",
        "Joulupolku 12.12.",
        "valtatie 6",
        "3 children crossed the road",
        "Talo 123",
        "Lounas 12",
        "Aamupiiri klo 9",
        "ISO 9001 on laatu, LVI-123 hoitaa putket",
    ],
)
def test_other_numbers_are_let_be(text: str) -> None:
    """A wrong check character, dates, times and room numbers are nobody's own."""
    assert codes_in(text) == ()

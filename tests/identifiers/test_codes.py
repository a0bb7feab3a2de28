"""Codes, numbers and addresses are found; dates, prices and counting rhymes are not."""

from __future__ import annotations

import time

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
        ("010120A123K", TextKind.IDENTITY_CODE, "010120A123K"),
        ("010120 B 901 N", TextKind.IDENTITY_CODE, "010120 B 901 N"),
        ("010115A123N", TextKind.IDENTITY_CODE, "010115A123N"),
        ("311219Y9O1B", TextKind.IDENTITY_CODE, "311219Y9O1B"),
        ("EL 12345", TextKind.PLATE, "EL 12345"),
        ("DN34567", TextKind.PLATE, "DN34567"),
        ("AB 12 345", TextKind.PLATE, "AB 12 345"),
        ("AB-1234", TextKind.PLATE, "AB-1234"),
        ("XYZ 98", TextKind.PLATE, "XYZ 98"),
        ("Daisy-tunnus: aino.k", TextKind.ACCOUNT, "Daisy-tunnus: aino.k"),
        ("Daisy: ainkor12", TextKind.ACCOUNT, "Daisy: ainkor12"),
        ("PIN: 4821", TextKind.ACCOUNT, "PIN: 4821"),
        ("010120Y901N", TextKind.IDENTITY_CODE, "010120Y901N"),
        ("131052308T", TextKind.IDENTITY_CODE, "131052308T"),
        ("personnummer 811218-9876", TextKind.IDENTITY_CODE, "811218-9876"),
        ("20200315\u20132382", TextKind.IDENTITY_CODE, "20200315\u20132382"),
        ("200315+2382", TextKind.IDENTITY_CODE, "200315+2382"),
        ("202003152382", TextKind.IDENTITY_CODE, "202003152382"),
        ("2003l5-2382", TextKind.IDENTITY_CODE, "2003l5-2382"),
        ("samordningsnummer 200375-2389", TextKind.IDENTITY_CODE, "200375-2389"),
        ("isikukood 38001085718", TextKind.IDENTITY_CODE, "38001085718"),
        ("Passi XP1234567", TextKind.IDENTITY_CODE, "XP1234567"),
        ("P<FINVIRTANEN<<AINO<MARIA<<<<", TextKind.IDENTITY_CODE, "P<FINVIRTANEN<<AINO<MARIA<<<<"),
        ("040  123  4567", TextKind.PHONE, "040  123  4567"),
        ("+ 358 40 123 4567", TextKind.PHONE, "+ 358 40 123 4567"),
        ("358401234567", TextKind.PHONE, "358401234567"),
        ("070-123 45 67", TextKind.PHONE, "070-123 45 67"),
        ("Kuva: @aino.v.", TextKind.ACCOUNT, "@aino.v"),
        ("aino@gmail", TextKind.ACCOUNT, "aino@gmail"),
        ("instagram.com/ainovirtanen", TextKind.ACCOUNT, "instagram.com/ainovirtanen"),
        ("Wilma-tunnus: virtaai", TextKind.ACCOUNT, "Wilma-tunnus: virtaai"),
        ("tunnus: aino.virtanen", TextKind.ACCOUNT, "tunnus: aino.virtanen"),
        ("Salasana: Kissa123", TextKind.ACCOUNT, "Salasana: Kissa123"),
        ("FI21 1234 5600 0007 85", TextKind.BANK, "FI21 1234 5600 0007 85"),
        ("EE382200221020145685", TextKind.BANK, "EE382200221020145685"),
        ("Kauppakatu 12 as. 4", TextKind.ADDRESS, "Kauppakatu 12 as. 4"),
        ("Kauppakatu 5-7", TextKind.ADDRESS, "Kauppakatu 5-7"),
        ("Storgatan 4 lgh 1101", TextKind.ADDRESS, "Storgatan 4 lgh 1101"),
        ("Lilla Vägen 3", TextKind.ADDRESS, "Lilla Vägen 3"),
        ("Torpanmäki 4", TextKind.ADDRESS, "Torpanmäki 4"),
        ("Honkala 4 B 12", TextKind.ADDRESS, "Honkala 4 B 12"),
        ("Mannerheimint. 5", TextKind.ADDRESS, "Mannerheimint. 5"),
        ("c/o Virtanen", TextKind.ADDRESS, "c/o Virtanen"),
        ("EST 123 ABC", TextKind.PLATE, "EST 123 ABC"),
        ("A8C-123", TextKind.PLATE, "A8C-123"),
        ("CD-1234", TextKind.PLATE, "CD-1234"),
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
        ("00100 Helsinki", TextKind.ADDRESS, "00100 Helsinki"),
        ("FI-53100 Lappeenranta", TextKind.ADDRESS, "FI-53100 Lappeenranta"),
        ("S-123 45 Stockholm", TextKind.ADDRESS, "S-123 45 Stockholm"),
        ("65100 VASA", TextKind.ADDRESS, "65100 VASA"),
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
        "311319A123N",
        "EN 12345",
        "FI 53100",
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
        "811218-9875",
        "556677-8899",
        "1234567890",
        "12345678910",
        "EAN 6411401015090",
        "FI21 1234 5600 0007 86",
        "Y-tunnus: 0162193-3",
        "Lapsen tunnus: kettu",
        "Salasana on makkara",
        "Luku 5 < 7",
        "Sali @ 9",
        "Jouluk. 24",
        "Eskarit 5 v 3 kk",
        "Pulkkamäki 12.12.",
        "Uimaranta 25 m",
        "Kauppatori 3 €",
        "Tehtävä 12 b 3",
        "Yli 10000 askelta",
        "1234 Lasta",
        "klo 10.30 Helsinki",
    ],
)
def test_other_numbers_are_let_be(text: str) -> None:
    """A wrong check character, dates, times and room numbers are nobody's own."""
    assert codes_in(text) == ()


@pytest.mark.parametrize("word", ["A", "a.", "A-", "A<", "@a.", "040 ", "FI21 ", "Kat ", "12 "])
def test_a_long_text_costs_bounded_time(word: str) -> None:
    """What somebody pasted by mistake, 20,000 signs of it, is searched in a moment."""
    before = time.process_time()
    codes_in(word * (20_000 // len(word)))
    assert time.process_time() - before < 2

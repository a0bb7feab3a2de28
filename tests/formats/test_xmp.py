"""The XMP packet that pictures and sidecars share."""

from __future__ import annotations

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from photoguard.captions import xmp
from photoguard.model import PublicText
from tests.formats.material import EN, FI, SV, TEXT

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
ALT = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}AltTextAccessibility"


def _alternatives(packet: str) -> list[tuple[str, str]]:
    entries = fromstring(packet.encode()).iterfind(f".//{ALT}//{RDF}li")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    return [(entry.get(lang, ""), entry.text or "") for entry in entries]


def test_default_stands_first_then_fi_sv_en() -> None:
    """Language alternatives are x-default, fi, sv, en, whatever order they came in."""
    text = PublicText(SV, "", alt_text={EN: "three", SV: "två", FI: "yksi"})
    assert _alternatives(xmp.packet(text)) == [
        ("x-default", "två"),
        ("fi", "yksi"),
        ("sv", "två"),
        ("en", "three"),
    ]


def test_default_falls_back_to_a_language_that_is_there() -> None:
    """Without a text in the unit's language the first one is the default."""
    text = PublicText(FI, "", alt_text={EN: "three"})
    assert _alternatives(xmp.packet(text)) == [("x-default", "three"), ("en", "three")]


def test_a_draft_takes_the_place_of_the_embedded_text() -> None:
    """The second argument stands in the packet instead of the text's own."""
    assert _alternatives(xmp.packet(TEXT, {FI: "Luonnos."}))[0] == ("x-default", "Luonnos.")
    assert ALT not in xmp.packet(TEXT, {})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\u202eb\u2066c\u200bd", "abcd"),
        ("one\ntwo\r\n\tthree  four", "one two three four"),
        ("x\0y\x1bz\ud800", "xyz"),
        ("A\u030asa O\u0308berg", "Åsa Öberg"),
        ("A\u200d\u030asa", "Åsa"),
        ("\u2028line\u2029", "line"),
        ("\ue000\uffff", ""),
    ],
)
def test_characters_that_do_not_show_are_left_out(typed: str, kept: str) -> None:
    """Control, bidi, surrogate, private and unassigned characters never reach a file."""
    assert xmp.plain(typed) == kept


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (f"Retki {FAMILY} metsään", f"Retki {FAMILY} metsään"),
        ("\U0001f469\U0001f3fd\u200d\U0001f3eb", "\U0001f469\U0001f3fd\u200d\U0001f3eb"),
        ("\U0001f3f3\ufe0f\u200d\U0001f308", "\U0001f3f3\ufe0f\u200d\U0001f308"),
        ("\U0001f467\u200d\u200d\U0001f467", "\U0001f467\U0001f467"),
        ("\U0001f467\u200d x\u200d\U0001f467", "\U0001f467 x\U0001f467"),
        ("\u200d\U0001f467\u200d", "\U0001f467"),
    ],
)
def test_an_emoji_of_several_stays_whole(typed: str, kept: str) -> None:
    """A joiner is kept between two emoji, where it shows, and nowhere else."""
    assert xmp.plain(typed) == kept


@settings(deadline=None)
@given(st.text())
def test_markup_is_text(typed: str) -> None:
    """Whatever is typed, the packet is well-formed and gives the words back."""
    packet = xmp.packet(PublicText(FI, "", alt_text={FI: typed}))
    texts = [text for _, text in _alternatives(packet)]
    assert texts == [xmp.plain(typed)] * 2 if xmp.plain(typed) else texts == []


@settings(deadline=None)
@given(st.text() | st.text(st.sampled_from("\u200d\u200b\ufe0f\U0001f467\U0001f3fda ")))
def test_plain_words_stay_as_they_are(typed: str) -> None:
    """Words that were made plain once are the same when a copy is examined later."""
    assert xmp.plain(xmp.plain(typed)) == xmp.plain(typed)

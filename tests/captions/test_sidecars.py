"""What stands beside a picture."""

from __future__ import annotations

import pytest
from defusedxml.ElementTree import fromstring

from photoguard.captions import CaptionFacts, sidecars
from photoguard.captions.wording import caption
from photoguard.model import Caption, Language

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
ALT = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}AltTextAccessibility"
FACTS = CaptionFacts(
    Language.FI,
    people=3,
    hidden=3,
    event="Metsäretki",
    photographer="Åsa Öberg",
    organisation={Language.FI: "Lappeenrannan kaupunki"},
    hashtags=("LPRoppii", "metsä"),
)
DRAFT = caption(FACTS)


def _described(text: str, language: Language = Language.FI) -> Caption:
    return caption(CaptionFacts(language, people=1, hidden=1, description=text))


def _alternatives(packet: str) -> dict[str, str]:
    found = fromstring(packet).find(f".//{ALT}")
    if found is None:
        return {}
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    return {item.get(lang, ""): item.text or "" for item in found.iter(f"{RDF}li")}


def test_a_draft_stands_in_the_xmp_sidecar_and_is_marked() -> None:
    """The sidecar holds the draft alt text in every language, marked by a comment."""
    packet = sidecars.xmp(DRAFT)
    assert set(_alternatives(packet)) == {"x-default", "fi", "sv", "en"}
    assert _alternatives(packet)["x-default"].startswith("Metsäretki: kolme")
    assert "draft" in packet


def test_confirmed_words_are_not_marked() -> None:
    """What the staff wrote is no draft."""
    packet = sidecars.xmp(_described("Lapset leikkivät <pihalla> & laulavat"))
    assert _alternatives(packet)["fi"].startswith("Lapset leikkivät <pihalla> & laulavat.")
    assert "draft" not in packet


def test_nothing_to_say_makes_no_alternative() -> None:
    """Without people, event and description the sidecar has no alt text and no mark."""
    packet = sidecars.xmp(caption(CaptionFacts(Language.FI)))
    assert _alternatives(packet) == {}
    assert "draft" not in packet


def test_the_text_for_copying_has_its_parts_in_order() -> None:
    """Caption, hashtags and credit come first, then the alt text; drafts are marked."""
    assert sidecars.text(DRAFT, Language.FI).removeprefix("\ufeff").split("\r\n") == [
        "Kuvateksti – LUONNOS, kerro lisäksi, mitä teitte:",
        "Metsäretki.",
        "",
        "#LPRoppii #metsä",
        "",
        "Kuva: Åsa Öberg / Lappeenrannan kaupunki",
        "",
        "Vaihtoehtoinen teksti – LUONNOS, tarkista ja täydennä ennen julkaisua:",
        "Metsäretki: kolme henkilöä, kasvot on peitetty.",
        "",
    ]


@pytest.mark.parametrize(
    ("language", "draft"),
    [(Language.FI, "LUONNOS"), (Language.SV, "UTKAST"), (Language.EN, "DRAFT")],
)
def test_only_a_draft_is_called_one(language: Language, draft: str) -> None:
    """A draft is clearly marked in the unit's language, the staff's words are not."""
    drafted = caption(CaptionFacts(language, people=1, hidden=1))
    assert draft in sidecars.text(drafted, language)
    assert draft not in sidecars.text(_described("Retki", language), language)


def test_a_missing_alt_text_is_asked_for() -> None:
    """Where nothing could be composed, the text asks for one sentence."""
    text = sidecars.text(caption(CaptionFacts(Language.FI)), Language.FI)
    assert "Vaihtoehtoinen teksti puuttuu" in text


def test_notepad_and_textedit_read_the_text() -> None:
    """The bytes begin with a UTF-8 byte order mark and have no lone line feed."""
    written = sidecars.text(DRAFT, Language.FI).encode()
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.decode("utf-8-sig").replace("\r\n", "").isprintable()


def test_a_drafted_caption_is_marked_in_the_text() -> None:
    """Above the program's own caption stands that it is a draft, above a person's nothing."""
    assert sidecars.text(DRAFT, Language.FI).startswith("\ufeffKuvateksti – LUONNOS")
    assert sidecars.text(_described("Majat"), Language.FI).startswith("\ufeffMajat.")

"""Names of known people are found in whatever form Finnish and Swedish give them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoguard.captions import names_in


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Aino leikkii", "Aino Korhonen"),
        ("Ainon synttärit", "Aino Korhonen"),
        ("Ai-no leikkii", "Aino Korhonen"),
        ("väi-nön kuva", "Väinö Mäki"),
        ("Aasa målar", "Åsa Åberg"),
        ("Vaeinoen kuva", "Väinö Mäki"),
        ("Kakku Ainolle!", "Aino Korhonen"),
        ("ainoltakin", "Aino"),
        ("Korhosen perhe", "Aino Korhonen"),
        ("Korhosta ei näy", "Aino Korhonen"),
        ("Pekan piirustus", "Pekka Mäki"),
        ("Mäen koulu", "Pekka Mäki"),
        ("Matille ja Riitalle", "Matti Lahti"),
        ("Lahdella", "Matti Lahti"),
        ("Tuomaksen torni", "Tuomas Niemi"),
        ("Tuomaan torni", "Tuomas Niemi"),
        ("Niemen talo", "Tuomas Niemi"),
        ("Robinin auto", "Robin Ek"),
        ("Åsas teckning", "Åsa Öberg"),
        ("ÖBERG", "Åsa Öberg"),
        ("Anna-Maijan kanssa", "Anna-Maija Laine"),
        ("Maijalle", "Anna-Maija Laine"),
        ("#AinonSynttärit", "Aino Korhonen"),
        ("Henryn’kin", "Henry Ek"),
        ("A\u030asas", "Åsa Öberg"),
        ("Bo hoppar", "Bo Ek"),
        ("Rannan perhe", "Ranta, Aino"),
        ("aino uimassa", "Ranta, Aino"),
        ("vi firar åsa", "Åsa Öberg"),
        ("#ainonsynttärit", "Aino Korhonen"),
        ("Onnea! #Ainonsynttärit", "Aino Korhonen"),
        ("#tuomaksenkakku", "Tuomas Niemi"),
        ("A I N O leikkii", "Aino Korhonen"),
        ("a-i-n-o", "Aino Korhonen"),
        ("A\u0456no", "Aino Korhonen"),
        ("\u0410\u0406\u039d\u041e", "Aino Korhonen"),
        ("\U0001f170\U0001f178\U0001f17d\U0001f17e", "Aino Korhonen"),
        ("\u1d00\u026a\u0274\u1d0f", "Aino Korhonen"),
        ("Aíno", "Aino Korhonen"),
        ("A\u20deino", "Aino Korhonen"),
        ("A1n0", "Aino Korhonen"),
        ("Asas kalas", "Åsa Öberg"),
        ("Oberg", "Åsa Öberg"),
        ("Zukic", "Zlatan Zukić"),
        ("#ainokorhonen", "Aino Korhonen"),
        ("ainokorhonen2026", "Aino Korhonen"),
        ("korhonenaino", "Korhonen, Aino"),
        ("#ainokakku", "Aino Korhonen"),
        ("#ainojaelias", "Niemi, Aino"),
        ("ainonäiti", "Aino Korhonen"),
        ("korhosen perhe", "Aino Korhonen"),
        ("Iidamaria", "Iida-Maria Salo"),
    ],
)
def test_a_name_is_found(text: str, name: str) -> None:
    """A known name in the text is found, inflected or not."""
    assert names_in(text, [name]) == (name,)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lapset rakentavat lumilinnaa", "Lumi Aalto"),
        ("ainoastaan", "Aino Korhonen"),
        ("Kaisaniemi", "Kaisa Saari"),
        ("Metsäretki maanantaina", "Aino K."),
        ("Kissa kävelee", "Aino K."),
        ("vi bor här, bo", "Bo Ek"),
        ("annanas", "Anna Laine"),
        ("#ainoastaan", "Aino Korhonen"),
        ("vår klass", "Klas Ek"),
        ("Uimaretki järvelle", "Aino Järvi"),
        ("Retki Saimaan rannalle", "Ranta, Aino"),
        ("#onnistuminen", "Onni Niemi"),
        ("Mikä tämä on", "Mika Niemi"),
        ("karjalaisen piirakka", "Aino Karjalainen"),
        ("", "Aino"),
        ("Pihalla", ""),
    ],
)
def test_a_mere_likeness_is_not_a_name(text: str, name: str) -> None:
    """A word that only begins like a name, or an initial, is not taken for it."""
    assert names_in(text, [name]) == ()


def test_names_come_back_once_and_in_the_order_given() -> None:
    """Each name is told once, in the order of the list."""
    assert names_in("Aino ja Pekka", ["Pekka", "Eero", "Aino", "Pekka"]) == ("Pekka", "Aino")


@given(text=st.text(max_size=60), names=st.lists(st.text(max_size=12), max_size=4))
def test_any_text_is_borne(text: str, names: list[str]) -> None:
    """Whatever somebody types, the search ends and returns only names it was given."""
    assert set(names_in(text, names)) <= set(names)


@given(st.sampled_from(["Aino", "Pekka", "Korhonen", "Tuomas", "Robin", "Åsa", "Mäki", "Leo"]))
def test_a_name_in_its_own_form_is_always_found(name: str) -> None:
    """A name stands in itself, in capitals and in the middle of a sentence."""
    assert names_in(f"Tässä on {name.upper()}.", [name]) == (name,)


@pytest.mark.parametrize("tag", ["#lumilinna", "#helmikuu", "#onnellinen", "#toivotaan"])
def test_a_hashtag_that_begins_with_a_word_of_every_day_is_none(tag: str) -> None:
    """*Lumi*, *Helmi*, *Onni* and *Toivo* begin many words; as the owner they still count."""
    names = ["Lumi Aalto", "Helmi Aho", "Onni Aho", "Toivo Aho"]
    everyday = frozenset({"lumi", "helmi", "onni", "toivo"})
    assert names_in(tag, names, everyday) == ()
    assert names_in("#luminkakku", names, everyday) == ("Lumi Aalto",)

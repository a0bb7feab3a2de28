"""The lists that travel along tell names from words, and answers of staff are kept."""

from __future__ import annotations

from importlib.resources import files

import pytest

from photoguard.captions import Suspects, suspects_in
from photoguard.captions.names import WORD
from photoguard.errors import WriteError
from photoguard.files import data_folder
from photoguard.wordlists import answered_file, not_names, remember_not_names, word_lists


@pytest.fixture
def own_data(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty data folder of this user."""
    monkeypatch.setenv("PHOTOGUARD_DATA", str(tmp_path_factory.mktemp("data")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Aino Virtanen ja Otso leikkivät pihalla.", ("Aino", "Otso", "Virtanen")),
        ("Kuvassa Fatiman ja Mohamedin majat", ("Fatiman", "Mohamedin")),
        ("aino ja onni maalaavat, eeli katsoo", ("aino", "eeli")),
        ("Barn målar, Åsas teckning", ("Åsas",)),
        ("Maja och Hugo leker", ("Maja", "Hugo")),
    ],
)
def test_childrens_names_are_found(text: str, words: tuple[str, ...]) -> None:
    """Given names of children in Finland are found in both languages."""
    found = suspects_in([text], word_lists())
    assert (*found.given, *found.capitals) == words


TODAY = [
    "Enni",
    "Iita",
    "Neea",
    "Fanni",
    "Senja",
    "Liia",
    "Lyyli",
    "Hilma",
    "Isla",
    "Aava",
    "Oiva",
    "Eino",
    "Väinö",
    "Toivo",
    "Noel",
    "Leevi",
    "Eeli",
    "Alva",
    "Ellen",
    "Signe",
    "Vidar",
    "Ebba",
    "Astrid",
    "Lykke",
    "Tyra",
    "Sixten",
    "Mohamed",
    "Ali",
    "Abdi",
    "Amina",
    "Fatima",
    "Yusuf",
    "Muhammad",
    "Sofia",
    "Artjom",
    "Anastasia",
    "Zahra",
    "Nguyen",
    "Solomiia",
    "Xhemile",
    "Bohdan",
    "Rojda",
    "Parisa",
    "Aarav",
    "Zeynep",
    "Szymon",
    "Ieva",
    "Natnael",
    "Hodan",
    "Ayaan",
    "Abdelkader",
    "Chioma",
    "Thi-Mai",
    "Ánte",
    "Máret",
]
"""Names of today's children in Finland, of families from many places."""


def test_most_names_of_todays_children_are_known() -> None:
    """Nine of ten are found in words, where they begin a sentence and as the owner."""
    for text in ("{} leikkii.", "Kuvassa {}n maja", "Lattialla {} ja lelut"):
        found = [n for n in TODAY if suspects_in([text.format(n)], word_lists()).given]
        assert len(found) >= 0.9 * len(TODAY), set(TODAY) - set(found)


@pytest.mark.parametrize(
    "text",
    [
        "Ennen lounasta ulkoiltiin. Monia retkiä tehtiin. Niille annettiin siemeniä.",
        "Pian on joulu! Emme palelleet. Lue lisää. Avaa ovi. Riita sovittiin.",
        "Joella oli jäätä. Peikko asuu metsässä. Arvot ovat tärkeitä.",
        "Ingen frös. Månen lyste. Helgen var rolig. Maten smakade. Innan lunchen sjöng vi.",
        "Made of clay. Seven cones. Same place. There we were. Ants on the path.",
    ],
)
def test_a_word_that_begins_a_sentence_is_no_form_of_a_name(text: str) -> None:
    """A capital at the beginning tells nothing of words that only look like a form."""
    assert suspects_in([text], word_lists()) == Suspects()


@pytest.mark.parametrize(
    "text",
    [
        "Lapset rakentavat lumilinnaa päiväkodin pihalla. Kasvot on peitetty.",
        "Metsäretki Sammonlahteen",
        "Aamulla leikittiin Kimpisen puistossa.",
        "Retkellä Lappeenrannan linnoituksessa",
        "Itsenäisyyspäivä Suomessa ja Joulupukin vierailu",
        "Barn bygger en snöborg på daghemmets gård i Villmanstrand.",
        "Vi åkte till Borgbacken på måndag.",
        "Children playing in the snow on Monday in May",
        "Keräsimme marjoja ja kukkia. Marjoja oli paljon.",
        "Kevätjuhla Mallilan koululla",
    ],
)
def test_what_staff_usually_write_is_not_held(text: str) -> None:
    """Ordinary sentences of a kindergarten hold nothing back."""
    assert suspects_in([text], word_lists()) == Suspects()


def test_no_word_of_the_guides_is_taken_for_a_name() -> None:
    """Whole pages in three languages hold no word in small letters that counts as a name."""
    guides = [each for each in files("photoguard.guides").iterdir() if each.name.endswith(".md")]
    pages = [each.read_text("utf-8") for each in guides]
    words = {word for page in pages for word in WORD.findall(page) if word.islower()}
    assert len(words) > 1000
    assert {w for w in words if suspects_in([f"- {w}"], word_lists()).given} == set()


@pytest.mark.parametrize("text", ["Aina yhdessä", "Ville leikkii", "Kuvassa Hans", "Onnea Inga"])
def test_a_name_that_is_a_word_in_small_letters_counts_by_its_capital(text: str) -> None:
    """What is let be in small letters holds the photo where it has a capital."""
    assert suspects_in([text], word_lists()).given
    assert suspects_in([text.casefold()], word_lists()) == Suspects()


def test_every_list_has_its_papers() -> None:
    """Each list stands in the room's README with its source and licence."""
    folder = files("photoguard.wordlists")
    papers = (folder / "README.md").read_text("utf-8")
    lists = [each.name for each in folder.iterdir() if each.name.endswith(".txt")]
    assert lists
    assert all(f"`{name}`" in papers for name in lists)


@pytest.mark.usefixtures("own_data")
def test_answers_are_kept_and_added_to() -> None:
    """Words once cleared stay cleared; what is no word is not kept."""
    assert not_names() == frozenset()
    remember_not_names(["Lumi ", "Satu"])
    remember_not_names(["Otso", "", "x" * 100])
    assert not_names() == {"Lumi", "Satu", "Otso"}
    assert not list(data_folder().glob("writing-*"))


@pytest.mark.usefixtures("own_data")
@pytest.mark.parametrize("content", ["{", "[]", '{"not_names": 3}', '{"not_names": [1, null]}'])
def test_a_damaged_file_clears_nothing(content: str) -> None:
    """Answers that cannot be read are asked for again."""
    answered_file().write_text(content)
    assert not_names() == frozenset()


@pytest.mark.usefixtures("own_data")
def test_answers_that_cannot_be_kept_are_told() -> None:
    """Where the file cannot be replaced, WriteError says so."""
    answered_file().mkdir()
    with pytest.raises(WriteError):
        remember_not_names(["Lumi"])


@pytest.mark.parametrize(
    "text",
    [
        *("Lumi on satanut maahan.", "Lumi suli pihalta.", "Lumi narskui kenkien alla."),
        *("Kirsikka kukkii.", "Satu kolmesta karhusta.", "Meri kimalteli auringossa."),
        *("Saga om tre björnar.", "Rose garden visit.", "Daisy chains."),
        *("Lumi peitti pihan.", "Lumi oli märkää.", "Lumi lapioitiin kasaan.", "Terho itää."),
        *("Satu luettiin ääneen.", "Tuuli tuiversi.", "Pilvi peitti auringon.", "Meri on teemana."),
        *("Saga lästes högt.", "Viola planterades i lådan.", "Maj månad var varm."),
        *("Björn var temat.", "Lily pads on the pond.", "Mark your calendars!", "Hazel nuts."),
    ],
)
def test_what_only_a_thing_does_is_said_of_no_child(text: str) -> None:
    """Snow that melts and a tale of bears begin a sentence and hold no photo."""
    assert suspects_in([text], word_lists()).all_of_them == ()


@pytest.mark.parametrize(
    "text",
    [
        *("Lumi on maalannut kuvan.", "Lumi tuli aamulla.", "Satu ja Suvi keinuvat."),
        *("Kirsikka hymyilee.", "Meri ui.", "Saga läser om björnar.", "Daisy draws."),
        *("Saga smakar på soppan.", "Viola doftar på blomman.", "Lumi tuoksuttaa ruusua."),
        *("Lumi peitti silmänsä.", "Lumi oli märkä.", "Lumi lapioi hiekkaa.", "Satu lukee."),
        *("Saga läste högt.", "Viola planterar.", "Björn är temaledare.", "Lily pads along."),
    ],
)
def test_what_a_child_may_do_is_asked_about(text: str) -> None:
    """The same words with what a child does hold the photo, as they did."""
    assert suspects_in([text], word_lists()).given

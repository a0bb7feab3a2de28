"""A name that a picture shows is hidden or asked about; other words stay; nothing is quoted."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from photoguard.api import _Examiner
from photoguard.files import gather
from photoguard.images import Decoder
from photoguard.model import (
    Box,
    Face,
    NotAFace,
    PhotoNotes,
    Region,
    Settled,
    Sight,
    Style,
    TextKind,
    TextPlace,
    Unit,
    Verdict,
)
from photoguard.ocr import Lettering, TextReader, places_in
from photoguard.output import recall
from photoguard.output.journal import read_records
from photoguard.output.records import Facts, from_journal
from photoguard.pipeline import FolderJob, RunSpec
from photoguard.pipeline.folder.done import key_of
from photoguard.pipeline.photo.decision import plan_before_verdict
from photoguard.pipeline.photo.lettering import known_names, text_rule, text_search_digest
from photoguard.register.snapshot import Snapshot
from photoguard.settings import Limits, Settings
from photoguard.wordlists import word_lists
from tests.ocr.signs import slip, wall
from tests.pipeline.scripted import School
from tests.policy.town import permitted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from photoguard.model import Pixels

EARLY = Settings(channels=("instagram",), language=Settings().language)
LABEL, MENU = (120, 80), (600, 400)
PERSON = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"><Iptc4xmpExt:PersonInImage>'
    "<rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage></rdf:Description>"
    "</rdf:RDF></x:xmpmeta>"
)


@pytest.fixture(scope="module")
def reader() -> TextReader:
    """One reader for all."""
    return TextReader()


@pytest.fixture
def nursery(tmp_path: Path, reader: TextReader) -> Iterator[School]:
    """A folder with one photo of a coat hook's label and a menu."""
    with Decoder(Limits()) as decoder:
        made = School(tmp_path / "retki", decoder, EARLY, reader=reader)
        made.folder.mkdir()
        save(made, wall((slip("AINO K.", 40), LABEL), (slip("Lounas: keitto", 40), MENU)))
        yield made


def save(school: School, picture: Pixels, *names: str) -> None:
    """Put a picture into the folder, with these names in its file."""
    told = PngInfo()
    for name in names:
        told.add_itxt("XML:com.adobe.xmp", PERSON.format(name))
    Image.fromarray(picture).save(school.folder / "kuva.png", pnginfo=told)


def copy_of(school: School, photo: dict[str, Any]) -> Pixels:
    """Return the finished picture."""
    output = school.folder.with_name(f"{school.folder.name}-photoguard")
    return np.asarray(Image.open(output / photo["output"]))


def read_in(reader: TextReader, picture: Pixels) -> set[str]:
    """Return what can be read in a picture."""
    return {line.text for line in reader.read(picture).lines}


@pytest.mark.parametrize("style", list(Style))
def test_a_name_is_hidden_and_the_menu_stays(
    nursery: School, reader: TextReader, style: Style
) -> None:
    """In early childhood a label is destroyed in every style; the photo is ready and says so."""
    photo = nursery.run(style=style)
    left = read_in(reader, copy_of(nursery, photo))
    assert "Lounas: keitto" in left
    assert not any("AINO" in text.upper() for text in left)
    (text,) = photo["texts"]
    assert (text["kind"], text["code"], text["action"]) == ("text", "sight.text_name", "hide")
    assert text["persons"] == ["aino"]
    x, y, wide, tall = text["box"]
    assert LABEL[0] < x < x + wide < LABEL[0] + 320
    assert LABEL[1] < y < y + tall < LABEL[1] + 120
    assert "reasons.text_hide" in [notice["code"] for notice in photo["notices"]]
    assert photo["status"] == "ready"


def test_what_is_hidden_holds_nothing_of_the_letters(nursery: School) -> None:
    """Where two labels differ, the means of their copies do not: nothing averages out."""
    part = (slice(110, 165), slice(150, 260))
    clear, hidden = [], []
    for name in ("ELLI", "AINO"):
        picture = wall((slip(name, 40), LABEL))
        save(nursery, picture)
        copies = [copy_of(nursery, nursery.run(fresh=True)) for _ in range(6)]
        clear.append(picture[part].mean(axis=2))
        hidden.append(np.mean([copy[part] for copy in copies], axis=(0, 3)))
    letters, left = (np.ravel(each[1] - each[0]) for each in (clear, hidden))
    assert abs(np.corrcoef(letters, left)[0, 1]) < 0.2


def test_what_was_read_is_kept_nowhere(nursery: School) -> None:
    """Neither the manifest nor the journal quotes a text of the picture."""
    photo = nursery.run()
    output = nursery.folder.with_name("retki-photoguard")
    (raw,) = read_records(output)
    for text in (repr(photo), repr(raw)):
        assert "AINO" not in text
        assert "keitto" not in text
    assert from_journal(raw).lettering[0].place.kind is TextKind.NAME


def test_a_second_run_does_nothing_and_a_new_name_is_looked_for(nursery: School) -> None:
    """What is done stays done; a child who joins the register makes the photo be read anew."""
    first = nursery.run()
    assert nursery.run()["output_sha256"] == first["output_sha256"]
    nursery.register = Snapshot((*nursery.register.records, permitted("elli")), (), (), {})
    assert nursery.run()["output_sha256"] != first["output_sha256"]


def test_a_name_that_an_earlier_run_knew_stays_hidden(nursery: School, reader: TextReader) -> None:
    """The review page, and a run without its table, know fewer names: no label comes back."""
    here = nursery.register
    save(nursery, wall((slip("QUENDRIL", 40), LABEL)))
    nursery.register = Snapshot((permitted("quendril"),), (), (), {})
    assert nursery.run()["texts"][0]["persons"] == ["quendril"]
    nursery.register = here
    photo = nursery.run()
    assert [text["persons"] for text in photo["texts"]] == [[]]
    assert "QUENDRIL" not in read_in(reader, copy_of(nursery, photo))
    assert nursery.run(fresh=True)["texts"] == []


def test_a_child_who_joins_during_a_run_is_looked_for_by_the_next_one(
    nursery: School, reader: TextReader
) -> None:
    """Photos that the workers read without knowing the name are not done with it."""
    output = nursery.folder.with_name("retki-photoguard")
    for name, text in (("a", "Lounas"), ("b", "Puuro"), ("c", "KVARNBERG")):
        picture = Image.fromarray(wall((slip(text, 40), LABEL)))
        picture.save(nursery.folder / f"{name}.png")
    (nursery.folder / "kuva.png").unlink()
    joined = Snapshot((*nursery.register.records, permitted("kvarnberg")), (), (), {})

    def join() -> None:
        if nursery.register is not joined:
            nursery.register = joined
            recall.mark(output)

    nursery.run(meanwhile=join)
    assert nursery.result is not None
    nursery.run()
    photo = nursery.result.manifest["photos"][2]
    assert photo["texts"][0]["persons"] == ["kvarnberg"]
    assert "KVARNBERG" not in read_in(reader, copy_of(nursery, photo))


@pytest.mark.parametrize(
    ("label", "unit", "is_fit"),
    [
        ("AINO K.", Unit.EARLY_CHILDHOOD, False),
        ("AINO K.", Unit.BASIC_EDUCATION, True),
        ("Lounas: keitto", Unit.EARLY_CHILDHOOD, True),
    ],
)
def test_a_changed_copy_with_a_name_in_it_does_not_stay_ready(
    tmp_path: Path, label: str, unit: Unit, *, is_fit: bool
) -> None:
    """What a person put in a copy's place is read as well, where names are looked for."""
    copy = tmp_path / "photo-001.png"
    Image.fromarray(wall((slip(label, 40), LABEL))).save(copy)
    spec = RunSpec(replace(EARLY, unit=unit), Snapshot((permitted("aino"),), (), (), {}))
    with ExitStack() as stack:
        examine = _Examiner(stack, FolderJob(gather([tmp_path])[0], spec))
        assert examine(copy, ()) is is_fit


@pytest.mark.parametrize("rule", ["review", "hide", "off", "by_unit"])
def test_a_school_chooses_what_follows(nursery: School, reader: TextReader, rule: str) -> None:
    """Held with a reason and places to look at, or hidden; by itself a school looks for nothing."""
    nursery.reader = None if rule in {"off", "by_unit"} else reader
    photo = nursery.run(unit=Unit.BASIC_EDUCATION, text_in_pictures=rule)
    visible = "AINO K." in read_in(reader, copy_of(nursery, photo))
    assert visible is (rule != "hide")
    assert photo["status"] == ("review" if rule == "review" else "ready")
    codes = [reason["code"] for reason in photo["reasons"]]
    assert codes == (["reasons.text_review"] if rule == "review" else [])
    assert len(photo["doubts"]) == (rule == "review")


def test_whom_the_table_names_is_looked_for_in_all_photos() -> None:
    """Register and table together say whom the run knows."""
    spec = RunSpec(EARLY, Snapshot((permitted("aino"),), (), (), {}), named=("Eskil Öhman",))
    lettering = TextReader().read(wall((slip("ESKIL", 40), LABEL)))
    (place,) = places_in(lettering, known_names(spec), word_lists())
    assert place.kind is TextKind.NAME


def test_a_place_that_a_person_took_for_none_stays_visible() -> None:
    """The review page can show a text again; the photo then waits for a person's approval."""
    region = Region((200, 100), 80, 20, cornered=True)
    box = region.bounds
    facts = Facts((400, 200), Sight(()), texts=(TextPlace(region, TextKind.GIVEN_NAME),))
    nothing, spec = Settled("x"), RunSpec(EARLY)
    share = Box(box.left / 400, box.top / 200, box.right / 400, box.bottom / 200)
    spared = replace(nothing, not_faces=(NotAFace(share),))
    assert len(plan_before_verdict(facts, PhotoNotes(), spec, nothing).texts) == 1
    plan = plan_before_verdict(facts, PhotoNotes(), spec, spared)
    assert plan.texts == ()
    assert plan.not_faces == ()
    assert spared.verdict is Verdict.OPEN


def test_too_much_text_is_told_and_held(nursery: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wall of words is read in part, and a person looks."""
    from photoguard.ocr import _reader

    monkeypatch.setattr(_reader, "MOST_READ", 1)
    photo = nursery.run()
    assert photo["status"] == "review"
    assert "reasons.much_text" in [reason["code"] for reason in photo["reasons"]]


@pytest.mark.parametrize(("name", "in_file"), [("ELIAS", ()), ("QUENDRIL", ("Quendril",))])
def test_what_is_still_read_in_the_copy_is_hidden_and_asked_about(
    name: str,
    in_file: tuple[str, ...],
    nursery: School,
    reader: TextReader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A text beside a hidden one that only the second reading sees is hidden as well.

    So is a name that no list holds, and that is known from the photo's own file.
    """
    save(nursery, wall((slip("AINO", 40), LABEL), (slip(name, 40), (LABEL[0], 160))), *in_file)
    whole, calls = reader.read, []

    def once_blind(pixels: Pixels) -> Any:  # noqa: ANN401 - a Lettering
        found = whole(pixels)
        calls.append(1)
        seen = tuple(line for line in found.lines if line.text == "AINO")
        return replace(found, lines=seen) if len(calls) == 1 else found

    monkeypatch.setattr(reader, "read", once_blind)
    photo = nursery.run()
    monkeypatch.undo()
    assert photo["status"] == "review"
    assert "reasons.text_after_hiding" in [reason["code"] for reason in photo["reasons"]]
    assert not {"AINO", name} & read_in(reader, copy_of(nursery, photo))


def test_what_every_attempt_leaves_readable_is_marked(
    nursery: School, reader: TextReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is read again and again is shown to a person at its place."""
    name, far = reader.read(wall((slip("AINO", 40), LABEL))).lines[0], iter(range(200, 2000, 150))

    def ever_new(_: Pixels, regions: Any) -> Any:  # noqa: ANN401 - a Lettering
        assert list(regions)
        return Lettering((name.moved(0, next(far)),))

    monkeypatch.setattr(reader, "read_around", ever_new)
    photo = nursery.run()
    assert photo["status"] == "review"
    assert "sight.text_name" in [doubt["code"] for doubt in photo["doubts"]]
    assert [r["code"] for r in photo["reasons"]].count("reasons.text_after_hiding") == 1


def test_nothing_is_loaded_where_no_text_is_looked_for() -> None:
    """Off costs nothing: no names are gathered and no digest is made."""
    off = replace(EARLY, text_in_pictures="off")
    assert text_rule(off) == "off"
    assert text_search_digest(RunSpec(off)) == ""
    assert key_of(RunSpec(off), PhotoNotes()) != key_of(RunSpec(EARLY), PhotoNotes())


def test_hints_tell_by_what_else_a_child_may_be_known(nursery: School) -> None:
    """One child alone, text on the clothes, a number plate: hints, and the photo stays ready."""
    save(nursery, wall((slip("JOUKKUE", 30), (120, 260)), (slip("ABC-123", 40), (700, 500))))
    alone = Face(Box(160, 100, 280, 240), 0.9, ("centerface",))
    nursery.finder.faces = [replace(alone, box=alone.box.scaled(400 / 1200))]
    photo = nursery.run()
    codes = {notice["code"] for notice in photo["notices"]}
    assert {"reasons.hint_one_alone", "reasons.hint_shirt_text", "reasons.hint_plate"} <= codes
    assert photo["texts"][0]["code"] == "sight.text_plate"
    assert photo["status"] == "ready"

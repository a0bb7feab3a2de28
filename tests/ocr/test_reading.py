"""What is written in a picture is found where it stands and read as it is."""

from __future__ import annotations

from dataclasses import replace
from math import cos, radians, sin
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from photoguard import ocr
from photoguard.detect import _runtime
from photoguard.detect._runtime import InStrips, OnnxNetwork, OpenCvNetwork
from photoguard.identifiers import Known
from photoguard.model import Box, Region
from photoguard.ocr import Lettering, TextReader, _detector, _reader, _recogniser, places_in
from photoguard.ocr._detector import Line
from photoguard.ocr._reader import TextLine
from photoguard.ocr._recogniser import Reading, decoded, dictionary_in
from photoguard.ocr._weights import DETECTION, RECOGNITION
from photoguard.wordlists import word_lists
from tests.conftest import PROJECT
from tests.ocr.signs import block_letters, font, slip, wall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._runtime import Tensor
    from photoguard.model import Pixels

BLANK = ["", "a", "b"]


@pytest.fixture(scope="module")
def reader() -> TextReader:
    """One reader for all: loading takes half a second."""
    return TextReader()


def texts(lettering: Lettering) -> set[str]:
    """Return what was read."""
    return {line.text for line in lettering.lines}


def test_finnish_and_swedish_letters_are_read(reader: TextReader) -> None:
    """The letters å, ä and ö are read, small and large."""
    found = reader.read(wall((slip("Väinö", 40), (60, 60)), (slip("Åsa Öberg", 40), (500, 400))))
    assert texts(found) == {"Väinö", "Åsa Öberg"}


@pytest.mark.parametrize("turn", [0, 25, 90, 180, 270, -35])
def test_turned_text_is_read_and_its_place_is_turned_with_it(
    reader: TextReader, turn: float
) -> None:
    """A label that hangs askew, lies or stands on its head is read; letters run along it."""
    paper = slip("Matilda", 40, turn)
    found = reader.read(wall((paper, (300, 200))))
    line = next(line for line in found.lines if line.text == "Matilda")
    middle = (300 + paper.width / 2, 200 + paper.height / 2)
    assert line.region.contains(middle)
    assert line.region.cornered
    towards = radians(-turn)
    assert cos(radians(line.region.roll) - towards) > cos(radians(6))
    first = line.part(0, 0).centre
    ahead = (first[0] - middle[0]) * cos(towards) + (first[1] - middle[1]) * sin(towards)
    assert ahead < -line.region.half_width / 2


@pytest.mark.parametrize("name", ["Väinö", "AINO K", "Matilda"])
def test_a_label_in_a_mirror_is_read(reader: TextReader, name: str) -> None:
    """Some telephones keep what their user saw of themselves; letters still run along the line."""
    picture = np.ascontiguousarray(wall((slip(f"{name} 5", 40), (300, 200)))[:, ::-1])
    line = next(line for line in reader.read(picture).lines if line.text == f"{name} 5")
    assert (
        line.part(0, len(name) - 1).centre[0] > line.part(len(name), len(line.text) - 1).centre[0]
    )


@pytest.mark.parametrize(("said", "score"), [("日", 0.6), ("オオ", 0.8), ("ab", 0.2), ("", 0.0)])
def test_what_is_no_text_is_not_read_from_every_side(said: str, score: float) -> None:
    """A pattern costs one reading a line, and two where it may stand: a photo has many."""
    asked: list[int] = []

    class Counting:
        def read(self, strips: Sequence[Pixels]) -> list[Reading]:
            asked.append(len(strips))
            return [Reading(said, score, (0.5,)) for _ in strips]

    reader = TextReader()
    reader.__dict__["_recogniser"] = Counting()
    picture = np.zeros((600, 800, 3), np.uint8)
    lines = [
        Line((300.0, 300.0), width, 40.0, roll, 0.8)
        for width in (44.0, 160.0)
        for roll in (0.0, 80.0)
    ]
    reader._read(picture, lines)
    assert sum(asked) == len(lines)


def test_a_standing_line_that_nobody_reads_is_one_unreadable_line() -> None:
    """It was read from both sides, and is still one line."""
    line = Line((50.0, 50.0), 90.0, 30.0, 90.0, 0.99)
    sides = [(line, Reading("x", 0.2, (0.5,))), (replace(line, roll=270.0), Reading("", 0.0, ()))]
    assert _reader._unreadable(sides) == 1
    assert _reader._unreadable([*sides, (line, Reading("Aino", 0.9, (0.5,)))]) == 0


def test_small_letters_in_a_large_picture_are_read(reader: TextReader) -> None:
    """Letters of 14 pixels in a photo of 2048 are found in its smaller copy."""
    picture = wall((slip("Kerttu", 14), (1500, 1000)), size=(2048, 1536))
    assert texts(reader.read(picture)) == {"Kerttu"}


def test_dim_and_soft_letters_are_read(reader: TextReader) -> None:
    """A label in the shade, a little out of focus, is read."""
    picture = wall((slip("Tuomas", 24), (300, 300)))
    dim = cv2.GaussianBlur(picture, (0, 0), 1.5) // 4
    assert texts(reader.read(np.asarray(dim, np.uint8))) == {"Tuomas"}


def test_a_picture_without_writing_holds_none(reader: TextReader) -> None:
    """Smooth light and noise are no text, in pictures of any size."""
    chance = np.random.default_rng(1)
    for shape in ((1, 1, 3), (40, 3000, 3), (500, 700, 3)):
        assert reader.read(chance.integers(90, 130, shape, np.uint8)) == Lettering()


def test_a_part_of_a_line_holds_its_own_letters_only(reader: TextReader) -> None:
    """What is hidden of a long line begins before the name and ends behind it."""
    picture = wall((slip("Piirsi Matilda kotona", 40), (60, 60)))
    line = reader.read(picture).lines[0]
    start = line.text.index("Matilda")
    box = line.part(start, start + len("Matilda") - 1).bounds
    left, right = (100 + font(40).getlength(until) for until in ("Piirsi ", "Piirsi Matilda"))
    assert left - 20 < box.left < left + 4
    assert right - 4 < box.right < right + 20


def test_a_wall_of_words_costs_bounded_time_and_is_told(
    reader: TextReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only so many lines are read, and how many were left out is told."""
    monkeypatch.setattr(_reader, "MOST_READ", 5)
    signs = [(slip("sana", 20), (30 + 230 * (at % 5), 40 + 180 * (at // 5))) for at in range(20)]
    found = reader.read(wall(*signs))
    assert len(found.lines) == 5
    assert found.unread == 15


def test_a_label_beside_a_page_of_writing_is_read_first(
    reader: TextReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long lines cost most and hold no label: they are left out, and that is told."""
    monkeypatch.setattr(_reader, "MOST_COLUMNS", 700)
    long = slip("kauan sitten metsän laidalla asui pieni siili", 20)
    places = [(long, (20, 40 + 90 * at)) for at in range(6)]
    found = reader.read(wall(*places, (slip("Väinö", 30), (900, 600))))
    assert "Väinö" in texts(found)
    assert found.unread >= 5


def test_writing_of_which_only_gaps_are_read_is_unreadable() -> None:
    """Of a page in an alphabet that the network lacks it reads the spaces, and is sure of them."""
    line = Line((50.0, 50.0), 400.0, 30.0, 0.0, 0.99)
    assert _reader._unreadable([(line, Reading("    ", 0.95, (0.1,)))]) == 1


def test_what_stands_around_a_line_is_read_where_it_stands(reader: TextReader) -> None:
    """A small word below a line is read in the picture's own pixels; one far away is not."""
    slips = (slip("AINO", 40), (2000, 1600)), (slip("elias", 12), (2010, 1725))
    picture = wall(*slips, (slip("ONNI", 40), (200, 200)), size=(2600, 2000))
    line = next(each for each in reader.read(picture).lines if each.text == "AINO")
    read = {
        each.text: each.region.bounds for each in reader.read_around(picture, [line.region]).lines
    }
    assert set(read) == {"AINO", "elias"}
    assert read["AINO"].centre == pytest.approx(line.region.centre, abs=4)
    assert Box(2010, 1725, 2080, 1765).overlap(read["elias"]) > 0
    assert reader.read_around(picture, [Region((-500, -500), 50, 20)]).lines == ()


def test_a_line_across_tiles_is_one_line(reader: TextReader) -> None:
    """A large picture is shown to the network in tiles; a line on their seams is seen whole."""
    sign = slip("Ainon lokero", 40)
    across = (1024 - sign.width // 2, 768 - sign.height // 2)
    found = reader._detector.find(wall((sign, across), size=(2048, 1536)))
    alone = reader._detector.find(wall((sign, (100, 100)), size=(1000, 800)))
    assert len(found) == len(alone) == 1
    assert found[0].centre == pytest.approx((1024, 768), abs=8)
    assert found[0].width == pytest.approx(alone[0].width, rel=0.1)


def test_repeated_columns_are_one_letter_and_a_blank_parts_two() -> None:
    """The answer of the network is decoded as CTC says, and padding is left out."""
    best = [1, 1, 0, 1, 2, 2, 0, 0, 2, 2]
    likely = np.eye(3, dtype=np.float32)[best]
    read = decoded(likely, BLANK, 0.6)
    assert read.text == "aab"
    assert read.score == 1.0
    assert read.places == pytest.approx((0.5 / 6, 3.5 / 6, 4.5 / 6))
    assert decoded(np.eye(3, dtype=np.float32)[[0, 0]], BLANK, 1.0).text == ""


def test_the_network_brings_its_own_letters() -> None:
    """The dictionary in the model file has the letters of Finnish and Swedish."""
    letters = dictionary_in(_runtime.read_model(RECOGNITION))
    assert len(letters) == 18708
    assert set("aåäöÅÄÖšž09-@.") <= set(letters)


def noise(rows: int, columns: int) -> Tensor:
    """Input in which every layer has something to do."""
    levels = np.random.default_rng(3).standard_normal((1, 3, rows, columns))
    return levels.astype(np.float32)


def test_both_engines_find_the_same_lines() -> None:
    """Where ONNX Runtime is missing, OpenCV draws the same map, and takes both inputs by name."""
    first, rest = map(_runtime.read_model, DETECTION)
    between = _detector._BETWEEN
    theirs = InStrips(
        OpenCvNetwork(first, between, 1),
        OpenCvNetwork(rest, (_detector.OUTPUT,), 1, between),
        _runtime._HALO,
    )
    ours = _detector.LineDetector(1)._network
    assert isinstance(ours.rest, OnnxNetwork)
    labels = block_letters()[None]
    assert np.allclose(ours.run(labels)[0], theirs.run(labels)[0], atol=2e-3)


def test_both_engines_read_the_same_letters() -> None:
    """Where ONNX Runtime is missing, OpenCV finds each letter as likely."""
    model, batch = _runtime.read_model(RECOGNITION), noise(48, 160)
    ours, theirs = (
        kind(model, (_recogniser.OUTPUT,), 1).run(batch)[0] for kind in (OnnxNetwork, OpenCvNetwork)
    )
    assert ours.shape == theirs.shape
    assert np.allclose(ours, theirs, atol=2e-3)


@pytest.mark.parametrize("threads", [2, 4])
def test_the_number_of_threads_changes_no_bit(threads: int) -> None:
    """However many threads a worker has, ONNX Runtime gives the same maps and letters."""
    labels, batch = block_letters()[None], noise(48, 320)
    one, more = (_detector.LineDetector(each)._network.run(labels)[0] for each in (1, threads))
    assert np.array_equal(one, more)
    one, more = (_recogniser.Recogniser(each)._network.run(batch)[0] for each in (1, threads))
    assert np.array_equal(one, more)


def test_strips_change_nothing() -> None:
    """The first layers say of a strip of a picture what they say of the whole."""
    network = _detector.LineDetector(1)._network
    labels = cv2.resize(block_letters(), (1280, 960))
    assert len(_runtime.strips(960, 1280)) > 1
    whole = network.rest.run(*network.first.run(cv2.dnn.blobFromImages([labels])))[0]
    assert np.allclose(whole, network.run(labels[None])[0], atol=1e-5)


AS_IT_CAME = {
    (64, 480): (
        (0.04232, [(39, 144, 0.1136), (49, 51, 0.1938), (50, 119, 0.9460), (51, 153, 0.1076)]),
        (0.04094, [(40, 108, 0.7946), (40, 158, 0.5231), (48, 166, 0.0952), (51, 110, 0.3648)]),
    ),
    (416, 96): (
        (0.05269, [(63, 51, 0.8792), (64, 52, 0.1509), (317, 81, 0.3306), (318, 81, 0.1485)]),
        (0.05250, [(37, 54, 0.0511), (45, 47, 0.7745), (56, 85, 0.8724), (326, 80, 0.1612)]),
    ),
    (480, 640): (
        (0.01502, [(40, 62, 0.2733), (41, 99, 0.9017), (295, 66, 0.5151), (299, 66, 0.1278)]),
        (0.01439, [(61, 52, 0.4691), (217, 379, 0.3690), (304, 80, 0.8940), (335, 66, 0.3494)]),
    ),
}
"""Of the map that the network of the RapidOCR wheel draws of ``block_letters`` up to this row and
column, and of its negative: the mean, and the likelihood at some (row, column)."""


@pytest.mark.parametrize("size", AS_IT_CAME)
def test_fewer_layers_draw_the_same_map(size: tuple[int, int]) -> None:
    """A picture with labels, of any whole steps, is seen as by the network as it came."""
    detector = _detector.LineDetector(1)
    labels = block_letters()[: size[0], : size[1]]
    for seen, (mean, points) in zip((labels, 255 - labels), AS_IT_CAME[size], strict=True):
        drawn = detector.map_of(seen)
        assert drawn.shape == size
        assert drawn.mean() == pytest.approx(mean, abs=1e-4)
        assert [drawn[row, column] for row, column, _ in points] == pytest.approx(
            [likely for *_, likely in points], abs=1e-3
        )


def test_the_smallest_picture_is_seen() -> None:
    """One step in each direction is enough for every layer."""
    assert _detector.LineDetector(1).map_of(block_letters()[30:62, 40:72]).max() < 1e-3


def test_every_model_stands_in_the_papers() -> None:
    """The README of the models names each file with its sum, and so does the fingerprint."""
    papers = (PROJECT / "models" / "README.md").read_text(encoding="utf-8")
    for weights in ocr.all_weights():
        assert weights.file in papers
        assert weights.sha256 in papers
        assert _runtime.read_model(weights)
    assert ocr.fingerprint() != ""


def _line(text: str, middle: float, half_width: float) -> TextLine:
    region = Region((middle, 20.0), half_width, 8.0, 0.0, cornered=True)
    return TextLine(region, text, 1.0, tuple((at + 0.5) / len(text) for at in range(len(text))))


def test_an_everyday_name_in_a_list_of_names_is_one() -> None:
    """Onni and Lumi below Emilia on a wall are children; on a list of words they are none."""

    def hidden(*words: str) -> int:
        lines = [
            TextLine(Region((200.0, 60.0 * at), 60, 18, 0.0), word, 0.99, _places(word))
            for at, word in enumerate(words, start=1)
        ]
        return len(places_in(Lettering(tuple(lines)), Known(), word_lists()))

    assert hidden("Emilia", "Onni", "Lumi", "Helmi") == 4
    assert hidden("Onni", "Lumi", "Ilo", "Leikki") == 0
    assert hidden("Emilia", "Lounas", "Lumi") == 1


def _places(word: str) -> tuple[float, ...]:
    return tuple((at + 0.5) / len(word) for at in range(len(word)))


def test_what_stands_close_beside_a_name_is_of_its_label() -> None:
    """Of *Åsa Åberg*, seen in two and read *sa Aberg*, both are hidden; a far word stays."""
    lettering = Lettering((_line("Aberg", 80, 27), _line("sa", 40, 9), _line("Lounas", 300, 30)))
    places = places_in(lettering, Known((("p1", "Åsa Åberg"),)), word_lists())
    assert sorted(place.region.centre[0] for place in places) == [40, 80]
    assert [place.weak for place in places] == [False, True]

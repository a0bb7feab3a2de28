"""8-bit weights are made of the shipped ones, and compared without altering the product."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from photoguard.detect import FaceFinder, _runtime, blazeface, centerface
from photoguard.model import Sight
from tests.benchmarks import _quantised, _whole_run, quantise
from tests.benchmarks._material import Annotated
from tests.conftest import NO_MATERIAL, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from photoguard.model import Box, Pixels

FILES = centerface.WEIGHTS
OTHER = (b"first", b"rest")
ASTRONAUT = SAMPLES / "originals" / "astronaut.png"
FACE = (180.0, 62.0, 268.0, 190.0)


class Blind(FaceFinder):
    """A finder that sees nobody."""

    def __init__(self) -> None:
        """Load nothing."""

    def find(self, pixels: Pixels, hints: Sequence[Box] = ()) -> Sight:  # noqa: ARG002
        """Return no face."""
        return Sight((), ())


@pytest.fixture(scope="module")
def eight() -> bytes:
    """8-bit weights, calibrated on few scenes."""
    if not importlib.util.find_spec("onnx"):
        pytest.skip(f"{NO_MATERIAL}: onnx")
    return _quantised.in_8_bits(_quantised.shipped(), scenes=3)


def test_scenes_are_the_same_every_time() -> None:
    """Calibration sees scenes that depend on their number only, with levels of pixels."""
    first, again, other = (_quantised.scene_batch(number) for number in (0, 0, 1))
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)
    assert {first.shape[2], first.shape[3]} == set(_quantised.SIZE)
    assert first.min() >= 0
    assert first.max() <= 255


def test_8_bit_weights_are_small_and_see_a_face(eight: bytes) -> None:
    """The quantised network is a third of the shipped one, and the finder finds a face with it."""
    assert len(eight) < sum(len(_runtime.read_model(each)) for each in FILES) / 3
    shown = Annotated(ASTRONAUT, np.array([FACE]), (False,), ((),))
    asked = {"8-bit": quantise.finder(quantise.Variant("8-bit", _quantised.in_two_files(eight)))}
    tally = quantise.compare([shown], "upright", asked)["8-bit"]
    assert tally.share("clear") == 1


def test_other_weights_stay_in_their_block() -> None:
    """Only CenterFace's files are swapped, and only while finders are made."""
    other = quantise.Variant("other", OTHER)
    blaze = _runtime.read_model(blazeface.WEIGHTS[0])
    with quantise.swapped(other):
        assert tuple(map(_runtime.read_model, FILES)) == OTHER
        assert _runtime.read_model(blazeface.WEIGHTS[0]) == blaze
    assert _runtime.read_model(FILES[0]) != OTHER[0]


def test_a_lost_face_is_told() -> None:
    """The table counts the clear faces that one hides and the other does not."""
    shown = Annotated(ASTRONAUT, np.array([FACE]), (False,), ((),))
    asked = {"32-bit": FaceFinder(threads=1), "blind": Blind()}
    lines = quantise.table(quantise.compare([shown], "upright", asked))
    assert lines[0].split() == ["clear", "(1)", "100.00", "%", "0.00", "%"]
    lost = next(line for line in lines if "lost" in line)
    assert lost.split()[-2:] == ["0", "1"]


def test_without_its_tools_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where onnx is absent, the command ends with a sentence and writes nothing."""
    monkeypatch.setitem(sys.modules, "onnx", None)
    monkeypatch.delitem(sys.modules, "tests.benchmarks.convert_centerface", raising=False)
    monkeypatch.setattr(sys, "argv", ["quantise", "--out", str(tmp_path / "eight.onnx")])
    with pytest.raises(SystemExit, match=r"not installed: pip install"):
        quantise.main()
    assert list(tmp_path.iterdir()) == []


def test_a_copy_of_the_package_pins_its_own_weights(tmp_path: Path) -> None:
    """Whole runs use copies: files and sums differ, the product does not."""
    copy = _whole_run.copy_package(tmp_path / "copy", OTHER)
    pinned = (copy / "photoguard" / "detect" / "centerface.py").read_text("utf-8")
    for weights, content in zip(FILES, OTHER, strict=True):
        assert (copy / "models" / weights.file).read_bytes() == content
        assert weights.sha256 not in pinned
        assert hashlib.sha256(content).hexdigest() in pinned

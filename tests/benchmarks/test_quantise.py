"""8-bit weights are made of the shipped ones, and compared without altering the product."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from photoguard.detect import FaceFinder, _runtime
from photoguard.model import Sight
from tests.benchmarks import _quantised, _whole_run, quantise
from tests.benchmarks._material import Annotated
from tests.conftest import NO_MATERIAL, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from photoguard.model import Box, Pixels

MODEL = "centerface.onnx"
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
    if not all(importlib.util.find_spec(name) for name in ("onnx", "onnxruntime")):
        pytest.skip(f"{NO_MATERIAL}: onnx and onnxruntime")
    return _quantised.in_8_bits(_runtime.read_model(MODEL), scenes=3)


def test_scenes_are_the_same_every_time() -> None:
    """Calibration sees scenes that depend on their number only, with levels of pixels."""
    first, again, other = (_quantised.scene_batch(number) for number in (0, 0, 1))
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)
    assert {first.shape[2], first.shape[3]} == set(_quantised.SIZE)
    assert first.min() >= 0
    assert first.max() <= 255


def test_8_bit_weights_are_small_and_see_a_face(eight: bytes) -> None:
    """The quantised file is a third of the shipped one, and the finder finds a face with it."""
    assert len(eight) < len(_runtime.read_model(MODEL)) / 3
    shown = Annotated(ASTRONAUT, np.array([FACE]), (False,), ((),))
    asked = {"8-bit": quantise.finder(quantise.Variant("8-bit", eight))}
    tally = quantise.compare([shown], "upright", asked)["8-bit"]
    assert tally.share("clear") == 1


def test_other_weights_stay_in_their_block() -> None:
    """Only CenterFace's file is swapped, and only while finders are made."""
    other = quantise.Variant("other", b"weights")
    blaze = _runtime.read_model("face_detection_short_range.tflite")
    with quantise.swapped(other):
        assert _runtime.read_model(MODEL) == b"weights"
        assert _runtime.read_model("face_detection_short_range.tflite") == blaze
    assert _runtime.read_model(MODEL) != b"weights"


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
    """Where ONNX Runtime is absent, the command ends with a sentence and writes nothing."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.setitem(sys.modules, "onnxruntime.quantization", None)
    monkeypatch.setattr(sys, "argv", ["quantise", "--out", str(tmp_path / "eight.onnx")])
    with pytest.raises(SystemExit, match=r"not installed: pip install"):
        quantise.main()
    assert list(tmp_path.iterdir()) == []


def test_a_copy_of_the_package_pins_its_own_weights(tmp_path: Path) -> None:
    """Whole runs use copies: the file, its sum and the settings differ, the product does not."""
    hints = (("INFERENCE_PRECISION_HINT", "f32"),)
    copy = _whole_run.copy_package(tmp_path / "copy", b"weights", hints)
    pinned = (copy / "photoguard" / "detect" / "_runtime.py").read_text("utf-8")
    assert (copy / "models" / MODEL).read_bytes() == b"weights"
    assert _runtime.SHA256[MODEL] not in pinned
    assert "'f32'" in (copy / "photoguard" / "detect" / "_runtime.py").read_text("utf-8")

"""The comparison of inference engines says what is there, and compares like with like."""

from __future__ import annotations

import numpy as np
import pytest

from photoguard.detect import _runtime
from tests.benchmarks import _contenders, _engine_alone
from tests.benchmarks._contenders import CONTENDERS, HINTED, Contender, named
from tests.benchmarks.engines import LOOKS, compare

ABSENT = Contender("An engine of tomorrow", "engine_of_tomorrow")
SHIPPED = _runtime.read_model("centerface.onnx")


def test_absent_engine_is_a_row_that_says_so() -> None:
    """What is not installed is named, and the others are measured all the same."""
    present, absent = compare([named("OpenCV dnn"), ABSENT], rounds=1, eight=None)
    assert absent.line().split(maxsplit=4)[-1] == "not installed: engine_of_tomorrow"
    assert all(len(times) == 1 and times[0] > 0 for times in present.times.values())
    assert list(present.times) == list(LOOKS)
    assert present.seconds > 0
    assert len(present.line().splitlines()) == 1


def test_every_contender_has_a_name_of_its_own() -> None:
    """A program of its own is started by the name, so no two may share one."""
    names = [contender.name for contender in (*CONTENDERS, *HINTED)]
    assert len(set(names)) == len(names)
    assert [named(name).name for name in names] == names


def test_in_32_bits_openvino_and_opencv_answer_the_same() -> None:
    """Told to compute in 32 bits, OpenVINO gives what OpenCV gives: only then times compare."""
    pytest.importorskip("openvino")
    pixels = _engine_alone.batch("2 64 96")
    both = [
        _contenders.load(named(name), SHIPPED).run(pixels)
        for name in ("OpenCV dnn", "OpenVINO, f32")
    ]
    for theirs, ours in zip(*both, strict=True):
        assert ours.shape == theirs.shape
        assert np.allclose(ours, theirs, atol=2e-3)


def test_hints_end_with_their_block() -> None:
    """Settings laid over the product's do not stay."""
    openvino = pytest.importorskip("openvino")
    own = openvino.Core.compile_model
    with _contenders.hinted({"INFERENCE_PRECISION_HINT": "f32"}):
        assert openvino.Core.compile_model is not own
    assert openvino.Core.compile_model is own


def test_size_of_a_package_is_that_of_its_files() -> None:
    """The size counts the files on the disk; what is not installed weighs nothing."""
    assert _contenders.installed_bytes("numpy") > 5_000_000

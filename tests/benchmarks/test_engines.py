"""The comparison of inference engines says what is there, and compares like with like."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from tests.benchmarks import _contenders, _engine_alone, _quantised
from tests.benchmarks._contenders import CONTENDERS, Contender, named
from tests.benchmarks.engines import LOOKS, compare
from tests.conftest import NO_MATERIAL

ABSENT = Contender("An engine of tomorrow", "engine_of_tomorrow")


def needed(*modules: str) -> None:
    """Skip where tools that only the benchmarks need are not installed."""
    if absent := [name for name in modules if not importlib.util.find_spec(name)]:
        pytest.skip(f"{NO_MATERIAL}: {', '.join(absent)}")


def test_absent_engine_is_a_row_that_says_so() -> None:
    """What is not installed is named, and the others are measured all the same."""
    needed("onnx")
    present, absent = compare([named("OpenCV dnn"), ABSENT], rounds=1, eight=None)
    assert absent.line().split(maxsplit=4)[-1] == "not installed: engine_of_tomorrow"
    assert all(len(times) == 1 and times[0] > 0 for times in present.times.values())
    assert list(present.times) == list(LOOKS)
    assert present.seconds > 0
    assert len(present.line().splitlines()) == 1


def test_every_contender_has_a_name_of_its_own() -> None:
    """A program of its own is started by the name, so no two may share one."""
    names = [contender.name for contender in CONTENDERS]
    assert len(set(names)) == len(names)
    assert [named(name).name for name in names] == names


def test_all_engines_answer_the_same() -> None:
    """In 32 bits each engine gives what the product's gives: only then times compare."""
    needed("onnx", "openvino")
    pixels, weights = _engine_alone.batch("2 64 96"), _quantised.shipped()
    first, *others = (
        _contenders.load(each, weights).run(pixels) for each in CONTENDERS if each.bits == 32
    )
    assert len(others) == 2
    for other in others:
        for theirs, ours in zip(first, other, strict=True):
            assert ours.shape == theirs.shape
            assert np.allclose(ours, theirs, atol=2e-3)


def test_size_of_a_package_is_that_of_its_files() -> None:
    """The size counts the files on the disk; what is not installed weighs nothing."""
    assert _contenders.installed_bytes("numpy") > 5_000_000

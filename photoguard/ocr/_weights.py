"""The model files of this room and their SHA-256; see ``models/README.md``."""

from __future__ import annotations

from photoguard.detect._runtime import Weights

DETECTION = Weights(
    "ppocr_v4_detection.onnx",
    "d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9",
)
RECOGNITION = Weights(
    "ppocr_v6_recognition.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)


def all_weights() -> tuple[Weights, ...]:
    """Return the model files that text recognition needs."""
    return (DETECTION, RECOGNITION)

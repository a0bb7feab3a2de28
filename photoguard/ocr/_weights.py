"""The model files of this room and their SHA-256; see ``models/README.md``."""

from __future__ import annotations

from photoguard.detect._runtime import Weights

DETECTION = (
    Weights(
        "ppocr_v4_detection_first.onnx",
        "7e81a7a074acf14854e677e93607c1d95807931ebfc4b2219e182dbc77b21d10",
    ),
    Weights(
        "ppocr_v4_detection_rest.onnx",
        "ce50461266c177e563b4643e70d3a374e81873045a051c788fe7b4de0034e33a",
    ),
)
RECOGNITION = Weights(
    "ppocr_v6_recognition.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)


def all_weights() -> tuple[Weights, ...]:
    """Return the model files that text recognition needs."""
    return (*DETECTION, RECOGNITION)

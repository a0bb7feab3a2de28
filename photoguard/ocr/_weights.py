"""The model files of this room and their SHA-256; see ``models/README.md``."""

from __future__ import annotations

from photoguard.detect._runtime import Weights

DETECTION = (
    Weights(
        "ppocr_v4_detection_first.onnx",
        "400163ed5a991484ce45c701868ff80fc792dc2c6cc0047dea2f2c9d2d542996",
    ),
    Weights(
        "ppocr_v4_detection_rest.onnx",
        "b0be85a2d110d3ade24e183d3e293b738e3f22f3587644c818d9b2873e5626e8",
    ),
)
RECOGNITION = Weights(
    "ppocr_v6_recognition.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)


def all_weights() -> tuple[Weights, ...]:
    """Return the model files that text recognition needs."""
    return (*DETECTION, RECOGNITION)

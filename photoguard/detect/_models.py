"""The model files: where they lie, and that they are the ones that were measured."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from photoguard.errors import ModelError

SHA256: Final = {
    "centerface.onnx": "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
    "face_detection_short_range.tflite": (
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8"
    ),
}
"""The same sums stand in ``models/README.md``."""

_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDERS = (_PACKAGE / "_models", _PACKAGE.parent / "models")


def read_model(name: str, folders: tuple[Path, ...] = _FOLDERS) -> bytes:
    """Return the bytes of a model, from the installed package or from the checkout.

    Raises ModelError where the file is missing or its SHA-256 is not the pinned one.
    """
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if path is None:
        raise ModelError("sight.model_missing", name=name)
    weights = path.read_bytes()
    if hashlib.sha256(weights).hexdigest() != SHA256[name]:
        raise ModelError("sight.model_altered", name=name)
    return weights


@cache
def fingerprint(rules: Path = Path(__file__).parent, weights: tuple[str, ...] = ()) -> str:
    """Return what names the detection in use: photos are done anew when it changes.

    It is a digest of every module in the folder ``rules``, thresholds and passes included,
    and of the sums of the ``weights``, those in use by default: nobody has to remember a
    number that counts up.
    """
    digest = hashlib.sha256(repr(weights or tuple(sorted(SHA256.items()))).encode())
    for path in sorted(rules.glob("*.py")):
        digest.update(f"\n{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()

"""The model files, checked when read, and the engine that runs them without a sound.

OpenVINO where it is installed, else OpenCV's dnn. ``python -m tests.benchmarks.engines`` on
one thread, at 640 and 1280 px: OpenVINO 38 and 168 ms, OpenCV 5 85 and 431, ONNX Runtime 62
and 260. OpenVINO's lead is bfloat16, which it uses by itself where the processor has it;
held to 32 bits it takes 84 and 321 ms. Not one of 856 clear faces is lost by it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from photoguard.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

    Tensor: TypeAlias = npt.NDArray[np.float32]


_STDERR = 2


@contextlib.contextmanager
def stand_ins(*names: str) -> Iterator[None]:
    """Let an import go by with empty modules in place of ones that are of no use here."""
    added = {name: ModuleType(name) for name in names if name not in sys.modules}
    sys.modules.update(added)
    try:
        yield
    finally:
        for name in added:
            del sys.modules[name]


@contextlib.contextmanager
def native_quiet() -> Iterator[None]:
    """Send what native code writes to standard error to nowhere.

    mediapipe logs from C++ before any of its log levels apply; a member of staff would
    read it as trouble. Python's own exceptions are not touched.
    """
    try:
        kept = os.dup(_STDERR)
    except OSError:  # a windowed program has no standard error
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDERR)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(nowhere)
        os.close(kept)


SHA256: Final = {
    "centerface.onnx": "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
    "face_detection_short_range.tflite": (
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8"
    ),
    "nanodet.onnx": "5ce1077591f7dfc575beabdda74b978c21473d052a8cfdee6ed9a4bb141404c4",
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


_CACHED_SHAPES = 24
"""Layouts that OpenVINO remembers; a folder holds few picture shapes, so few are needed."""


class Network(Protocol):
    """A network that takes batches of any size."""

    def run(self, batch: Tensor) -> list[Tensor]:
        """Return the outputs for a batch of shape (n, channels, height, width)."""
        ...


class OpenVinoNetwork:
    """A network compiled once for all shapes, with one stream on ``threads`` threads."""

    def __init__(self, model: bytes, outputs: Sequence[str], threads: int) -> None:
        """Compile; raises ImportError where OpenVINO is not installed."""
        # Its import would look up an analytics host; without the module it stays silent.
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
        # The converter of other programs' models is half of the time that the import takes.
        sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]
        import openvino

        core = openvino.Core()
        network = core.read_model(model, b"")
        network.reshape([-1, 3, -1, -1])
        settings: dict[str, Any] = {
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": "f32",
            "CPU_RUNTIME_CACHE_CAPACITY": _CACHED_SHAPES,
            # Pinned, the single streams of all workers would share the first core.
            "ENABLE_CPU_PINNING": False,
        }
        self._compiled = core.compile_model(network, "CPU", settings)
        self._request = self._compiled.create_infer_request()
        self._outputs = tuple(outputs)

    def run(self, batch: Tensor) -> list[Tensor]:
        """Return the outputs for a batch of shape (n, channels, height, width)."""
        answer = self._request.infer(batch, share_inputs=True)
        return [answer[name] for name in self._outputs]


class OpenCvNetwork:
    """The same network in OpenCV's dnn, which needs nothing more to be installed."""

    def __init__(self, model: bytes, outputs: Sequence[str], threads: int) -> None:
        """Read the network."""
        import cv2
        import numpy as np

        cv2.setNumThreads(threads)
        self._network = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
        self._outputs = list(outputs)

    def run(self, batch: Tensor) -> list[Tensor]:
        """Return the outputs for a batch of shape (n, channels, height, width)."""
        self._network.setInput(batch)
        return list(self._network.forward(self._outputs))


def load(model: bytes, outputs: Sequence[str], threads: int) -> Network:
    """Return the fastest network that can be had on this computer."""
    try:
        return OpenVinoNetwork(model, outputs, threads)
    except ImportError:
        return OpenCvNetwork(model, outputs, threads)

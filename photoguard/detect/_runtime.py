"""The model files, checked when read, and the engine that runs them without a sound.

OpenVINO where it is installed, else OpenCV's dnn. ``python -m tests.benchmarks.engines`` on
one thread, at 640 and 1280 px: OpenVINO 38 and 168 ms, OpenCV 5 85 and 431, ONNX Runtime 62
and 260. OpenVINO's lead was bfloat16, which it used by itself where the processor has it;
held to 32 bits, so that every processor finds the same faces, it takes 84 and 321 ms.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from photoguard.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

    Tensor: TypeAlias = npt.NDArray[np.float32]


_STDERR = 2


@contextlib.contextmanager
def stand_ins(*names: str) -> Iterator[None]:
    """Put empty modules in the place of ones that an import would load for nothing."""
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


@dataclass(frozen=True, slots=True)
class Weights:
    """A detector's model file and the sum of the one that was measured."""

    file: str
    sha256: str
    """In hexadecimal; the same sum stands in ``models/README.md``."""


_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDERS = (_PACKAGE / "_models", _PACKAGE.parent / "models")
_MODELS = frozenset({".onnx", ".tflite"})


def read_model(weights: Weights, folders: tuple[Path, ...] = _FOLDERS) -> bytes:
    """Return the bytes of a model, from the installed package or from the checkout.

    Raises ModelError where the file is missing or its SHA-256 is not the pinned one.
    """
    places = [folder / weights.file for folder in folders]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise ModelError("sight.model_missing", name=weights.file)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != weights.sha256:
        raise ModelError("sight.model_altered", name=weights.file)
    return content


@cache
def model_digests() -> dict[str, str]:
    """Return the SHA-256 of every model file that is there, by its name."""
    folder = next((each for each in _FOLDERS if each.is_dir()), _FOLDERS[0])
    files = (path for path in sorted(folder.glob("*")) if path.suffix in _MODELS)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@cache
def fingerprint(rules: Path = Path(__file__).parent) -> str:
    """Return what names the detection in use: photos are done anew when it changes.

    It is a digest of every module in the folder ``rules``: thresholds, passes, and the sums
    of the weights, which stand beside their detectors. Nobody has to remember a number
    that counts up. Raises ModelError where the modules are not there to be read.
    """
    modules = sorted(rules.glob("*.py"))
    if not modules:
        raise ModelError("sight.model_missing", name=rules.name)
    digest = hashlib.sha256()
    for path in modules:
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

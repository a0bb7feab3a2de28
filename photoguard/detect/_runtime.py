"""Reads and checks the model files, and runs them without output to the terminal.

Uses ONNX Runtime if installed, else OpenCV's dnn, both in 32 bits, so that every processor
finds the same faces. ``python -m tests.benchmarks.engines`` on one thread, at 640 and 1280 px:
ONNX Runtime 55 and 225 ms, OpenVINO 63 and 258, OpenCV 5 104 and 559.
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

from photoguard.errors import ModelError, SetupTrouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

    Tensor: TypeAlias = npt.NDArray[np.float32]
    Pictures: TypeAlias = npt.NDArray[np.uint8]
    """Several of one size, of shape (n, height, width, 3)."""


_STDERR = 2


@contextlib.contextmanager
def stand_ins(*names: str) -> Iterator[None]:
    """Replace modules by empty ones while active, so that imports do not load them needlessly."""
    added = {name: ModuleType(name) for name in names if name not in sys.modules}
    sys.modules.update(added)
    try:
        yield
    finally:
        for name in added:
            del sys.modules[name]


@contextlib.contextmanager
def native_quiet() -> Iterator[None]:
    """Discard what native code writes to standard error while active.

    mediapipe logs from C++ before any of its log levels apply, and staff would take that for
    an error. Python's own exceptions are not affected.
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


@contextlib.contextmanager
def native_libraries() -> Iterator[None]:
    """Raise SetupTrouble with the system's message if a native library cannot be loaded."""
    try:
        yield
    except (ImportError, OSError) as trouble:
        raise SetupTrouble("sight.library_missing", problem=str(trouble)) from trouble


@dataclass(frozen=True, slots=True)
class Weights:
    """A model file and its expected SHA-256."""

    file: str
    sha256: str
    """In hexadecimal, as in ``models/README.md``."""


_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDERS = (_PACKAGE / "_models", _PACKAGE.parent / "models")
_MODELS = frozenset({".onnx", ".tflite"})


def read_model(weights: Weights, folders: tuple[Path, ...] = _FOLDERS) -> bytes:
    """Return the bytes of a model, from the installed package or from the checkout.

    Raises ModelError if the file is missing or its SHA-256 differs.
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
    """Return file name → SHA-256 of every model file present."""
    folder = next((each for each in _FOLDERS if each.is_dir()), _FOLDERS[0])
    files = (path for path in sorted(folder.glob("*")) if path.suffix in _MODELS)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@cache
def fingerprint(rules: Path = Path(__file__).parent) -> str:
    """Return a digest of the detection's code; photos are prepared again when it changes.

    It covers every module in the folder ``rules``: thresholds, passes, and the SHA-256 of
    the weights, so no version number has to be maintained. Raises ModelError if the modules
    cannot be read.
    """
    modules = sorted(rules.glob("*.py"))
    if not modules:
        raise ModelError("sight.model_missing", name=rules.name)
    digest = hashlib.sha256()
    for path in modules:
        digest.update(f"\n{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()


class Network(Protocol):
    """A network that accepts batches of any size."""

    def run(self, *batches: Tensor) -> list[Tensor]:
        """Return the outputs for a batch (n, channels, height, width) of each input."""
        ...


class OnnxNetwork:
    """A network in ONNX Runtime."""

    def __init__(self, model: bytes, outputs: Sequence[str], threads: int) -> None:
        """Load the network; raises ImportError if ONNX Runtime is not installed."""
        runtime = _onnx_runtime()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False
        options.log_severity_level = _ERRORS_ONLY
        for name, value in _SETTINGS.items():
            options.add_session_config_entry(name, value)
        self._session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._inputs = [each.name for each in self._session.get_inputs()]
        self._outputs = list(outputs)

    def run(self, *batches: Tensor) -> list[Tensor]:
        """Return the outputs for a batch (n, channels, height, width) of each input."""
        given = dict(zip(self._inputs, batches, strict=True))
        answer: list[Tensor] = self._session.run(self._outputs, given)
        return answer


_ERRORS_ONLY = 3
_SETTINGS = {
    # A thread that waits does not keep its core busy: other workers have photos to look at.
    "session.intra_op.allow_spinning": "0",
    # One pool of memory for all networks of a process, which never run at the same time.
    "session.use_env_allocators": "1",
}


@cache
def _onnx_runtime() -> Any:  # noqa: ANN401 - it has no types
    """Return the module, with one pool of memory for all networks, which grows as needed."""
    # From 1.29 on it sends its use to its maker unless this stands there before it is loaded;
    # before, it tells Windows' tracing which networks are loaded until it is asked not to.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    place = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    as_needed = onnxruntime.OrtArenaCfg({"arena_extend_strategy": 1})
    onnxruntime.create_and_register_allocator(place, as_needed)
    return onnxruntime


class OpenCvNetwork:
    """The same network in OpenCV's dnn, for which nothing else has to be installed."""

    def __init__(
        self, model: bytes, outputs: Sequence[str], threads: int, inputs: Sequence[str] = ("",)
    ) -> None:
        """Read the network; sets the number of threads for all of OpenCV."""
        import cv2
        import numpy as np

        cv2.setNumThreads(threads)
        self._network = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
        self._outputs = list(outputs)
        self._inputs = tuple(inputs)

    def run(self, *batches: Tensor) -> list[Tensor]:
        """Return the outputs for a batch (n, channels, height, width) of each input."""
        for name, batch in zip(self._inputs, batches, strict=True):
            self._network.setInput(batch, name)
        return list(self._network.forward(self._outputs))


def load(
    model: bytes, outputs: Sequence[str], threads: int, inputs: Sequence[str] = ("",)
) -> Network:
    """Return the fastest available implementation of a network.

    ``inputs`` names the inputs where there are several.
    """
    try:
        return OnnxNetwork(model, outputs, threads)
    except ImportError:
        return OpenCvNetwork(model, outputs, threads, inputs)


_STRIP = 80_000
"""Pixels of a strip. A worker needs 190 MB less than without strips, with identical results."""
_HALO = 16
"""The first layers' output at a pixel depends on 13 pixels around it, in both networks that run in
strips; strips begin at multiples of 8."""
_STEP = 32
"""Strips begin at multiples of this, because of the layers' strides."""


@dataclass(frozen=True, slots=True)
class InStrips:
    """A network whose first layers, which need most of its memory, run strip by strip.

    They see small areas only.
    """

    first: Network
    """The first layers; their input is pictures."""
    rest: Network
    """The other layers; their inputs are the outputs of the first ones."""
    halo: int
    """Overlap of strips in rows of the picture, so that the results are identical."""

    def run(self, pictures: Pictures) -> list[Tensor]:
        """Return the outputs for uint8 pictures (n, height, width, 3)."""
        import cv2
        import numpy as np

        height, width = pictures.shape[1:3]
        whole: list[Tensor] = []
        for top, bottom in strips(height, width):
            start, end = max(0, top - self.halo), min(height, bottom + self.halo)
            shown = cv2.dnn.blobFromImages(list(pictures[:, start:end]))
            for at, seen in enumerate(self.first.run(shown)):
                stride = (end - start) // seen.shape[2]
                if not top:
                    shape = (*seen.shape[:2], height // stride, seen.shape[3])
                    whole.append(np.empty(shape, np.float32))
                skipped = (top - start) // stride
                rows = seen[:, :, skipped : skipped + (bottom - top) // stride]
                whole[at][:, :, top // stride : bottom // stride] = rows
        return self.rest.run(*whole)


def load_in_strips(
    first: Weights, rest: Weights, between: Sequence[str], outputs: Sequence[str], threads: int
) -> InStrips:
    """Load the network of two files; ``between`` names the tensors that join them.

    Raises ModelError if the files are missing or altered.
    """
    return InStrips(
        load(read_model(first), between, threads),
        load(read_model(rest), outputs, threads, between),
        _HALO,
    )


def strips(height: int, width: int) -> list[tuple[int, int]]:
    """Return (first row, end) of each strip of a picture; all but the last have the same height."""
    count = -(-height * width // _STRIP)
    rows = -(-height // (count * _STEP)) * _STEP
    return [(top, min(height, top + rows)) for top in range(0, height, rows)]

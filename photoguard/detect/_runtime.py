"""Reads and checks the model files, and runs them without output to the terminal.

Uses OpenVINO if installed, else OpenCV's dnn. ``python -m tests.benchmarks.engines`` on one
thread, at 640 and 1280 px: OpenVINO 38 and 168 ms, OpenCV 5 85 and 431, ONNX Runtime 62 and
260. OpenVINO was that fast because it used bfloat16 on processors that have it; limited to
32 bits, so that every processor finds the same faces, it takes 84 and 321 ms.
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
    from collections.abc import Callable, Iterator, Sequence

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


_CACHED_SHAPES = 24
"""Input shapes that OpenVINO keeps compiled; a folder has few different ones."""


class Network(Protocol):
    """A network that accepts batches of any size."""

    def run(self, batch: Tensor | Pictures) -> list[Tensor]:
        """Return the outputs for a batch.

        The batch is float32 (n, channels, height, width), or for networks with a stem uint8
        pictures (n, height, width, 3).
        """
        ...


@dataclass(frozen=True, slots=True)
class Stem:
    """The first layers of a network, which need most of its memory but see small areas only.

    Their input is uint8 pictures: separating the colours, and copying every strip for that,
    took 1/14 of CenterFace's time.
    """

    ends: tuple[str, ...]
    """Names of the tensors between these layers and the others."""
    halo: int
    """Overlap of strips in rows of the picture, so that the results are identical."""


_STRIP = 160_000
"""Pixels of a strip. CenterFace's mirrored pass needs 140 MB less than without strips, in the
same time and with identical results."""
_STEP = 32
"""Strips begin at multiples of this, because of the layers' strides."""


class OpenVinoNetwork:
    """A network compiled once for all input shapes, with one stream on ``threads`` threads."""

    def __init__(
        self,
        model: bytes,
        outputs: Sequence[str],
        threads: int,
        stem: Stem | None = None,
        shorten: Callable[[Any], None] | None = None,
    ) -> None:
        """Compile the network; raises ImportError if OpenVINO is not installed.

        ``shorten`` may replace layers of OpenVINO's network by fewer equivalent ones.
        """
        # Its import would look up an analytics host; without the module it stays silent.
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
        # The converter of other programs' models is half of the time that the import takes.
        sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]
        import openvino

        core = openvino.Core()
        network = core.read_model(model, b"")
        network.reshape([-1, 3, -1, -1])
        if shorten:
            shorten(network)
        settings = _settings(threads)
        self._stem = stem
        self._first: Any = None
        if stem:
            network = _of_pictures(network)
            first = core.compile_model(_first_layers(network, stem.ends), "CPU", settings)
            self._first = first.create_infer_request()
            network = _other_layers(network, stem.ends)
        self._rest = core.compile_model(network, "CPU", settings).create_infer_request()
        self._outputs = tuple(outputs)

    def run(self, batch: Tensor | Pictures) -> list[Tensor]:
        """Return the outputs for a batch; with a stem, uint8 pictures (n, height, width, 3)."""
        given = self._through_stem(batch, self._stem) if self._stem else [batch]
        answer = self._rest.infer(dict(enumerate(given)), share_inputs=True)
        return [answer[name] for name in self._outputs]

    def _through_stem(self, pictures: Tensor | Pictures, stem: Stem) -> list[Tensor]:
        """Return the outputs of the first layers, computed strip by strip."""
        import numpy as np

        height, width = pictures.shape[1:3]
        whole: list[Tensor] = []
        for top, bottom in strips(height, width):
            start, end = max(0, top - stem.halo), min(height, bottom + stem.halo)
            shown = np.ascontiguousarray(pictures[:, start:end])
            answer = self._first.infer([shown], share_inputs=True, share_outputs=True)
            for at in range(len(stem.ends)):
                seen = answer[at]
                stride = (end - start) // seen.shape[2]
                if not top:
                    shape = (*seen.shape[:2], height // stride, seen.shape[3])
                    whole.append(np.empty(shape, np.float32))
                skipped = (top - start) // stride
                rows = seen[:, :, skipped : skipped + (bottom - top) // stride]
                whole[at][:, :, top // stride : bottom // stride] = rows
        return whole


def _settings(threads: int) -> dict[str, Any]:
    return {
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "INFERENCE_PRECISION_HINT": "f32",
        "CPU_RUNTIME_CACHE_CAPACITY": _CACHED_SHAPES,
        # Pinned, the single streams of all workers would share the first core.
        "ENABLE_CPU_PINNING": False,
    }


def strips(height: int, width: int) -> list[tuple[int, int]]:
    """Return (first row, end) of each strip of a picture; all but the last have the same height."""
    count = -(-height * width // _STRIP)
    rows = -(-height // (count * _STEP)) * _STEP
    return [(top, min(height, top + rows)) for top in range(0, height, rows)]


def _ports(network: Any, tensors: Sequence[str]) -> list[Any]:  # noqa: ANN401 - no types
    """Return the output ports of the tensors with these names."""
    left = [port for layer in network.get_ops() for port in layer.outputs()]
    return [next(port for port in left if name in port.get_names()) for name in tensors]


def _of_pictures(network: Any) -> Any:  # noqa: ANN401
    """Return the network with uint8 pictures, (n, height, width, 3), as its input."""
    from openvino import Layout, Type
    from openvino.preprocess import PrePostProcessor

    steps = PrePostProcessor(network)
    steps.input().tensor().set_element_type(Type.u8).set_layout(Layout("NHWC"))
    steps.input().model().set_layout(Layout("NCHW"))
    return steps.build()


def _first_layers(network: Any, ends: Sequence[str]) -> Any:  # noqa: ANN401
    """Return a copy of the network up to the tensors ``ends``."""
    import openvino
    from openvino import opset13

    results = [opset13.result(port) for port in _ports(network, ends)]
    return openvino.Model(results, network.get_parameters(), "first").clone()


def _other_layers(network: Any, ends: Sequence[str]) -> Any:  # noqa: ANN401
    """Return the network after the tensors ``ends``, which become its inputs."""
    import openvino
    from openvino import opset13

    begins = []
    for port in _ports(network, ends):
        begin = opset13.parameter(port.get_partial_shape(), port.get_element_type())
        for reader in port.get_target_inputs():
            reader.replace_source_output(begin.output(0))
        begins.append(begin)
    return openvino.Model(network.get_results(), begins, "rest")


class OpenCvNetwork:
    """The same network in OpenCV's dnn, for which nothing else has to be installed."""

    def __init__(self, model: bytes, outputs: Sequence[str], threads: int) -> None:
        """Read the network; sets the number of threads for all of OpenCV."""
        import cv2
        import numpy as np

        cv2.setNumThreads(threads)
        self._network = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
        self._outputs = list(outputs)

    def run(self, batch: Tensor | Pictures) -> list[Tensor]:
        """Return the outputs for a batch; uint8 pictures (n, height, width, 3) are accepted."""
        import cv2
        import numpy as np

        if batch.dtype == np.uint8:
            batch = cv2.dnn.blobFromImages(list(batch))
        self._network.setInput(batch)
        return list(self._network.forward(self._outputs))


def load(
    model: bytes,
    outputs: Sequence[str],
    threads: int,
    stem: Stem | None = None,
    shorten: Callable[[Any], None] | None = None,
) -> Network:
    """Return the fastest available implementation of a network.

    A ``stem`` is run in strips; with OpenVINO ``shorten`` may replace layers.
    """
    try:
        return OpenVinoNetwork(model, outputs, threads, stem, shorten)
    except ImportError:
        return OpenCvNetwork(model, outputs, threads)

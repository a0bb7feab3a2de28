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


@contextlib.contextmanager
def native_libraries() -> Iterator[None]:
    """Load libraries that may need others of the system; raises SetupTrouble naming the problem."""
    try:
        yield
    except (ImportError, OSError) as trouble:
        raise SetupTrouble("sight.library_missing", problem=str(trouble)) from trouble


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

    def run(self, batch: Tensor | Pictures) -> list[Tensor]:
        """Return the outputs for a batch of shape (n, channels, height, width).

        A network with a stem takes pictures instead, of shape (n, height, width, 3).
        """
        ...


@dataclass(frozen=True, slots=True)
class Stem:
    """The first layers of a network: they see little at once and need most of its memory.

    They take pictures as they are: to lay the colours of each apart, and copy every strip,
    took a fourteenth of CenterFace's time.
    """

    ends: tuple[str, ...]
    """The tensors with which they end, and the other layers begin."""
    halo: int
    """Rows beyond its own that a strip of the picture shows, so that no number changes."""


_STRIP = 160_000
"""Pixels of a strip. CenterFace's mirrored look takes 140 MB less than at once, in as much
time, and says the same to the last bit."""
_STEP = 32
"""Strips begin at whole multiples of this, as the layers' strides need it."""


class OpenVinoNetwork:
    """A network compiled once for all shapes, with one stream on ``threads`` threads."""

    def __init__(
        self,
        model: bytes,
        outputs: Sequence[str],
        threads: int,
        stem: Stem | None = None,
        shorten: Callable[[Any], None] | None = None,
    ) -> None:
        """Compile; raises ImportError where OpenVINO is not installed.

        ``shorten`` may replace layers of OpenVINO's network by fewer that say the same.
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
        """Return the outputs for a batch, of pictures where there is a stem."""
        given = self._through_stem(batch, self._stem) if self._stem else [batch]
        answer = self._rest.infer(dict(enumerate(given)), share_inputs=True)
        return [answer[name] for name in self._outputs]

    def _through_stem(self, pictures: Tensor | Pictures, stem: Stem) -> list[Tensor]:
        """Return what the first layers say, a strip of rows after the other."""
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
    """Return the first row and the end of each strip of a picture, all but the last alike."""
    count = -(-height * width // _STRIP)
    rows = -(-height // (count * _STEP)) * _STEP
    return [(top, min(height, top + rows)) for top in range(0, height, rows)]


def _ports(network: Any, tensors: Sequence[str]) -> list[Any]:  # noqa: ANN401 - no types
    """Return where tensors of these names leave their layers."""
    left = [port for layer in network.get_ops() for port in layer.outputs()]
    return [next(port for port in left if name in port.get_names()) for name in tensors]


def _of_pictures(network: Any) -> Any:  # noqa: ANN401
    """Return a network that takes the same numbers as whole levels, the colours side by side."""
    from openvino import Layout, Type
    from openvino.preprocess import PrePostProcessor

    steps = PrePostProcessor(network)
    steps.input().tensor().set_element_type(Type.u8).set_layout(Layout("NHWC"))
    steps.input().model().set_layout(Layout("NCHW"))
    return steps.build()


def _first_layers(network: Any, ends: Sequence[str]) -> Any:  # noqa: ANN401
    """Return a copy of the layers of a network up to the tensors ``ends``."""
    import openvino
    from openvino import opset13

    results = [opset13.result(port) for port in _ports(network, ends)]
    return openvino.Model(results, network.get_parameters(), "first").clone()


def _other_layers(network: Any, ends: Sequence[str]) -> Any:  # noqa: ANN401
    """Return the layers of a network behind the tensors ``ends``, which they then are given."""
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
    """The same network in OpenCV's dnn, which needs nothing more to be installed."""

    def __init__(self, model: bytes, outputs: Sequence[str], threads: int) -> None:
        """Read the network."""
        import cv2
        import numpy as np

        cv2.setNumThreads(threads)
        self._network = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
        self._outputs = list(outputs)

    def run(self, batch: Tensor | Pictures) -> list[Tensor]:
        """Return the outputs for a batch; pictures are uint8."""
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
    """Return the fastest network that can be had on this computer.

    Its ``stem``, if it tells one, is run in strips; OpenVINO has layers replaced by ``shorten``.
    """
    try:
        return OpenVinoNetwork(model, outputs, threads, stem, shorten)
    except ImportError:
        return OpenCvNetwork(model, outputs, threads)

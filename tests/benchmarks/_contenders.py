"""The inference engines that are compared, each behind the product's ``Network``."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from photoguard.detect import _runtime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.detect._runtime import Network, Pictures, Tensor

OUTPUTS = ("537", "538", "539", "540")
"""CenterFace's likelihoods, sizes, offsets and landmarks."""

_NEEDS = {
    "opencv-python": ("cv2",),
    # Its own tools make the shipped file fit for it: see ``_quantised.any_size``.
    "onnxruntime": ("onnxruntime", "onnx"),
    "openvino": ("openvino",),
}


@dataclass(frozen=True, slots=True)
class Contender:
    """One engine in one precision."""

    name: str
    package: str
    bits: int = 32
    hints: tuple[tuple[str, str], ...] = ()
    """Settings of OpenVINO that are laid over the product's."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the modules that are not installed, of those that are needed."""
        needed = _NEEDS.get(self.package, (self.package,)) + (
            ("onnxruntime", "onnx") if self.bits == 8 else ()
        )
        return tuple(name for name in dict.fromkeys(needed) if not importlib.util.find_spec(name))

    @property
    def weights(self) -> str:
        """Return which file it loads: as shipped, for any size, or in 8 bits."""
        if self.bits == 8:
            return "eight"
        return "any-size" if self.package == "onnxruntime" else "shipped"


CONTENDERS = (
    Contender("OpenCV dnn", "opencv-python"),
    Contender("ONNX Runtime", "onnxruntime"),
    Contender("OpenVINO, as the product sets it", "openvino"),
    Contender("OpenVINO, f32", "openvino", hints=(("INFERENCE_PRECISION_HINT", "f32"),)),
    Contender("ONNX Runtime, 8-bit weights", "onnxruntime", 8),
    Contender("OpenVINO, 8-bit weights", "openvino", 8),
)
HINTED = (
    Contender("OpenVINO, bf16", "openvino", hints=(("INFERENCE_PRECISION_HINT", "bf16"),)),
    Contender("OpenVINO, f16", "openvino", hints=(("INFERENCE_PRECISION_HINT", "f16"),)),
    Contender("OpenVINO, accuracy", "openvino", hints=(("EXECUTION_MODE_HINT", "ACCURACY"),)),
)
"""What else can be asked of OpenVINO; a processor without bf16 answers in f32."""


def named(name: str) -> Contender:
    """Return the contender of this name."""
    return next(contender for contender in (*CONTENDERS, *HINTED) if contender.name == name)


def load(contender: Contender, weights: bytes, threads: int = 1) -> Network:
    """Return the network in this engine; raises ImportError where it is not installed."""
    if contender.package == "onnxruntime":
        return OnnxRuntimeNetwork(weights, threads)
    if contender.package == "opencv-python":
        return _runtime.OpenCvNetwork(weights, OUTPUTS, threads)
    with hinted(dict(contender.hints)):
        return _runtime.OpenVinoNetwork(weights, OUTPUTS, threads)


class OnnxRuntimeNetwork:
    """The network in ONNX Runtime, which the product does not use."""

    def __init__(self, weights: bytes, threads: int) -> None:
        """Load a network made by ``_quantised``; raises ImportError where there is no engine."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(
            weights, options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name

    def run(self, batch: Tensor | Pictures) -> list[Tensor]:
        """Return the outputs for a batch of shape (n, channels, height, width)."""
        answer: list[Tensor] = self._session.run(list(OUTPUTS), {self._input: batch})
        return answer


@contextmanager
def hinted(hints: dict[str, str]) -> Iterator[None]:
    """Lay settings over the product's while networks are compiled, in this interpreter only."""
    if not hints:
        yield
        return
    import openvino

    own = openvino.Core.compile_model

    def compile_model(
        core: object, network: object, device: str, settings: dict[str, Any]
    ) -> object:
        return own(core, network, device, settings | hints)

    with patch.object(openvino.Core, "compile_model", compile_model):
        yield


def installed_bytes(package: str) -> int:
    """Return what the files of an installed package weigh, without what it depends on."""
    files = importlib.metadata.files(package) or ()
    paths = (Path(str(file.locate())) for file in files)
    return sum(path.stat().st_size for path in paths if path.is_file())

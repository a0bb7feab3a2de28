"""The inference engines that are compared, each behind the product's ``Network``."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photoguard.detect import _runtime, centerface

if TYPE_CHECKING:
    from photoguard.detect._runtime import Network, Tensor

OUTPUTS = centerface._OUTPUTS
"""CenterFace's likelihoods, sizes, offsets and landmarks."""
_MODULES = {"opencv-python": "cv2"}
_TOOLS = "onnx"
"""Joins the two files of the network, and writes the one of 8 bits."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One engine, and in how many bits the weights are that it loads."""

    name: str
    package: str
    bits: int = 32

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the modules that are not installed, of those that are needed."""
        needed = (_MODULES.get(self.package, self.package), _TOOLS)
        return tuple(name for name in needed if not importlib.util.find_spec(name))


CONTENDERS = (
    Contender("OpenCV dnn", "opencv-python"),
    Contender("ONNX Runtime, as the product", "onnxruntime"),
    Contender("OpenVINO", "openvino"),
    Contender("ONNX Runtime, 8-bit weights", "onnxruntime", 8),
    Contender("OpenVINO, 8-bit weights", "openvino", 8),
)


def named(name: str) -> Contender:
    """Return the contender of this name."""
    return next(contender for contender in CONTENDERS if contender.name == name)


def load(contender: Contender, weights: bytes, threads: int = 1) -> Network:
    """Return the network in this engine; raises ImportError where it is not installed."""
    if contender.package == "onnxruntime":
        return _runtime.OnnxNetwork(weights, OUTPUTS, threads)
    if contender.package == "opencv-python":
        return _runtime.OpenCvNetwork(weights, OUTPUTS, threads)
    return OpenVinoNetwork(weights, threads)


class OpenVinoNetwork:
    """The network in OpenVINO in 32 bits, as the others compute; the product does not use it."""

    def __init__(self, weights: bytes, threads: int) -> None:
        """Compile the network; raises ImportError where there is no engine."""
        import openvino

        core = openvino.Core()
        settings = {
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": "f32",
        }
        compiled = core.compile_model(core.read_model(weights, b""), "CPU", settings)
        self._request = compiled.create_infer_request()

    def run(self, *batches: Tensor) -> list[Tensor]:
        """Return the outputs for a batch of shape (n, channels, height, width)."""
        answer = self._request.infer(list(batches), share_inputs=True)
        return [answer[name] for name in OUTPUTS]


def installed_bytes(package: str) -> int:
    """Return what the files of an installed package weigh, without what it depends on."""
    files = importlib.metadata.files(package) or ()
    paths = (Path(str(file.locate())) for file in files)
    return sum(path.stat().st_size for path in paths if path.is_file())

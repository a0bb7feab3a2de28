"""Runs an ONNX network: OpenVINO where it is installed, else OpenCV's dnn.

``python -m tests.benchmarks.engines`` on one thread, at 640 and 1280 px: OpenVINO 38 and
168 ms in bfloat16, 84 and 321 in 32 bits, OpenCV 5 85 and 431, ONNX Runtime 62 and 260. By
itself it takes bfloat16 where the processor has it. The same photo would be ready on one
computer and in review on another, so it is held to 32 bits: of 269 pictures 31 showed
another number of faces and 9 ended otherwise, though of 856 clear faces none was lost.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    Tensor: TypeAlias = npt.NDArray[np.float32]

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

"""The shipped network with weights and activations of 8 bits, made by ONNX Runtime's tools.

Needs the extra ``benchmark`` (onnx); nothing of it is used by the product.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.detect import _runtime, centerface
from tests.benchmarks._contenders import OUTPUTS
from tests.benchmarks._material import read_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.detect._runtime import Tensor
    from photoguard.model import Pixels

ORIGINALS = Path(__file__).resolve().parents[2] / "samples" / "originals"
SIZE = (480, 640)
"""Height and width of the scenes that are looked at for calibration."""
SCENES = 48
STEM = 10
"""Nodes after the input that stay in 32 bits: it halves the error of the likelihoods."""


def shipped() -> bytes:
    """Return the network of the two files of the product in one piece; needs onnx."""
    from tests.benchmarks.convert_centerface import whole

    return bytes(whole(*map(_runtime.read_model, centerface.WEIGHTS)).SerializeToString())


def in_two_files(network: bytes) -> tuple[bytes, ...]:
    """Return a network in two files, as the product loads them; needs onnx."""
    import onnx

    from tests.benchmarks._graph import parted
    from tests.benchmarks.convert_centerface import FILES

    return tuple(parted(onnx.load_model_from_string(network), FILES).values())


def in_8_bits(
    weights: bytes, *, stem: int = STEM, heads: bool = False, scenes: int = SCENES
) -> bytes:
    """Return the network quantised statically (QDQ), each output channel with its own scale.

    The first ``stem`` nodes stay in 32 bits, and so do the output heads unless ``heads``.
    Calibrated on scenes made of the samples' two portraits, so that no other picture has a
    part in the weights.
    """
    import onnx
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory(prefix="weights-") as place:
        free, plain, made = (Path(place, f"{name}.onnx") for name in ("free", "plain", "made"))
        free.write_bytes(weights)
        quant_pre_process(free, plain, skip_symbolic_shape=True)
        quantize_static(
            plain,
            made,
            _Calibration(onnx.load(free).graph.input[0].name, scenes),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            nodes_to_exclude=_kept_nodes(plain, stem, heads=heads),
        )
        return made.read_bytes()


def _kept_nodes(path: Path, stem: int, *, heads: bool) -> list[str]:
    """Return the names of the first nodes, and unless ``heads`` of those that make the outputs."""
    import onnx

    nodes = onnx.load(str(path)).graph.node
    last = [] if heads else [node for node in nodes if set(node.output) & set(OUTPUTS)]
    # The likelihoods are a convolution and a sigmoid.
    before = {name for node in last if node.op_type == "Sigmoid" for name in node.input}
    ends = [node for node in nodes if node in last or set(node.output) & before]
    return [node.name for node in (*nodes[:stem], *ends)]


class _Calibration:
    """Hands out one scene after the other, as ONNX Runtime's calibration asks for them."""

    def __init__(self, name: str, scenes: int) -> None:
        self._batches: Iterator[Tensor] = (scene_batch(number) for number in range(scenes))
        self._name = name

    def get_next(self) -> dict[str, Tensor] | None:
        """Return the next input by its name, None after the last."""
        batch = next(self._batches, None)
        return None if batch is None else {self._name: batch}


def scene_batch(number: int) -> Tensor:
    """Return scene ``number`` as a batch of one: portraits before a drawn ground, RGB."""
    random = np.random.default_rng(number)
    paths = sorted(path for path in ORIGINALS.iterdir() if path.suffix in {".png", ".jpg"})
    coarse = random.integers(20, 235, (9, 12, 3), dtype=np.uint8)
    scene = cv2.resize(coarse, SIZE[::-1], interpolation=cv2.INTER_CUBIC)
    for _ in range(int(random.integers(1, 7))):
        _paste(
            scene, _altered(read_picture(paths[int(random.integers(len(paths)))]), random), random
        )
    noise = random.normal(0, random.uniform(0, 10), (*SIZE, 1))
    seen = np.clip((scene + noise) * random.uniform(0.35, 1.1), 0, 255).astype(np.uint8)
    batch: Tensor = cv2.dnn.blobFromImages([np.rot90(seen, int(random.integers(4))).copy()])
    return batch


def _altered(portrait: Pixels, random: np.random.Generator) -> Pixels:
    """Return a portrait mirrored or not, between 60 px and the scene's height, grey at times."""
    if random.random() < 1 / 2:
        portrait = np.ascontiguousarray(portrait[:, ::-1])
    if random.random() < 1 / 6:
        portrait = cv2.cvtColor(cv2.cvtColor(portrait, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    factor = float(np.exp(random.uniform(np.log(60), np.log(SIZE[0])))) / portrait.shape[0]
    small: Pixels = cv2.resize(portrait, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return small


def _paste(scene: Pixels, portrait: Pixels, random: np.random.Generator) -> None:
    high, wide = (min(a, b) for a, b in zip(portrait.shape[:2], scene.shape[:2], strict=True))
    top = int(random.integers(scene.shape[0] - high + 1))
    left = int(random.integers(scene.shape[1] - wide + 1))
    scene[top : top + high, left : left + wide] = portrait[:high, :wide]

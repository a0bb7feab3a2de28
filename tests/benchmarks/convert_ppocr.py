"""How the two files ``models/ppocr_v4_detection_*`` were made from the one of the RapidOCR wheel.

    python -m tests.benchmarks.convert_ppocr ch_PP-OCRv4_det_infer.onnx FOLDER

The network draws the same map, but for rounding errors, from layers that ONNX Runtime
computes in half the time. Its input is R, G and B in levels from 0 to 255. It is parted
after the layers at 1/2 and 1/4 of the picture's size: these need most of the memory but see
small areas only, so that the program runs them strip by strip.

A convolution is linear, so it takes other linear steps into its weights:

* Numbers that a convolution's output is multiplied with or that are added to it, and those
    of a normalisation, change its weights only.
* ``x * Clip(x + 3, 0, 6) / 6`` is one layer, HardSwish.
* ``x + x * s``, with one number ``s`` for a whole map, is ``x * (1 + s)``.
* In a map doubled in size by repeating pixels, three taps of a row fall on two pixels of the
    small one: four convolutions of 2 x 2 taps on the small map equal one of 3 x 3 on the large one.
* Two convolutions with one factor per map between them are one convolution with other weights.
    These depend on the picture, so pictures are processed one at a time.
* The last layers use no neighbours: they are computed at a quarter of the size, and only then
    arranged at full size.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.benchmarks._graph import Graph, parted, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    Weights = npt.NDArray[np.float32]

FIRST, REST = "ppocr_v4_detection_first.onnx", "ppocr_v4_detection_rest.onnx"
INPUT, OUTPUT = "x", "sigmoid_0.tmp_0"
BETWEEN = ("conv2d_469.tmp_0", "p2o.Add.47")
"""The tensors between the first layers and the rest."""
FILES = {FIRST: ([INPUT], BETWEEN), REST: (BETWEEN, [OUTPUT])}
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_SPREAD = np.array([0.229, 0.224, 0.225], np.float32)
"""Mean and standard deviation of B, G and R with which the network was trained, in shares of the
largest level."""
_LARGEST = 255
_OPSET, _IR = 14, 8
_TWICE = (0, 1)


@dataclass(frozen=True, slots=True)
class Pair:
    """The names of two convolutions, ``narrow`` and ``wide``, and of the layers between them.

    Between them is ``c * (1 + s) + double(d)``, where ``c`` is the output of ``narrow``,
    ``d`` the input of ``doubling``, and ``s`` the output of ``scale``, computed from the
    ``mean`` of c.
    """

    narrow: str
    mean: str
    scale: str
    wide: str
    doubling: str


_PAIRS = (
    Pair("Conv.46", "GlobalAveragePool.10", "HardSigmoid.5", "Conv.58", "Resize.2"),
    Pair("Conv.43", "GlobalAveragePool.8", "HardSigmoid.4", "Conv.55", "Resize.1"),
)


def converted(graph: Graph) -> onnx.ModelProto:
    """Return the model with the layers replaced; changes the graph."""
    _end_at_a_quarter(graph)
    _join_gates(graph)
    for node in [node for node in graph.nodes if node.op_type == "Conv"]:
        _take_in_what_follows(graph, node)
    for node in [node for node in graph.nodes if node.op_type == "Clip"]:
        _gate_after_a_convolution(graph, node)
    for pair in _PAIRS:
        _join(graph, pair)
    _look_before_doubling(graph)
    _take_levels(graph)
    graph.drop_unread(OUTPUT)
    return _model(graph)


def _take_levels(graph: Graph) -> None:
    """Let the first layer read R, G and B in levels."""
    first = graph.named("p2o.Conv.0")
    weights = graph.constants[first.input[1]]
    first.input[1] = graph.constant(weights[:, ::-1])
    scale, shift = 1 / (_LARGEST * _SPREAD[::-1]), -_MEAN[::-1] / _SPREAD[::-1]
    scaled = graph.layer(first, "Mul", INPUT, graph.constant(scale[:, None, None]))
    first.input[0] = graph.layer(first, "Add", scaled, graph.constant(shift[:, None, None]))


def _model(graph: Graph) -> onnx.ModelProto:
    kinds = [numpy_helper.from_array(values, name) for name, values in graph.constants.items()]
    sides = {INPUT: ("n", 3, "height", "width"), OUTPUT: ("n", 1, "height", "width")}
    given, drawn = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, sides[name]) for name in sides
    )
    network = helper.make_graph(graph.nodes, "ppocr-v4-detection", [given], [drawn], kinds)
    model = helper.make_model(network, opset_imports=[helper.make_opsetid("", _OPSET)])
    model.ir_version = _IR
    onnx.checker.check_model(model)
    return model


def _take_in_what_follows(graph: Graph, conv: onnx.NodeProto) -> None:
    """Take factors, summands and normalisations that follow a convolution into its weights."""
    weights = graph.constants[conv.input[1]].copy()
    biases = conv.input[2:] and graph.constants[conv.input[2]]
    bias = np.array(biases, np.float32) if len(biases) else np.zeros(len(weights), np.float32)
    while (after := graph.only_reader(conv.output[0])) is not None:
        step = _affine(graph, after, len(weights))
        if step is None:
            break
        weights *= step[0][:, None, None, None]
        bias = bias * step[0] + step[1]
        conv.output[0] = after.output[0]
        graph.drop(after)
    del conv.input[1:]
    conv.input.extend([graph.constant(weights), graph.constant(bias)])


def _affine(graph: Graph, node: onnx.NodeProto, channels: int) -> Weights | None:
    """Return the factors and summands of a layer, (2, channels); None if it is no such step."""
    if node.op_type == "BatchNormalization":
        return _normalisation(graph, node)
    one, none = np.ones(channels, np.float32), np.zeros(channels, np.float32)
    values = [graph.constants[name] for name in node.input if name in graph.constants]
    if node.op_type not in {"Mul", "Add"} or len(values) != 1:
        return None
    value = np.broadcast_to(values[0].reshape(-1), (channels,))
    return np.stack([value, none] if node.op_type == "Mul" else [one, value])


def _normalisation(graph: Graph, node: onnx.NodeProto) -> Weights:
    gain, shift, middle, spread = (graph.constants[name] for name in node.input[1:])
    gain = gain / np.sqrt(spread + node.attribute[0].f)
    return np.stack([gain, shift - middle * gain])


def _gate_after_a_convolution(graph: Graph, clip: onnx.NodeProto) -> None:
    """Replace ``x * Clip(x + 3, 0, 6) / 6``, and the number it is scaled and shifted by."""
    raised = next(node for node in graph.nodes if node.output[0] == clip.input[0])
    seen = next(name for name in raised.input if name not in graph.constants)
    conv = next(node for node in graph.nodes if node.output[0] == seen)
    times = graph.only_reader(clip.output[0])
    assert times is not None
    last = graph.only_reader(times.output[0])
    assert last is not None
    channels = len(graph.constants[conv.input[1]])
    gated = graph.layer(last, "HardSwish", seen)
    step, end = _scaled(graph, last)
    convs = graph.readers(end)
    if all(each.op_type == "Conv" and not any(_attributes(each)["pads"]) for each in convs):
        for each in convs:
            _take_in_what_precedes(graph, each, step)
        graph.replace(end, gated)
        return
    scales, shifts = (np.full(channels, value, np.float32) for value in step)
    names = graph.constant(scales[:, None, None, None]), graph.constant(shifts)
    shape = {"kernel_shape": [1, 1], "group": channels}
    graph.replace(end, graph.layer(last, "Conv", gated, *names, **shape))


def _scaled(graph: Graph, last: onnx.NodeProto) -> tuple[Weights, str]:
    """Return the factor and summand that follow the activation, and the tensor after them."""
    step, end = np.array([1, 0], np.float32), last.output[0]
    while (after := graph.only_reader(end)) is not None:
        own = _affine(graph, after, 1)
        if own is None:
            break
        step = np.array([step[0] * own[0, 0], step[1] * own[0, 0] + own[1, 0]], np.float32)
        end = after.output[0]
    return step, end


def _take_in_what_precedes(graph: Graph, conv: onnx.NodeProto, step: Weights) -> None:
    """Take the factor and summand of its input into the weights of a convolution of one tap."""
    weights, bias = (graph.constants[name] for name in conv.input[1:])
    bias = bias + weights.sum(axis=(1, 2, 3)) * step[1]
    del conv.input[1:]
    conv.input.extend([graph.constant(weights * step[0]), graph.constant(bias)])


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {each.name: helper.get_attribute_value(each) for each in node.attribute}


def _join_gates(graph: Graph) -> None:
    """Replace each ``x + x * s`` by ``x * (1 + s)``."""
    made = {node.output[0]: node for node in graph.nodes}
    for total in [node for node in graph.nodes if node.op_type == "Add"]:
        for at in _TWICE:
            whole, times = total.input[at], made.get(total.input[1 - at])
            if times is None or times.op_type != "Mul" or whole not in times.input:
                continue
            scale = next(name for name in times.input if name != whole)
            if scale in graph.constants:
                continue
            more = graph.layer(times, "Add", scale, graph.constant(1.0))
            graph.replace(total.output[0], graph.layer(total, "Mul", whole, more))
            break


def _join(graph: Graph, pair: Pair) -> None:
    """Replace two convolutions by one: the second reads the input of the first directly."""
    names = (pair.narrow, pair.mean, pair.scale, pair.wide)
    narrow, mean, scale, wide = (graph.named(f"p2o.{name}") for name in names)
    doubled = graph.named(f"p2o.{pair.doubling}").input[0]
    seen, bias = narrow.input[0], graph.constants[narrow.input[2]]
    assert not bias.any()
    inner, outer = graph.constants[narrow.input[1]][:, :, 0, 0], graph.constants[wide.input[1]]
    middle = graph.layer(mean, "GlobalAveragePool", seen)
    weights = graph.constant(inner[:, :, None, None])
    graph.replace(mean.output[0], graph.layer(mean, "Conv", middle, weights))
    kinds, channels, high, across = outer.shape
    flat = graph.layer(wide, "Reshape", scale.output[0], graph.constant([1, 1, channels], np.int64))
    gate = graph.layer(wide, "Add", flat, graph.constant(1.0))
    taps = graph.constant(outer.transpose(0, 2, 3, 1).reshape(1, -1, channels))
    gated = graph.layer(wide, "Mul", taps, gate)
    joined = graph.layer(wide, "MatMul", gated, graph.constant(inner))
    shape = graph.constant([kinds, high, across, inner.shape[1]], np.int64)
    shaped = graph.layer(wide, "Reshape", joined, shape)
    joined = graph.layer(wide, "Transpose", shaped, perm=[0, 3, 1, 2])
    near = graph.layer(wide, "Conv", seen, joined, pads=[1, 1, 1, 1], kernel_shape=[3, 3])
    far = _seen_doubled(graph, wide, doubled, outer)
    graph.replace(wide.output[0], graph.layer(wide, "Add", near, far))


def _look_before_doubling(graph: Graph) -> None:
    """Combine the four sizes at half of the largest one, before they are doubled further."""
    first = graph.named("p2o.Conv.61")
    weights, bias = (graph.constants[name] for name in first.input[1:])
    largest = graph.named("p2o.Concat.0").input[3]
    others = [graph.named(f"p2o.Resize.{at}").input[0] for at in (3, 4, 5)]
    enlarged = [
        _enlarged(graph, first, small, times) for small, times in zip(others, (4, 2), strict=False)
    ]
    small = graph.layer(first, "Concat", *enlarged, others[2], axis=1)
    split = 3 * weights.shape[1] // 4
    names = graph.constant(weights[:, split:]), graph.constant(bias)
    own = graph.layer(first, "Conv", largest, *names, pads=[1, 1, 1, 1], kernel_shape=[3, 3])
    far = _seen_doubled(graph, first, small, weights[:, :split])
    graph.replace(first.output[0], graph.layer(first, "Add", own, far))


def _end_at_a_quarter(graph: Graph) -> None:
    """Make the last layers compute the 4 x 4 pixels of each cell as 16 channels."""
    first, last = graph.named("p2o.ConvTranspose.0"), graph.named("p2o.ConvTranspose.2")
    norm, added = graph.named("p2o.BatchNormalization.2"), graph.named("p2o.Add.278")
    weights = graph.constants[first.input[1]]
    channels = weights.shape[1]
    gain, shift = _normalisation(graph, norm)
    shift = graph.constants[added.input[1]].reshape(-1) * gain + shift
    rows = (weights.transpose(2, 3, 1, 0) * gain[:, None]).reshape(4 * channels, -1, 1, 1)
    names = graph.constant(rows), graph.constant(np.tile(shift, 4))
    cells = graph.layer(first, "Relu", graph.layer(first, "Conv", first.input[0], *names))
    taps = graph.constant(_laid_out(graph.constants[last.input[1]][:, 0]))
    bias = graph.constants[graph.named("p2o.Add.280").input[1]].item()
    numbers = graph.layer(first, "Conv", cells, taps, graph.constant(np.full(16, bias)))
    likely = graph.layer(first, "Sigmoid", numbers)
    end = graph.named("p2o.Sigmoid.0")
    drawn = helper.make_node("DepthToSpace", [likely], [OUTPUT], "drawn", blocksize=4)
    graph.nodes[graph.nodes.index(end)] = drawn
    graph.drop_unread(OUTPUT)


def _laid_out(weights: Weights) -> Weights:
    """Return weights that give a cell's 4 x 4 pixels row by row.

    ``weights`` (channels, 2, 2) give the four pixels of each quarter of a cell.
    """
    channels = len(weights)
    taps = np.zeros((4, 4, 2, 2, channels), np.float32)
    for down, across, y, x in product(_TWICE, repeat=4):
        taps[2 * down + y, 2 * across + x, down, across] = weights[:, y, x]
    return taps.reshape(16, 4 * channels, 1, 1)


def _seen_doubled(graph: Graph, before: onnx.NodeProto, small: str, weights: Weights) -> str:
    """Return a 3 x 3 convolution of the map doubled in size, computed on the small map."""
    parts = list(_parts(graph, before, small, weights))
    together = graph.layer(before, "Concat", *parts, axis=1)
    return graph.layer(before, "DepthToSpace", together, blocksize=2)


def _parts(graph: Graph, before: onnx.NodeProto, small: str, weights: Weights) -> Iterator[str]:
    for down, across in product(_TWICE, repeat=2):
        taps = graph.constant(_on_two(_on_two(weights, 2, down), 3, across))
        pads = [1 - down, 1 - across, down, across]
        yield graph.layer(before, "Conv", small, taps, pads=pads, kernel_shape=[2, 2])


def _on_two(weights: Weights, axis: int, second: int) -> Weights:
    """Return the two taps that three taps become, for the first or ``second`` pixel of a pair."""
    left, middle, right = np.moveaxis(weights, axis, 0)
    pair = [left + middle, right] if second else [left, middle + right]
    return np.stack(pair, axis)


def _enlarged(graph: Graph, before: onnx.NodeProto, small: str, times: int) -> str:
    """Return a map in which each pixel is repeated ``times`` times in both directions."""
    scales = graph.constant([1, 1, times, times])
    how = {
        "mode": "nearest",
        "coordinate_transformation_mode": "asymmetric",
        "nearest_mode": "floor",
    }
    return graph.layer(before, "Resize", small, "", scales, **how)


def main() -> None:
    """Convert a file."""
    source, folder = map(Path, sys.argv[1:])
    for name, content in parted(converted(read(source)), FILES).items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()

"""Replaces layers of the line detector by fewer equivalent ones, which take two thirds of the time.

A convolution is linear, so it commutes with other linear steps:

* ``x + x * s``, with one number ``s`` for a whole map, is ``x * (1 + s)``.
* In a map doubled in size by repeating pixels, three taps of a row fall on two pixels of the
    small one: four convolutions of 2 x 2 taps on the small map equal one of 3 x 3 on the large one.
* Two convolutions with one factor per map between them are one convolution with other weights.
    These depend on the picture, so pictures are processed one at a time.
* The last layers use no neighbours: they are computed at a quarter of the size, and only then
    arranged at full size.

Only rounding errors remain: ``tests/ocr`` compares the map with that of the original
network.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from openvino import opset13 as layers

if TYPE_CHECKING:
    import numpy.typing as npt

    from photoguard.detect._runtime import Tensor

    Node = Any
    """A layer of OpenVINO, or an output tensor of one; OpenVINO has no types."""

OUTPUT = "sigmoid_0.tmp_0"
_TWICE = (0, 1)


def shorten(network: Any) -> None:  # noqa: ANN401 - OpenVINO has no types
    """Replace layers of PP-OCR's v4 detection network in place; raises LookupError for others."""
    network.reshape([1, 3, -1, -1])
    named = {layer.get_friendly_name(): layer for layer in network.get_ops()}
    for narrow, mean, scale, wide, doubled in (
        ("p2o.Conv.46", "p2o.GlobalAveragePool.10", "p2o.HardSigmoid.5", "p2o.Conv.58", "2"),
        ("p2o.Conv.43", "p2o.GlobalAveragePool.8", "p2o.HardSigmoid.4", "p2o.Conv.55", "1"),
    ):
        source = named[f"p2o.Resize.{doubled}"].input_value(0)
        _join(named[narrow], named[mean], named[scale], named[wide], source)
    _look_before_doubling(named)
    _end_at_a_quarter(named)
    _join_gates(network)


def _join(narrow: Node, mean: Node, scale: Node, wide: Node, doubled: Node) -> None:
    """Replace two convolutions by one: ``wide`` reads the input of ``narrow`` directly.

    Between them is ``c * (1 + s) + double(d)``, where ``c`` is the output of ``narrow``,
    ``d`` the tensor ``doubled``, and ``s`` the layer ``scale``, computed from the ``mean``
    of c.
    """
    seen = narrow.input_value(0)
    inner, outer = _weights(narrow)[:, :, 0, 0], _weights(wide)
    middle = layers.reduce_mean(seen, _whole(2, 3), keep_dims=True)
    _replace(mean, _convolved(middle, inner[:, :, None, None]))
    kinds, channels, high, across = outer.shape
    gate = layers.add(layers.reshape(scale, _whole(1, 1, channels), special_zero=False), _real(1))
    taps = outer.transpose(0, 2, 3, 1).reshape(1, -1, channels)
    joined = layers.matmul(
        layers.multiply(_real(taps), gate), _real(inner), transpose_a=False, transpose_b=False
    )
    shape = _whole(kinds, high, across, inner.shape[1])
    joined = layers.transpose(layers.reshape(joined, shape, special_zero=False), _whole(0, 3, 1, 2))
    near = layers.convolution(seen, joined, [1, 1], [1, 1], [1, 1], [1, 1])
    _replace(wide, layers.add(near, _seen_doubled(doubled, outer)))


def _look_before_doubling(named: dict[str, Node]) -> None:
    """Combine the four sizes at half of the largest one, before they are doubled further."""
    first = named["p2o.Conv.61"]
    weights = _weights(first)
    largest = named["p2o.Concat.0"].input_value(3)
    others = [named[f"p2o.Resize.{at}"].input_value(0) for at in (3, 4, 5)]
    enlarged = [_enlarged(small, times) for small, times in zip(others, (4, 2), strict=False)]
    small = layers.concat([*enlarged, others[2]], 1)
    split = weights.shape[1] - largest.get_partial_shape()[1].get_length()
    own = _convolved(largest, weights[:, split:], 1)
    _replace(first, layers.add(own, _seen_doubled(small, weights[:, :split])))


def _end_at_a_quarter(named: dict[str, Node]) -> None:
    """Make the last layers compute the 4 x 4 pixels of each cell as 16 channels."""
    first, last = named["p2o.ConvTranspose.0"], named["p2o.ConvTranspose.2"]
    norm = named["p2o.BatchNormalization.2"]
    gain, shift, middle, spread = (_weights(norm, at).reshape(-1) for at in (1, 2, 3, 4))
    gain = gain / np.sqrt(spread + norm.get_attributes()["epsilon"])
    shift = shift + (_weights(named["p2o.Add.278"]).reshape(-1) - middle) * gain
    rows = (_weights(first).transpose(2, 3, 1, 0) * gain[:, None]).reshape(4 * len(gain), -1, 1, 1)
    cells = layers.add(
        _convolved(first.input_value(0), rows), _real(np.tile(shift, 4)[:, None, None])
    )
    numbers = _convolved(layers.relu(cells), _laid_out(_weights(last)[:, 0]))
    bias = float(_weights(named["p2o.Add.280"]).item())
    likely = layers.sigmoid(layers.add(numbers, _real(bias)))
    drawn = layers.depth_to_space(likely, "blocks_first", 4)
    end = named["p2o.Sigmoid.0"] if "p2o.Sigmoid.0" in named else named[OUTPUT]
    drawn.output(0).set_names(end.output(0).get_names())
    _replace(end, drawn)


def _laid_out(weights: Tensor) -> Tensor:
    """Return weights that give a cell's 4 x 4 pixels row by row.

    ``weights`` (channels, 2, 2) give the four pixels of each quarter of a cell.
    """
    channels = len(weights)
    taps = np.zeros((4, 4, 2, 2, channels), np.float32)
    for down, across, y, x in product(_TWICE, repeat=4):
        taps[2 * down + y, 2 * across + x, down, across] = weights[:, y, x]
    return taps.reshape(16, 4 * channels, 1, 1)


def _join_gates(network: Any) -> None:  # noqa: ANN401
    """Replace each ``x + x * s`` by ``x * (1 + s)``."""
    for total in network.get_ordered_ops():
        if total.get_type_name() != "Add":
            continue
        for at in _TWICE:
            whole, product_ = total.input_value(at), total.input_value(1 - at).get_node()
            if product_.get_type_name() != "Multiply":
                continue
            factors = [product_.input_value(place) for place in _TWICE]
            others = [each for each in factors if each.get_node() != whole.get_node()]
            if len(others) == 1:
                gate = layers.add(others[0], _real(1))
                _replace(total, layers.multiply(whole, gate))
                break


def _seen_doubled(small: Node, weights: Tensor) -> Node:
    """Return a 3 x 3 convolution of the map doubled in size, computed on the small map."""
    parts = []
    for down, across in product(_TWICE, repeat=2):
        taps = _on_two(_on_two(weights, 2, down), 3, across)
        before, after = [1 - down, 1 - across], [down, across]
        parts.append(layers.convolution(small, _real(taps), [1, 1], before, after, [1, 1]))
    return layers.depth_to_space(layers.concat(parts, 1), "blocks_first", 2)


def _on_two(weights: Tensor, axis: int, second: int) -> Tensor:
    """Return the two taps that three taps become, for the first or ``second`` pixel of a pair."""
    left, middle, right = np.moveaxis(weights, axis, 0)
    pair = [left + middle, right] if second else [left, middle + right]
    return np.stack(pair, axis)


def _enlarged(small: Node, times: int) -> Node:
    """Return a map in which each pixel is repeated ``times`` times in both directions."""
    return layers.interpolate(
        small,
        layers.constant(np.array([times, times], np.float32)),
        "nearest",
        "scales",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
        axes=_whole(2, 3),
    )


def _convolved(seen: Node, weights: Tensor, margin: int = 0) -> Node:
    around = [margin, margin]
    return layers.convolution(seen, _real(weights), [1, 1], around, around, [1, 1])


def _weights(layer: Node, place: int = 1) -> Tensor:
    """Return the constant at input ``place`` of a layer."""
    source = layer.input_value(place).get_node()
    while source.get_type_name() != "Constant":
        source = source.input_value(0).get_node()
    return np.array(source.data, np.float32)


def _replace(old: Node, new: Node) -> None:
    for reader in old.output(0).get_target_inputs():
        reader.replace_source_output(new.output(0))


def _real(numbers: npt.ArrayLike) -> Node:
    return layers.constant(np.ascontiguousarray(numbers, np.float32))


def _whole(*numbers: int) -> Node:
    return layers.constant(np.array(numbers, np.int64))

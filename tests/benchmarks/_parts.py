"""Parts a network, whose first layers the program runs strip by strip, into several files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onnx.shape_inference import infer_shapes
from onnx.utils import Extractor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import onnx

    Ends = tuple[Sequence[str], Sequence[str]]
    """The tensors with which a part begins, and those with which it ends."""


def parted(network: onnx.ModelProto, files: Mapping[str, Ends]) -> dict[str, bytes]:
    """Return the contents of each file by its name."""
    cut = Extractor(infer_shapes(network))
    return {name: _part(cut, *ends) for name, ends in files.items()}


def _part(cut: Extractor, begins: Sequence[str], ends: Sequence[str]) -> bytes:
    part = cut.extract_model(list(begins), list(ends))
    del part.graph.value_info[:]
    return bytes(part.SerializeToString())

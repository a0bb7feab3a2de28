"""A mosaic of random cells that are not made of the face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.redact._light import light_of, scene_of
from photoguard.redact._mask import confine, grown, radius, window_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from photoguard.model import Pixels, Region
    from photoguard.redact._flatten import FlatRegion
    from photoguard.redact._light import Scene

    CellCentres = npt.NDArray[np.float32]

ACROSS = 9
"""Cells along the shorter axis of a region."""


def paint(canvas: Pixels, regions: Sequence[FlatRegion], chance: np.random.Generator) -> None:
    """Cover each region, in place, with whole cells of random light."""
    for flat in regions:
        _mosaic(canvas, flat, chance)


def reach(region: Region) -> Region:
    """Return the ellipse that contains every cell which touches the region."""
    return grown(region, 1, 1.5 * _cell(region) + 1)


def _cell(region: Region) -> int:
    return max(1, round(2 * min(region.half_width, region.half_height) / ACROSS))


def _mosaic(canvas: Pixels, flat: FlatRegion, chance: np.random.Generator) -> None:
    cell = _cell(flat.region)
    window = window_of(flat.region, canvas.shape)
    tall, wide = window.shape
    rows, columns = -(-tall // cell), -(-wide // cell)
    x = window.left + (np.arange(columns, dtype=np.float32) + 0.5) * cell
    y = window.top + (np.arange(rows, dtype=np.float32) + 0.5) * cell
    touched = radius(grown(flat.region, 1, 0.71 * cell), x[None, :], y[:, None]) <= 1
    scene = scene_of(canvas, flat)
    light = light_of(scene, flat, chance)[np.ix_(*_nearest(scene, x, y))]
    light += 9 * flat.exposure * chance.standard_normal((rows, columns, 1)).astype(np.float32)
    cells = np.clip(light, 0, 255).astype(np.uint8)
    large = cells.repeat(cell, axis=0).repeat(cell, axis=1)[:tall, :wide]
    where = touched.repeat(cell, axis=0).repeat(cell, axis=1)[:tall, :wide]
    confine(where, reach(flat.region), window)
    cv2.copyTo(large, where.astype(np.uint8), canvas[window.slices])


def _nearest(scene: Scene, x: CellCentres, y: CellCentres) -> tuple[npt.NDArray[np.intp], ...]:
    """Return the rows and columns of the scene's grid that are nearest to the cells."""
    (rows, columns), (tall, wide) = scene.far.shape, scene.window.shape
    row = np.clip((y - scene.window.top) * rows / tall, 0, rows - 1)
    column = np.clip((x - scene.window.left) * columns / wide, 0, columns - 1)
    return row.astype(np.intp), column.astype(np.intp)

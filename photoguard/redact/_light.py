"""Computes the soft light that is painted over a face from surroundings, one colour and chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.redact._flatten import downscaled
from photoguard.redact._mask import grown, radius, window_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from photoguard.model import Pixels, Region
    from photoguard.redact._flatten import FlatRegion
    from photoguard.redact._mask import Window

    Grid = npt.NDArray[np.float32]

AROUND = 1.32
"""Radius, in half axes, up to which the surroundings are used and painted over."""
CLEAR = 1.12
"""Distance, in half axes, from which a cell of the grid contains no pixel of the region."""
CELLS = 72
"""Cells along the longer side of the grid."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A region and its surroundings on a coarse grid."""

    window: Window
    colours: Grid
    """(rows, columns, 3), 0 to 255."""
    far: Grid
    """(rows, columns): distance of each cell from the centre, 1 on the ellipse."""


def around(region: Region) -> Region:
    """Return the ellipse of the region with its surroundings."""
    return grown(region, AROUND, 2)


def scene_of(canvas: Pixels, flat: FlatRegion) -> Scene:
    """Return region and surroundings on the grid; the canvas is already flat in the region."""
    window = window_of(around(flat.region), canvas.shape)
    tall, wide = window.shape
    scale = min(1.0, CELLS / max(tall, wide))
    size = max(1, round(wide * scale)), max(1, round(tall * scale))
    colours = downscaled(canvas, window, size)
    x = window.left + (np.arange(size[0], dtype=np.float32) + 0.5) * (wide / size[0])
    y = window.top + (np.arange(size[1], dtype=np.float32) + 0.5) * (tall / size[1])
    far = radius(flat.region, x[None, :], y[:, None])
    return Scene(window, colours.astype(np.float32), far)


def light_of(scene: Scene, flat: FlatRegion, chance: np.random.Generator) -> Grid:
    """Return random soft light: surroundings at the rim, the region's colour inside, waves over it.

    Shape (rows, columns, 3) of the scene's grid, 0 to 255.
    """
    shape = scene.far.shape
    colour = _drawn(flat, chance)
    strength = np.float32(flat.exposure)
    rim = _surroundings(scene, colour)
    far = scene.far + 0.16 * waves(shape, 3, chance)
    within = _smooth(far, 1.2, 0.45)[..., None]
    light = rim + within * (colour - rim)
    shades = 13 * waves(shape, 3, chance) + 7 * waves(shape, 6, chance)
    light = light + strength * shades[..., None]
    if np.ptp(flat.colour) > 0:
        tints = waves(shape, 4, chance)[..., None] * np.array([4, 0, -5], np.float32)
        light = light + strength * tints
    clipped: Grid = np.clip(light, 6, 249).astype(np.float32)
    return clipped


def waves(shape: tuple[int, ...], count: int, chance: np.random.Generator) -> Grid:
    """Return a smooth random field, standard deviation 1, with about ``count`` waves per side."""
    coarse = chance.standard_normal((count + 3, count + 3)).astype(np.float32)
    size = shape[1], shape[0]
    field = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    soft: Grid = cv2.GaussianBlur(field, (0, 0), max(0.3, max(size) / (4 * count)))
    return soft / max(0.25, float(soft.std()))


def _drawn(flat: FlatRegion, chance: np.random.Generator) -> Grid:
    """Return a random colour near the region's: lighter or darker, warmer or cooler."""
    other = np.full(3, 11 * chance.standard_normal(), np.float32)
    if np.ptp(flat.colour) > 0:
        other = other + 3 * chance.standard_normal() * np.array([1, 0, -1], np.float32)
    result: Grid = np.clip(flat.colour + flat.exposure * other, 6, 235).astype(np.float32)
    return result


def _surroundings(scene: Scene, colour: Grid) -> Grid:
    """Return the colours around the region interpolated smoothly across it."""
    # A cell on the border mixes both sides: the flat one is no colour of the surroundings.
    seen = (scene.far > CLEAR).astype(np.float32)
    sigma = max(scene.far.shape) / 8
    weight = cv2.GaussianBlur(seen, (0, 0), sigma)[..., None]
    spread = cv2.GaussianBlur(scene.colours * seen[..., None], (0, 0), sigma)
    # Where little is known (a face that fills the picture) the region's own colour helps out.
    doubt = 0.003
    known: Grid = (spread + doubt * colour) / (weight + doubt)
    return known


def _smooth(value: Grid, zero: float, one: float) -> Grid:
    """Return a smooth step from 0 at ``zero`` to 1 at ``one``."""
    step = np.clip((value - zero) / (one - zero), 0, 1)
    result: Grid = step * step * (3 - 2 * step)
    return result

"""A natural-looking blur made of random light, a feathered edge and grain, not of the face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from photoguard.redact._light import around, light_of, scene_of
from photoguard.redact._mask import confine

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from photoguard.model import Pixels, Region
    from photoguard.redact._flatten import FlatRegion
    from photoguard.redact._light import Scene

    Shades = npt.NDArray[np.int16]

EDGE = 0.26
"""Width of the soft edge in half axes."""
FINEST = 64
"""Steps per level of a colour, dithered by the grain, so that gradients show no bands."""
TILE = 251
"""Side of the grain tile in pixels; prime, so that it aligns with no regular pattern."""


def paint(canvas: Pixels, regions: Sequence[FlatRegion], chance: np.random.Generator) -> None:
    """Paint soft light over each region, in place; it fades into the picture around."""
    for flat in regions:
        scene = scene_of(canvas, flat)
        patch = canvas[scene.window.slices]
        light = _enlarged((light_of(scene, flat, chance) * FINEST).astype(np.int16), scene)
        cover = _enlarged(_cover(scene), scene)
        confine(cover, reach(flat.region), scene.window)
        grain = _grain(_noise_of(patch), patch.shape[1], chance)
        for top in range(0, patch.shape[0], TILE):
            # Strips stay in the processor's cache.
            rows = slice(top, top + TILE)
            _blend(patch[rows], cv2.add(light[rows], grain[: len(light[rows])]), cover[rows])


def reach(region: Region) -> Region:
    """Return the ellipse in which the soft edge ends."""
    return around(region)


def _blend(patch: Pixels, light: Shades, cover: npt.NDArray[np.float32]) -> None:
    """Blend the light into the patch, in place, weighted by ``cover``."""
    painted = cv2.convertScaleAbs(light, alpha=1 / FINEST)
    patch[:] = cv2.blendLinear(painted, np.ascontiguousarray(patch), cover, 1 - cover)


def _cover(scene: Scene) -> npt.NDArray[np.float32]:
    """Return the weight of the light in each cell: 1 in the region, 0 beyond the edge."""
    step = np.clip((1 + EDGE - scene.far) / EDGE, 0, 1)
    return np.asarray(step * step * (3 - 2 * step), np.float32)


def _enlarged(cells: Any, scene: Scene) -> Any:  # noqa: ANN401 - OpenCV takes any depth
    """Return the cells interpolated to the pixels of the scene's window."""
    tall, wide = scene.window.shape
    return cv2.resize(cells, (wide, tall), interpolation=cv2.INTER_LINEAR)


def _grain(strength: float, wide: int, chance: np.random.Generator) -> Shades:
    """Return a strip of grey grain, (TILE, wide, 3), in steps of 1 / FINEST level."""
    grey = chance.normal(0, strength * FINEST, (TILE, TILE, 1)).astype(np.int16)
    strip: Shades = np.tile(grey.repeat(3, axis=2), (1, -(-wide // TILE), 1))[:, :wide]
    return strip


def _noise_of(patch: Pixels) -> float:
    """Return the noise of the picture near the region, in levels."""
    rows = patch[:: max(1, patch.shape[0] // 48), :, 1].astype(np.int16)
    bends = np.abs(2 * rows[:, 1:-1] - rows[:, :-2] - rows[:, 2:])
    # The region is flat by now, which leaves the surroundings; 2.45 is the root of 1 + 4 + 1.
    noise = float(np.median(bends[bends > 0])) / 2.45 if np.any(bends) else 0.0
    return float(np.clip(noise, 0.7, 3.0))

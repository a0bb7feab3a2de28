"""A soft, natural-looking blur that was never the face: drawn light, a feathered edge, grain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.redact._light import light_of, scene_of
from photoguard.redact._mask import confine, grown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from photoguard.model import Pixels, Region
    from photoguard.redact._flatten import Spot
    from photoguard.redact._light import Scene

EDGE = 0.22
"""Width of the soft edge, in half axes."""
FINEST = 64
"""Steps in which one level of a colour is drawn, so that gradients show no bands."""
TILE = 251
"""Side of the tile of grain; odd against all that is regular in a picture."""


def paint(canvas: Pixels, spots: Sequence[Spot], chance: np.random.Generator) -> None:
    """Lay soft light over each region and let it fade into the picture around."""
    for spot in spots:
        scene = scene_of(canvas, spot)
        light = light_of(scene, spot, chance)
        patch = canvas[scene.window.slices]
        painted = _with_grain(light, patch, chance)
        cover = _cover(scene)
        confine(cover, reach(spot.region), scene.window)
        patch[:] = cv2.blendLinear(painted, np.ascontiguousarray(patch), cover, 1 - cover)


def reach(region: Region) -> Region:
    """Return the ellipse within which the soft edge ends."""
    return grown(region, 1 + EDGE + 0.06, 2)


def _cover(scene: Scene) -> npt.NDArray[np.float32]:
    """Return how much of the light covers each pixel: 1 in the region, 0 beyond the edge."""
    step = np.clip((1 + EDGE - scene.far) / EDGE, 0, 1)
    soft = (step * step * (3 - 2 * step)).astype(np.float32)
    tall, wide = scene.window.shape
    cover: npt.NDArray[np.float32] = cv2.resize(soft, (wide, tall), interpolation=cv2.INTER_LINEAR)
    return cover


def _with_grain(
    light: npt.NDArray[np.float32], patch: Pixels, chance: np.random.Generator
) -> Pixels:
    """Return the light in the patch's size, with grain about as strong as around it."""
    tall, wide = patch.shape[:2]
    fine = (light * FINEST).astype(np.int16)
    large = cv2.resize(fine, (wide, tall), interpolation=cv2.INTER_LINEAR)
    grain = chance.normal(0, _grain_around(patch) * FINEST, (TILE, TILE, 1))
    tile = np.repeat(grain, 3, axis=2).astype(np.int16)
    rows, columns = -(-tall // TILE), -(-wide // TILE)
    sheet = np.tile(tile, (rows, columns, 1))[:tall, :wide]
    painted: Pixels = cv2.convertScaleAbs(cv2.add(large, sheet), alpha=1 / FINEST)
    return painted


def _grain_around(patch: Pixels) -> float:
    """Return the noise of the picture near the region, in levels."""
    rows = patch[:: max(1, patch.shape[0] // 48), :, 1].astype(np.int16)
    bends = np.abs(2 * rows[:, 1:-1] - rows[:, :-2] - rows[:, 2:])
    # The middle of the patch is flat by now; of the rest, the calm half tells the noise.
    noise = float(np.median(bends[bends > 0])) / 2.45 if np.any(bends) else 0.0
    return float(np.clip(noise, 0.7, 3.0))

"""A soft, natural-looking blur that was never the face: drawn light, a feathered edge, grain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from photoguard.redact._light import light_of, scene_of
from photoguard.redact._mask import confine, grown, window_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from photoguard.model import Pixels, Region
    from photoguard.redact._flatten import Spot
    from photoguard.redact._light import Scene
    from photoguard.redact._mask import Window

    Shades = npt.NDArray[np.int16]

EDGE = 0.26
"""Width of the soft edge, in half axes."""
FINEST = 64
"""Steps in which one level of a colour is drawn, so that gradients show no bands."""
TILE = 251
"""Side of the tile of grain in pixels; prime, so that it falls in with nothing regular."""


def paint(canvas: Pixels, spots: Sequence[Spot], chance: np.random.Generator) -> None:
    """Lay soft light over each region and let it fade into the picture around."""
    for spot in spots:
        window = window_of(reach(spot.region), canvas.shape)
        scene = scene_of(canvas, spot)
        light = (light_of(scene, spot, chance) * FINEST).astype(np.int16)
        grain = _grain(_noise_of(canvas[scene.window.slices]), window.shape[1], chance)
        for top in range(window.top, window.bottom, TILE):
            # Strips stay in the processor's cache: a large face costs half as much.
            strip = replace(window, top=top, bottom=min(top + TILE, window.bottom))
            _paint_strip(canvas[strip.slices], strip, (scene, light, grain), spot.region)


def reach(region: Region) -> Region:
    """Return the ellipse within which the soft edge ends."""
    return grown(region, 1 + EDGE + 0.06, 2)


def _paint_strip(
    patch: Pixels, strip: Window, light: tuple[Scene, Shades, Shades], region: Region
) -> None:
    """Blend light and grain over a part of the picture, in place."""
    scene, shades, grain = light
    large = cv2.add(_enlarged(shades, scene, strip), grain[: patch.shape[0]])
    painted = cv2.convertScaleAbs(large, alpha=1 / FINEST)
    cover = _enlarged(_cover(scene), scene, strip)
    confine(cover, reach(region), strip)
    patch[:] = cv2.blendLinear(painted, np.ascontiguousarray(patch), cover, 1 - cover)


def _cover(scene: Scene) -> npt.NDArray[np.float32]:
    """Return how much of the light covers each cell: 1 in the region, 0 beyond the edge."""
    step = np.clip((1 + EDGE - scene.far) / EDGE, 0, 1)
    return np.asarray(step * step * (3 - 2 * step), np.float32)


def _enlarged(cells: Any, scene: Scene, strip: Window) -> Any:  # noqa: ANN401 - as OpenCV's
    """Return the strip's pixels, interpolated between the cells of the scene's grid."""
    (rows, columns), (tall, wide) = scene.far.shape, scene.window.shape
    down, across = rows / tall, columns / wide
    # Middles of pixels fall on middles of cells: half a pixel here, half a cell there.
    place = np.array(
        [
            [across, 0, (strip.left - scene.window.left + 0.5) * across - 0.5],
            [0, down, (strip.top - scene.window.top + 0.5) * down - 0.5],
        ]
    )
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = strip.shape[1], strip.shape[0]
    return cv2.warpAffine(cells, place, size, flags=how, borderMode=cv2.BORDER_REPLICATE)


def _grain(strength: float, wide: int, chance: np.random.Generator) -> Shades:
    """Return a strip of grey grain, (TILE, wide, 3), in steps of FINEST."""
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

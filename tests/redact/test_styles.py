"""What every style promises; a new file among the styles is examined by itself."""

from __future__ import annotations

import pkgutil
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photoguard import redact
from photoguard.model import Region, Style
from photoguard.redact import hide, mask_of, reach_of

if TYPE_CHECKING:
    from photoguard.model import Pixels

STYLES = tuple(Style)


def _noise(tall: int, wide: int, seed: int = 1) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (tall, wide, 3), dtype=np.uint8)


halves = st.one_of(st.floats(0, 4), st.floats(1, 90), st.floats(90, 4000))


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Pixels, list[Region]]:
    """A picture of any shape with regions anywhere, in it, across its edge, or outside."""
    tall, wide = draw(st.integers(1, 90)), draw(st.integers(1, 90))
    region = st.builds(
        Region,
        st.tuples(st.floats(-40, wide + 40), st.floats(-40, tall + 40)),
        halves,
        halves,
        st.floats(-360, 720),
        st.booleans(),
    )
    return _noise(tall, wide, draw(st.integers(0, 9))), draw(st.lists(region, max_size=4))


def test_each_file_is_a_style() -> None:
    """Styles and the files of the package are the same names."""
    files = {module.name for module in pkgutil.iter_modules(redact.__path__)}
    assert {name for name in files if not name.startswith("_")} == {s.value for s in STYLES}


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scene=scenes())
def test_outside_is_untouched(style: Style, scene: tuple[Pixels, list[Region]]) -> None:
    """Beyond the soft edge every pixel stays the same, and the given picture as a whole."""
    pixels, regions = scene
    before = pixels.copy()
    hidden = hide(pixels, regions, style)
    assert hidden is not pixels
    assert np.array_equal(pixels, before)
    assert hidden.shape == pixels.shape
    assert hidden.dtype == np.uint8
    outside = ~reach_of(pixels.shape, regions, style)
    assert np.array_equal(hidden[outside], pixels[outside])


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("cornered", [False, True])
@pytest.mark.parametrize("half", [1.5, 2.5, 6, 30, 150])
def test_inside_holds_no_detail(style: Style, half: float, *, cornered: bool) -> None:
    """In a region of noise what is published has nothing to do with what was there."""
    side = int(4 * half) + 8
    region = Region((side / 2, side / 2), half, 1.2 * half, 20, cornered)
    inside = mask_of((side, side), [region])
    likenesses = []
    for seed in range(12):
        pixels = _noise(side, side, seed)
        hidden = hide(pixels, [region], style)
        likenesses.append(_likeness(pixels[inside], hidden[inside]))
    spread = 1 / np.sqrt(12 * 3 * max(2, inside.sum() - 1))
    assert abs(np.mean(likenesses)) < max(5 * spread, 0.02) if inside.sum() > 8 else True


def _likeness(before: Pixels, after: Pixels) -> float:
    first = before - before.mean(axis=0)
    second = after - after.mean(axis=0)
    norm = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float((first * second).sum()) / norm if norm else 0.0


@pytest.mark.parametrize("style", STYLES)
def test_what_lies_under_the_chance_is_one_colour(style: Style) -> None:
    """Two faces of the same mean colour are published alike: the mean of many copies says so."""
    region = Region((40, 40), 24, 28)
    left = np.full((80, 80, 3), 120, np.uint8)
    right = left.copy()
    inside = mask_of(left.shape, [region])
    # One is dark on the left and bright on the right, the other the other way round.
    left[:, :40][inside[:, :40]] = 60
    left[:, 40:][inside[:, 40:]] = 180
    right[:, :40][inside[:, :40]] = 180
    right[:, 40:][inside[:, 40:]] = 60
    means = [
        np.mean([hide(face, [region], style).astype(float) for _ in range(60)], axis=0)
        for face in (left, right)
    ]
    sides = [
        mean[:, :36][inside[:, :36]].mean() - mean[:, 44:][inside[:, 44:]].mean() for mean in means
    ]
    assert abs(sides[0] - sides[1]) < 12


@pytest.mark.parametrize("style", [Style.BLUR, Style.PIXELATE])
def test_two_copies_differ(style: Style) -> None:
    """Fresh chance goes into every copy."""
    pixels, region = _noise(60, 60), Region((30, 30), 15, 18)
    assert not np.array_equal(hide(pixels, [region], style), hide(pixels, [region], style))


@pytest.mark.parametrize("style", STYLES)
def test_overlapping_regions_hide_as_one(style: Style) -> None:
    """Where regions overlap, neither lets through what the other hides."""
    regions = [Region((40 + 9 * n, 45), 22, 26, 10 * n) for n in range(4)]
    inside = mask_of((90, 120), regions)
    likenesses = [
        _likeness(pixels[inside], hide(pixels, regions, style)[inside])
        for pixels in (_noise(90, 120, seed) for seed in range(8))
    ]
    assert abs(np.mean(likenesses)) < 0.02


@pytest.mark.parametrize("style", STYLES)
def test_one_pixel_is_hidden(style: Style) -> None:
    """A picture of one pixel is hidden without trouble."""
    assert hide(_noise(1, 1), [Region((0.5, 0.5), 3, 3)], style).shape == (1, 1, 3)


@pytest.mark.parametrize("style", [Style.BLUR, Style.PIXELATE])
def test_a_grey_picture_stays_grey(style: Style) -> None:
    """A black-and-white photo gets no coloured spots; sun and solid colour are meant to be seen."""
    grey = np.repeat(_noise(80, 80)[..., :1], 3, axis=2)
    hidden = hide(grey, [Region((40, 40), 20, 24)], style).astype(int)
    assert np.ptp(hidden, axis=2).max() <= 2


def test_blur_is_soft_and_not_flat() -> None:
    """The default style has gentle light in it, and no hard edge around it.

    Grain differs each time and an edge does not: it is looked for in the mean of several.
    """
    pixels = np.full((200, 200, 3), (90, 140, 200), np.uint8)
    region = Region((100, 100), 50, 60)
    painted = [hide(pixels, [region], Style.BLUR).astype(float) for _ in range(8)]
    inside = mask_of(pixels.shape, [region])
    assert min(hidden[inside].std(axis=0).mean() for hidden in painted) > 6
    assert np.abs(np.diff(np.mean(painted, axis=0), axis=1)).max() < 16


@pytest.mark.parametrize("style", STYLES)
def test_cost_follows_the_region(style: Style) -> None:
    """A small face in a large picture costs little more than the copy of the picture."""
    pixels = np.zeros((3000, 4000, 3), np.uint8)
    regions = [Region((2000, 1500), 20, 24)]
    hide(pixels, regions, style)
    times = []
    for _ in range(5):
        started = time.process_time()
        hide(pixels, regions, style)
        times.append(time.process_time() - started)
    assert min(times) < 0.1


@pytest.mark.parametrize("roll", [0, 1, 37, 90, 145, 180, 270])
def test_mask_of_a_box_is_the_turned_box(roll: float) -> None:
    """Exactly the pixels whose middle lies in the turned box belong to it."""
    region = Region((33.3, 28.7), 21.33, 6.17, roll, cornered=True)
    rows, columns = np.mgrid[0:60, 0:70]
    points = zip(columns.flat, rows.flat, strict=True)
    expected = [region.contains((column + 0.5, row + 0.5)) for column, row in points]
    assert np.array_equal(mask_of((60, 70), [region]), np.reshape(expected, (60, 70)))
    assert region.bounds.clipped(70, 60) == region.bounds


def test_mask_is_the_ellipse() -> None:
    """A pixel belongs to the mask when its middle lies in the turned ellipse."""
    region = Region((20.3, 17.8), 12, 5, 33)
    y, x = np.mgrid[:40, :40] + 0.5
    turn = np.radians(33)
    across, down = x - 20.3, y - 17.8
    u = (across * np.cos(turn) + down * np.sin(turn)) / 12
    v = (down * np.cos(turn) - across * np.sin(turn)) / 5
    assert np.array_equal(mask_of((40, 40, 3), [region]), np.hypot(u, v) <= 1)


@pytest.mark.parametrize("style", [Style.BLUR, Style.PIXELATE])
@pytest.mark.parametrize("light", [0.3, 1.0])
def test_paint_follows_the_light_of_the_picture(style: Style, light: float) -> None:
    """In a dark picture nothing glows, and by day nothing is a hole."""
    ground = np.linspace(60, 230, 300)[None, :, None] * np.ones((240, 1, 3))
    pixels = (ground * light).astype(np.uint8)
    region = Region((150.0, 120.0), 40.0, 50.0)
    inside = hide(pixels, [region], style)[mask_of(pixels.shape, [region])]
    assert 0.45 * pixels.mean() < inside.mean() < 1.4 * pixels.mean()
    assert np.percentile(inside, 99) < pixels.max() * 1.15

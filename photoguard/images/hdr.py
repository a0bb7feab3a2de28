"""Converts high dynamic range to sRGB, which would otherwise look dim and grey.

PQ and HLG (ITU-R BT.2100) are mapped so that reference white (203 cd/m², ITU-R BT.2408)
becomes white, with the roll-off of ITU-R BT.2390, section 5.4, on each component. Then the
colours are converted to the primaries of sRGB.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from photoguard.images.whole import chunks

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFilter import Color3DLUT

    from photoguard.images.properties import Properties

_PQ, _HLG = 16, 18
"""Transfer characteristics of ITU-T H.273."""
_WHITE = 203.0
_USUAL_PEAK = 1000
_MOST = 10_000
_GRID = 17
_TO_SRGB = {
    9: (
        (1.660491, -0.587641, -0.072850),
        (-0.124550, 1.132900, -0.008349),
        (-0.018151, -0.100579, 1.118730),
    ),
    12: (
        (1.224940, -0.224940, 0.0),
        (-0.042057, 1.042057, 0.0),
        (-0.019638, -0.078636, 1.098274),
    ),
}
"""Colour primaries (ITU-T H.273) → matrix on linear light to BT.709, the primaries of sRGB."""
_ICC_TAGS = 128
_PAIR = 2
_PNG_UNITS = 10_000
"""Units per cd/m² in a PNG's cLLI chunk."""

Levels = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Light:
    """How an HDR file encodes light: primaries and transfer (ITU-T H.273), and the peak."""

    primaries: int
    transfer: int
    peak: int
    """Luminance of the brightest pixel in cd/m²."""


def light_of(
    image: Image.Image, untrusted: bytes, kind: str, properties: Properties
) -> Light | None:
    """Return the encoding of light if the picture is HDR, else None."""
    coding, brightest = properties.coding, properties.brightest
    if kind == "png" and b"cICP" in untrusted:
        found = dict(chunks(untrusted))
        if len(named := found.get(b"cICP", b"")) >= _PAIR:
            coding = (named[0], named[1])
        brightest = int.from_bytes(found.get(b"cLLI", b"")[:4]) // _PNG_UNITS
    coding = coding or _coding_of_profile(image.info.get("icc_profile") or b"")
    if coding is None or coding[1] not in {_PQ, _HLG}:
        return None
    peak = min(max(brightest or _USUAL_PEAK, int(_WHITE)), _MOST)
    return Light(*coding, peak if coding[1] == _PQ else _USUAL_PEAK)


def _coding_of_profile(untrusted: bytes) -> tuple[int, int] | None:
    """Return (primaries, transfer) of an ICC profile's cicp tag (ICC.1:2022); None without."""
    if len(untrusted) < _ICC_TAGS + 4:
        return None
    (count,) = struct.unpack_from(">I", untrusted, _ICC_TAGS)
    for at in range(_ICC_TAGS + 4, min(_ICC_TAGS + 4 + 12 * count, len(untrusted) - 11), 12):
        name, start = struct.unpack_from(">4sI", untrusted, at)
        value = untrusted[start + 8 : start + 10]
        if name == b"cicp" and len(value) == _PAIR:
            return value[0], value[1]
    return None


def to_srgb(image: Image.Image, light: Light) -> Image.Image:
    """Return the picture in sRGB; ``image`` holds the stored levels, encoded per ``light``."""
    curve = [round(255 * _gamma(_shown(level / 255, light) / _WHITE)) for level in range(256)]
    bright = image.convert("RGB").point(curve * 3)
    matrix = _TO_SRGB.get(light.primaries)
    return bright.filter(_colours(matrix)) if matrix else bright


@cache
def _colours(matrix: tuple[Levels, ...]) -> Color3DLUT:
    """Return a lookup table from sRGB-encoded levels of other primaries to sRGB."""
    from PIL.ImageFilter import Color3DLUT

    def narrow(red: float, green: float, blue: float) -> Levels:
        linear = _linear(red), _linear(green), _linear(blue)
        first, second, third = (
            _gamma(sum(weight * value for weight, value in zip(row, linear, strict=True)))
            for row in matrix
        )
        return first, second, third

    return Color3DLUT.generate(_GRID, narrow)


def _shown(level: float, light: Light) -> float:
    """Return the luminance in cd/m² at which an ordinary screen shows a component's level."""
    if light.transfer == _PQ:
        return _rolled_off(_pq_light(level), light.peak)
    return _rolled_off(_USUAL_PEAK * _hlg_scene(level) ** _HLG_SCREEN, light.peak)


_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_HLG_SCREEN = 1.2
"""The system gamma of HLG for a screen of 1000 cd/m²."""
_HLG_A, _HLG_B, _HLG_C = 0.17883277, 0.28466892, 0.55991073


def _pq_light(level: float) -> float:
    root = level ** (1 / _M2)
    return float(_MOST * (max(root - _C1, 0.0) / (_C2 - _C3 * root)) ** (1 / _M1))


def _pq_level(nits: float) -> float:
    power = (nits / _MOST) ** _M1
    return float(((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2)


def _hlg_scene(level: float) -> float:
    if level <= 1 / 2:
        return level * level / 3
    return float((2.718281828459045 ** ((level - _HLG_C) / _HLG_A) + _HLG_B) / 12)


def _rolled_off(nits: float, peak: int) -> float:
    """Return the luminance compressed to the range up to ``_WHITE`` (the EETF of BT.2390)."""
    source = _pq_level(peak)
    highest = _pq_level(_WHITE) / source
    level = min(_pq_level(nits) / source, 1.0)
    knee = 1.5 * highest - 0.5
    if level > knee and knee < 1:
        t = (level - knee) / (1 - knee)
        level = (
            (2 * t**3 - 3 * t**2 + 1) * knee
            + (t**3 - 2 * t**2 + t) * (1 - knee)
            + (3 * t**2 - 2 * t**3) * highest
        )
    return _pq_light(level * source)


def _gamma(linear: float) -> float:
    """Return the sRGB level of linear light (IEC 61966-2-1)."""
    inside = min(max(linear, 0.0), 1.0)
    return float(12.92 * inside if inside <= 0.0031308 else 1.055 * inside ** (1 / 2.4) - 0.055)  # noqa: PLR2004


def _linear(level: float) -> float:
    """Return the linear light of an sRGB level."""
    return level / 12.92 if level <= 0.04045 else float(((level + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004

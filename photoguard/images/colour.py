"""Converts every pixel layout to 8-bit sRGB without transparency.

Colours that a file describes by a few numbers are turned into an ICC profile first: those of
CICP (ITU-T H.273: AVIF, HEIC, PNG), and gAMA and cHRM of a PNG.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.errors import RefusedError
from photoguard.images.whole import chunks

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageCms import ImageCmsProfile, ImageCmsTransform

    from photoguard.images.properties import Properties


Levels = tuple[float, float, float]
Point = tuple[float, float]
Chromaticities = tuple[Point, Point, Point, Point]
"""CIE (x, y) of red, green, blue and white."""

_D65: Point = (0.3127, 0.3290)
_SRGB = 1
_PRIMARIES: dict[int, Chromaticities] = {
    _SRGB: ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), _D65),
    5: ((0.640, 0.330), (0.290, 0.600), (0.150, 0.060), _D65),
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    7: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
    22: ((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), _D65),
}
_GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0, 17: 2.6}
"""Transfer characteristics that are a power law → its exponent. All others are taken for sRGB."""
_PNG_UNITS = 100_000
_USUAL_GAMMA = 45455
_NEARLY = 0.03
"""Largest relative difference to the usual gamma at which gAMA stands for sRGB's own curve."""
_HEADER = 128
_D50: Levels = (0.9642, 1.0, 0.8249)
_CONES = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
_FROM_CONES = (
    (0.9869929, -0.1470543, 0.1599627),
    (0.4323053, 0.5183603, 0.0492912),
    (-0.0085287, 0.0400428, 0.9684867),
)
"""Inverse of ``_CONES``, Bradford's cone responses, with which ICC profiles adapt the white
point (ICC.1, annex E)."""


@dataclass(frozen=True, slots=True)
class _Colours:
    """Primaries, and the exponent of the transfer curve; None means the curve of sRGB."""

    chromaticities: Chromaticities
    gamma: float | None = None


def profile_of(
    untrusted: bytes, kind: str, properties: Properties, profile: bytes | None
) -> bytes | None:
    """Return the ICC profile with which the pixels are to be read; None for plain sRGB.

    A profile in the file has precedence, except over cICP in a PNG (PNG, third edition,
    4.3). Numbers without a meaning are ignored. Raises UnreadableError for a damaged PNG.
    """
    coding = None if profile else properties.coding
    colours = None
    if kind == "png":
        found = dict(chunks(untrusted))
        named = found.get(b"cICP", b"")
        coding = (named[0], named[1]) if len(named) > 1 else None
        if coding is None and not profile and b"sRGB" not in found:
            colours = _of_png(found)
    if coding and (coding[0] in _PRIMARIES or coding[1] in _GAMMAS):
        colours = _Colours(_PRIMARIES.get(coding[0], _PRIMARIES[_SRGB]), _GAMMAS.get(coding[1]))
    if colours is None or colours == _Colours(_PRIMARIES[_SRGB]):
        return profile
    try:
        return _written(colours)
    except (ArithmeticError, struct.error):
        return profile


def _of_png(found: dict[bytes, bytes]) -> _Colours | None:
    """Return the colours of gAMA, with cHRM if present; None without gAMA."""
    if len(found.get(b"gAMA", b"")) != 4 or not any(found[b"gAMA"]):  # noqa: PLR2004
        return None
    gamma = int.from_bytes(found[b"gAMA"])
    numbers = struct.unpack(">8I", found.get(b"cHRM", bytes(32))[:32].ljust(32, b"\0"))
    white, red, green, blue = (
        (x / _PNG_UNITS, y / _PNG_UNITS) for x, y in zip(numbers[::2], numbers[1::2], strict=True)
    )
    named = (red, green, blue, white) if all(numbers) else _PRIMARIES[_SRGB]
    is_usual = abs(gamma / _USUAL_GAMMA - 1) <= _NEARLY
    return _Colours(named, None if is_usual else _PNG_UNITS / gamma)


def _written(colours: _Colours) -> bytes:
    """Return a display profile (ICC.1:2022, 7 to 9.2); ArithmeticError for invalid primaries."""
    *primaries, white = map(_xyz, colours.chromaticities)
    shares = _mixed(primaries, white)
    tags = {b"wtpt": _s15(b"XYZ ", _D50)}
    for letter, (x, y, z), share in zip((b"r", b"g", b"b"), primaries, shares, strict=True):
        seen = _under_d50((share * x, share * y, share * z), white)
        tags[letter + b"XYZ"] = _s15(b"XYZ ", seen)
        tags[letter + b"TRC"] = _curve(colours.gamma)
    table, body = struct.pack(">I", len(tags)), b""
    start = _HEADER + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(content))
        body += content
    header = struct.pack(
        ">I4x4s4s4s4s12x4s28x12s48x",
        start + len(body), b"\4\x40\0\0", b"mntr", b"RGB ", b"XYZ ", b"acsp", _s15(b"", _D50)[4:],
    )  # fmt: skip
    return header + table + body


def _xyz(point: Point) -> Levels:
    """Return CIE XYZ of a chromaticity with Y = 1."""
    x, y = point
    return x / y, 1.0, (1 - x - y) / y


def _mixed(primaries: list[Levels], white: Levels) -> Levels:
    """Return the amounts of the three primaries that add up to the white (Cramer's rule)."""
    red, green, blue = primaries
    whole = _volume(red, green, blue)
    return (
        _volume(white, green, blue) / whole,
        _volume(red, white, blue) / whole,
        _volume(red, green, white) / whole,
    )


def _volume(a: Levels, b: Levels, c: Levels) -> float:
    """Return the determinant of the matrix with these columns."""
    across = (b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0])
    return sum(x * y for x, y in zip(a, across, strict=True))


def _under_d50(colour: Levels, white: Levels) -> Levels:
    """Return the colour adapted from the white point ``white`` to D50."""
    before, after = _applied(_CONES, white), _applied(_CONES, _D50)
    cones = _applied(_CONES, colour)
    red, green, blue = (c * b / a for c, a, b in zip(cones, before, after, strict=True))
    return _applied(_FROM_CONES, (red, green, blue))


def _applied(matrix: tuple[Levels, Levels, Levels], colour: Levels) -> Levels:
    first, second, third = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return first, second, third


def _s15(kind: bytes, numbers: tuple[float, ...]) -> bytes:
    """Return the content of an ICC tag: its type, and the numbers as s15Fixed16."""
    fixed = (round(number * 65536) for number in numbers)
    return kind + bytes(4) + struct.pack(f">{len(numbers)}i", *fixed)


def _curve(gamma: float | None) -> bytes:
    """Return a parametric curve of the given exponent; for None that of sRGB (IEC 61966-2-1)."""
    if gamma is not None:
        return b"para" + bytes(8) + _s15(b"", (gamma,))[4:]
    numbers = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    return b"para" + bytes(4) + b"\0\3\0\0" + _s15(b"", numbers)[4:]


_WHITE = (255, 255, 255)
_WITH_ALPHA = {"RGBA", "LA", "PA", "RGBa", "La"}
_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab ": "LAB"}
"""Colour space of an ICC profile → the Pillow mode that it applies to."""

_ROUNDING = 1
"""Largest difference, in levels of 255, between two correct conversions to sRGB."""


def flat(image: Image.Image) -> Image.Image:
    """Return the picture in L, RGB, CMYK, YCbCr or LAB, transparency composed on white.

    Raises RefusedError for a layout whose brightness or transparency is ambiguous in 8 bits.
    """
    if image.mode == "P" or "transparency" in image.info:
        image = _with_alpha_named(image)
    if image.mode in _WITH_ALPHA:
        return _on_white(image)
    if image.mode == "1":
        return image.convert("L")
    if image.mode.startswith("I;16"):
        return _upper_byte(image)
    if image.mode in {"L", "RGB", "CMYK", "YCbCr", "LAB"}:
        return image
    if image.mode == "RGBX":
        return image.convert("RGB")
    raise RefusedError("decode.pixels")


def _with_alpha_named(image: Image.Image) -> Image.Image:
    """Return RGBA if the palette or colour key makes pixels transparent, else RGB."""
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """Compose on white, so that colours below full transparency are removed."""
    from PIL import Image

    profile = image.info.get("icc_profile")
    while image.mode not in {"LA", "RGBA"}:
        # Premultiplied modes only convert to their plain twin.
        image = image.convert({"La": "LA"}.get(image.mode, "RGBA"))
    # Grey with a profile stays grey: the profile speaks of grey.
    mode, white = ("L", _WHITE[0]) if profile and image.mode == "LA" else ("RGB", _WHITE)
    paper = Image.new(mode, image.size, white)
    paper.paste(image, mask=image.getchannel("A"))
    if profile:
        paper.info["icc_profile"] = profile
    return paper


def _upper_byte(image: Image.Image) -> Image.Image:
    """Scale 16-bit grey to 8 bits; Pillow's own conversion would clip at 255."""
    grey = image.convert("I").point([value >> 8 for value in range(65536)], "L")
    grey.info = {"icc_profile": image.info.get("icc_profile")}
    return grey


def srgb(image: Image.Image) -> tuple[Image.Image, bool]:
    """Return the picture in sRGB (mode RGB), and whether a profile was ignored.

    Relative colorimetric with black point compensation. A profile that cannot be read, or
    does not fit the mode, is ignored and the pixels are taken for sRGB, as viewers do.
    """
    from PIL import ImageCms

    untrusted_profile = image.info.get("icc_profile")
    if image.mode == "LAB":
        return _converted(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))), False
    if untrusted_profile:
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(untrusted_profile))
            return _converted(image, profile), False
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image if image.mode == "RGB" else image.convert("RGB"), bool(untrusted_profile)


def _converted(image: Image.Image, profile: ImageCmsProfile) -> Image.Image:
    from PIL import ImageCms

    mode = _SPACES.get(profile.profile.xcolor_space, "")
    if mode == "RGB" and image.mode in {"L", "YCbCr"}:
        # Cameras put RGB profiles into grey pictures; YCbCr is RGB in other words.
        image = image.convert("RGB")
    if image.mode != mode:
        raise ValueError(mode)
    transform = ImageCms.buildTransform(
        profile,
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if mode == "RGB" and _changes_nothing(transform):
        return image
    return transform.apply(image)


def _changes_nothing(transform: ImageCmsTransform) -> bool:
    """Return whether the transform leaves colours as they are (profile names may be wrong)."""
    from PIL import Image, ImageChops

    steps = range(0, 256, 15)
    grid = bytes(value for r in steps for g in steps for b in steps for value in (r, g, b))
    probe = Image.frombytes("RGB", (len(steps) ** 2, len(steps)), grid)
    difference = ImageChops.difference(probe, transform.apply(probe))
    return all(high <= _ROUNDING for _, high in difference.getextrema())  # type: ignore[misc]

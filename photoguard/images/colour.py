"""Every pixel layout becomes 8-bit sRGB without transparency."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from photoguard.errors import RefusedError

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageCms import ImageCmsProfile, ImageCmsTransform

_WHITE = (255, 255, 255)
_WITH_ALPHA = {"RGBA", "LA", "PA", "RGBa", "La"}
_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab ": "LAB"}
"""Colour spaces of ICC profiles and the Pillow mode each speaks of."""

_ROUNDING = 1
"""Levels out of 255 that two ways of computing sRGB differ by."""


def flat(image: Image.Image) -> Image.Image:
    """Return the picture in L, RGB, CMYK, YCbCr or LAB, transparency composed on white.

    Raises RefusedError for layouts whose brightness or transparency has no sure meaning
    in 8 bits.
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
    """Return RGBA where a palette or a colour key hides pixels, else plain RGB."""
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """Compose on white: what lies below full transparency is gone, not merely invisible."""
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
    """Return RGB in sRGB, and whether a profile had to be ignored.

    Relative colorimetric with black point compensation. A profile that cannot be read or
    does not fit the pixels is ignored, and the pixels are taken for sRGB, as viewers do.
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
    """Tell whether the profile is sRGB itself, by its effect: names of profiles may lie."""
    from PIL import Image, ImageChops

    steps = range(0, 256, 15)
    grid = bytes(value for r in steps for g in steps for b in steps for value in (r, g, b))
    probe = Image.frombytes("RGB", (len(steps) ** 2, len(steps)), grid)
    difference = ImageChops.difference(probe, transform.apply(probe))
    return all(high <= _ROUNDING for _, high in difference.getextrema())  # type: ignore[misc]

"""Recognises crops and retouches that metadata describes but the pixels do not show yet.

Such edits are applied by the viewing program: Camera Raw settings (``crs``, Adobe's XMP
specification part 2), darktable's history, the crops of DNG 1.7 (chapter 4), and the edits
that Nikon's programs keep in a maker note (ExifTool's tables). Settings that are marked as
already applied are ignored.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from photoguard.formats._metadata import ifd, xmp_tree
from photoguard.formats._metadata.xmp_tree import RDF

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_CRS = "{http://ns.adobe.com/camera-raw-settings/1.0/}"
_UNCROPPED = {
    "CropLeft": 0.0,
    "CropTop": 0.0,
    "CropRight": 1.0,
    "CropBottom": 1.0,
    "CropAngle": 0.0,
}
_RETOUCHES = ("RetouchAreas", "RetouchInfo")
_DARKTABLE = "{http://darktable.sf.net/}"
_DARKTABLE_EDITS = frozenset(
    {"crop", "clipping", "ashift", "retouch", "spots", "liquify", "censorize"}
)
_MAKER_NOTE = 0x927C
_CROPS = frozenset({0xC61F, 0xC620, 0xC68D, 0xC7B5})
"""TIFF tags DefaultCropOrigin, DefaultCropSize, ActiveArea, DefaultUserCrop."""
_NIKON = b"Nikon\0"
_NIKON_HEADER = 10
_NIKON_EDITS = 0x0E01
"""Maker note tag NikonCaptureData."""


def in_xmp(untrusted: bytes) -> bool:
    """Return whether XMP inside a picture file describes a crop or retouch to be applied."""
    root = _root(untrusted)
    return root is not None and _by_camera_raw(root)


def in_sidecar(untrusted: bytes) -> bool:
    """Return whether an XMP sidecar describes a crop or retouch to be applied.

    Besides Camera Raw settings this looks at darktable's history. A picture file may carry
    that history too, but there it lists edits that the export has applied already.
    """
    root = _root(untrusted)
    return root is not None and (_by_camera_raw(root) or any(_by_darktable(root)))


def in_exif(untrusted: bytes) -> bool:
    """Return whether a TIFF structure holds a crop tag, or a maker note with edits."""
    return any(
        tag.number in _CROPS or (tag.number == _MAKER_NOTE and _by_nikon(bytes(tag.untrusted)))
        for tag in ifd.walk(untrusted).tags
    )


def _root(untrusted: bytes) -> Element | None:
    with suppress(xmp_tree.UnreadableXmpError):
        return xmp_tree.parse(untrusted)
    return None


def _by_camera_raw(root: Element) -> bool:
    settings: dict[str, str] = {}
    retouched = False
    for rdf in root.iter(f"{RDF}RDF"):
        for description in rdf:
            settings.update(description.attrib)
            settings.update({child.tag: child.text or "" for child in description})
            retouched |= any(_retouches(description))
    plain = {name.removeprefix(_CRS): value.strip() for name, value in settings.items()}
    return not _is_true(plain, "AlreadyApplied") and (retouched or _crops(plain))


def _retouches(description: Element) -> Iterator[bool]:
    for name in _RETOUCHES:
        for listed in description.iter(f"{_CRS}{name}"):
            yield next(listed.iter(f"{RDF}li"), None) is not None


def _crops(settings: dict[str, str]) -> bool:
    if "HasCrop" in settings:
        return _is_true(settings, "HasCrop")
    with suppress(ValueError):
        return any(float(settings.get(name, usual)) != usual for name, usual in _UNCROPPED.items())
    return True


def _is_true(settings: dict[str, str], name: str) -> bool:
    return settings.get(name, "").casefold() == "true"


def _by_darktable(root: Element) -> Iterator[bool]:
    for step in root.iter(f"{RDF}li"):
        is_edit = step.get(f"{_DARKTABLE}operation") in _DARKTABLE_EDITS
        yield is_edit and step.get(f"{_DARKTABLE}enabled", "1") != "0"


def _by_nikon(untrusted: bytes) -> bool:
    if not untrusted.startswith(_NIKON):
        return False
    return any(tag.number == _NIKON_EDITS for tag in ifd.walk(untrusted[_NIKON_HEADER:]).tags)

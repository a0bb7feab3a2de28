"""A folder of finished copies and its manifest, invented."""

from __future__ import annotations

import hashlib
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = {
    "language": "fi",
    "style": "blur",
    "cover": "head",
    "format": "jpeg",
    "quality": 90,
    "max_side": 2048,
    "names": True,
    "without_permission": "hide",
    "guardians": "all",
    "age_limit": 15,
    "regions": "propose",
}

VOID = {"meta", "input", "link", "img", "br", "hr", "image"}


def reason(code: str, text: str, *persons: str) -> dict[str, Any]:
    """Return a reason or notice as it stands in a manifest."""
    return {"code": code, "persons": list(persons), "text": text}


def face(x: int, y: int, side: int, person: str | None = None) -> dict[str, Any]:
    """Return a face as it stands in a manifest; known persons are kept."""
    return {
        "box": [x, y, side, side],
        "score": 0.874,
        "detectors": ["centerface", "blazeface"],
        "action": "keep" if person else "hide",
        "person": person,
    }


def photo(source: str, status: str = "failed", **changes: object) -> dict[str, Any]:
    """Return a photo as it stands in a manifest, without a copy unless changes bring one."""
    return {
        "source": source,
        "source_sha256": "0" * 64,
        "status": status,
        "reasons": [],
        "notices": [],
        "output": None,
        "output_sha256": None,
        "size": None,
        "faces": [],
        "alt_text": {},
        "alt_text_confirmed": False,
        "credit": "",
        **changes,
    }


def manifest(*photos: dict[str, Any], **changes: object) -> dict[str, Any]:
    """Return a manifest of these photos."""
    return {
        "version": 1,
        "program": "0.1.0",
        "unit": "early-childhood",
        "channels": ["instagram"],
        "publish_on": None,
        "settings": SETTINGS,
        "photos": list(photos),
        "not_handled": [],
        **changes,
    }


def copy(folder: Path, output: str, size: tuple[int, int] = (800, 600)) -> dict[str, Any]:
    """Write a picture into the folder; returns the manifest's keys for it."""
    width, height = size
    rows = np.linspace(0, 255, height, dtype=np.uint8)[:, None, None]
    pixels = np.broadcast_to(rows, (height, width, 3)).copy()
    pixels[:, : width // 2, 0] = 200
    path = folder / output
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    exif[0x010E] = "PLANTED-WORDS"
    Image.fromarray(pixels).save(path, exif=exif, quality=90)
    return {
        "output": output,
        "output_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "size": [width, height],
    }


def of_every_outcome(folder: Path) -> dict[str, Any]:
    """Return a manifest with one photo of every outcome and a clip."""
    return manifest(
        photo(
            "Aino piha.jpg",
            "ready",
            **copy(folder, "valmiit/kuva-001.jpg"),
            faces=[face(100, 100, 80), face(500, 200, 90, "p-17")],
            notices=[reason("reasons.unknown_to_all", "Kuvaajaa ei ole kerrottu.")],
            alt_text={"en": "Two people.", "fi": "Kaksi henkilöä.", "sv": "Två personer."},
            credit="Kuva: Päiväkoti Kuusenkerkkä",
        ),
        photo(
            "IMG_2.jpg",
            "review",
            **copy(folder, "tarkistettavat/kuva-002.jpg", (300, 500)),
            reasons=[reason("reasons.face_at_edge", "Kuvan reuna katkaisee kasvot.")],
            alt_text={"fi": "Lapset leikkivät."},
            alt_text_confirmed=True,
        ),
        photo("IMG_3.jpg", "blocked", reasons=[reason("reasons.x", "Ei saa julkaista.", "p-3")]),
        photo("IMG_4.jpg", reasons=[reason("decode.truncated", "Tiedosto on vajaa.")]),
        not_handled=[{"source": "IMG_2.MOV", "code": "files.video", "text": "Video."}],
    )


class Reading(HTMLParser):
    """A page as a browser would read it: elements with attributes, and their text."""

    def __init__(self, page: str) -> None:
        """Read the whole page."""
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element; SVG's closed ones come as ``handle_startendtag``."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that is closed at once."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Every element must be closed in order."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text with the element that holds it."""
        if data.strip() and self._open:
            self.texts.append((self._open[-1], data.strip()))

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements with these names."""
        return [attributes for tag, attributes in self.elements if tag in tags]

    def values(self, attribute: str) -> list[str]:
        """Return all values of an attribute."""
        found = (attributes.get(attribute) for _, attributes in self.elements)
        return [value for value in found if value is not None]

    @property
    def text(self) -> str:
        """All text that a person can read."""
        return " ".join(text for tag, text in self.texts if tag not in {"style", "script"})

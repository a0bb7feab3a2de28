"""Makes the folder ``photos`` beside this file anew from the two portraits in ``originals``.

``python -m samples.make`` from the project's folder; see README.md here for the papers.
The same library versions give the same pixels. What is planted in the metadata is invented.
"""

from __future__ import annotations

import io
from pathlib import Path

import piexif
import pillow_heif
from PIL import Image

from samples.people import Person, stand
from samples.scenes import (
    blocks,
    forest,
    log,
    playroom,
    snow_wall,
    summer_yard,
    winter_yard,
)
from samples.weather import northern_lights, snowfall

PHOTOS = Path(__file__).resolve().parent / "photos"

COLLINS, HOPPER = "astronaut.png", "grace_hopper.jpg"
DAY = ((176, 208, 236), (222, 226, 240), (250, 224, 214))
EVENING = ((24, 36, 78), (62, 76, 130), (156, 126, 166))
SNOW, BLUE_SNOW = (240, 245, 252), (150, 168, 206)
WOOD, DARK_WOOD = (62, 92, 98), (26, 44, 60)

GROUP = (
    Person(COLLINS, (0.315, 0.46), 0.85, hue=200, mirrored=True, tilt=-6),
    Person(COLLINS, (0.575, 0.47), 0.8, hue=120, tilt=2),
    Person(HOPPER, (0.445, 0.47), 0.68, tilt=4),
    Person(COLLINS, (0.715, 0.44), 1.1, hue=70, tilt=14),
    Person(COLLINS, (0.14, 0.41), 1.35, hue=136, tilt=-7),
    Person(COLLINS, (0.875, 0.46), 1.25, hue=20, mirrored=True, tilt=3),
)

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="61,3.52N"
 exif:GPSLongitude="28,11.32E" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 photoshop:City="Keksitty kylä"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def planted_exif(orientation: int, thumbnail: Image.Image | None) -> bytes:
    """Return EXIF as a telephone writes it: place, time, device, maker's notes, thumbnail."""
    tags: dict[str, object] = {
        "0th": {
            piexif.ImageIFD.Make: b"Keksitty",
            piexif.ImageIFD.Model: b"Puhelin 7",
            piexif.ImageIFD.Orientation: orientation,
            piexif.ImageIFD.DateTime: b"2026:02:12 10:15:12",
        },
        "Exif": {
            piexif.ExifIFD.DateTimeOriginal: b"2026:02:12 10:15:12",
            piexif.ExifIFD.BodySerialNumber: b"SAMPLE-SERIAL-0042",
            piexif.ExifIFD.MakerNote: b"Keksitty\x00 maker data of the sample " * 8,
        },
        "GPS": {
            piexif.GPSIFD.GPSLatitudeRef: b"N",
            piexif.GPSIFD.GPSLatitude: ((61, 1), (3, 1), (3120, 100)),
            piexif.GPSIFD.GPSLongitudeRef: b"E",
            piexif.GPSIFD.GPSLongitude: ((28, 1), (11, 1), (1930, 100)),
        },
    }
    if thumbnail is not None:
        tags["1st"] = {piexif.ImageIFD.Compression: 6}
        tags["thumbnail"] = _jpeg(thumbnail, quality=70)
    return bytes(piexif.dump(tags))


def _jpeg(picture: Image.Image, quality: int = 86, exif: bytes = b"") -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality, exif=exif)
    return stream.getvalue()


def group() -> bytes:
    """Return six people behind the wall of a snow castle, mirrored, tilted, in several sizes."""
    scene = winter_yard((2000, 1250), DAY, SNOW, WOOD)
    heads = [stand(scene, person) for person in GROUP]
    wall = snow_wall(scene.size, 0.71, SNOW)
    scene.paste(wall, (0, 0), wall)
    snowfall(scene, 340, heads)
    return _jpeg(scene.crop((0, 120, 2000, 1220)), exif=planted_exif(1, None))


def turned() -> bytes:
    """Return two people in the wood, stored on its side as a telephone does (orientation 6)."""
    scene = forest((1200, 1600))
    stand(scene, Person(COLLINS, (0.34, 0.52), 1.55, hue=84, mirrored=True, tilt=-5))
    stand(scene, Person(HOPPER, (0.68, 0.56), 1.05, tilt=6))
    near = log(scene.size, 0.74)
    scene.paste(near, (0, 0), near)
    stored = scene.transpose(Image.Transpose.ROTATE_90)
    thumbnail = stored.resize((320, 240), Image.Resampling.LANCZOS)
    return _jpeg(stored, exif=planted_exif(6, thumbnail))


def at_the_table() -> bytes:
    """Return one person behind building blocks, as HEIC with place and time in EXIF and XMP."""
    scene = playroom((1280, 960))
    stand(scene, Person(COLLINS, (0.44, 0.42), 1.5, hue=150, tilt=4))
    table = blocks(scene.size, 0.7)
    scene.paste(table, (0, 0), table)
    stream = io.BytesIO()
    heif = pillow_heif.from_pillow(scene)
    heif.save(stream, quality=60, exif=planted_exif(1, None), xmp=XMP.encode())
    return stream.getvalue()


def evening() -> bytes:
    """Return the snow castle at night, nobody there, as WebP."""
    scene = winter_yard((1600, 1067), EVENING, BLUE_SNOW, DARK_WOOD)
    wall = snow_wall(scene.size, 0.72, BLUE_SNOW)
    scene.paste(wall, (0, 0), wall)
    scene = northern_lights(scene)
    snowfall(scene, 260, [])
    stream = io.BytesIO()
    scene.save(stream, "WEBP", quality=84, method=6, exif=planted_exif(1, None))
    return stream.getvalue()


def damaged() -> bytes:
    """Return the building blocks in a file that breaks off, as when a card is pulled too soon."""
    scene = playroom((1280, 960))
    table = blocks(scene.size, 0.6)
    scene.paste(table, (0, 0), table)
    whole = _jpeg(scene)
    return whole[: len(whole) * 2 // 5]


def cut_by_the_edge() -> bytes:
    """Return two people in the summer yard, one of them only half in the picture."""
    scene = summer_yard((1440, 1080))
    stand(scene, Person(COLLINS, (0.6, 0.5), 1.55, mirrored=True, tilt=3))
    stand(scene, Person(HOPPER, (0.015, 0.52), 1.15))
    return _jpeg(scene.crop((0, 0, 1440, 910)), exif=planted_exif(1, None))


def portrait() -> bytes:
    """Return one person in the summer yard; the file's name holds an invented child's name."""
    scene = summer_yard((1200, 1500))
    stand(scene, Person(COLLINS, (0.5, 0.36), 2.35, hue=20))
    return _jpeg(scene.crop((0, 0, 1200, 1100)), exif=planted_exif(1, None))


def clip() -> bytes:
    """Return the head of a Live Photo's clip: enough to be recognised, nothing to see."""
    return b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  \x00\x00\x00\x08mdat"


PICTURES = {
    "20260212_101512.jpg": group,
    "Aino päiväkodin piha.jpg": portrait,
    "IMG_2040.jpg": cut_by_the_edge,
    "lumilinna illalla.webp": evening,
    "rakennuspalikat.jpg": damaged,
    "retki/IMG_2031.HEIC": at_the_table,
    "retki/IMG_2031.MOV": clip,
    "retki/IMG_2032.jpg": turned,
}


def main() -> None:
    """Write every sample picture."""
    for name, draw in PICTURES.items():
        path = PHOTOS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(draw())


if __name__ == "__main__":
    main()

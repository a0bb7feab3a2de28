"""Makes the pictures of ``school/photos`` beside this file anew from the two portraits.

``python -m samples.make_school`` from the project's folder; see README.md here for the
papers. The tables of the school are written by hand.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from samples.make import (
    BLUE_SNOW,
    COLLINS,
    DARK_WOOD,
    DAY,
    EVENING,
    HOPPER,
    SNOW,
    WOOD,
    planted_exif,
)
from samples.people import Person, stand
from samples.scenes import forest, log, snow_wall, summer_yard, winter_yard
from samples.weather import northern_lights

if TYPE_CHECKING:
    from PIL import Image

PHOTOS = Path(__file__).resolve().parent / "school" / "photos"

COUNCIL = (
    Person(COLLINS, (0.2, 0.42), 1.05, hue=120, tilt=-4),
    Person(HOPPER, (0.5, 0.44), 0.78, tilt=3),
    Person(COLLINS, (0.8, 0.4), 1.1, hue=20, mirrored=True, tilt=4),
)
TAGGED = {
    "Aino Kuusinen": Person(COLLINS, (0.3, 0.42), 1.1, hue=120, tilt=3),
    "Otso Lehto": Person(COLLINS, (0.7, 0.45), 0.95, hue=20, mirrored=True, tilt=-3),
}
FACE = (104, 140)
"""Width and height that people draw round the astronaut's face, in pixels of the portrait."""

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#">
<mwg-rs:Regions rdf:parseType="Resource">
<mwg-rs:AppliedToDimensions stDim:w="{width}" stDim:h="{height}" stDim:unit="pixel"/>
<mwg-rs:RegionList><rdf:Bag>{regions}</rdf:Bag></mwg-rs:RegionList>
</mwg-rs:Regions></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""

REGION = """<rdf:li rdf:parseType="Resource"><mwg-rs:Name>{name}</mwg-rs:Name>
<mwg-rs:Type>Face</mwg-rs:Type><mwg-rs:Area stArea:x="{x:.4f}" stArea:y="{y:.4f}"
 stArea:w="{w:.4f}" stArea:h="{h:.4f}" stArea:unit="normalized"/></rdf:li>"""


def _jpeg(picture: Image.Image, xmp: str = "") -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=84, exif=planted_exif(1, None), xmp=xmp.encode())
    return stream.getvalue()


def regions_of(people: dict[str, Person], size: tuple[int, int]) -> str:
    """Return XMP with a named ``mwg-rs`` region round each face, as a photo album writes it."""
    width, height = size
    regions = [
        REGION.format(
            name=name,
            x=person.at[0],
            y=person.at[1],
            w=FACE[0] * person.scale / width,
            h=FACE[1] * person.scale / height,
        )
        for name, person in people.items()
    ]
    return XMP.format(width=width, height=height, regions="".join(regions))


def council() -> bytes:
    """Return the pupils' council in the wood: three faces side by side."""
    scene = forest((1200, 800))
    for person in COUNCIL:
        stand(scene, person)
    near = log(scene.size, 0.72)
    scene.paste(near, (0, 0), near)
    return _jpeg(scene)


def tagged() -> bytes:
    """Return two people in the snow whom a photo album has named in the file."""
    scene = winter_yard((1200, 800), DAY, SNOW, WOOD)
    for person in TAGGED.values():
        stand(scene, person)
    wall = snow_wall(scene.size, 0.7, SNOW)
    scene.paste(wall, (0, 0), wall)
    return _jpeg(scene, regions_of(TAGGED, scene.size))


def work() -> bytes:
    """Return a snow castle at dusk, nobody there: somebody's work."""
    scene = winter_yard((1000, 667), EVENING, BLUE_SNOW, DARK_WOOD)
    wall = snow_wall(scene.size, 0.72, BLUE_SNOW)
    scene.paste(wall, (0, 0), wall)
    return _jpeg(northern_lights(scene))


def alone() -> bytes:
    """Return one person in the summer yard, who must never be in pictures."""
    scene = summer_yard((900, 900))
    stand(scene, Person(COLLINS, (0.5, 0.4), 1.5, hue=200))
    return _jpeg(scene)


PICTURES = {
    "IMG_3001.jpg": council,
    "IMG_3002.jpg": tagged,
    "IMG_3003.jpg": work,
    "IMG_3004.jpg": alone,
}


def main() -> None:
    """Write every picture of the school."""
    PHOTOS.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        (PHOTOS / name).write_bytes(draw())


if __name__ == "__main__":
    main()

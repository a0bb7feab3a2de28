"""Makes the portraits that travel inside the program, for ``photoguard doctor``.

    python -m samples.builtin

Both are the public-domain portrait of Grace Hopper, see ``samples/README.md``. A name, a
place and a day are planted in the JPEG, so that the self-test can see them go.
"""

from __future__ import annotations

from pathlib import Path

import piexif
import pillow_heif
from PIL import Image

ORIGINAL = Path(__file__).parent / "originals" / "grace_hopper.jpg"
PLACE = Path(__file__).parent.parent / "photoguard" / "doctor" / "portrait"
CROP = (106, 64, 426, 464)
"""Without the badge of the cap, on which a detector may see a small face."""
SIZE = (320, 400)
SMALL = (160, 200)
PLANTED = {
    "0th": {
        piexif.ImageIFD.Artist: b"Planted Name",
        piexif.ImageIFD.ImageDescription: b"Planted Name in the yard",
        piexif.ImageIFD.DateTime: b"2026:05:03 10:20:30",
    },
    "GPS": {
        piexif.GPSIFD.GPSLatitudeRef: b"N",
        piexif.GPSIFD.GPSLatitude: ((61, 1), (3, 1), (32, 1)),
        piexif.GPSIFD.GPSLongitudeRef: b"E",
        piexif.GPSIFD.GPSLongitude: ((28, 1), (11, 1), (18, 1)),
    },
}


def main() -> None:
    """Write portrait.jpg and portrait.heic."""
    pillow_heif.register_heif_opener()
    PLACE.mkdir(parents=True, exist_ok=True)
    with Image.open(ORIGINAL) as original:
        portrait = original.convert("RGB").crop(CROP).resize(SIZE)
    portrait.save(PLACE / "portrait.jpg", quality=85, exif=piexif.dump(PLANTED))
    portrait.resize(SMALL).save(PLACE / "portrait.heic", quality=60)


if __name__ == "__main__":
    main()

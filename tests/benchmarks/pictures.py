"""Makes the pictures of the README from a real run over the samples.

    python -m tests.benchmarks.pictures

It runs the installed command on ``samples/photos`` in English, lays copies beside their
originals, and photographs the report with a headless Chromium. The pictures stay true
because they are made anew by this command, never by hand.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image, ImageOps

from photoguard.model import Style

PROJECT = Path(__file__).resolve().parent.parent.parent
SAMPLES = PROJECT / "samples"
PLACE = SAMPLES / "pictures"
MOST_BYTES = 600_000
PAIRS = {"20260212_101512.jpg": (0.0, 1.0), "retki/IMG_2032.jpg": (0.5, 0.9)}
"""Which photos are shown, and which part of their height."""
IN_ENGLISH = """file;description;event;taken for
20260212_101512.jpg;Children build a snow castle in the yard.;Winter day;instagram
Aino päiväkodin piha.jpg;;Summer day;instagram
IMG_2040.jpg;;Play morning;instagram
retki/IMG_2032.jpg;;Forest walk;instagram
retki/IMG_2031.HEIC;;Forest walk;instagram
lumilinna illalla.webp;A snow castle under northern lights.;Winter day;instagram
"""
"""What ``samples/photos/photos.csv`` tells, for a report that is English throughout."""
STYLED = "Aino päiväkodin piha.jpg"
WIDE = 560
"""Pixels of one picture of a pair."""
NARROW = 280
GAP = 12
WINDOW = (1120, 1400)
QUALITY = 82


def main() -> None:
    """Prepare, compose, photograph, and refuse pictures that weigh too much."""
    PLACE.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="photoguard-") as name:
        folder = Path(name)
        table = folder / "english.csv"
        table.write_text(IN_ENGLISH, "utf-8")
        output = folder / "photos-photoguard"
        prepared(SAMPLES / "photos", output, folder, "--people", str(table))
        rows = [pair(output, source, part) for source, part in PAIRS.items()]
        save(stacked(rows), PLACE / "before-after.jpg")
        save(beside([styled(style, folder) for style in Style]), PLACE / "styles.jpg")
        photographed(output / "report.html", PLACE / "report.png", folder)
    weight = sum(picture.stat().st_size for picture in PLACE.iterdir())
    print(f"{weight / 1000:.0f} kB in {PLACE.relative_to(PROJECT)}")
    if weight > MOST_BYTES:
        sys.exit("too heavy")


def prepared(photos: Path, output: Path, home: Path, *more: str) -> Path:
    """Run the command as a user does, away from this user's settings, and return its output."""
    own = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "DATA", "STATE")}
    config = str(SAMPLES / "photoguard.toml")
    words = ["prepare", str(photos), "--config", config, "--output", str(output)]
    subprocess.run(
        [sys.executable, "-m", "photoguard", *words, "--language", "en", *more],
        env=os.environ | own,
        check=False,
        stdout=subprocess.DEVNULL,
    )
    return output


def copy_of(output: Path, source: str) -> Image.Image:
    """Return the finished copy of one photo."""
    manifest: dict[str, Any] = json.loads((output / "manifest.json").read_text("utf-8"))
    record = next(photo for photo in manifest["photos"] if photo["source"] == source)
    with Image.open(output / record["output"]) as copy:
        return copy.convert("RGB")


def pair(output: Path, source: str, part: tuple[float, float]) -> Image.Image:
    """Return a photo and its copy side by side, between two shares of their height."""
    with Image.open(SAMPLES / "photos" / source) as opened:
        before = ImageOps.exif_transpose(opened).convert("RGB")
    both = (narrowed(picture, WIDE) for picture in (before, copy_of(output, source)))
    return beside([cut(picture, part) for picture in both])


def cut(picture: Image.Image, part: tuple[float, float]) -> Image.Image:
    """Return the part of a picture between two shares of its height."""
    top, bottom = (round(share * picture.height) for share in part)
    return picture.crop((0, top, picture.width, bottom))


def styled(style: Style, folder: Path) -> Image.Image:
    """Return one photo in one style, cut to the face."""
    photos = folder / "one"
    photos.mkdir(exist_ok=True)
    (photos / STYLED).write_bytes((SAMPLES / "photos" / STYLED).read_bytes())
    output = prepared(photos, folder / style, folder, "--style", style)
    return narrowed(copy_of(output, STYLED), NARROW)


def narrowed(picture: Image.Image, width: int) -> Image.Image:
    """Return a picture of this width."""
    height = round(picture.height * width / picture.width)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def beside(pictures: list[Image.Image]) -> Image.Image:
    """Return pictures in a row on white."""
    height = max(picture.height for picture in pictures)
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) - 1)
    sheet = Image.new("RGB", (width, height), "white")
    left = 0
    for picture in pictures:
        sheet.paste(picture, (left, 0))
        left += picture.width + GAP
    return sheet


def stacked(rows: list[Image.Image]) -> Image.Image:
    """Return pictures below each other on white."""
    height = sum(row.height for row in rows) + GAP * (len(rows) - 1)
    sheet = Image.new("RGB", (max(row.width for row in rows), height), "white")
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height + GAP
    return sheet


def save(picture: Image.Image, place: Path) -> None:
    """Write a JPEG."""
    picture.save(place, "JPEG", quality=QUALITY, optimize=True, progressive=True)


def photographed(page: Path, place: Path, home: Path) -> None:
    """Write what Chromium shows of a page, in few enough colours to be small."""
    shot = home / "shot.png"
    size = ",".join(map(str, WINDOW))
    subprocess.run(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--hide-scrollbars",
            f"--user-data-dir={home / 'chromium'}",
            f"--window-size={size}",
            f"--screenshot={shot}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
    )
    with Image.open(shot) as seen:
        few = seen.convert("RGB").quantize(colors=128)
    few.save(place, "PNG", optimize=True)


if __name__ == "__main__":
    main()

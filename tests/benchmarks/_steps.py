"""What each step of a photo's way takes, and each look of the detectors, in one process."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photoguard import detect, formats, redact, verify
from photoguard.detect._beings import NanoDet
from photoguard.detect._detector import detectors
from photoguard.detect.centerface import (
    AGAIN,
    FINE,
    GLANCE,
    MIRRORED,
    MIRRORED_AGAIN,
    SECOND,
    CenterFace,
)
from photoguard.images.decoding import decode
from photoguard.model import Language, OutputFormat, PublicText, Style
from photoguard.ocr import TextReader
from photoguard.settings import Limits, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._beings import Beings
    from photoguard.detect._detector import Detector
    from photoguard.detect._views import Views
    from photoguard.detect._votes import Votes

_SIDES = (GLANCE, SECOND, FINE, MIRRORED, AGAIN, MIRRORED_AGAIN)


class _Clock:
    """Adds the time since its last stop to a named account."""

    def __init__(self) -> None:
        self.accounts: dict[str, float] = {}
        self.since = time.process_time()

    def stop(self, name: str) -> None:
        """Close an account's share and begin the next."""
        self.add(name, time.process_time() - self.since)
        self.since = time.process_time()

    def add(self, name: str, seconds: float) -> None:
        """Add seconds to an account."""
        self.accounts[name] = self.accounts.get(name, 0.0) + seconds


class _TimedCenterFace(CenterFace):
    """Tells how long each look takes; tiles stand under the look that they follow."""

    def __init__(self, clock: _Clock) -> None:
        super().__init__(threads=1)
        self.clock = clock
        self.step = "detect"

    def look(self, views: Views, side: int, turn: int = 0, **how: Any) -> Votes:  # noqa: ANN401
        began = time.process_time()
        votes = super().look(views, side, turn, **how)
        kind = ", mirrored" if how.get("mirrored") else ", turned" if turn else ""
        size = side if side in _SIDES else "tiles"
        self.clock.add(f"  {self.step}: {self.name} {size}{kind}", time.process_time() - began)
        return votes


class _Timed:
    """Any other detector, and how long its sweeps take."""

    def __init__(self, inner: Detector, clock: _Clock) -> None:
        self.name, self.weight = inner.name, inner.weight
        self.idle, self.sure = inner.idle, inner.sure
        self.inner, self.clock = inner, clock

    def sweep(self, views: Views, turns: Sequence[int]) -> Votes:
        """Return what the detector says, and note how long it took."""
        began = time.process_time()
        votes = self.inner.sweep(views, turns)
        self.clock.add(f"  detect: {self.name}", time.process_time() - began)
        return votes

    def sweep_again(self, views: Views, turns: Sequence[int]) -> Votes:
        """Return what the detector says of the finished picture."""
        return self.inner.sweep_again(views, turns)


class _TimedNanoDet(NanoDet):
    """Tells how long its looks take."""

    def __init__(self, clock: _Clock, guide: _TimedCenterFace) -> None:
        super().__init__(threads=1)
        self.clock, self.guide = clock, guide

    def look(self, views: Views, side: int, turn: int) -> Beings:
        began = time.process_time()
        beings = super().look(views, side, turn)
        self.clock.add(f"  {self.guide.step}: nanodet {side}", time.process_time() - began)
        return beings


def shares(folder: Path, count: int = 5) -> dict[str, float]:
    """Return the CPU seconds a photo that each step takes in one process, one thread."""
    settings = Settings()
    form = verify.Form(PublicText(Language.EN, "Photo"), OutputFormat.JPEG, settings.quality)
    clock = _Clock()
    guide = _TimedCenterFace(clock)
    others = (d for d in detectors(threads=1) if not isinstance(d, CenterFace))
    asked: list[Detector] = [guide, *(_Timed(other, clock) for other in others)]
    finder = detect.FaceFinder(asked=asked, beings=_TimedNanoDet(clock, guide))
    reader = TextReader(threads=1)
    paths = sorted(folder.iterdir())[:count]
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "copy.jpg"
        for path in paths:
            guide.step = "detect"
            clock.since = time.process_time()
            untrusted = path.read_bytes()
            pixels = decode(untrusted, limits=Limits(), max_side=settings.max_side).pixels
            clock.stop("decode")
            sight = finder.find(pixels)
            clock.stop("detect")
            reader.read(pixels)
            clock.stop("read text")
            regions = [redact.region_of(face, settings.cover) for face in sight.faces]
            meant = redact.hide(pixels, regions, Style.BLUR)
            clock.stop("hide")
            copy.write_bytes(formats.encode(meant, *form))
            clock.stop("encode")
            verify.verify(copy, meant, regions, form)
            clock.stop("verify")
            guide.step = "second look"
            finder.look_again(meant, regions)
            clock.stop("second look")
    return {name: seconds / len(paths) for name, seconds in clock.accounts.items()}

"""The system's word wakes the watch early; without it, time does."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from photoguard.watching import Alarm

if TYPE_CHECKING:
    from pathlib import Path


def _seconds(alarm: Alarm, longest: float) -> float:
    begun = time.monotonic()
    alarm.wait(longest)
    return time.monotonic() - begun


def _write_soon(place: Path) -> threading.Timer:
    timer = threading.Timer(1.5, lambda: place.write_bytes(b"content"))
    timer.start()
    return timer


def test_a_change_wakes(tmp_path: Path) -> None:
    """A file that is dropped ends the wait, also in a folder that came later."""
    alarm = Alarm(tmp_path, listens=True)
    _seconds(alarm, 1.0)
    for place in (tmp_path / "a.jpg", tmp_path / "sub" / "b.jpg"):
        place.parent.mkdir(exist_ok=True)
        _seconds(alarm, 3.0)
        timer = _write_soon(place)
        assert _seconds(alarm, 40.0) < 20
        timer.join()
    alarm.close()


def test_polling_takes_its_whole_time(tmp_path: Path) -> None:
    """Where the system is not asked, a change does not shorten the wait."""
    alarm = Alarm(tmp_path, listens=False)
    timer = _write_soon(tmp_path / "a.jpg")
    assert _seconds(alarm, 3.0) >= 3.0
    timer.join()


def test_a_folder_that_is_not_there_is_waited_for(tmp_path: Path) -> None:
    """No folder, no error: the wait takes its time, and once it is there changes wake again."""
    drop = tmp_path / "drop"
    alarm = Alarm(drop, listens=True)
    assert _seconds(alarm, 2.0) >= 2.0
    drop.mkdir()
    _seconds(alarm, 1.0)
    timer = _write_soon(drop / "a.jpg")
    assert _seconds(alarm, 40.0) < 20
    timer.join()
    alarm.close()


def test_another_folder_of_the_name_is_heard(tmp_path: Path) -> None:
    """A folder that is taken away and another one put in its place is listened to anew."""
    drop = tmp_path / "drop"
    drop.mkdir()
    alarm = Alarm(drop, listens=True)
    _seconds(alarm, 1.0)
    drop.rename(tmp_path / "away")
    drop.mkdir()
    _seconds(alarm, 3.0)
    timer = _write_soon(drop / "a.jpg")
    assert _seconds(alarm, 40.0) < 20
    timer.join()
    alarm.close()


def test_without_the_systems_help_time_is_left(tmp_path: Path) -> None:
    """Where the system cannot watch a folder, the alarm polls from then on."""
    alarm = Alarm(tmp_path, listens=True)

    def limit_reached() -> None:
        raise OSError(28, "OS file watch limit reached")

    class Full:
        """What watchfiles gives where the system's limit is reached."""

        def __next__(self) -> None:
            limit_reached()

        def close(self) -> None:
            """Nothing was opened."""

    _seconds(alarm, 1.0)
    alarm._changes = Full()  # type: ignore[assignment]
    assert _seconds(alarm, 1.5) >= 1.5
    assert not alarm.listens

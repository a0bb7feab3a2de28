"""What the manifest, and with it the report and the screen, says of a whole folder."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from photoguard.model import Action, Outcome, PlannedFace
from photoguard.output.manifest import build
from photoguard.output.records import PhotoRecord
from photoguard.settings import Settings
from tests.policy.town import face


@pytest.mark.parametrize(
    ("days", "action", "codes"),
    [
        (30, Action.KEEP, ["reasons.not_before"]),
        (30, Action.HIDE, []),
        (0, Action.KEEP, []),
    ],
)
def test_copies_for_a_day_to_come_are_for_no_earlier_one(
    days: int, action: Action, codes: list[str]
) -> None:
    """Whoever turns 15 by the day of publication may not be shown before it without guardians."""
    day = date.today() + timedelta(days)  # noqa: DTZ011 - a calendar day, here
    record = PhotoRecord("a.jpg", Outcome.READY, faces=(PlannedFace(face(0), action),))
    manifest = build(Settings(publish_on=day), iter([record]), [])
    assert [each["code"] for each in manifest["notices"]] == codes
    assert len(manifest["photos"]) == 1
    assert all(f"{day.day}.{day.month}.{day.year}" in each["text"] for each in manifest["notices"])

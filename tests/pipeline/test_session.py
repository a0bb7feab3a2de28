"""The review page decides by the settings of the last run: none of them is forgotten."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date

from photoguard.model import Cover, Language, OutputFormat, Style, Unit
from photoguard.pipeline.folder import session
from photoguard.settings import Settings

OTHERS = {
    "language": Language.SV,
    "unit": Unit.UPPER_SECONDARY,
    "unit_name": {Language.FI: "Mallilan koulu"},
    "organisation": {Language.SV: "Villmanstrands stad"},
    "publish_on": date(2027, 5, 20),
    "style": Style.SOLID,
    "cover": Cover.FACE,
    "format": OutputFormat.PNG,
    "quality": 95,
    "max_side": 0,
    "prefix": "koulu",
    "photographer_required": True,
    "hashtags": ("#LPRoppii",),
    "names": False,
    "without_permission": "hold",
    "guardians": "one",
    "age_limit": 16,
    "regions": "trust",
    "pre_primary": "basic-education",
    "works_need_guardians": True,
    "guardians_from_age_limit": "no_counts",
    "human_edits": True,
    "untold_works": "review",
    "untold_photographer": "review",
    "names_and_pictures": "never_both",
    "text_in_pictures": "review",
    "sidecars": "texts",
}
"""Of every setting that the session keeps, another value than the usual one."""
NOT_KEPT = {
    *("event", "photographer", "photographer_role", "channels"),
    *("register", "register_days", "responsible_persons"),
    *("limits", "keep_days", "takedown_days"),
}


def test_every_setting_is_kept_or_left_out_on_purpose() -> None:
    """A new setting is kept by itself; this test asks for its value."""
    assert {each.name for each in fields(Settings)} == {*OTHERS, *NOT_KEPT}


def test_what_a_run_was_told_comes_back_as_it_was() -> None:
    """Through the journal's JSON each setting has the same value and kind again."""
    kept = json.loads(json.dumps(session._as_json(Settings(**OTHERS))))  # type: ignore[arg-type]
    assert session.given_settings(session.Session(settings=kept)) == OTHERS

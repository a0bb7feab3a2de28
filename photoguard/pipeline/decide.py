"""Bring what was seen, what staff wrote and what the register says before the policy."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from photoguard import policy
from photoguard.captions import CaptionFacts
from photoguard.model import Action

if TYPE_CHECKING:
    from photoguard.model import PhotoNotes, Plan
    from photoguard.pipeline.records import Facts
    from photoguard.pipeline.workers import RunSpec
    from photoguard.settings import Settings


def decide(facts: Facts, notes: PhotoNotes, spec: RunSpec) -> Plan:
    """Return what the rules make of one photo on the day of publication."""
    del notes
    settings = spec.settings
    question = policy.Question(
        sight=facts.sight,
        day=settings.publish_on or date.today(),  # noqa: DTZ011 - a calendar day, here
        rules=policy.rules_of(settings),
        channels=policy.channels_for(settings.channels, settings.unit),
    )
    return policy.decide(question)


def caption_facts(plan: Plan, notes: PhotoNotes, settings: Settings) -> CaptionFacts:
    """Return what is known of one photo for its words."""
    kept = sum(planned.action is Action.KEEP for planned in plan.faces)
    return CaptionFacts(
        language=settings.language,
        unit=settings.unit,
        people=len(plan.faces),
        hidden=len(plan.faces) - kept,
        kept=kept,
        event=notes.event or settings.event,
        description=notes.description,
        photographer=notes.photographer or settings.photographer,
        photographer_role=notes.photographer_role or settings.photographer_role,
        unit_name=settings.unit_name,
        organisation=settings.organisation,
        hashtags=settings.hashtags,
    )

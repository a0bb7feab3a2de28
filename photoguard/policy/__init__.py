"""The rules: what is hidden, kept and held. Pure: the day is a parameter, nothing is read.

The function for one photo is ::

    decide(Question(sight, day, rules, channels, presence)) -> Plan

with ``sight`` from the detectors (faces and doubts), ``day`` the day of publication,
``rules`` from ``rules_of(settings)``, ``channels`` from ``channels_for(names, unit)`` and
``presence`` (who is in the photo, with the register's records) from ``photoguard.presence``.
With the defaults of rules, channels and presence every face is hidden, and the photo is
ready unless the detectors had a doubt. ``plan.faces`` has the order of ``sight.faces``; faces
of others that lie within a kept face follow them and are hidden.

The modules: ``rules`` has the tables (stages, channels, what a city may choose),
``standings`` what the answers of one giver amount to on a day, ``persons`` who may be shown or
named, ``makers`` works, photographers and the credit, ``faces`` which face is whose and how
many people are in a photo, ``question`` what forbids a photo and what only holds it,
``settling`` a person's approval, ``takedown`` photos that are published, ``responsible`` who
looks after a unit's accounts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.model import Outcome, Plan, Reason
from photoguard.policy.faces import (
    Heads,
    heads_of,
    judge_faces,
    judge_names,
    open_doubts,
    plan_faces,
)
from photoguard.policy.makers import (
    Credit,
    credit_in,
    judge_credit,
    judge_photographer,
    judge_works,
    may_credit_by_name,
)
from photoguard.policy.persons import (
    Verdict,
    age_on,
    counting_permissions,
    guardians_count,
    may_be_named,
    may_be_shown,
    may_show_work,
    needs_guardians,
    on_all,
    whom_to_ask,
)
from photoguard.policy.question import BLOCKING, Point, Question
from photoguard.policy.rules import CHANNELS, Rules, channels_for, platform_of, rules_of
from photoguard.policy.settling import objections, unsettled, with_verdict, without_credit
from photoguard.policy.standings import Standing, permissions_about, standing

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "BLOCKING",
    "CHANNELS",
    "Credit",
    "Heads",
    "Question",
    "Rules",
    "Standing",
    "Verdict",
    "age_on",
    "channels_for",
    "counting_permissions",
    "credit_in",
    "decide",
    "guardians_count",
    "heads_of",
    "may_be_named",
    "may_be_shown",
    "may_credit_by_name",
    "may_show_work",
    "needs_guardians",
    "objections",
    "on_all",
    "permissions_about",
    "platform_of",
    "rules_of",
    "standing",
    "unsettled",
    "whom_to_ask",
    "with_verdict",
    "without_credit",
]

GRAVITY = (Outcome.BLOCKED, Outcome.REVIEW)


def decide(question: Question) -> Plan:
    """Return the plan for one photo: each face hidden or kept, the outcome and its reasons."""
    faces = plan_faces(question)
    doubts = open_doubts(question, faces)
    points = (
        *judge_names(question),
        *judge_works(question),
        *judge_photographer(question),
        *judge_credit(question),
        *judge_faces(question),
        *(Point(Reason(doubt.code), Outcome.REVIEW) for doubt in doubts),
    )
    found = {point.outcome for point in points}
    return Plan(
        outcome=next((each for each in GRAVITY if each in found), Outcome.READY),
        faces=faces,
        reasons=(*_reasons_of(points, {Outcome.BLOCKED}), *_reasons_of(points, {Outcome.REVIEW})),
        notices=_reasons_of(points, {Outcome.READY}),
        doubts=doubts,
    )


def _reasons_of(points: Iterable[Point], outcomes: set[Outcome]) -> tuple[Reason, ...]:
    """Return the reasons of the points with one of these outcomes, each once."""
    reasons: list[Reason] = []
    for point in points:
        if point.outcome in outcomes and point.reason not in reasons:
            reasons.append(point.reason)
    return tuple(reasons)

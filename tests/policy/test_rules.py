"""The tables: channels of each unit, what settings choose, sentences for every code."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from photoguard.errors import EXIT_USAGE, UsageTrouble
from photoguard.model import AccountOwner, Language, Stage, Unit
from photoguard.policy import CHANNELS, Rules, channels_for, rules_of
from photoguard.policy.rules import STAGE_OF_UNIT, STRICTNESS
from photoguard.settings import Settings
from photoguard.texts import say
from tests.policy.town import SCHOOL, permitted, plan, pupil, record, word

ALLOWED = {
    Unit.EARLY_CHILDHOOD: {"instagram": AccountOwner.UNIT, "facebook": AccountOwner.AREA},
    Unit.BASIC_EDUCATION: {
        "facebook": AccountOwner.UNIT,
        "instagram": AccountOwner.UNIT,
        "website": AccountOwner.CITY,
    },
    Unit.UPPER_SECONDARY: {
        "facebook": AccountOwner.UNIT,
        "instagram": AccountOwner.UNIT,
        "website": AccountOwner.CITY,
    },
}


@pytest.mark.parametrize("unit", Unit)
def test_each_unit_has_its_channels(unit: Unit) -> None:
    """A unit publishes on its own list of open channels and nowhere else."""
    assert {each.name: each.account_owner for each in CHANNELS[unit]} == ALLOWED[unit]
    assert all(each.open for each in CHANNELS[unit])
    for name in ("tiktok", "website", "facebook", "instagram", ""):
        if name in ALLOWED[unit]:
            (channel,) = channels_for((name,), unit)
            assert channel.name == name
            continue
        with pytest.raises(UsageTrouble) as caught:
            channels_for((name,), unit)
        assert caught.value.exit_code == EXIT_USAGE
        assert caught.value.code == "policy.channel_refused"
        assert caught.value.parameters["channel"] == name
        assert caught.value.parameters["allowed"] == ", ".join(each.name for each in CHANNELS[unit])


def test_channels_keep_their_order_and_stand_once() -> None:
    """Names are read without regard to case and spaces, in the order given, each once."""
    chosen = channels_for((" Website", "INSTAGRAM", "website"), Unit.BASIC_EDUCATION)
    assert [each.name for each in chosen] == ["website", "instagram"]
    assert channels_for((), Unit.EARLY_CHILDHOOD) == ()


def test_settings_become_rules() -> None:
    """Each setting that a decision looks at arrives; the defaults of both agree."""
    assert rules_of(Settings()) == Rules()
    settings = replace(
        Settings(),
        unit=Unit.UPPER_SECONDARY,
        age_limit=16,
        guardians="one",
        without_permission="hold",
        photographer_required=True,
        pre_primary="basic-education",
        works_need_guardians=True,
        guardians_from_age_limit="no_counts",
        untold_works="review",
        untold_photographer="review",
    )
    assert rules_of(settings) == Rules(
        unit=Unit.UPPER_SECONDARY,
        age_limit=16,
        guardians="one",
        without_permission="hold",
        photographer_required=True,
        pre_primary=Stage.BASIC_EDUCATION,
        works_need_guardians=True,
        guardians_from_age_limit="no_counts",
        untold_works="review",
        untold_photographer="review",
    )


def test_strictness_falls_with_age() -> None:
    """Every stage and unit has its place, and early childhood is the strictest."""
    assert set(STRICTNESS) == set(Stage)
    assert set(STAGE_OF_UNIT) == set(Unit)
    order = [Stage.EARLY_CHILDHOOD, Stage.BASIC_EDUCATION, Stage.UPPER_SECONDARY, Stage.NONE]
    assert sorted(order, key=STRICTNESS.__getitem__, reverse=True) == order


@pytest.mark.parametrize("language", Language)
def test_every_reason_is_a_sentence(language: Language) -> None:
    """What a plan says can be said in each language with the parameters it carries."""
    unknown = record(pupil("x", None), word("own"), guardians="äiti")
    decided = plan(permitted(), unknown, faces=3, people_noted=False, works=None)
    for reason in (*decided.reasons, *decided.notices):
        parameters: dict[str, Any] = dict(reason.parameters)
        sentence = say(reason.code, language, **parameters)
        assert re.fullmatch(r"[^{}]+\.", sentence)
        assert say(f"{reason.code}.next", language).endswith(".")


def test_the_words_of_the_city() -> None:
    """The sentence of a missing guardian's word reads as the city writes it."""
    parameters: dict[str, Any] = {
        "person": "Aino K.",
        "channel": "Instagram",
        "age_limit": SCHOOL.age_limit,
    }
    sentences = [say("policy.guardian_missing", language, **parameters) for language in Language]
    assert sentences == [
        "Aino K., alle 15-vuotias: huoltajan lupa puuttuu (Instagram).",
        "Aino K., under 15 år: vårdnadshavarens tillstånd saknas (Instagram).",
        "Aino K., under 15: a guardian's permission is missing (Instagram).",
    ]

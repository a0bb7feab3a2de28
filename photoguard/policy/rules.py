"""The city's rules as tables: the strictness of stages, and the channels of each unit."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from photoguard.errors import UsageTrouble
from photoguard.model import AccountOwner, Channel, PersonKind, Stage, Unit
from photoguard.model.answers import channel_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from photoguard.settings import Settings

STRICTNESS: Mapping[Stage, int] = MappingProxyType(
    {
        Stage.EARLY_CHILDHOOD: 3,
        Stage.PRE_PRIMARY: 3,
        Stage.BASIC_EDUCATION: 2,
        Stage.UPPER_SECONDARY: 1,
        Stage.NONE: 0,
    }
)
"""How strict each stage is; of a person's stage and the run's unit the higher number holds."""

STAGE_OF_UNIT: Mapping[Unit, Stage] = MappingProxyType(
    {
        Unit.EARLY_CHILDHOOD: Stage.EARLY_CHILDHOOD,
        Unit.BASIC_EDUCATION: Stage.BASIC_EDUCATION,
        Unit.UPPER_SECONDARY: Stage.UPPER_SECONDARY,
    }
)

STAGE_OF_KIND: Mapping[PersonKind, Stage] = MappingProxyType(
    {
        PersonKind.CHILD: Stage.EARLY_CHILDHOOD,
        PersonKind.PUPIL: Stage.BASIC_EDUCATION,
        PersonKind.STUDENT: Stage.UPPER_SECONDARY,
        PersonKind.STAFF: Stage.NONE,
        PersonKind.OTHER: Stage.NONE,
    }
)
"""The stage of a person for whom none was given, by kind."""

INSTAGRAM = Channel("instagram", "Instagram", AccountOwner.UNIT)
FACEBOOK = Channel("facebook", "Facebook", AccountOwner.UNIT)
FACEBOOK_OF_AREA = Channel("facebook", "Facebook", AccountOwner.AREA)
WEBSITE = Channel("website", "www", AccountOwner.CITY)

CHANNELS: Mapping[Unit, tuple[Channel, ...]] = MappingProxyType(
    {
        Unit.EARLY_CHILDHOOD: (INSTAGRAM, FACEBOOK_OF_AREA),
        Unit.BASIC_EDUCATION: (FACEBOOK, INSTAGRAM, WEBSITE),
        Unit.UPPER_SECONDARY: (FACEBOOK, INSTAGRAM, WEBSITE),
    }
)
"""Where each unit may publish; every other channel is refused."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a city may choose; the defaults are those of the strategy.

    ``guardians``, whose yes is needed, is "all" or "one"; ``without_permission``, what
    happens to such a face, is "hide" or "hold".
    ``pre_primary`` is the stage whose rules hold for pre-primary education.
    ``works_need_guardians``: a child's work needs the guardians' permission as well.
    ``guardians_from_age_limit`` is "advise" (their earlier no gives a notice) or "no_counts".
    ``untold_works`` and ``untold_photographer``, where staff gave none, are "notice" or "review".
    """

    unit: Unit = Unit.EARLY_CHILDHOOD
    age_limit: int = 15
    guardians: str = "all"
    without_permission: str = "hide"
    photographer_required: bool = False
    pre_primary: Stage = Stage.EARLY_CHILDHOOD
    works_need_guardians: bool = False
    guardians_from_age_limit: str = "advise"
    untold_works: str = "notice"
    untold_photographer: str = "notice"


def rules_of(settings: Settings) -> Rules:
    """Return the rules that these settings choose."""
    return Rules(
        unit=settings.unit,
        age_limit=settings.age_limit,
        guardians=settings.guardians,
        without_permission=settings.without_permission,
        photographer_required=settings.photographer_required,
        pre_primary=Stage(settings.pre_primary),
        works_need_guardians=settings.works_need_guardians,
        guardians_from_age_limit=settings.guardians_from_age_limit,
        untold_works=settings.untold_works,
        untold_photographer=settings.untold_photographer,
    )


def platform_of(name: str) -> str:
    """Return a channel's name as its owner writes it ("Instagram"), an unknown one unchanged."""
    known = {channel.name: channel.platform for each in CHANNELS.values() for channel in each}
    return known.get(name.casefold(), name)


def channels_for(
    names: tuple[str, ...],
    unit: Unit,
    table: Mapping[Unit, tuple[Channel, ...]] = CHANNELS,
) -> tuple[Channel, ...]:
    """Return the channels with these names, each once, in the order of the names.

    Raises UsageTrouble for a channel that the unit does not have.
    """
    allowed = {channel.name.casefold(): channel for channel in table[unit]}
    chosen: dict[str, Channel] = {}
    for name in names:
        key = channel_name(name)
        if key not in allowed:
            listed = ", ".join(channel.name for channel in table[unit])
            raise UsageTrouble("policy.channel_refused", channel=name, allowed=listed)
        chosen[key] = allowed[key]
    return tuple(chosen.values())

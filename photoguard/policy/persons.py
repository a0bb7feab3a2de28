"""May this person be shown, named, or this person's work be shown: one channel, one day.

The order of the steps in ``may_be_shown`` is the order of the city's rules: what nobody
can lift comes first, then whose word is needed, then what was said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from photoguard.model import Answer, PermissionKind, PersonKind, Reason, Stage, Unit
from photoguard.policy.rules import STAGE_OF_KIND, STAGE_OF_UNIT, STRICTNESS, Rules
from photoguard.policy.standings import Standing, about, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from photoguard.model import Channel, Permission, Person, Record


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer of the rules: a code with a sentence, whom it concerns, yes or no."""

    code: str
    allowed: bool
    persons: tuple[str, ...] = ()
    parameters: Mapping[str, str | int] = field(default_factory=dict)

    def reason(self) -> Reason:
        """Return the same as a reason for a plan."""
        return Reason(self.code, self.persons, self.parameters)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where and when something would be published, and by which rules."""

    channel: Channel
    day: date
    rules: Rules


def age_on(born: date, day: date) -> int:
    """Return full years of age; somebody born on 29 February ages on 1 March otherwise."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def may_be_shown(record: Record, channel: Channel, day: date, rules: Rules) -> Verdict:
    """Answer whether this person's face may be seen on this channel on this day."""
    person = record.person
    refused = _refused_despite_permission(record, channel, day, rules)
    if refused:
        return refused
    if _is_young_child(person, rules):
        return _verdict("policy.young_child", record, channel, rules)
    if rules.unit is Unit.EARLY_CHILDHOOD and not _is_grown_staff(person, day, rules):
        return _verdict("policy.only_staff", record, channel, rules)
    guardians_too = needs_guardians(person, day, rules)
    occasion = Occasion(channel, day, rules)
    return _weighed(record, PermissionKind.SHOWN, occasion, guardians_too=guardians_too)


def may_be_named(record: Record, channel: Channel, day: date, rules: Rules) -> Verdict:
    """Answer whether a credit on this channel may name this person.

    An adult of no stage is named unless somebody said otherwise; a child, pupil or student
    only with a permission to be named.
    """
    person = record.person
    refused = _refused_despite_permission(record, channel, day, rules)
    if refused:
        return refused
    occasion = Occasion(channel, day, rules)
    permissions = counting(record, PermissionKind.NAMED, occasion)
    grown = stage_of(person) is Stage.NONE and not needs_guardians(person, day, rules)
    if grown and standing(permissions, day) is Standing.MISSING:
        return _verdict("policy.allowed", record, channel, rules, allowed=True)
    guardians_too = _is_young_child(person, rules) or needs_guardians(person, day, rules)
    return _weighed(record, PermissionKind.NAMED, occasion, guardians_too=guardians_too)


def may_show_work(record: Record, channel: Channel, day: date, rules: Rules) -> Verdict:
    """Answer whether a work of this person, or the person at work, may be seen.

    The child gives this permission; the guardians too where the city asks for it.
    """
    refused = _refused_despite_permission(record, channel, day, rules)
    if refused:
        return refused
    guardians_too = rules.works_need_guardians and (
        _is_young_child(record.person, rules) or needs_guardians(record.person, day, rules)
    )
    occasion = Occasion(channel, day, rules)
    return _weighed(record, PermissionKind.OWN_WORK, occasion, guardians_too=guardians_too)


def whom_to_ask(record: Record, channel: Channel, day: date, rules: Rules) -> tuple[str, ...]:
    """Return the ids of those whose yes is lacking before this person may be shown.

    Nobody, where the person may be shown already, where no permission could change the
    answer, or where somebody said no or took their word back: they are not asked again.
    """
    verdict = may_be_shown(record, channel, day, rules)
    if not verdict.code.startswith(ASKING) or verdict.code.endswith("_no"):
        return ()
    permissions = counting(record, PermissionKind.SHOWN, Occasion(channel, day, rules))
    givers = [record.person.id]
    if needs_guardians(record.person, day, rules):
        givers += [guardian.id for guardian in record.guardians]
    standings = {giver: _standing_of(permissions, giver, day) for giver in givers}
    if Standing.WITHDRAWN in standings.values():
        return ()
    guardians = givers[1:]
    if rules.guardians == "one" and any(standings[giver] is Standing.YES for giver in guardians):
        guardians = []
    return tuple(giver for giver in (givers[0], *guardians) if standings[giver] is not Standing.YES)


ASKING = ("policy.own_", "policy.guardian_")
"""What the codes begin with that somebody's word could change."""


def needs_guardians(person: Person, day: date, rules: Rules) -> bool:
    """Answer whether the guardians' word is needed beside the person's own.

    Below the age limit always. Where the date of birth is not known, the stricter of
    the person's stage and the unit decides: in basic education nobody is taken to be
    old enough, in upper secondary education everybody is.
    """
    if person.born is not None:
        return age_on(person.born, day) < rules.age_limit
    if stage_of(person) is Stage.NONE:
        return False
    stricter = max(STRICTNESS[stage_of(person)], STRICTNESS[STAGE_OF_UNIT[rules.unit]])
    return stricter >= STRICTNESS[Stage.BASIC_EDUCATION]


def stage_of(person: Person) -> Stage:
    """Return the stage whose rules hold for a person: staff have none, whoever they teach."""
    if person.kind is PersonKind.STAFF:
        return Stage.NONE
    return STAGE_OF_KIND[person.kind] if person.stage is Stage.NONE else person.stage


def _is_young_child(person: Person, rules: Rules) -> bool:
    stage = stage_of(person)
    if stage is Stage.PRE_PRIMARY:
        stage = rules.pre_primary
    return STRICTNESS[stage] >= STRICTNESS[Stage.EARLY_CHILDHOOD]


def _is_grown_staff(person: Person, day: date, rules: Rules) -> bool:
    return person.kind is PersonKind.STAFF and not needs_guardians(person, day, rules)


def _refused_despite_permission(
    record: Record, channel: Channel, day: date, rules: Rules
) -> Verdict | None:
    """Return the refusal that no permission lifts: *never in pictures*, or an expired entry."""
    person = record.person
    if person.never_in_pictures:
        parameters = {"person": person.id}
        return Verdict("policy.never_in_pictures", False, (person.id,), parameters)  # noqa: FBT003
    if person.retain_until and person.retain_until < day:
        return _verdict("policy.past_retention", record, channel, rules)
    return None


def guardians_count(person: Person, day: date, rules: Rules) -> bool:
    """Answer whether guardians have a say at all: below the age limit, and for young children."""
    return _is_young_child(person, rules) or needs_guardians(person, day, rules)


def counting(record: Record, kind: PermissionKind, occasion: Occasion) -> tuple[Permission, ...]:
    """Return the permissions and refusals of this kind that count on this occasion.

    From the age limit on a guardian's word counts for nothing, yes or no; a city may let
    a recorded no count.
    """
    permissions = about(record.permissions, kind, occasion.channel)
    if guardians_count(record.person, occasion.day, occasion.rules):
        return permissions
    no_counts = occasion.rules.guardians_from_age_limit == "no_counts"
    return tuple(
        permission
        for permission in permissions
        if permission.given_by == record.person.id or (no_counts and permission.answer is Answer.NO)
    )


def _weighed(
    record: Record, kind: PermissionKind, occasion: Occasion, *, guardians_too: bool
) -> Verdict:
    """Weigh what everybody who has a say has said: a no first, then each needed yes."""
    channel, day, rules = occasion.channel, occasion.day, occasion.rules
    permissions = counting(record, kind, occasion)
    own = _standing_of(permissions, record.person.id, day)
    guardians = {
        guardian.id: _standing_of(permissions, guardian.id, day) for guardian in record.guardians
    }
    code = "policy.allowed"
    if own is not Standing.YES:
        code = f"policy.own_{_named(own)}"
    if _is_no_of_others(permissions, record.person):
        code = "policy.guardian_no"
    elif own is Standing.YES and guardians_too:
        code = _guardians_code(guardians, rules)
    elif own is Standing.YES and Standing.WITHDRAWN in guardians.values():
        code = "policy.guardian_withdrawn"
    elif own is Standing.YES and _is_no_of_others(
        about(record.permissions, kind, channel), record.person
    ):
        code = OVER_A_NO
    return _verdict(code, record, channel, rules, allowed=code in {"policy.allowed", OVER_A_NO})


OVER_A_NO = "policy.allowed_over_no"
"""The person's own permission suffices; a guardian's earlier no gives a notice."""


def _is_no_of_others(permissions: tuple[Permission, ...], person: Person) -> bool:
    return any(
        permission.answer is Answer.NO and permission.given_by != person.id
        for permission in permissions
    )


def _guardians_code(guardians: Mapping[str, Standing], rules: Rules) -> str:
    """Return the code for what the guardians answered: allowed, or what is lacking."""
    if not guardians:
        return "policy.guardian_unknown"
    standings = set(guardians.values())
    if (
        rules.guardians == "one"
        and Standing.YES in standings
        and Standing.WITHDRAWN not in standings
    ):
        return "policy.allowed"
    lacking = next((each for each in _GRAVEST if each in standings), Standing.YES)
    return "policy.allowed" if lacking is Standing.YES else f"policy.guardian_{_named(lacking)}"


_GRAVEST = (
    Standing.NO,
    Standing.WITHDRAWN,
    Standing.EXPIRED,
    Standing.NOT_YET,
    Standing.INCOMPLETE,
    Standing.MISSING,
)


def _standing_of(permissions: tuple[Permission, ...], giver: str, day: date) -> Standing:
    return standing((permission for permission in permissions if permission.given_by == giver), day)


def _named(found: Standing) -> str:
    return found.value.replace("-", "_")


def _verdict(
    code: str, record: Record, channel: Channel, rules: Rules, *, allowed: bool = False
) -> Verdict:
    person = record.person.id
    parameters: dict[str, str | int] = {
        "person": person,
        "channel": channel.platform,
        "age_limit": rules.age_limit,
    }
    return Verdict(code, allowed, (person,), parameters)


Rule: TypeAlias = "Callable[[Record, Channel, date, Rules], Verdict]"


def on_all(
    rule: Rule, record: Record, channels: tuple[Channel, ...], day: date, rules: Rules
) -> Verdict:
    """Return the first refusal of ``rule`` among the channels; without a channel, a refusal.

    Where all allow it, a verdict that has more to say goes first.
    """
    verdicts = [rule(record, channel, day, rules) for channel in channels]
    refused = (verdict for verdict in verdicts if not verdict.allowed)
    telling = (verdict for verdict in verdicts if verdict.code == OVER_A_NO)
    no_channel = Verdict("policy.no_channel", allowed=False)
    return [*refused, *telling, *verdicts, no_channel][0]

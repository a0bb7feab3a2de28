"""Whether a person may be shown or named, or their work shown, on one channel on one day.

The steps in ``may_be_shown`` follow the city's rules: first the refusals that no permission
lifts, then whose permissions are needed, then which were given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from photoguard.model import Answer, PermissionKind, PersonKind, Reason, Stage, Unit
from photoguard.policy.rules import STAGE_OF_KIND, STAGE_OF_UNIT, STRICTNESS, Rules
from photoguard.policy.standings import Standing, permissions_about, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from photoguard.model import Channel, Permission, Person, Record


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rules' answer: whether something is allowed, the code of its reason, and for whom."""

    code: str
    allowed: bool
    persons: tuple[str, ...] = ()
    parameters: Mapping[str, str | int] = field(default_factory=dict)

    def reason(self) -> Reason:
        """Return the verdict as a reason for a plan."""
        return Reason(self.code, self.persons, self.parameters)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where and when something would be published, and by which rules."""

    channel: Channel
    day: date
    rules: Rules


def age_on(born: date, day: date) -> int:
    """Return full years of age; in common years, born on 29 February counts from 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def may_be_shown(record: Record, channel: Channel, day: date, rules: Rules) -> Verdict:
    """Return whether this person's face may be seen on this channel on this day."""
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
    return _verdict_of_permissions(
        record, PermissionKind.SHOWN, occasion, guardians_too=guardians_too
    )


def may_be_named(record: Record, channel: Channel, day: date, rules: Rules) -> Verdict:
    """Return whether a credit on this channel may name this person.

    An adult of no stage may be named unless there is an answer against it; a child, pupil or
    student only with a permission to be named.
    """
    person = record.person
    refused = _refused_despite_permission(record, channel, day, rules)
    if refused:
        return refused
    occasion = Occasion(channel, day, rules)
    permissions = counting_permissions(record, PermissionKind.NAMED, occasion)
    grown = stage_of(person) is Stage.NONE and not needs_guardians(person, day, rules)
    if grown and standing(permissions, day) is Standing.MISSING:
        return _verdict("policy.allowed", record, channel, rules, allowed=True)
    guardians_too = _is_young_child(person, rules) or needs_guardians(person, day, rules)
    return _verdict_of_permissions(
        record, PermissionKind.NAMED, occasion, guardians_too=guardians_too
    )


def may_show_work(record: Record, channel: Channel, day: date, rules: Rules) -> Verdict:
    """Return whether a work made by this person may be seen on this channel on this day.

    The child's permission is needed, and the guardians' too where the city asks for it.
    """
    refused = _refused_despite_permission(record, channel, day, rules)
    if refused:
        return refused
    guardians_too = rules.works_need_guardians and (
        _is_young_child(record.person, rules) or needs_guardians(record.person, day, rules)
    )
    occasion = Occasion(channel, day, rules)
    return _verdict_of_permissions(
        record, PermissionKind.OWN_WORK, occasion, guardians_too=guardians_too
    )


def whom_to_ask(record: Record, channel: Channel, day: date, rules: Rules) -> tuple[str, ...]:
    """Return the ids of the givers whose yes is missing before this person may be shown.

    () where the person may be shown already, where no permission could change the answer, or
    where somebody refused or withdrew: they are not asked again.
    """
    verdict = may_be_shown(record, channel, day, rules)
    if not verdict.code.startswith(ASKING) or verdict.code.endswith("_no"):
        return ()
    permissions = counting_permissions(record, PermissionKind.SHOWN, Occasion(channel, day, rules))
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
"""Prefixes of the codes of refusals that a permission could lift."""


def needs_guardians(person: Person, day: date, rules: Rules) -> bool:
    """Tell whether the guardians' permission is needed beside the person's own.

    Always below the age limit. Where the date of birth is not known, the stricter of the
    person's stage and the unit's decides: from basic education downwards it is needed, in
    upper secondary education it is not.
    """
    if person.born is not None:
        return age_on(person.born, day) < rules.age_limit
    if stage_of(person) is Stage.NONE:
        return False
    stricter = max(STRICTNESS[stage_of(person)], STRICTNESS[STAGE_OF_UNIT[rules.unit]])
    return stricter >= STRICTNESS[Stage.BASIC_EDUCATION]


def stage_of(person: Person) -> Stage:
    """Return the stage whose rules hold for a person; always ``Stage.NONE`` for staff."""
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
    """Return a refusal that no permission lifts, else None.

    Such are the mark *never in pictures* and an entry past its day of retention.
    """
    person = record.person
    if person.never_in_pictures:
        parameters = {"person": person.id}
        return Verdict("policy.never_in_pictures", False, (person.id,), parameters)  # noqa: FBT003
    if person.retain_until and person.retain_until < day:
        return _verdict("policy.past_retention", record, channel, rules)
    return None


def guardians_count(person: Person, day: date, rules: Rules) -> bool:
    """Tell whether guardians' answers count: below the age limit, and for young children."""
    return _is_young_child(person, rules) or needs_guardians(person, day, rules)


def counting_permissions(
    record: Record, kind: PermissionKind, occasion: Occasion
) -> tuple[Permission, ...]:
    """Return the answers of this kind, yes or no, that count on this occasion.

    From the age limit on a guardian's answer does not count, except that a city may choose
    that a recorded no does.
    """
    permissions = permissions_about(record.permissions, kind, occasion.channel)
    if guardians_count(record.person, occasion.day, occasion.rules):
        return permissions
    no_counts = occasion.rules.guardians_from_age_limit == "no_counts"
    return tuple(
        permission
        for permission in permissions
        if permission.given_by == record.person.id or (no_counts and permission.answer is Answer.NO)
    )


def _verdict_of_permissions(
    record: Record, kind: PermissionKind, occasion: Occasion, *, guardians_too: bool
) -> Verdict:
    """Return the verdict by the answers that count: any no refuses, then each needed yes."""
    channel, day, rules = occasion.channel, occasion.day, occasion.rules
    permissions = counting_permissions(record, kind, occasion)
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
        permissions_about(record.permissions, kind, channel), record.person
    ):
        code = OVER_A_NO
    return _verdict(code, record, channel, rules, allowed=code in {"policy.allowed", OVER_A_NO})


OVER_A_NO = "policy.allowed_over_no"
"""The code of a yes by the person's own permission despite a guardian's earlier no."""


def _is_no_of_others(permissions: tuple[Permission, ...], person: Person) -> bool:
    return any(
        permission.answer is Answer.NO and permission.given_by != person.id
        for permission in permissions
    )


def _guardians_code(guardians: Mapping[str, Standing], rules: Rules) -> str:
    """Return the code for the guardians' answers: allowed, or the gravest that is lacking."""
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
    """Return one verdict of ``rule`` for all channels: the first refusal, if there is any.

    Without a channel it is a refusal. Where all channels allow it, a verdict with the code
    ``OVER_A_NO`` goes first.
    """
    verdicts = [rule(record, channel, day, rules) for channel in channels]
    refused = (verdict for verdict in verdicts if not verdict.allowed)
    telling = (verdict for verdict in verdicts if verdict.code == OVER_A_NO)
    no_channel = Verdict("policy.no_channel", allowed=False)
    return [*refused, *telling, *verdicts, no_channel][0]

"""The register's tables for SQLAlchemy; ``migrations`` makes them, and a test compares the two.

The primary key of every row includes its unit, so that no reference can lead to another
unit's rows.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Integer, MetaData, Table, Text

METADATA = MetaData()

NEWEST = 4
"""The schema version that this program writes; ``migrations`` leads up to it."""


def _table(name: str, *columns: Column[object]) -> Table:
    return Table(name, METADATA, Column("unit", Text, primary_key=True), *columns)


def _key(name: str = "id") -> Column[object]:
    return Column(name, Text, primary_key=True)


def _text(name: str) -> Column[object]:
    return Column(name, Text, nullable=False, default="")


def _maybe(name: str) -> Column[object]:
    return Column(name, Text, nullable=True)


def _day(name: str) -> Column[object]:
    return Column(name, Date, nullable=True)


unit = _table("unit")

person = _table(
    "person",
    _key(),
    _text("name"),
    _text("name_key"),
    _text("kind"),
    _text("stage"),
    _day("born"),
    _text("group_name"),
    Column("never_in_pictures", Boolean, nullable=False, default=False),
    _text("outside_id"),
    _day("retain_until"),
    _day("since"),
    _text("salt"),
)

guardian = _table(
    "guardian",
    _key(),
    _text("person_id"),
    Column("position", Integer, nullable=False),
    _text("name"),
    _text("salt"),
)

photographer = _table(
    "photographer",
    _key(),
    _text("name"),
    _text("name_key"),
    _text("role"),
    _maybe("person_id"),
    _text("salt"),
)

permission = _table(
    "permission",
    _key(),
    _maybe("person_id"),
    _maybe("photographer_id"),
    _text("kind"),
    _text("channel"),
    _text("purpose"),
    _text("given_by"),
    _text("answer"),
    _day("given_on"),
    _day("valid_until"),
    _day("withdrawn_on"),
    _text("reference"),
    _text("information_version"),
    _text("salt"),
)

post = _table(
    "post",
    _key(),
    _text("channel"),
    _text("url"),
    _day("published_on"),
    _day("taken_from"),
    _day("taken_until"),
    _text("caption"),
    _text("looked_by"),
    _day("removed_on"),
    _text("removed_by"),
    _day("failed_on"),
    _text("failed_why"),
    _text("salt"),
)

post_group = _table("post_group", _key("post_id"), _key("group_name"))

post_photo = _table(
    "post_photo",
    _key("post_id"),
    Column("number", Integer, primary_key=True),
    _text("output"),
    _text("output_sha256"),
    _text("source_sha256"),
    _text("alt_text"),
    _text("looked_by"),
    _text("looked_at"),
)

form = _table(
    "form",
    _key(),
    _text("person_id"),
    _day("made_on"),
    _text("information_version"),
    _text("salt"),
)

account_holder = _table(
    "account_holder",
    _key(),
    _text("channel"),
    _text("name"),
    _text("duty"),
    _text("workplace"),
    _day("since"),
    _day("until"),
    _text("salt"),
)

figure = _table(
    "figure",
    _key("channel"),
    Column("told_on", Date, primary_key=True),
    Column("followers", Integer, nullable=True),
    _text("most_liked"),
    Column("likes", Integer, nullable=True),
)

noted = _table(
    "noted",
    _key(),
    _text("post_id"),
    Column("number", Integer, nullable=False),
    _maybe("person_id"),
    _maybe("photographer_id"),
    _text("capacity"),
)

actor = _table(
    "actor",
    _key(),
    _text("login"),
    # On a server the database writes its own login here, whatever the program says.
    Column("role", Text, nullable=False, server_default=""),
)

log = _table(
    "log",
    Column("number", Integer, primary_key=True),
    _text("at"),
    _text("actor_id"),
    _text("action"),
    _text("subject"),
    _text("reason"),
    _text("previous"),
    _text("digest"),
    _text("content"),
)

log_head = _table(
    "log_head",
    Column("lines", Integer, nullable=False),
    _text("digest"),
)

PERSONAL = ("noted", "form", "permission", "guardian", "photographer", "person")
"""Tables with data about persons, in the order in which they are emptied."""

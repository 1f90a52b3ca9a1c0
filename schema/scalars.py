"""Scalars beyond GraphQL's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec
import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from domain.ids import MAX_ID, Cursor, Snowflake


def _snowflake(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19 and int(value) <= MAX_ID:
        return int(value)
    raise GraphQLError("A Snowflake is a string of digits, at most 9223372036854775807.")


def _moment(value: object) -> datetime:
    try:
        if isinstance(value, str) and (moment := datetime.fromisoformat(value)).tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise GraphQLError("A DateTime is a string as in RFC 3339, with an offset: `2026-11-21T09:30:00Z`.")


def rfc3339(moment: datetime) -> str:
    whole, _, fraction = msgspec.json.encode(moment.astimezone(UTC)).decode()[1:-2].partition(".")
    return f"{whole}.{fraction[:3] or '000'}Z"


def _iso8601(length: timedelta) -> str:
    return msgspec.json.encode(length).decode().strip('"')


def _no_input(_value: object) -> timedelta:
    raise GraphQLError("A Duration is given, not taken.")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise GraphQLError("A Cursor is a string.")


SCALARS: Mapping[object, ScalarDefinition] = {
    Cursor: strawberry.scalar(
        name="Cursor",
        description="Points at an entry of one list. Opaque: hand it back as it came, to the same list.",
        serialize=str,
        parse_value=_text,
    ),
    Snowflake: strawberry.scalar(
        name="Snowflake",
        description="A 64-bit id as a string of digits: too large for a JSON number. Later things have larger ones.",
        serialize=str,
        parse_value=_snowflake,
    ),
    timedelta: strawberry.scalar(
        name="Duration",
        description="A length of time as ISO 8601, such as `PT3600S` or `P1D`.",
        serialize=_iso8601,
        parse_value=_no_input,
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#appendix-A",
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC as RFC 3339 with milliseconds, such as `2026-11-21T09:30:00.000Z`.",
        serialize=rfc3339,
        parse_value=_moment,
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
    ),
}

"""Names and meanings of the domain's enums. Clients need a default branch: every one of them may grow."""

from __future__ import annotations

import strawberry

from schema.enums import errors, people_and_tweets, timelines


def describe_all() -> None:
    for meanings in (people_and_tweets.MEANINGS, timelines.MEANINGS, errors.MEANINGS):
        for enum, (meaning, values) in meanings.items():
            definition = strawberry.enum(enum, description=meaning).__strawberry_definition__  # type: ignore[attr-defined]
            for value in definition.values:
                value.description = values[enum[value.name]]


describe_all()

"""The schema as SDL, for `schema/schema.graphql`."""

from __future__ import annotations

from schema import schema


def sdl() -> str:
    return schema.as_str() + "\n"

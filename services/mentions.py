"""Whom a text means by the names in it: decided when it is written, whoever has the names later."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.text import Entity, Mention
from infra.database import ReadSession
from stores import mentions


async def resolved(session: ReadSession, written: Sequence[tuple[int, Sequence[Entity]]]) -> list[tuple[Entity, ...]]:
    """(author id, entities) pairs to the entities with the ids of those they mention; one statement for all."""
    wanted = {
        (author_id, entity.username.lower())
        for author_id, entities in written
        for entity in entities
        if isinstance(entity, Mention)
    }
    if not wanted:
        return [tuple(entities) for _, entities in written]
    found = await mentions.holders(session, sorted(wanted))
    return [
        tuple(
            msgspec.structs.replace(entity, user_id=found.get((author_id, entity.username.lower())))
            if isinstance(entity, Mention)
            else entity
            for entity in entities
        )
        for author_id, entities in written
    ]

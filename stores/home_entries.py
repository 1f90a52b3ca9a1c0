"""Entries of home timelines, kept by all that a statement tells of them: while that is the same, so is the entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec
from sqlalchemy import TextClause, text

from domain.changes import Snapshot, parsed_snapshot
from domain.records import KeptEdge, PermissionState, Tweet, User
from domain.tweet_permissions import EDITING_ANOTHERS
from infra.database import ReadSession
from infra.generations import Generations
from stores import hydration, tweets, users, viewer_states
from stores.hydration import Hydration, hydration_from
from stores.merged_authors import IS_REPEAT, SNAPSHOT, once_within_ms


class Entry(msgspec.Struct, gc=False):
    """Not frozen: its edge is made when somebody first asks for it."""

    tweet: Tweet
    author: User
    is_own: bool
    """The viewer's."""
    is_repeat: bool
    hydration: Hydration | None
    """Where it was asked for."""
    edge: KeptEdge | None = None

    @property
    def size(self) -> int:
        """Bytes with all its parts, about, as if nobody else kept them."""
        return 3_000 + 4 * (len(self.tweet.text) + len(self.author.bio)) + 200 * len(self.tweet.entities)


ROW = f"""
    tweets.id, tweets.author_id, tweets.retweet_of_id,
    {tweets.VERSIONS.xmin} AS xmin, {users.VERSIONS.xmin} AS author_xmin
"""
"""What `columns` take from `listed`."""


class _Told(msgspec.Struct, frozen=True, array_like=True):
    """As it is in JSON."""

    id: int
    xmin: int
    author_id: int
    author_xmin: int
    is_own: bool
    is_repeat: bool
    hydration: tuple[tuple[int, ...], msgspec.Raw] | None


_DECODER = msgspec.json.Decoder(_Told)


def columns(*, hydrated: bool) -> str:
    """What `read` takes, of a statement by `marked` for `:viewer_id`, if `hydrated` with the joins for that."""
    of_all, of_own = (hydration.COLUMN, hydration.OWN) if hydrated else ("NULL", "NULL")
    return f"""
        CAST(json_build_array(
            listed.id, listed.xmin, listed.author_id, listed.author_xmin,
            listed.author_id = :viewer_id, {IS_REPEAT}, {of_all}
        ) AS text), {of_own}, {SNAPSHOT}
    """


_Key: TypeAlias = str | tuple[str, PermissionState]
"""What was told, and of the viewer's own whether they may edit it, which depends on the time as well."""


TRIES = 3
"""Times a page is read whose rows change meanwhile; then all of it is read at one moment."""


async def read(
    session: ReadSession, statement: TextClause, values: Mapping[str, object], *, hydrated: bool = False
) -> tuple[list[Entry], Snapshot | None]:
    """The entries in the order of the statement, and the snapshot that it was read in; None where there are none.
    `values` need not have what is asked for repeats."""
    values = {**values, "once_within_ms": once_within_ms()}
    # Of each kind its own: whoever ranks reads hundreds that bring nothing along.
    kept: Generations[_Key, Entry] = session.kept(f"home entries, hydrated: {hydrated}")
    for _ in range(TRIES):
        found = await _read(session, statement, values, kept)
        if found is not None:
            return found
    async with session.moment():
        found = await _read(session, statement, values, kept)
    assert found is not None
    return found


async def _read(
    session: ReadSession, statement: TextClause, values: Mapping[str, object], kept: Generations[_Key, Entry]
) -> tuple[list[Entry], Snapshot | None] | None:
    """None where a row has become another version between the statements."""
    rows = await session.rows(statement, values)
    if not rows:
        return [], None
    keys = [told if of_own is None else (told, viewer_states.can_edit(of_own)) for told, of_own, _ in rows]
    found = kept.each(keys)
    entries = [entry for entry in found if entry is not None]
    if len(entries) < len(keys):
        made = await _made(session, [key for key, entry in zip(keys, found, strict=True) if entry is None])
        if made is None:
            return None
        for key, entry in made.items():
            kept.keep(key, entry)
        entries = [entry or made[key] for key, entry in zip(keys, found, strict=True)]
    return entries, parsed_snapshot(rows[0][2])


_MISSING = text(f"{tweets.VERSIONS.rows} UNION ALL {users.VERSIONS.rows}")


async def _made(session: ReadSession, keys: Sequence[_Key]) -> dict[_Key, Entry] | None:
    editing = [EDITING_ANOTHERS if isinstance(key, str) else key[1] for key in keys]
    told = [_DECODER.decode(key if isinstance(key, str) else key[0]) for key in keys]
    of_tweets = tweets.VERSIONS.wanted(session, {each.id: each.xmin for each in told})
    of_authors = users.VERSIONS.wanted(session, {each.author_id: each.author_xmin for each in told})
    if not (of_tweets.are_found and of_authors.are_found):
        missing = {"wanted_tweets": of_tweets.missing, "wanted_users": of_authors.missing}
        for table, row_id, content in await session.rows(_MISSING, missing):
            (of_tweets if table == tweets.VERSIONS.name else of_authors).find(row_id, content)
    if not (of_tweets.are_found and of_authors.are_found):
        return None
    return {
        key: Entry(
            tweet=of_tweets.records[each.id],
            author=of_authors.records[each.author_id],
            is_own=each.is_own,
            is_repeat=each.is_repeat,
            hydration=None if each.hydration is None else hydration_from(*each.hydration, can_edit),
        )
        for key, each, can_edit in zip(keys, told, editing, strict=True)
    }

"""Who is meant by the names in a text; rows of `tweet_mentions`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from infra.database import ReadSession, WriteSession

_HOLDERS = text(
    """
    SELECT wanted.author_id, wanted.name, holder.id
    FROM unnest(CAST(:author_ids AS bigint[]), CAST(:names AS text[])) AS wanted (author_id, name)
    CROSS JOIN LATERAL (
        SELECT id FROM users WHERE lower(username) = wanted.name
        UNION ALL
        SELECT user_id FROM former_usernames WHERE username_lower = wanted.name AND held_until > now()
        LIMIT 1
    ) AS holder
    WHERE NOT EXISTS (SELECT FROM blocks WHERE blocker_id = holder.id AND blocked_id = wanted.author_id)
    """
)


async def holders(session: ReadSession, wanted: Sequence[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """(author id, lower-cased name) pairs to the ids of those who have the names or gave them up and still hold them.

    Names of nobody, and of people who block the author, are left out.
    """
    rows = await session.rows(
        _HOLDERS,
        {"author_ids": [author_id for author_id, _ in wanted], "names": [name for _, name in wanted]},
    )
    return {(author_id, name): user_id for author_id, name, user_id in rows}


_INSERT = text(
    """
    INSERT INTO tweet_mentions (user_id, tweet_id)
    SELECT users.id, mentioned.tweet_id
    FROM unnest(CAST(:user_ids AS bigint[]), CAST(:tweet_ids AS bigint[])) AS mentioned (user_id, tweet_id)
    JOIN users ON users.id = mentioned.user_id
    FOR KEY SHARE OF users
    """
)


async def insert(session: WriteSession, mentions: Sequence[tuple[int, int]]) -> None:
    """(user id, tweet id) pairs, each once; waits for an account that is being purged, and passes it over."""
    await session.rows(
        _INSERT,
        {"user_ids": [user_id for user_id, _ in mentions], "tweet_ids": [tweet_id for _, tweet_id in mentions]},
    )


_FORGET = text("DELETE FROM tweet_mentions WHERE tweet_id = :tweet_id")


async def replace(session: WriteSession, tweet_id: int, user_ids: Sequence[int]) -> None:
    """The tweet mentions these now and nobody else."""
    await session.execute(_FORGET, {"tweet_id": tweet_id})
    if user_ids:
        await insert(session, [(user_id, tweet_id) for user_id in user_ids])

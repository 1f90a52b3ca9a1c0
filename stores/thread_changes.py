"""Which changes concern conversations, and which replies are shown below one of their tweets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import text

from domain.changes import OF_CONVERSATIONS, Relation
from infra.database import ReadSession
from stores.changed_entries import BY_VIEWER, IS_ACCOUNT, TIMELINE_IDS, among, by_timelines, looking_for
from stores.threads import MAX_ANCESTORS
from stores.tweets import IS_SHOWN_REPLY
from stores.visibility import NOBODY


def _has_written_in(conversation_id: str) -> str:
    """Whether the user of the change has, so that their replies come and go with the account."""
    # With OFFSET 0 it is a look into the index for each; else the authors of all conversations are gathered first.
    return f"""EXISTS (
        SELECT FROM tweets WHERE tweets.conversation_id = {conversation_id} AND tweets.author_id = changes.user_id
        OFFSET 0
    )"""


CONCERNED = by_timelines(
    f"""
    SELECT conversation_id AS timeline_id, id AS change_id, tweet_id AS entry_id, {Relation.ITSELF:d} AS relation
    FROM changes
    WHERE id = ANY(CAST(:change_ids AS bigint[])) AND {among(OF_CONVERSATIONS)}
        AND conversation_id = ANY({TIMELINE_IDS})
    UNION ALL
    SELECT watched.id, changes.id, NULL, {Relation.ITSELF:d}
    FROM changes JOIN unnest({TIMELINE_IDS}) AS watched (id) ON {_has_written_in("watched.id")}
    WHERE changes.id = ANY(CAST(:change_ids AS bigint[])) AND {IS_ACCOUNT}
    """  # noqa: S608
)
"""A timeline's id is its conversation's."""
SINCE = looking_for(
    [
        f"FROM changes WHERE conversation_id = :conversation_id AND {among(OF_CONVERSATIONS)}",
        f"FROM changes WHERE {IS_ACCOUNT} AND {_has_written_in(':conversation_id')}",
        BY_VIEWER,
    ]
)


class Candidate(NamedTuple):
    """What may be below a tweet."""

    tweet_id: int
    reply_id: int


BELOW = text(
    f"""
    WITH RECURSIVE chain AS (
        SELECT candidate.tweet_id, tweets.id AS reply_id, tweets.in_reply_to_id, 1 AS distance,
            {IS_SHOWN_REPLY} AS is_shown
        FROM unnest(CAST(:tweet_ids AS bigint[]), CAST(:reply_ids AS bigint[])) AS candidate (tweet_id, reply_id)
        JOIN tweets ON tweets.id = candidate.reply_id JOIN users ON users.id = tweets.author_id
        UNION ALL
        SELECT chain.tweet_id, chain.reply_id, tweets.in_reply_to_id, chain.distance + 1,
            chain.is_shown AND {IS_SHOWN_REPLY}
        FROM chain JOIN tweets ON tweets.id = chain.in_reply_to_id JOIN users ON users.id = tweets.author_id
        WHERE chain.in_reply_to_id <> chain.tweet_id AND chain.distance < {MAX_ANCESTORS}
    )
    SELECT tweet_id, reply_id, is_shown FROM chain WHERE in_reply_to_id = tweet_id
    """  # noqa: S608
)


async def below(
    session: ReadSession, candidates: Sequence[Candidate], *, viewer_id: int | None
) -> dict[Candidate, bool]:
    """Those that are replies to their tweets, replies to them, and so on, each with whether a viewer comes to it who
    opens the tweet's replies, and theirs."""
    asked = {
        "tweet_ids": [each.tweet_id for each in candidates],
        "reply_ids": [each.reply_id for each in candidates],
        "viewer_id": viewer_id or NOBODY,
    }
    rows = await session.execute(BELOW, asked)
    return {Candidate(row.tweet_id, row.reply_id): row.is_shown for row in rows}

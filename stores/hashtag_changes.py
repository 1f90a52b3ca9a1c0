"""Which changes concern hashtags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import text

from domain.changes import Change, Concern
from infra.database import ReadSession
from stores.changed_entries import BY_VIEWER, IS_ACCOUNT, looking_for


def _has_tweets_with(tag: str) -> str:
    """Whether the user of the change has, so that they come and go with the account."""
    return f"""EXISTS (
        SELECT FROM tweets JOIN tweet_hashtags ON tweet_hashtags.tweet_id = tweets.id
        WHERE tweets.author_id = changes.user_id AND tweet_hashtags.tag = {tag}
    )"""


_CONCERNED = text(
    f"""
    SELECT watched.tag, changes.id AS change_id, changes.tweet_id AS entry_id
    FROM changes JOIN unnest(CAST(:tags AS text[])) AS watched (tag) ON watched.tag = ANY(changes.tags)
    WHERE changes.id = ANY(CAST(:change_ids AS bigint[]))
    UNION ALL
    SELECT watched.tag, changes.id, NULL
    FROM changes JOIN unnest(CAST(:tags AS text[])) AS watched (tag) ON {_has_tweets_with("watched.tag")}
    WHERE changes.id = ANY(CAST(:change_ids AS bigint[])) AND {IS_ACCOUNT}
    ORDER BY change_id
    """  # noqa: S608
)


async def concerned(
    session: ReadSession, tags: Sequence[str], changes: Sequence[Change]
) -> Mapping[str, Sequence[Concern]]:
    """By hashtag key, in the order of the changes; those that none concerns are left out."""
    by_id = {change.id: change for change in changes}
    found: defaultdict[str, list[Concern]] = defaultdict(list)
    for row in await session.execute(_CONCERNED, {"change_ids": list(by_id), "tags": tags}):
        found[row.tag].append(Concern(by_id[row.change_id], row.entry_id))
    return found


SINCE = looking_for(
    [
        "FROM changes WHERE tags @> ARRAY[CAST(:tag AS text)]",
        f"FROM changes WHERE {IS_ACCOUNT} AND {_has_tweets_with(':tag')}",
        BY_VIEWER,
    ]
)

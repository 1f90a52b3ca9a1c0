"""Which changes concern hashtags."""

from __future__ import annotations

from domain.changes import Relation
from stores.changed_entries import BY_VIEWER, IS_ACCOUNT, by_timelines, looking_for


def _has_tweets_with(tag: str) -> str:
    """Whether the user of the change has, so that they come and go with the account."""
    return f"""EXISTS (
        SELECT FROM tweets JOIN tweet_hashtags ON tweet_hashtags.tweet_id = tweets.id
        WHERE tweets.author_id = changes.user_id AND tweet_hashtags.tag = {tag}
    )"""


_WATCHED = "unnest(CAST(CAST(:timeline_ids AS text) AS text[])) AS watched (tag)"
CONCERNED = by_timelines(
    f"""
    SELECT watched.tag AS timeline_id, changes.id AS change_id, changes.tweet_id AS entry_id,
        {Relation.ITSELF:d} AS relation
    FROM changes JOIN {_WATCHED} ON watched.tag = ANY(changes.tags)
    WHERE changes.id = ANY(CAST(:change_ids AS bigint[]))
    UNION ALL
    SELECT watched.tag, changes.id, NULL, {Relation.ITSELF:d}
    FROM changes JOIN {_WATCHED} ON {_has_tweets_with("watched.tag")}
    WHERE changes.id = ANY(CAST(:change_ids AS bigint[])) AND {IS_ACCOUNT}
    """  # noqa: S608
)
"""A timeline's id is the hashtag's key."""
SINCE = looking_for(
    [
        "FROM changes WHERE tags @> ARRAY[CAST(:tag AS text)]",
        f"FROM changes WHERE {IS_ACCOUNT} AND {_has_tweets_with(':tag')}",
        BY_VIEWER,
    ]
)

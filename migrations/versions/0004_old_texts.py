"""Texts of before 0002 are read again: entities with UTF-16 indices and who is mentioned, words for muting.

Revision: 0004, after 0003. It uses the rules of today: whatever they will be then, a text is read by one set of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

from domain.muted_words import searchable
from domain.text import Mention, entities_in
from domain.tweets import mentioned_in

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BATCH = 2_000
_UNREAD = sa.text(
    "SELECT id, text FROM tweets WHERE searchable = '' AND text <> '' AND id > :after ORDER BY id LIMIT :limit"
)
_HOLDERS = sa.text("SELECT lower(username) AS name, id FROM users WHERE lower(username) = ANY(CAST(:names AS text[]))")
_READ = sa.text(
    """
    UPDATE tweets SET entities = made.entities, searchable = made.searchable
    FROM unnest(CAST(:ids AS bigint[]), CAST(:entities AS jsonb[]), CAST(:searchables AS text[]))
        AS made (id, entities, searchable)
    WHERE tweets.id = made.id
    """
)
_MENTION = sa.text(
    "INSERT INTO tweet_mentions (user_id, tweet_id) "
    "SELECT * FROM unnest(CAST(:user_ids AS bigint[]), CAST(:tweet_ids AS bigint[])) ON CONFLICT DO NOTHING"
)


def upgrade() -> None:
    connection = op.get_bind()
    after = -1
    while tweets := connection.execute(_UNREAD, {"after": after, "limit": BATCH}).all():
        _read(connection, tweets)
        after = tweets[-1].id


def _read(connection: sa.Connection, tweets: Sequence[sa.Row[Any]]) -> None:
    found = {tweet.id: entities_in(tweet.text) for tweet in tweets}
    names = {e.username.lower() for entities in found.values() for e in entities if isinstance(e, Mention)}
    holders = {holder.name: holder.id for holder in connection.execute(_HOLDERS, {"names": sorted(names)})}
    resolved = {
        tweet_id: [
            msgspec.structs.replace(entity, user_id=holders.get(entity.username.lower()))
            if isinstance(entity, Mention)
            else entity
            for entity in entities
        ]
        for tweet_id, entities in found.items()
    }
    connection.execute(
        _READ,
        {
            "ids": list(resolved),
            "entities": [msgspec.json.encode(entities).decode() for entities in resolved.values()],
            "searchables": [searchable(tweet.text) for tweet in tweets],
        },
    )
    mentions = [(user_id, tweet_id) for tweet_id, entities in resolved.items() for user_id in mentioned_in(entities)]
    connection.execute(
        _MENTION,
        {"user_ids": [user_id for user_id, _ in mentions], "tweet_ids": [tweet_id for _, tweet_id in mentions]},
    )


def downgrade() -> None:
    """What was read is as good for the version before."""

"""SQLAlchemy tables, constraints and indexes; no behaviour. Importing this package fills `metadata`."""

from models.base import metadata
from models.counts import tweet_count_deltas, tweet_counts, user_count_deltas, user_counts
from models.graph import follows
from models.jobs import dead_letters, id_leases, idempotency_keys, outbox
from models.trends import trend_hours
from models.tweets import likes, tweet_hashtags, tweets
from models.users import refresh_tokens, sessions, users

__all__ = [
    "dead_letters",
    "follows",
    "id_leases",
    "idempotency_keys",
    "likes",
    "metadata",
    "outbox",
    "refresh_tokens",
    "sessions",
    "trend_hours",
    "tweet_count_deltas",
    "tweet_counts",
    "tweet_hashtags",
    "tweets",
    "user_count_deltas",
    "user_counts",
    "users",
]

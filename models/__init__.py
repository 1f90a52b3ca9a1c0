"""SQLAlchemy tables, constraints and indexes; no behaviour. Importing this package fills `metadata`."""

from models.base import metadata
from models.bookmarks import bookmark_folders, bookmarks
from models.changes import changes, forgotten_changes
from models.counts import (
    count_drifts,
    reconciler_positions,
    tweet_count_deltas,
    tweet_counts,
    tweet_views,
    user_count_deltas,
    user_counts,
)
from models.graph import blocks, follow_requests, follows, muted_threads, muted_words, mutes
from models.jobs import dead_letters, id_leases, idempotency_keys, outbox
from models.lists import list_follows, list_members, lists
from models.oauth import oauth_apps, oauth_codes, oauth_grants
from models.polls import poll_options, poll_vote_deltas, poll_votes, polls
from models.timelines import fan_outs, large_authors, undelivered_tweets
from models.trends import trend_hours
from models.tweets import likes, tweet_hashtags, tweet_mentions, tweet_versions, tweets
from models.users import (
    email_tokens,
    former_usernames,
    kept_mails,
    refresh_tokens,
    sessions,
    user_name_words,
    users,
)

__all__ = [
    "blocks",
    "bookmark_folders",
    "bookmarks",
    "changes",
    "count_drifts",
    "dead_letters",
    "email_tokens",
    "fan_outs",
    "follow_requests",
    "follows",
    "forgotten_changes",
    "former_usernames",
    "id_leases",
    "idempotency_keys",
    "kept_mails",
    "large_authors",
    "likes",
    "list_follows",
    "list_members",
    "lists",
    "metadata",
    "muted_threads",
    "muted_words",
    "mutes",
    "oauth_apps",
    "oauth_codes",
    "oauth_grants",
    "outbox",
    "poll_options",
    "poll_vote_deltas",
    "poll_votes",
    "polls",
    "reconciler_positions",
    "refresh_tokens",
    "sessions",
    "trend_hours",
    "tweet_count_deltas",
    "tweet_counts",
    "tweet_hashtags",
    "tweet_mentions",
    "tweet_versions",
    "tweet_views",
    "tweets",
    "undelivered_tweets",
    "user_count_deltas",
    "user_counts",
    "user_name_words",
    "users",
]

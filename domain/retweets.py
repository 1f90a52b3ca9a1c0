"""Retweets of one tweet by several people (docs/decisions/0015)."""

from __future__ import annotations

from datetime import timedelta

ONCE_WITHIN = timedelta(hours=24)
"""A retweet repeats the tweet, or another retweet of it, that came into the same timeline at most so long before."""
NAMED = 3
"""How many of those who retweeted a tweet its entry names."""

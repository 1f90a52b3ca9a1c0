"""Batches per operation: keys in, values out in the same order, each batch one statement in its own session."""

from __future__ import annotations

from functools import cached_property, partial

from aiodataloader import DataLoader

from domain.records import (
    Poll,
    TweetCounts,
    TweetResult,
    TweetViewerState,
    UserCounts,
    UserList,
    UserListCounts,
    UserResult,
    UserViewerState,
    Views,
)
from infra.database import Database
from loaders import counts, lists, polls, retweeters, tweets, users, viewer_states
from stores.followed_retweets import Retweeters


class Loaders:
    """Made anew for every operation and every event of a subscription: what they loaded is never stale."""

    def __init__(self, database: Database, *, viewer_id: int | None) -> None:
        self._database = database
        self._viewer_id = viewer_id

    @cached_property
    def user_by_id(self) -> DataLoader[int, UserResult]:
        return DataLoader(partial(users.by_id, self._database, self._viewer_id))

    @cached_property
    def user_by_username(self) -> DataLoader[str, UserResult | None]:
        return DataLoader(partial(users.by_username, self._database, self._viewer_id))

    @cached_property
    def tweet_by_id(self) -> DataLoader[int, TweetResult]:
        return DataLoader(partial(tweets.by_id, self._database, self._viewer_id))

    @cached_property
    def embedded_tweet_by_id(self) -> DataLoader[int, TweetResult]:
        return DataLoader(partial(tweets.embedded_by_id, self._database, self._viewer_id))

    @cached_property
    def poll_by_tweet_id(self) -> DataLoader[int, Poll | None]:
        return DataLoader(partial(polls.of_tweets, self._database, self._viewer_id))

    @cached_property
    def tweet_counts_by_id(self) -> DataLoader[int, TweetCounts]:
        return DataLoader(partial(counts.of_tweets, self._database))

    @cached_property
    def tweet_views_by_id(self) -> DataLoader[int, Views | None]:
        return DataLoader(partial(counts.views_of_tweets, self._database))

    @cached_property
    def followed_retweeters_by_tweet_id(self) -> DataLoader[int, Retweeters]:
        return DataLoader(partial(retweeters.of_tweets, self._database, self._viewer_id))

    @cached_property
    def user_counts_by_id(self) -> DataLoader[int, UserCounts]:
        return DataLoader(partial(counts.of_users, self._database))

    @cached_property
    def tweet_viewer_state_by_id(self) -> DataLoader[int, TweetViewerState | None]:
        return DataLoader(partial(viewer_states.of_tweets, self._database, self._viewer_id))

    @cached_property
    def user_viewer_state_by_id(self) -> DataLoader[int, UserViewerState | None]:
        return DataLoader(partial(viewer_states.of_users, self._database, self._viewer_id))

    @cached_property
    def list_by_id(self) -> DataLoader[int, UserList | None]:
        return DataLoader(partial(lists.by_id, self._database, self._viewer_id))

    @cached_property
    def list_counts_by_id(self) -> DataLoader[int, UserListCounts]:
        return DataLoader(partial(lists.counts, self._database))

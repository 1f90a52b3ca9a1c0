"""Batches per operation: keys in, values out in the same order, each batch one statement in its own session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from domain.records import (
    Poll,
    Tweet,
    TweetCounts,
    TweetResult,
    TweetViewerState,
    User,
    UserCounts,
    UserList,
    UserListCounts,
    UserResult,
    UserViewerState,
    Views,
)
from infra.database import Reads
from loaders import counts, listings, lists, polls, retweeters, tweets, users, viewer_states
from loaders.setwise import SetwiseLoader
from stores import keyset, list_timelines, thread_changes
from stores.followed_retweets import Retweeters
from stores.home_entries import Entry


def _authors(entries: Sequence[Entry]) -> dict[int, User]:
    return {entry.author.id: entry.author for entry in entries}


def _counts(entries: Sequence[Entry]) -> dict[int, TweetCounts]:
    return {
        entry.tweet.retweet_of_id or entry.tweet.id: entry.hydration.counts
        for entry in entries
        if entry.hydration is not None
    }


def _viewer_states(entries: Sequence[Entry]) -> dict[int, TweetViewerState]:
    return {entry.tweet.id: entry.hydration.viewer_state for entry in entries if entry.hydration is not None}


_BROUGHT: Mapping[str, Callable[[Sequence[Entry]], Mapping[int, Any]]] = {
    "user_by_id": _authors,
    "tweet_counts_by_id": _counts,
    "tweet_viewer_state_by_id": _viewer_states,
}


class Loaders:
    """Made anew for every operation and every event of a subscription: what they loaded is never stale."""

    def __init__(self, database: Reads, *, viewer_id: int | None) -> None:
        self._database = database
        self._viewer_id = viewer_id
        self._brought: list[Entry] = []

    def bring(self, entries: Sequence[Entry]) -> None:
        """What they bring along need not be loaded."""
        self._brought += entries
        for name, values in _BROUGHT.items():
            if name in vars(self):
                getattr(self, name).prime_many(values(entries))

    @property
    def loaded(self) -> dict[str, list[Any]]:
        """By the loaders' names, the keys that they were asked for."""
        return {
            name: list(loader.loaded_keys) for name, loader in vars(self).items() if isinstance(loader, SetwiseLoader)
        }

    @cached_property
    def user_by_id(self) -> SetwiseLoader[int, UserResult]:
        loader = SetwiseLoader(partial(users.by_id, self._database, self._viewer_id))
        return self._primed("user_by_id", loader)

    @cached_property
    def user_by_username(self) -> SetwiseLoader[str, UserResult | None]:
        # Not of `self`, which holds the loader: neither would be freed without the garbage collector.
        database, viewer_id, by_id = self._database, self._viewer_id, self.user_by_id

        async def found(usernames: list[str]) -> list[UserResult | None]:
            people = await users.by_username(database, viewer_id, usernames)
            by_id.prime_many({person.id: person for person in people if person is not None})
            return people

        return SetwiseLoader(found)

    @cached_property
    def tweet_by_id(self) -> SetwiseLoader[int, TweetResult]:
        return SetwiseLoader(partial(tweets.by_id, self._database, self._viewer_id))

    @cached_property
    def embedded_tweet_by_id(self) -> SetwiseLoader[int, TweetResult]:
        return SetwiseLoader(partial(tweets.embedded_by_id, self._database, self._viewer_id))

    @cached_property
    def home_tweet_by_id(self) -> SetwiseLoader[int, Tweet | None]:
        return SetwiseLoader(partial(tweets.in_home_timeline, self._database, self._viewer_id))

    @cached_property
    def poll_by_tweet_id(self) -> SetwiseLoader[int, Poll | None]:
        return SetwiseLoader(partial(polls.of_tweets, self._database, self._viewer_id))

    @cached_property
    def tweet_counts_by_id(self) -> SetwiseLoader[int, TweetCounts]:
        loader = SetwiseLoader(partial(counts.of_tweets, self._database))
        return self._primed("tweet_counts_by_id", loader)

    @cached_property
    def tweet_views_by_id(self) -> SetwiseLoader[int, Views | None]:
        return SetwiseLoader(partial(counts.views_of_tweets, self._database))

    @cached_property
    def followed_retweeters_by_tweet_id(self) -> SetwiseLoader[int, Retweeters]:
        return SetwiseLoader(partial(retweeters.of_tweets, self._database, self._viewer_id))

    @cached_property
    def user_counts_by_id(self) -> SetwiseLoader[int, UserCounts]:
        return SetwiseLoader(partial(counts.of_users, self._database))

    @cached_property
    def tweet_viewer_state_by_id(self) -> SetwiseLoader[int, TweetViewerState | None]:
        loader = SetwiseLoader(partial(viewer_states.of_tweets, self._database, self._viewer_id))
        return self._primed("tweet_viewer_state_by_id", loader)

    @cached_property
    def user_viewer_state_by_id(self) -> SetwiseLoader[int, UserViewerState | None]:
        return SetwiseLoader(partial(viewer_states.of_users, self._database, self._viewer_id))

    @cached_property
    def list_by_id(self) -> SetwiseLoader[int, UserList | None]:
        return SetwiseLoader(partial(lists.by_id, self._database, self._viewer_id))

    @cached_property
    def listed_tweet(self) -> SetwiseLoader[list_timelines.Candidate, Tweet | None]:
        return SetwiseLoader(partial(lists.in_timelines, self._database, self._viewer_id))

    @cached_property
    def is_listed(self) -> SetwiseLoader[keyset.Candidate, bool]:
        return SetwiseLoader(partial(listings.belonging, self._database, self._viewer_id))

    @cached_property
    def is_shown_below(self) -> SetwiseLoader[thread_changes.Candidate, bool | None]:
        return SetwiseLoader(partial(listings.below, self._database, self._viewer_id))

    @cached_property
    def list_counts_by_id(self) -> SetwiseLoader[int, UserListCounts]:
        return SetwiseLoader(partial(lists.counts, self._database))

    def _primed(self, name: str, loader: SetwiseLoader[int, Any]) -> SetwiseLoader[int, Any]:
        return loader.prime_many(_BROUGHT[name](self._brought))

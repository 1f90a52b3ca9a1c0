"""Which viewers would be told the same: whoever would load the same.

An answer comes of the event it is for and of what was loaded, by the context's loaders, for its viewer. Where somebody
asked the context who the viewer is, nothing can be said of others. What others would load is asked of the moment at
which it was loaded: a little later the two might be alike who were not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Set
from typing import TypeAlias

from resolvers.context import Context
from stores import agreement

Differing: TypeAlias = Callable[..., Awaitable[Set[int]]]

_DIFFERING: Mapping[str, Differing] = {
    "user_by_id": agreement.users_differ,
    "tweet_by_id": agreement.tweets_differ,
    "embedded_tweet_by_id": agreement.tweets_differ,
    "tweet_viewer_state_by_id": agreement.tweet_states_differ,
    "user_viewer_state_by_id": agreement.user_states_differ,
    "home_tweet_by_id": agreement.homes_differ,
    "poll_by_tweet_id": agreement.polls_differ,
    "followed_retweeters_by_tweet_id": agreement.retweeters_differ,
    "list_by_id": agreement.lists_differ,
    "listed_tweet": agreement.list_timelines_differ,
    "is_listed": agreement.listed_differ,
    "is_shown_below": agreement.below_differ,
}
"""By the names of loaders."""
_SAME_FOR_ALL = {"tweet_counts_by_id", "tweet_views_by_id", "user_counts_by_id", "list_counts_by_id"}


async def others(context: Context, viewer_ids: Iterable[int], *, than: int) -> Set[int] | None:
    """Those of the viewers for whom something else might have come of what was done with the context, whose viewer is
    `than`. None where that cannot be told of anybody."""
    strangers = [viewer_id for viewer_id in viewer_ids if viewer_id != than]
    loaded = {name: keys for name, keys in context.loaders.loaded.items() if keys and name not in _SAME_FOR_ALL}
    if context.is_personal or not loaded.keys() <= _DIFFERING.keys():
        return None
    if than in context.compared_with:
        return set(strangers)
    async with context.reads.read() as session:
        found = [await _DIFFERING[name](session, keys, strangers, than=than) for name, keys in loaded.items()]
    return context.compared_with.union(*found)

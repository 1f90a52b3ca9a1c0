"""Which viewers would be told the same: whoever would load the same.

An answer comes of the event it is for and of what was loaded, by the context's loaders, for its viewer. Where somebody
asked the context who the viewer is, nothing can be said of others. What others would load is asked of the moment at
which it was loaded: a little later the two might be alike who were not.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Set

from resolvers.context import Context
from stores import agreement
from stores.agreement import Asking, Question

_ASKING: Mapping[str, Asking] = {
    "user_by_id": agreement.users,
    "tweet_by_id": agreement.tweets,
    "embedded_tweet_by_id": agreement.tweets,
    "tweet_viewer_state_by_id": agreement.tweet_states,
    "user_viewer_state_by_id": agreement.user_states,
    "home_tweet_by_id": agreement.homes,
    "poll_by_tweet_id": agreement.poll_votes,
    "followed_retweeters_by_tweet_id": agreement.retweeters,
    "list_by_id": agreement.shown_lists,
    "listed_tweet": agreement.in_list_timelines,
    "is_listed": agreement.listed,
    "is_shown_below": agreement.below,
}
"""By the names of loaders."""
_SAME_FOR_ALL = {"tweet_counts_by_id", "tweet_views_by_id", "user_counts_by_id", "list_counts_by_id"}


async def others(context: Context, viewer_ids: Iterable[int], *, than: int) -> Set[int] | None:
    """Those of the viewers for whom something else might have come of what was done with the context, whose viewer is
    `than`. None where that cannot be told of anybody."""
    strangers = [viewer_id for viewer_id in viewer_ids if viewer_id != than]
    loaded = {name: keys for name, keys in context.loaders.loaded.items() if keys and name not in _SAME_FOR_ALL}
    if context.is_personal or not loaded.keys() <= _ASKING.keys():
        return None
    if than in context.compared_with or not strangers:
        return set(strangers)
    async with context.reads.read() as session:
        found = await agreement.differing(session, _questions(loaded), strangers, than=than)
    return context.compared_with | found


def _questions(loaded: Mapping[str, Iterable[Hashable]]) -> list[Question]:
    """In an order of their own, whatever was loaded first."""
    keys: dict[Asking, dict[Hashable, None]] = {}
    for name, asking in _ASKING.items():
        keys.setdefault(asking, {}).update(dict.fromkeys(loaded.get(name, ())))
    return [question for asking, of_it in keys.items() if of_it for question in asking(list(of_it))]

"""To which viewers things are something else than to one of them.

Each function runs what the one lookup of the things runs for its one viewer, for all of them in one statement: where a
lookup changes, the answers here change with it. `than` is never among those found, and is compared as they stand at the
moment of the statement, which need not be as they stood when something was looked up for them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from sqlalchemy import TextClause, text

from infra.database import ReadSession
from stores import (
    followed_retweets,
    home_timelines,
    keyset,
    list_timelines,
    lists,
    polls,
    thread_changes,
    viewer_states,
)
from stores.keyset import Listing
from stores.merged_authors import once_within_ms, which_belong
from stores.tweets import VERDICTS
from stores.visibility import for_each_viewer, user_verdict

_IDS = "CAST(:ids AS bigint[])"


def _differing(state: str) -> TextClause:
    """`state` selects, over `:viewer_id` and arrays of what is looked up, all that depends on the viewer."""
    # In subqueries the planner does not see how many viewers and ids there are. So it keeps one plan, where making one
    # takes up to ten milliseconds, and looks rows up by their keys for each viewer, whatever their number.
    state = re.sub(r"CAST\(:\w+ AS (\w+\[\])\)", r"CAST((SELECT \g<0>) AS \1)", state)

    def states(viewer_id: str) -> str:
        return f"SELECT array_agg(state ORDER BY state) FROM ({for_each_viewer(state, viewer_id)}) AS state"  # noqa: S608

    return text(
        f"""
        SELECT reader.id FROM unnest((SELECT CAST(:viewer_ids AS bigint[]))) AS reader (id)
        WHERE ({states("reader.id")}) IS DISTINCT FROM ({states("CAST(:than AS bigint)")})
        """  # noqa: S608
    )


async def _found(
    session: ReadSession, statement: TextClause, viewer_ids: Sequence[int], *, than: int, **asked: object
) -> set[int]:
    asked |= {"viewer_ids": viewer_ids, "than": than}
    return {viewer_id for [viewer_id] in await session.rows(statement, asked)}


_USERS = _differing(f"SELECT users.id, {user_verdict()} AS hidden FROM users WHERE users.id = ANY({_IDS})")  # noqa: S608


async def users_differ(
    session: ReadSession, user_ids: Sequence[int], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers to whom any of the users is shown otherwise."""
    return await _found(session, _USERS, viewer_ids, than=than, ids=user_ids)


# Until when a deleted tweet can be restored is told to its author.
_TWEETS = _differing(
    f"""
    SELECT tweets.id, {VERDICTS}, tweets.deleted_at IS NOT NULL AND tweets.author_id = :viewer_id AS is_restorable
    FROM unnest({_IDS}) AS candidate (id) {which_belong("true")}
    """  # noqa: S608
)


async def tweets_differ(
    session: ReadSession, tweet_ids: Sequence[int], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers to whom any of the tweets is shown otherwise, whether asked for or brought along."""
    return await _found(session, _TWEETS, viewer_ids, than=than, ids=tweet_ids)


_TWEET_STATES = _differing(viewer_states.OF_TWEETS.text)


async def tweet_states_differ(
    session: ReadSession, tweet_ids: Sequence[int], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers who stand otherwise to any of the tweets."""
    return await _found(session, _TWEET_STATES, viewer_ids, than=than, ids=tweet_ids)


_USER_STATES = _differing(viewer_states.OF_USERS.text)


async def user_states_differ(
    session: ReadSession, user_ids: Sequence[int], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers who stand otherwise to any of the users."""
    return await _found(session, _USER_STATES, viewer_ids, than=than, ids=user_ids)


_HOMES = _differing(f"SELECT id FROM ({home_timelines.BELONGING_TO_EACH.text}) AS entry WHERE NOT is_repeat")  # noqa: S608


async def homes_differ(
    session: ReadSession, tweet_ids: Sequence[int], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers whose home timelines hold others of the tweets."""
    return await _found(session, _HOMES, viewer_ids, than=than, ids=tweet_ids, once_within_ms=once_within_ms())


_LISTS = _differing(f"SELECT id FROM ({lists.BY_ID.text}) AS shown")  # noqa: S608


async def lists_differ(
    session: ReadSession, list_ids: Sequence[int], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers who may see others of the lists."""
    return await _found(session, _LISTS, viewer_ids, than=than, ids=list_ids)


_RETWEETERS = _differing(followed_retweets.OF_TWEETS_TO_EACH.text)


async def retweeters_differ(
    session: ReadSession, tweet_ids: Sequence[int], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers to whom others are named as retweeters of any of the tweets, or other numbers of them."""
    return await _found(session, _RETWEETERS, viewer_ids, than=than, ids=tweet_ids)


_POLLS = _differing(f"SELECT DISTINCT tweet_id, viewer_votes FROM ({polls.OF_TWEETS.text}) AS poll")  # noqa: S608


async def polls_differ(
    session: ReadSession, tweet_ids: Sequence[int], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers who voted otherwise in any of the tweets' polls."""
    return await _found(session, _POLLS, viewer_ids, than=than, ids=tweet_ids)


@cache
def _listed(listing: Listing) -> TextClause:
    return _differing(keyset.belonging_statement(listing).text)


async def listed_differ(
    session: ReadSession, candidates: Sequence[keyset.Candidate], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers to whom others of the candidates are listed; one statement for each listing."""
    found: set[int] = set()
    for listing, asked in keyset.by_listing(candidates).items():
        found |= await _found(session, _listed(listing), viewer_ids, than=than, **asked)
    return found


_LIST_TIMELINES = _differing(
    f"SELECT parent_id, id FROM ({list_timelines.BELONGING_TO_EACH.text}) AS entry WHERE NOT is_repeat"  # noqa: S608
)


async def list_timelines_differ(
    session: ReadSession, candidates: Sequence[list_timelines.Candidate], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers to whom lists' timelines hold others of the candidates."""
    return await _found(
        session,
        _LIST_TIMELINES,
        viewer_ids,
        than=than,
        list_ids=[each.list_id for each in candidates],
        ids=[each.tweet_id for each in candidates],
        once_within_ms=once_within_ms(),
    )


_BELOW = _differing(thread_changes.BELOW.text)


async def below_differ(
    session: ReadSession, candidates: Sequence[thread_changes.Candidate], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers who come to others of the candidates."""
    return await _found(
        session,
        _BELOW,
        viewer_ids,
        than=than,
        tweet_ids=[each.tweet_id for each in candidates],
        reply_ids=[each.reply_id for each in candidates],
    )

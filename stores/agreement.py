"""To which viewers things are something else than to one of them.

Each function runs what the one lookup of the things runs for its one viewer, for all of them in one statement: where a
lookup changes, the answers here change with it. `than` is never among those found, and is compared as they stand at the
moment of the statement, which need not be as they stood when something was looked up for them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import TextClause, text

from infra.database import ReadSession
from stores import home_timelines, viewer_states
from stores.merged_authors import once_within_ms, which_belong
from stores.tweets import VERDICTS
from stores.visibility import for_each_viewer, user_verdict

_IDS = "CAST(:ids AS bigint[])"


def _differing(state: str) -> TextClause:
    """`state` selects, over `:ids` and `:viewer_id`, all that depends on the viewer, by `id`."""
    # In subqueries the planner does not see how many viewers and ids there are. So it keeps one plan, where making one
    # takes up to ten milliseconds, and looks rows up by their keys for each viewer, whatever their number.
    state = state.replace(_IDS, f"CAST((SELECT {_IDS}) AS bigint[])")

    def states(viewer_id: str) -> str:
        return f"SELECT array_agg(state ORDER BY state.id) FROM ({for_each_viewer(state, viewer_id)}) AS state"  # noqa: S608

    return text(
        f"""
        SELECT reader.id FROM unnest((SELECT CAST(:viewer_ids AS bigint[]))) AS reader (id)
        WHERE ({states("reader.id")}) IS DISTINCT FROM ({states("CAST(:than AS bigint)")})
        """  # noqa: S608
    )


async def _found(
    session: ReadSession,
    statement: TextClause,
    ids: Sequence[int],
    viewer_ids: Sequence[int],
    *,
    than: int,
    **more: int,
) -> set[int]:
    asked = {"ids": ids, "viewer_ids": viewer_ids, "than": than, **more}
    return set((await session.execute(statement, asked)).scalars())


_USERS = _differing(f"SELECT users.id, {user_verdict()} AS hidden FROM users WHERE users.id = ANY({_IDS})")  # noqa: S608


async def users_differ(
    session: ReadSession, user_ids: Sequence[int], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers to whom any of the users is shown otherwise."""
    return await _found(session, _USERS, user_ids, viewer_ids, than=than)


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
    return await _found(session, _TWEETS, tweet_ids, viewer_ids, than=than)


_TWEET_STATES = _differing(viewer_states.OF_TWEETS.text)


async def tweet_states_differ(
    session: ReadSession, tweet_ids: Sequence[int], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers who stand otherwise to any of the tweets."""
    return await _found(session, _TWEET_STATES, tweet_ids, viewer_ids, than=than)


_USER_STATES = _differing(viewer_states.OF_USERS.text)


async def user_states_differ(
    session: ReadSession, user_ids: Sequence[int], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers who stand otherwise to any of the users."""
    return await _found(session, _USER_STATES, user_ids, viewer_ids, than=than)


_HOMES = _differing(f"SELECT id FROM ({home_timelines.BELONGING_TO_EACH.text}) AS entry WHERE NOT is_repeat")  # noqa: S608


async def homes_differ(
    session: ReadSession, tweet_ids: Sequence[int], viewer_ids: Sequence[int], *, than: int
) -> set[int]:
    """Those of the viewers whose home timelines hold others of the tweets."""
    return await _found(session, _HOMES, tweet_ids, viewer_ids, than=than, once_within_ms=once_within_ms())

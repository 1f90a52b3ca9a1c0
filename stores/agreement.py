"""To which viewers things are something else than to one of them.

A question is made of what the one lookup of the things runs for its one viewer: where a lookup changes, the answers
here change with it. They are asked together, for all viewers in one statement. `than` is never among those found, and
is compared as they stand at the moment of the statement, which need not be as they stood when something was looked up
for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import cache
from typing import Any, TypeAlias

import msgspec
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
from stores.arrays import array
from stores.merged_authors import once_within_ms, which_belong
from stores.tweets import VERDICTS
from stores.visibility import for_each_viewer, user_verdict

TOGETHER = 32
"""Combinations of questions that are asked in one statement each, of which a connection keeps the plan: megabytes."""

_IDS = "CAST(:ids AS bigint[])"


class Question(msgspec.Struct, frozen=True):
    state: str
    """Selects, over `:viewer_id` and the values, arrays of what is looked up, all that depends on the viewer."""
    values: Mapping[str, object]


Asking: TypeAlias = Callable[[Sequence[Any]], Iterable[Question]]
"""The questions about things by their keys."""


def _by_ids(state: str) -> Asking:
    return lambda ids: [Question(state, {"ids": ids})]


users = _by_ids(f"SELECT users.id, {user_verdict()} AS hidden FROM users WHERE users.id = ANY({_IDS})")  # noqa: S608
"""Of users, whether they are shown otherwise."""
# Until when a deleted tweet can be restored is told to its author.
tweets = _by_ids(
    f"""
    SELECT tweets.id, {VERDICTS}, tweets.deleted_at IS NOT NULL AND tweets.author_id = :viewer_id AS is_restorable
    FROM unnest({_IDS}) AS candidate (id) {which_belong("true")}
    """  # noqa: S608
)
"""Of tweets, whether they are shown otherwise, asked for or brought along."""
tweet_states = _by_ids(viewer_states.OF_TWEETS.text)
"""How a viewer stands to tweets."""
user_states = _by_ids(viewer_states.OF_USERS.text)
"""How a viewer stands to users."""
shown_lists = _by_ids(f"SELECT id FROM ({lists.BY_ID.text}) AS shown")  # noqa: S608
"""Which of the lists may be seen."""
retweeters = _by_ids(followed_retweets.OF_TWEETS_TO_EACH.text)
"""Who, and how many, are named as retweeters of tweets."""
poll_votes = _by_ids(f"SELECT DISTINCT tweet_id, viewer_votes FROM ({polls.OF_TWEETS.text}) AS poll")  # noqa: S608
"""How a viewer voted in the polls of tweets."""

_HOMES = f"SELECT id FROM ({home_timelines.BELONGING_TO_EACH.text}) AS entry WHERE NOT is_repeat"  # noqa: S608


def homes(tweet_ids: Sequence[int]) -> Iterable[Question]:
    """Which of the tweets are in home timelines."""
    yield Question(_HOMES, {"ids": tweet_ids, "once_within_ms": once_within_ms()})


def listed(candidates: Sequence[keyset.Candidate]) -> Iterable[Question]:
    """Which of the candidates are listed."""
    for listing, asked in keyset.by_listing(candidates).items():
        yield Question(keyset.belonging_statement(listing).text, asked)


_LIST_TIMELINES = f"SELECT parent_id, id FROM ({list_timelines.BELONGING_TO_EACH.text}) AS entry WHERE NOT is_repeat"  # noqa: S608


def in_list_timelines(candidates: Sequence[list_timelines.Candidate]) -> Iterable[Question]:
    """Which of the candidates are in lists' timelines."""
    list_ids, tweet_ids = zip(*candidates, strict=True)
    yield Question(_LIST_TIMELINES, {"list_ids": list_ids, "ids": tweet_ids, "once_within_ms": once_within_ms()})


def below(candidates: Sequence[thread_changes.Candidate]) -> Iterable[Question]:
    """To which of the candidates a viewer comes."""
    tweet_ids, reply_ids = zip(*candidates, strict=True)
    yield Question(thread_changes.BELOW.text, {"tweet_ids": tweet_ids, "reply_ids": reply_ids})


async def differing(
    session: ReadSession, questions: Sequence[Question], viewer_ids: Sequence[int], *, than: int
) -> Set[int]:
    """Those of the viewers to whom any of it is something else."""
    found: set[int] = set()
    for asked in _together(questions):
        rows = await session.rows(_statement(*(each.state for each in asked)), _values(asked, viewer_ids, than=than))
        found.update(viewer_id for [viewer_id] in rows)
    return found


_combinations: set[tuple[str, ...]] = set()


def _together(questions: Sequence[Question]) -> Iterable[Sequence[Question]]:
    """The questions that one statement asks, and those of the next."""
    combination = tuple(each.state for each in questions)
    is_known = combination in _combinations
    if len(questions) < 2 or not (is_known or len(_combinations) < TOGETHER):
        return [[each] for each in questions]
    _combinations.add(combination)
    return [questions]


@cache
def _statement(*of_questions: str) -> TextClause:
    differences = []
    for n, state in enumerate(of_questions):
        given = re.sub(r":(?!viewer_id\b)([a-z_]+)\b", rf":\1_{n}", state)
        differences.append(f"({_states(given, 'reader.id')}) IS DISTINCT FROM ({_states(given, _THAN)})")
    return text(
        f"""
        SELECT reader.id FROM unnest(CAST(CAST(:viewer_ids AS text) AS bigint[])) AS reader (id)
        WHERE {" OR ".join(differences)}
        """  # noqa: S608
    )


def _values(questions: Sequence[Question], viewer_ids: Sequence[int], *, than: int) -> dict[str, object]:
    of_questions = {f"{name}_{n}": value for n, each in enumerate(questions) for name, value in each.values.items()}
    return {**of_questions, "viewer_ids": array(viewer_ids), "than": than}


_THAN = "CAST(:than AS bigint)"


def _states(state: str, viewer_id: str) -> str:
    return f"SELECT array_agg(state ORDER BY state) FROM ({for_each_viewer(state, viewer_id)}) AS state"  # noqa: S608

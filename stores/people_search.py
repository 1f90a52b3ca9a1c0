"""People by the beginnings of their usernames and of the words of their display names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import text

from domain.ids import MAX_ID
from domain.pages import PageRequest
from infra.database import ReadSession, WriteSession
from stores.keyset import ListedIds, trimmed
from stores.visibility import NOBODY, listed_user

MAX_CANDIDATES = 1_000
"""Of the people whose names begin with very little, as many are ranked."""
_LAST = "\U0010ffff"
"""Behind every character that continues a word."""

_FORGET = text("DELETE FROM user_name_words WHERE user_id = ANY(CAST(:user_ids AS bigint[]))")
_REMEMBER = text(
    "INSERT INTO user_name_words (user_id, word) "
    "SELECT * FROM unnest(CAST(:user_ids AS bigint[]), CAST(:words AS text[]))"
)


async def index(session: WriteSession, words: Mapping[int, Sequence[str]]) -> None:
    """From now on these people's display names have these words."""
    await session.execute(_FORGET, {"user_ids": list(words)})
    pairs = [(user_id, word) for user_id, its_words in words.items() for word in its_words]
    await session.execute(
        _REMEMBER, {"user_ids": [user_id for user_id, _ in pairs], "words": [word for _, word in pairs]}
    )


# ~>=~ and ~<~ compare by code points, whatever the collation, as the indexes do; LIKE with a parameter cannot use them.
_USERNAME_BEGINS = "lower(users.username) ~>=~ prefix.low AND lower(users.username) ~<~ prefix.high"
_WORD_BEGINS = "user_name_words.word ~>=~ prefix.low AND user_name_words.word ~<~ prefix.high"
_PREFIXES = "unnest(CAST(:lows AS text[]), CAST(:highs AS text[])) AS prefix (low, high)"


def _matched(*, by_name: str = "", by_username: str = "") -> str:
    """People in whose names each prefix begins a word."""
    return f"""
        SELECT user_id AS id FROM {_PREFIXES} CROSS JOIN LATERAL (
            (SELECT user_name_words.user_id FROM user_name_words WHERE {_WORD_BEGINS} {by_name})
            UNION
            (SELECT users.id FROM users WHERE {_USERNAME_BEGINS} {by_username})
        ) AS found
        GROUP BY user_id HAVING count(*) = cardinality(CAST(:lows AS text[]))
    """  # noqa: S608


# Whose username it is comes first, with a key above all ids.
_SEARCH = {
    backward: text(
        f"""
        SELECT key, id FROM (
            SELECT users.id, CASE WHEN lower(users.username) = :username THEN {MAX_ID - 1} ELSE users.id END AS key
            FROM ({_matched()}) AS matched JOIN users ON users.id = matched.id
            WHERE {listed_user()}
        ) AS listed
        WHERE key > :low AND key < :high
        ORDER BY key {direction} LIMIT :limit
        """  # noqa: S608
    )
    for backward, direction in ((False, "DESC"), (True, "ASC"))
}


async def page(session: ReadSession, words: Sequence[str], request: PageRequest, *, viewer_id: int | None) -> ListedIds:
    """Whose username is the one word, then the newest accounts first."""
    rows = await session.execute(
        _SEARCH[request.backward],
        {
            **_parameters(words, viewer_id),
            "username": words[0] if len(words) == 1 else "",
            "low": -1 if request.before is None else request.before,
            "high": MAX_ID if request.after is None else request.after,
            "limit": request.size + 1,
        },
    )
    return trimmed([(row.key, row.id) for row in rows], request)


_BY_NAME = "ORDER BY user_name_words.word USING ~<~, user_name_words.user_id LIMIT :candidates"
_BY_USERNAME = "ORDER BY lower(users.username) USING ~<~ LIMIT :candidates"
_BEST = text(
    f"""
    SELECT users.id
    FROM (
        SELECT follows.followee_id AS id FROM follows JOIN users ON users.id = follows.followee_id
        WHERE follows.follower_id = :viewer_id AND NOT EXISTS (
            SELECT FROM {_PREFIXES}
            WHERE NOT ({_USERNAME_BEGINS}) AND NOT EXISTS (
                SELECT FROM user_name_words WHERE user_name_words.user_id = users.id AND {_WORD_BEGINS}
            )
        )
        UNION
        SELECT id FROM ({_matched(by_name=_BY_NAME, by_username=_BY_USERNAME)}) AS matched
    ) AS candidate
    JOIN users ON users.id = candidate.id
    JOIN user_counts ON user_counts.user_id = users.id
    LEFT JOIN follows ON follows.follower_id = :viewer_id AND follows.followee_id = users.id
    WHERE {listed_user()}
    ORDER BY follows.id IS NULL, user_counts.followers DESC, users.id
    LIMIT :limit
    """  # noqa: S608
)


async def best(session: ReadSession, words: Sequence[str], *, limit: int, viewer_id: int | None) -> list[int]:
    """People whom the viewer follows, then the others; within each those with most followers first, as last folded."""
    rows = await session.execute(_BEST, {**_parameters(words, viewer_id), "limit": limit, "candidates": MAX_CANDIDATES})
    return list(rows.scalars())


def _parameters(words: Sequence[str], viewer_id: int | None) -> dict[str, object]:
    return {"lows": words, "highs": [word + _LAST for word in words], "viewer_id": viewer_id or NOBODY}

"""People, follows and tweets put straight into the tables: seconds, where the services take minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text

from domain.ids import EPOCH_MS, MAX_WORKER, snowflake
from infra.clock import SystemClock
from infra.database import Database, WriteSession

AGE = timedelta(days=30)
"""How far back the things of one kind begin, each in a millisecond of its own."""
MILLISECOND = 1 << 22

_PEOPLE = text(
    """
    WITH added AS (
        INSERT INTO users (id, username, display_name, email, password_hash, created_at)
        SELECT CAST(:first_id AS bigint) + n * CAST(:step AS bigint), 'bench' || n, 'Bench ' || n,
            'bench' || n || '@example.com', CAST(:password_hash AS text), now()
        FROM generate_series(0, CAST(:count AS integer) - 1) AS n
        RETURNING id
    )
    INSERT INTO user_counts (user_id) SELECT id FROM added
    """
)


_NO_TIMEOUT = text("SET LOCAL statement_timeout = 0")
_UNCHECKED = text(
    "SELECT set_config('session_replication_role', 'replica', true) FROM pg_roles "
    "WHERE rolname = current_user AND rolsuper"
)
"""Foreign keys, half of the time that it takes; only a superuser may."""


async def _in_bulk(session: WriteSession) -> None:
    await session.execute(_NO_TIMEOUT)
    await session.execute(_UNCHECKED)


async def add_people(session: WriteSession, count: int, *, password_hash: str = "") -> list[int]:
    """To be called once. Their ids; they are bench0, bench1 and so on. Nobody can log in as them without a hash."""
    first_id = _first_id()
    await _in_bulk(session)
    parameters = {"first_id": first_id, "step": MILLISECOND, "count": count, "password_hash": password_hash}
    await session.execute(_PEOPLE, parameters)
    return list(range(first_id, first_id + count * MILLISECOND, MILLISECOND))


_FOLLOWS = text(
    """
    WITH added AS (
        INSERT INTO follows (id, follower_id, followee_id)
        SELECT CAST(:first_id AS bigint) + place * CAST(:step AS bigint), follower_id, followee_id
        FROM unnest(CAST(:follower_ids AS bigint[]), CAST(:followee_ids AS bigint[]))
            WITH ORDINALITY AS pair (follower_id, followee_id, place)
        RETURNING follower_id, followee_id
    ), counted AS (
        SELECT user_id, sum(followers) AS followers, sum(following) AS following
        FROM (
            SELECT followee_id, 1, 0 FROM added UNION ALL SELECT follower_id, 0, 1 FROM added
        ) AS change (user_id, followers, following)
        GROUP BY user_id
    )
    UPDATE user_counts
    SET followers = user_counts.followers + counted.followers, following = user_counts.following + counted.following
    FROM counted WHERE counted.user_id = user_counts.user_id
    """
)


async def add_follows(session: WriteSession, follower_ids: Sequence[int], followee_ids: Sequence[int]) -> None:
    """To be called once. The first follower follows the first followee, and so on."""
    parameters = {
        "first_id": _first_id(),
        "step": MILLISECOND,
        "follower_ids": follower_ids,
        "followee_ids": followee_ids,
    }
    await _in_bulk(session)
    await session.execute(_FOLLOWS, parameters)


async def add_people_who_follow(session: WriteSession, count: int, follows: int) -> list[int]:
    """To be called once. Everybody follows, and is followed by, as many, evenly spread over all."""
    people = await add_people(session, count)
    step = max(1, (count - 1) // follows)
    followers = [person for person in people for _ in range(follows)]
    followees = [people[(place + 1 + nth * step) % count] for place in range(count) for nth in range(follows)]
    await add_follows(session, followers, followees)
    return people


def _first_id() -> int:
    now_ms = SystemClock().now_ms()
    return snowflake(ms=now_ms - AGE // timedelta(milliseconds=1), worker=MAX_WORKER, sequence=0)


_TWEETS = text(
    """
    WITH added AS (
        INSERT INTO tweets (id, author_id, text, entities, weighted_length, created_at, conversation_id)
        SELECT id, author_id, 'Tweet ' || n || ': ' || repeat('so it is said ', 6), '[]', 100, to_timestamp(
            (id / CAST(:millisecond AS bigint) + CAST(:epoch_ms AS bigint)) / 1000.0
        ), id
        FROM generate_series(0, CAST(:count AS integer) - 1) AS n, LATERAL (
            SELECT CAST(:first_id AS bigint) + n * CAST(:step AS bigint) AS id,
                (CAST(:author_ids AS bigint[]))[1 + n % cardinality(CAST(:author_ids AS bigint[]))] AS author_id
        ) AS new
        RETURNING id, author_id
    ), liked AS (
        INSERT INTO likes (user_id, tweet_id, id) SELECT author_id, id, id FROM added
    ), counted AS (
        UPDATE user_counts SET tweets = user_counts.tweets + written.tweets
        FROM (SELECT author_id, count(*) AS tweets FROM added GROUP BY author_id) AS written
        WHERE user_counts.user_id = written.author_id
    )
    INSERT INTO tweet_counts (tweet_id, likes) SELECT id, 1 FROM added
    """
)


async def add_tweets(session: WriteSession, author_ids: Sequence[int], count: int) -> None:
    """To be called once. All write alike often, in turn, evenly over AGE; each likes what they wrote."""
    parameters = {
        "first_id": _first_id(),
        "step": AGE // timedelta(milliseconds=1) // count * MILLISECOND,
        "count": count,
        "millisecond": MILLISECOND,
        "epoch_ms": EPOCH_MS,
        "author_ids": author_ids,
    }
    await _in_bulk(session)
    await session.execute(_TWEETS, parameters)


_CONVERSATIONS = text(
    """
    WITH added AS (
        INSERT INTO tweets (id, author_id, text, entities, weighted_length, created_at, conversation_id, in_reply_to_id,
            in_reply_to_user_id)
        SELECT id, author_id, 'Tweet ' || id || ': ' || repeat('so it is said ', 6), '[]', 120, to_timestamp(
            (id / CAST(:millisecond AS bigint) + CAST(:epoch_ms AS bigint)) / 1000.0
        ), conversation_id, nullif(parent_id, 0), nullif(parent_author_id, 0)
        FROM unnest(CAST(:ids AS bigint[]), CAST(:author_ids AS bigint[]), CAST(:conversation_ids AS bigint[]),
            CAST(:parent_ids AS bigint[]), CAST(:parent_author_ids AS bigint[]))
            AS new (id, author_id, conversation_id, parent_id, parent_author_id)
        RETURNING id, author_id, in_reply_to_id
    ), counted AS (
        UPDATE user_counts SET tweets = user_counts.tweets + written.tweets
        FROM (SELECT author_id, count(*) AS tweets FROM added GROUP BY author_id) AS written
        WHERE user_counts.user_id = written.author_id
    ), answers AS (
        SELECT in_reply_to_id AS id, count(*) AS replies FROM added GROUP BY in_reply_to_id
    )
    INSERT INTO tweet_counts (tweet_id, replies)
    SELECT added.id, coalesce(answers.replies, 0) FROM added LEFT JOIN answers ON answers.id = added.id
    """
)


async def add_conversations(
    session: WriteSession, author_ids: Sequence[int], count: int, *, above: int, below: int
) -> list[int]:
    """To be called once. In each, one tweet answers the other down to that whose id is returned, and the rest answers
    that; everybody writes in turn."""
    size = above + 1 + below
    step = AGE // timedelta(milliseconds=1) // (count * size) * MILLISECOND
    first_id = _first_id()
    ids = [first_id + n * step for n in range(count * size)]
    authors = [author_ids[n % len(author_ids)] for n in range(count * size)]
    places = [n % size for n in range(count * size)]
    parents = [n - 1 if place <= above else n - place + above for n, place in enumerate(places)]
    parameters = {
        "ids": ids,
        "author_ids": authors,
        "conversation_ids": [ids[n - place] for n, place in enumerate(places)],
        "parent_ids": [ids[parent] if place else 0 for place, parent in zip(places, parents, strict=True)],
        "parent_author_ids": [authors[parent] if place else 0 for place, parent in zip(places, parents, strict=True)],
        "millisecond": MILLISECOND,
        "epoch_ms": EPOCH_MS,
    }
    await _in_bulk(session)
    await session.execute(_CONVERSATIONS, parameters)
    return ids[above::size]


_NAMES = text(
    "UPDATE users SET display_name = named.name "
    "FROM unnest(CAST(:user_ids AS bigint[]), CAST(:names AS text[])) AS named (id, name) WHERE users.id = named.id"
)


async def name_people(session: WriteSession, user_ids: Sequence[int], names: Sequence[str]) -> None:
    await session.execute(_NAMES, {"user_ids": user_ids, "names": names})


_ANALYZE = text("VACUUM ANALYZE")
_SESSIONS = text(
    "INSERT INTO sessions (id, user_id, created_at, last_used_at) "
    "SELECT id, id, now(), now() FROM unnest(CAST(:user_ids AS bigint[])) AS person (id)"
)


async def sign_in(session: WriteSession, user_ids: Sequence[int]) -> None:
    """Each has a session whose id is their own."""
    await session.execute(_SESSIONS, {"user_ids": user_ids})


async def analyzed(database: Database) -> None:
    """What was put in is known to the planner, and vacuumed."""
    async with database.read() as reading:
        await reading.execute(_ANALYZE)

"""Compares counts with the rows they count, chunk by chunk for ever, and mends what differs.

Whoever writes a row writes its delta in the same transaction, so one statement sees both or neither: a difference
within one snapshot is a fault, not a race.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec
from sqlalchemy import TextClause, text

from infra.database import ReadSession, WriteSession

Subject = Literal["tweet", "user"]
SUBJECTS: tuple[Subject, ...] = get_args(Subject)

_ROWS: dict[Subject, dict[str, str]] = {
    "tweet": {
        "likes": "SELECT count(*) FROM likes WHERE tweet_id = subject.id",
        "retweets": "SELECT count(*) FROM tweets WHERE retweet_of_id = subject.id AND deleted_at IS NULL",
        "quotes": "SELECT count(*) FROM tweets WHERE quoted_id = subject.id AND deleted_at IS NULL",
        "replies": "SELECT count(*) FROM tweets WHERE in_reply_to_id = subject.id AND deleted_at IS NULL",
        "bookmarks": "SELECT count(*) FROM bookmarks WHERE tweet_id = subject.id",
    },
    "user": {
        "followers": "SELECT count(*) FROM follows WHERE followee_id = subject.id",
        "following": "SELECT count(*) FROM follows WHERE follower_id = subject.id",
        "tweets": "SELECT count(*) FROM tweets WHERE author_id = subject.id AND deleted_at IS NULL",
    },
}
"""What each count counts."""


class Drift(msgspec.Struct, frozen=True):
    """A count that was `counted` where there are `rows`."""

    subject: Subject
    subject_id: int
    count: str
    counted: int
    rows: int


class Chunk(msgspec.Struct, frozen=True):
    compared: int
    drifts: tuple[Drift, ...]


class Progress(msgspec.Struct, frozen=True):
    subject: Subject
    rounds: int
    """How often every subject has been compared."""
    found: dict[str, int]
    """Drifts found and mended so far, by count."""


def _compare(subject: Subject) -> TextClause:
    counts = _ROWS[subject]
    totals = ", ".join(counts)
    sums = ", ".join(f"sum({name}) AS {name}" for name in counts)
    pairs = ", ".join(f"('{name}', counted.{name}, ({rows}))" for name, rows in counts.items())
    return text(
        f"""
        WITH chunk AS (
            SELECT {subject}_id AS id FROM {subject}_counts WHERE {subject}_id > :after
            ORDER BY {subject}_id LIMIT :limit
        ), counted AS (
            SELECT part.id, {sums} FROM (
                SELECT {subject}_id AS id, {totals} FROM {subject}_counts
                WHERE {subject}_id = ANY(ARRAY(SELECT id FROM chunk))
                UNION ALL
                SELECT {subject}_id, {totals} FROM {subject}_count_deltas
                WHERE {subject}_id = ANY(ARRAY(SELECT id FROM chunk))
            ) AS part GROUP BY part.id
        )
        SELECT subject.id, pair.name, pair.counted, pair.rows
        FROM chunk AS subject JOIN counted ON counted.id = subject.id
        CROSS JOIN LATERAL (VALUES {pairs}) AS pair (name, counted, rows)
        ORDER BY subject.id
        """  # noqa: S608
    )


_COMPARE = {subject: _compare(subject) for subject in SUBJECTS}
_LOCK = text("SELECT pg_try_advisory_xact_lock(7203614)")
_BEGIN = text(
    "INSERT INTO reconciler_positions (subject, after_id) SELECT unnest(CAST(:subjects AS text[])), 0 "
    "ON CONFLICT DO NOTHING"
)
_POSITION = text("SELECT after_id FROM reconciler_positions WHERE subject = :subject")
_MOVE = text(
    """
    UPDATE reconciler_positions SET after_id = :after, rounds = rounds + :finished, moved_at = now()
    WHERE subject = :subject
    """
)
_RECORD = text(
    """
    INSERT INTO count_drifts (subject, subject_id, count, counted, rows)
    SELECT :subject, * FROM unnest(
        CAST(:ids AS bigint[]), CAST(:counts AS text[]), CAST(:counted AS int[]), CAST(:rows AS int[])
    )
    """
)
_MEND = {
    (subject, count): text(
        f"INSERT INTO {subject}_count_deltas ({subject}_id, {count}) "  # noqa: S608
        "SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:by AS int[]))"
    )
    for subject, counts in _ROWS.items()
    for count in counts
}


async def reconcile(session: WriteSession, subject: Subject, *, limit: int) -> Chunk:
    """Compares the next `limit` subjects, mends and records what differs, and begins again behind the last one.

    Does nothing while another process does it.
    """
    if not (await session.execute(_LOCK)).scalar_one():
        return Chunk(compared=0, drifts=())
    await session.execute(_BEGIN, {"subjects": [subject]})
    after = (await session.execute(_POSITION, {"subject": subject})).scalar_one()
    rows = (await session.execute(_COMPARE[subject], {"after": after, "limit": limit})).all()
    ids = {row.id for row in rows}
    drifts = [
        Drift(subject=subject, subject_id=row.id, count=row.name, counted=row.counted, rows=row.rows)
        for row in rows
        if row.counted != row.rows
    ]
    await _mend(session, subject, drifts)
    finished = len(ids) < limit
    await session.execute(_MOVE, {"subject": subject, "after": 0 if finished else max(ids), "finished": int(finished)})
    return Chunk(compared=len(ids), drifts=tuple(drifts))


async def _mend(session: WriteSession, subject: Subject, drifts: Sequence[Drift]) -> None:
    if not drifts:
        return
    await session.execute(
        _RECORD,
        {
            "subject": subject,
            "ids": [drift.subject_id for drift in drifts],
            "counts": [drift.count for drift in drifts],
            "counted": [drift.counted for drift in drifts],
            "rows": [drift.rows for drift in drifts],
        },
    )
    for count in sorted({drift.count for drift in drifts}):
        wrong = [drift for drift in drifts if drift.count == count]
        await session.execute(
            _MEND[subject, count],
            {"ids": [drift.subject_id for drift in wrong], "by": [drift.rows - drift.counted for drift in wrong]},
        )


_ROUNDS = text("SELECT subject, rounds FROM reconciler_positions")
_FOUND = text("SELECT subject, count AS name, count(*) AS found FROM count_drifts GROUP BY subject, count")


async def progress(session: ReadSession) -> list[Progress]:
    rounds = {row.subject: row.rounds for row in await session.execute(_ROUNDS)}
    found: dict[Subject, dict[str, int]] = {subject: dict.fromkeys(counts, 0) for subject, counts in _ROWS.items()}
    for row in await session.execute(_FOUND):
        found[row.subject][row.name] = row.found
    return [Progress(subject=subject, rounds=rounds.get(subject, 0), found=found[subject]) for subject in SUBJECTS]

"""What stands between two people changes in one transaction at a time: a follow never survives a block."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text

from infra.database import WriteSession

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(pair, 0)) FROM unnest(CAST(:pairs AS text[])) AS pair")


async def lock(session: WriteSession, one_id: int, other_id: int) -> None:
    """Until the transaction ends. Look at the pair after this, not before: a statement sees what was committed
    before it began."""
    await lock_all(session, [(one_id, other_id)])


async def lock_all(session: WriteSession, pairs: Iterable[tuple[int, int]]) -> None:
    """All at once, each pair in either order: a transaction that locks twice could wait for one that waits for it."""
    names = sorted({f"pair {min(pair)} {max(pair)}" for pair in pairs})
    await session.execute(_LOCK, {"pairs": names})

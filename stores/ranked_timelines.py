"""Rankings in Redis, kept while somebody pages through them: the moment, then 16 bytes for each entry."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence

import msgspec

from domain.ranking import KEPT_FOR, Ranked
from infra.redis import Redis

POSITION_BITS = 9
"""A position in a ranking is below 512; a token, with it, fits into a cursor's 63 bits."""
_HEADER = struct.Struct(">Q")
_ENTRY = struct.Struct(">QII")


class KeptRanking(msgspec.Struct, frozen=True):
    token: int
    """Names it among the viewer's."""
    at_ms: int
    entries: tuple[Ranked, ...]
    """Best first."""


def _key(user_id: int, token: int) -> bytes:
    """timeline:ranked:{USER_ID}:TOKEN; the braces keep a user's rankings in one slot of a cluster."""
    return b"timeline:ranked:{%d}:%d" % (user_id, token)


async def keep(redis: Redis, user_id: int, entries: Sequence[Ranked], *, at_ms: int) -> KeptRanking:
    """For KEPT_FOR. The token is the order's: who reloads what has not moved keeps one ranking, not many."""
    order = struct.pack(f">{len(entries)}Q", *(entry.tweet_id for entry in entries))
    token = int.from_bytes(hashlib.blake2b(order, digest_size=8).digest()) >> (1 + POSITION_BITS)
    packed = b"".join(_ENTRY.pack(entry.tweet_id, entry.engagement, entry.interactions) for entry in entries)
    await redis.set(_key(user_id, token), _HEADER.pack(at_ms) + packed, ex=KEPT_FOR)
    return KeptRanking(token=token, at_ms=at_ms, entries=tuple(entries))


async def kept(redis: Redis, user_id: int, token: int) -> KeptRanking | None:
    """None when it was never the user's, or is no longer kept."""
    packed = await redis.get(_key(user_id, token))
    if packed is None:
        return None
    (at_ms,) = _HEADER.unpack_from(packed)
    entries = tuple(Ranked(*fields) for fields in _ENTRY.iter_unpack(packed[_HEADER.size :]))
    return KeptRanking(token=token, at_ms=at_ms, entries=entries)

"""Redis connections. Code uses commands of Redis 6.2 at most."""

from __future__ import annotations

from redis.asyncio import Redis

__all__ = ["Redis", "connect"]


def connect(url: str) -> Redis:
    """A pooled client that answers bytes; a dead server is an error within two seconds, not a hang."""
    client: Redis = Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2, health_check_interval=15)
    return client

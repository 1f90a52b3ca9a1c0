"""Telling a server that is down from an event that cannot be handled."""

from __future__ import annotations

from redis import exceptions as redis_errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

_OUTAGES = (
    OSError,
    NoFreeConnection,
    redis_errors.ConnectionError,
    redis_errors.TimeoutError,
    redis_errors.AskError,
    redis_errors.ClusterDownError,
    redis_errors.TryAgainError,
    redis_errors.OutOfMemoryError,
    redis_errors.ReadOnlyError,
)
_REDIS_CANNOT_WRITE = ("OOM ", "READONLY ", "MISCONF ", "NOREPLICAS ")
"""Error codes as they stand inside the message of a script that failed."""
_SQLSTATES = ("08", "53", "57014", "57P", "58", "25006", "55000")
"""Connection lost, out of resources, statement cut off, shutting down or starting, system error, a replica that
cannot write, a database that takes no connections (PostgreSQL's manual, appendix A)."""


def is_cancelled_statement(error: BaseException) -> bool:
    """Whether Postgres ended a statement because it took too long (SQLSTATE 57014)."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == "57014"


def is_outage(error: BaseException) -> bool:
    """Whether the failure is a server's: the same work will succeed once the server is back.

    Errors in a statement or its values are not: they would come again for ever.
    """
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (getattr(error.orig, "sqlstate", None) or "").startswith(_SQLSTATES)
    if isinstance(error, redis_errors.ResponseError) and any(code in str(error) for code in _REDIS_CANNOT_WRITE):
        return True
    return isinstance(error, _OUTAGES)

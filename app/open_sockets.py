"""How many sockets and event streams this process has open, for whom, and what goes over them.

The limits are of one process: they keep one client from filling its memory. A number that all processes agree on would
have to be leased in Redis for every socket, and after a crash would refuse people whose sockets are long gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from starlette.requests import HTTPConnection

from app.authentication import client_address
from app.ws_messages import Closed
from domain.rate_limits import counted_network
from infra.settings import Settings

MAX_OF_SESSION = 3
MAX_STREAMS_OF_SESSION = 50
"""A stream is one operation; a socket runs as many."""
MAX_ANONYMOUS = 20
"""From one address."""


class TooManyOpen(Closed):
    def __init__(self, what: str, limit: int) -> None:
        super().__init__(4429, f"Too many {what}: at most {limit}")


class OpenSockets:
    def __init__(self, settings: Settings) -> None:
        self._allowed_origins = settings.allowed_origins
        self._max_of_address = settings.sockets_per_address
        self.held: Counter[tuple[str, str | int]] = Counter()
        self.count = 0
        self.running_operations = 0
        self.sent_events = 0

    def takes_origin(self, connection: HTTPConnection) -> bool:
        """False for a page of another site, unless it may call the API: no other client names an origin."""
        origin = connection.headers.get("origin")
        if origin is None or "*" in self._allowed_origins or origin in self._allowed_origins:
            return True
        return origin.partition("://")[2] == connection.headers.get("host")

    def of_address(self, websocket: HTTPConnection) -> Held:
        """Raises TooManyOpen when this would be one too many; an IPv6 network counts as one address."""
        return Held(self, [self._from(_network(websocket))], sockets=1)

    def of_session(self, websocket: HTTPConnection, session_id: int | None) -> Held:
        """As `of_address`; None where nobody is signed in."""
        if session_id is None:
            return Held(self, [_anonymous(_network(websocket))])
        return Held(self, [Limit("session", session_id, MAX_OF_SESSION, "sockets of this session")])

    def stream_of(self, request: HTTPConnection, session_id: int | None) -> Held:
        """As `of_address` and `of_session`, for an event stream."""
        network = _network(request)
        of_session = (
            _anonymous(network)
            if session_id is None
            else Limit("stream", session_id, MAX_STREAMS_OF_SESSION, "streams of this session")
        )
        return Held(self, [self._from(network), of_session], operations=1)

    def _from(self, network: str) -> Limit:
        return Limit("address", network, self._max_of_address, "connections from this address")


class Limit(NamedTuple):
    kind: str
    whose: str | int
    limit: int
    what: str


def _anonymous(network: str) -> Limit:
    return Limit("anonymous", network, MAX_ANONYMOUS, "connections without a token")


class Held:
    """Counted while inside; a generator would take some kilobytes for each socket."""

    __slots__ = ("_limits", "_open", "_operations", "_sockets")

    def __init__(self, open_: OpenSockets, limits: Sequence[Limit], *, sockets: int = 0, operations: int = 0) -> None:
        self._open = open_
        self._limits = limits
        self._sockets = sockets
        self._operations = operations

    def __enter__(self) -> None:
        for kind, whose, limit, what in self._limits:
            if self._open.held[kind, whose] >= limit:
                raise TooManyOpen(what, limit)
        self._add(1)

    def __exit__(self, *_: object) -> None:
        self._add(-1)

    def _add(self, times: int) -> None:
        for kind, whose, _, _ in self._limits:
            self._open.held[kind, whose] += times
            if not self._open.held[kind, whose]:
                del self._open.held[kind, whose]
        self._open.count += times * self._sockets
        self._open.running_operations += times * self._operations


def _network(connection: HTTPConnection) -> str:
    return counted_network(client_address(connection.scope).ip_address)

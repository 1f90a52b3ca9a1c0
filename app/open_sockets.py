"""How many sockets and event streams this process has open, for whom, and what goes over them.

The limits are of one process: they keep one client from filling its memory. A number that all processes agree on would
have to be leased in Redis for every socket, and after a crash would refuse people whose sockets are long gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

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
        self._held: Counter[tuple[str, str | int]] = Counter()
        self.count = 0
        self.running_operations = 0
        self.sent_events = 0

    def takes_origin(self, connection: HTTPConnection) -> bool:
        """False for a page of another site, unless it may call the API: no other client names an origin."""
        origin = connection.headers.get("origin")
        if origin is None or "*" in self._allowed_origins or origin in self._allowed_origins:
            return True
        return origin.partition("://")[2] == connection.headers.get("host")

    @contextmanager
    def of_address(self, websocket: HTTPConnection) -> Iterator[None]:
        """Raises TooManyOpen when this would be one too many; an IPv6 network counts as one address."""
        self.count += 1
        try:
            with self._from(_network(websocket)):
                yield
        finally:
            self.count -= 1

    @contextmanager
    def of_session(self, websocket: HTTPConnection, session_id: int | None) -> Iterator[None]:
        """As `of_address`; None where nobody is signed in."""
        if session_id is None:
            with self._anonymous(_network(websocket)):
                yield
        else:
            with self._one_of("session", session_id, MAX_OF_SESSION, "sockets of this session"):
                yield

    @contextmanager
    def stream_of(self, request: HTTPConnection, session_id: int | None) -> Iterator[None]:
        """As `of_address` and `of_session`, for an event stream."""
        network = _network(request)
        if session_id is None:
            of_session = self._anonymous(network)
        else:
            of_session = self._one_of("stream", session_id, MAX_STREAMS_OF_SESSION, "streams of this session")
        with self._from(network), of_session:
            self.running_operations += 1
            try:
                yield
            finally:
                self.running_operations -= 1

    def _from(self, network: str) -> AbstractContextManager[None]:
        return self._one_of("address", network, self._max_of_address, "connections from this address")

    def _anonymous(self, network: str) -> AbstractContextManager[None]:
        return self._one_of("anonymous", network, MAX_ANONYMOUS, "connections without a token")

    @contextmanager
    def _one_of(self, kind: str, whose: str | int, limit: int, what: str) -> Iterator[None]:
        key = kind, whose
        if self._held[key] >= limit:
            raise TooManyOpen(what, limit)
        self._held[key] += 1
        try:
            yield
        finally:
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]


def _network(connection: HTTPConnection) -> str:
    return counted_network(client_address(connection).ip_address)

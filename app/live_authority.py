"""What a connection that stays open may do while it does: all that its token is good for, until that expires or its
session ends, whichever process ended it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeAlias

from domain.changes import Change, ChangeKind
from domain.errors import RequestRefused, SessionExpired, Unauthenticated
from domain.records import Viewer
from infra.database import ReadSession
from services import sessions, tokens
from services.live import LiveHub
from services.runtime import Runtime
from services.tokens import TimedClaims
from stores.sessions import of_stopped_apps

ANNOUNCED_BEFORE = timedelta(seconds=60)

Over: TypeAlias = Callable[[RequestRefused], None]
Expiring: TypeAlias = Callable[[datetime], None]


class Authority:
    """Of one connection."""

    def __init__(self, runtime: Runtime, claims: TimedClaims, over: Over, expiring: Expiring) -> None:
        self._runtime = runtime
        self._claims = claims
        self._over = over
        self._expiring = expiring
        self.ended_by: RequestRefused | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def session_id(self) -> int:
        return self._claims.session_id

    @property
    def is_of_app(self) -> bool:
        return self._claims.scopes is not None

    async def viewer(self) -> Viewer:
        """As it is now; raises RequestRefused."""
        if self._left() <= timedelta():
            raise SessionExpired
        return await sessions.standing(self._runtime, self._claims)

    async def renew(self, token: str) -> datetime:
        """Goes on with a later token of the same session that is good for the same, and returns when that expires.
        Raises RequestRefused for any other."""
        claims = tokens.verified_claims(self._runtime.settings, token, now=self._runtime.now())
        if (claims.session_id, claims.scopes) != (self._claims.session_id, self._claims.scopes):
            raise Unauthenticated("A connection goes on with a token of its own session, good for the same.")
        await sessions.standing(self._runtime, claims)
        self._claims = claims
        self.begin()
        return claims.expires_at

    def begin(self) -> None:
        """From here on the expiry is announced ANNOUNCED_BEFORE, and takes effect when it comes."""
        self.stop()
        announced_in = self._left() - ANNOUNCED_BEFORE
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(max(announced_in.total_seconds(), 0), self._announce)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def end(self, why: RequestRefused) -> None:
        self.stop()
        if self.ended_by is None:
            self.ended_by = why
            self._over(why)

    def _announce(self) -> None:
        self._expiring(self._claims.expires_at)
        self._await_expiry()

    def _await_expiry(self) -> None:
        left = self._left()
        if left <= timedelta():
            self.end(SessionExpired())
        else:
            self._timer = asyncio.get_running_loop().call_later(left.total_seconds(), self._await_expiry)

    def _left(self) -> timedelta:
        return self._claims.expires_at - self._runtime.now()


class Authorities:
    """Of all open connections of this process."""

    def __init__(self, runtime: Runtime, live: LiveHub) -> None:
        self._runtime = runtime
        self._open: defaultdict[int, set[Authority]] = defaultdict(set)
        live.add_reader(self._hear)

    @asynccontextmanager
    async def opened(self, token: str | None, *, over: Over, expiring: Expiring) -> AsyncIterator[Authority | None]:
        """None without a token. Inside the block `over` is called once when the authority is over, and `expiring`
        with the moment at which its token expires, a while before. Raises RequestRefused."""
        if token is None:
            yield None
            return
        claims = tokens.verified_claims(self._runtime.settings, token, now=self._runtime.now())
        authority = Authority(self._runtime, claims, over, expiring)
        of_session = self._open[claims.session_id]
        of_session.add(authority)
        try:
            # Looked at only now, so that a session that ends meanwhile is seen to have, or heard of.
            await authority.viewer()
            if authority.ended_by is not None:
                raise authority.ended_by
            authority.begin()
            yield authority
        finally:
            authority.stop()
            of_session.discard(authority)
            if not of_session:
                del self._open[claims.session_id]

    async def _hear(self, session: ReadSession, found: Sequence[Change]) -> None:
        ended = {change.subject_id for change in found if change.kind is ChangeKind.SESSION_ENDED}
        if any(change.kind is ChangeKind.APPS_STOPPED for change in found):
            of_apps = {each.session_id for of_one in self._open.values() for each in of_one if each.is_of_app}
            ended |= await of_stopped_apps(session, of_apps)
        for session_id in self._open.keys() & ended:
            for authority in self._open[session_id]:
                authority.end(Unauthenticated("This session has ended: log in again."))

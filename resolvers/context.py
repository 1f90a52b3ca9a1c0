"""What every resolver is given: who asks, and the means to answer. A session factory, never a session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Sequence, Set
from functools import cached_property
from typing import Any, TypeAlias

from domain.changes import Told
from domain.errors import Unauthenticated
from domain.ids import Cursor
from domain.records import ClientAddress, Viewer
from execution.setwise import SetwiseCalls
from infra.database import Reads
from loaders import Loaders
from services.live import LiveHub
from services.runtime import Runtime
from services.watches import Hearer

Worth: TypeAlias = Callable[["Context", Told], Awaitable[Sequence[Any] | None]]
"""The events that a piece is worth to a context's viewer; None where their stream is to say it."""
HearerFor: TypeAlias = Callable[["Context", Hashable, Worth], Hearer]
"""The hearer of a context's stream: of what it tells, equal where streams tell the same, and what pieces are worth to
any of its audience."""


class Context:
    """One per operation: a WebSocket makes a new one for each operation, never one per socket."""

    def __init__(
        self,
        runtime: Runtime,
        live: LiveHub,
        *,
        client: ClientAddress,
        viewer: Viewer | None,
        fields: Set[str] = frozenset(),
    ) -> None:
        self.runtime = runtime
        self.live = live
        self.client = client
        self._viewer = viewer
        self.is_personal = False
        """Somebody has asked who the viewer is: what was worked out is for nobody else."""
        self.compared_with: frozenset[int] = frozenset()
        """People of whom somebody has asked whether they are the viewer."""
        self.is_degraded = False
        """Set when Redis did not answer and the result came from Postgres alone."""
        self.fields = fields
        """Names of all fields of the document, where they are known: what may be asked of what a page brings."""
        self.stream_cursor: Cursor | None = None
        """Where a subscription stands: what its client goes on from, then the cursor of each event."""
        self.reads: Reads = runtime.database
        """Where loaders read."""
        self.hearer_for: HearerFor | None = None
        """Where a subscription may be told together with others."""
        self.renew()

    @property
    def viewer(self) -> Viewer | None:
        self.is_personal = True
        return self._viewer

    @property
    def viewer_id(self) -> int | None:
        return self.viewer.user.id if self.viewer else None

    def is_viewer(self, user_id: int) -> bool:
        self.compared_with |= {user_id}
        return self._viewer is not None and self._viewer.user.id == user_id

    def required_viewer(self) -> Viewer:
        """Raises Unauthenticated when nobody is signed in."""
        if self.viewer is None:
            raise Unauthenticated
        return self.viewer

    def at(self, reads: Reads) -> Context:
        """For the same viewer, with nothing asked; what is loaded comes from there."""
        context = Context(self.runtime, self.live, client=self.client, viewer=self._viewer)
        context.reads = reads
        context.renew()
        return context

    def sign_in(self, viewer: Viewer | None) -> None:
        """The rest of this operation is resolved as this viewer sees it."""
        self._viewer = viewer
        self.renew()

    def renew(self) -> None:
        """Forgets everything loaded: between the events of a subscription, and after a mutation wrote."""
        self.as_of = self.runtime.now()
        """What is loaded is at least as new."""
        self.seen = self.live.seen
        """What is loaded includes it: streams that go on from here miss nothing."""
        for made in ("loaders", "setwise"):
            self.__dict__.pop(made, None)

    @cached_property
    def loaders(self) -> Loaders:
        return Loaders(self.reads, viewer_id=self._viewer.user.id if self._viewer else None)

    @cached_property
    def setwise(self) -> SetwiseCalls:
        return SetwiseCalls()

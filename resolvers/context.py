"""What every resolver is given: who asks, and the means to answer. A session factory, never a session."""

from __future__ import annotations

from domain.errors import Unauthenticated
from domain.ids import Cursor
from domain.records import ClientAddress, Viewer
from execution.setwise import SetwiseCalls
from loaders import Loaders
from services.live import LiveHub
from services.runtime import Runtime


class Context:
    """One per operation: a WebSocket makes a new one for each operation, never one per socket."""

    def __init__(self, runtime: Runtime, live: LiveHub, *, client: ClientAddress, viewer: Viewer | None) -> None:
        self.runtime = runtime
        self.live = live
        self.client = client
        self.viewer = viewer
        self.is_degraded = False
        """Set when Redis did not answer and the result came from Postgres alone."""
        self.stream_cursor: Cursor | None = None
        """Where a subscription stands: what its client goes on from, then the cursor of each event."""
        self.renew()

    @property
    def viewer_id(self) -> int | None:
        return self.viewer.user.id if self.viewer else None

    def required_viewer(self) -> Viewer:
        """Raises Unauthenticated when nobody is signed in."""
        if self.viewer is None:
            raise Unauthenticated
        return self.viewer

    def sign_in(self, viewer: Viewer | None) -> None:
        """The rest of this operation is resolved as this viewer sees it."""
        self.viewer = viewer
        self.renew()

    def renew(self) -> None:
        """Forgets everything loaded: between the events of a subscription, and after a mutation wrote."""
        self.as_of = self.runtime.now()
        """What is loaded is at least as new."""
        self.seen = self.live.seen
        """What is loaded includes it: streams that go on from here miss nothing."""
        self.loaders = Loaders(self.runtime.database, viewer_id=self.viewer_id)
        self.setwise = SetwiseCalls()

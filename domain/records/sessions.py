"""Sessions: who is signed in from where."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain import ids

MAX_USER_AGENT = 255
MAX_IP_ADDRESS = 45


class ClientAddress(msgspec.Struct, frozen=True):
    """Where a request came from, as the client and the network say."""

    ip_address: str | None = None
    user_agent: str | None = None

    @classmethod
    def of(cls, ip_address: str | None, user_agent: str | None) -> ClientAddress:
        """Cut to what is kept."""
        return cls(
            ip_address=ip_address[:MAX_IP_ADDRESS] if ip_address else None,
            user_agent=user_agent[:MAX_USER_AGENT] if user_agent else None,
        )


class Session(msgspec.Struct, frozen=True):
    id: int
    client: ClientAddress
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    is_current: bool
    app_name: str | None = None

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("Session", self.id)

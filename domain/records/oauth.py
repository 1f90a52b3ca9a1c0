"""Apps of third parties, and what somebody lets them do."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain import ids
from domain.permissions import Scope


class OAuthApp(msgspec.Struct, frozen=True):
    id: int
    name: str
    description: str
    redirect_uris: tuple[str, ...]
    is_confidential: bool
    created_at: datetime

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("OAuthApp", self.id)


class OAuthGrant(msgspec.Struct, frozen=True):
    id: int
    app_name: str
    app_description: str
    scopes: tuple[Scope, ...]
    granted_at: datetime
    last_used_at: datetime | None

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("OAuthGrant", self.id)

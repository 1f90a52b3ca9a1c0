"""What a viewer has muted."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain import ids
from domain.records.people import User


class Mute(msgspec.Struct, frozen=True):
    user: User
    muted_at: datetime
    expires_at: datetime | None


class MutedWord(msgspec.Struct, frozen=True):
    id: int
    phrase: str
    whole_word: bool
    expires_at: datetime | None

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("MutedWord", self.id)

    @property
    def muted_at(self) -> datetime:
        return ids.created_at(self.id)

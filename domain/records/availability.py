"""Whether something can be shown, or done, and why not."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from domain.errors import NotAllowedReason


class UnavailableReason(StrEnum):
    """Why something cannot be shown. stores/visibility.py decides which holds, by these names."""

    NOT_FOUND = "NOT_FOUND"
    DEACTIVATED = "DEACTIVATED"
    SUSPENDED = "SUSPENDED"
    BLOCKED_BY = "BLOCKED_BY"
    BLOCKED = "BLOCKED"
    PROTECTED = "PROTECTED"
    WITHHELD = "WITHHELD"
    MUTED = "MUTED"
    FILTERED = "FILTERED"
    SENSITIVE = "SENSITIVE"


class PermissionState(msgspec.Struct, frozen=True):
    """Whether the viewer may do something to a thing, before trying."""

    reason: NotAllowedReason | None = None
    resolution: str | None = None

    @property
    def allowed(self) -> bool:
        return self.reason is None

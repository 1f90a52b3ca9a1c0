"""What a mutation or subscription asks of whoever calls it."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    ANYONE = "ANYONE"
    """Also without signing in."""
    SIGNED_IN = "SIGNED_IN"

"""People, and how they stand to the viewer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

import msgspec

from domain import ids
from domain.errors import ScopeMissing
from domain.permissions import Role, Scope
from domain.records.availability import UnavailableReason
from domain.text import Entity


class AccountStatus(StrEnum):
    ACTIVE = "ACTIVE"
    DEACTIVATED = "DEACTIVATED"
    SUSPENDED = "SUSPENDED"


class FollowState(StrEnum):
    NONE = "NONE"
    REQUESTED = "REQUESTED"
    FOLLOWING = "FOLLOWING"


class SensitiveContent(StrEnum):
    """What a viewer wants done with tweets that are marked as sensitive."""

    SHOW = "SHOW"
    WARN = "WARN"
    HIDE = "HIDE"


class VerificationKind(StrEnum):
    PERSON = "PERSON"
    ORGANISATION = "ORGANISATION"
    GOVERNMENT = "GOVERNMENT"


class Verification(msgspec.Struct, frozen=True):
    kind: VerificationKind
    issuer: str
    since: datetime


class User(msgspec.Struct, frozen=True, weakref=True):
    is_kept: ClassVar[bool] = True
    """By the process, while its row is what it was."""
    id: int
    username: str
    display_name: str
    region: str | None
    status: AccountStatus
    created_at: datetime
    bio: str = ""
    bio_entities: tuple[Entity, ...] = ()
    location: str | None = None
    url: str | None = None
    avatar_url: str | None = None
    pinned_tweet_id: int | None = None
    is_protected: bool = False
    verification: Verification | None = None
    version: int = 1

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("User", self.id)


class UserUnavailable(msgspec.Struct, frozen=True):
    id: int
    reason: UnavailableReason
    username: str
    """Empty where the account no longer exists."""

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("User", self.id)


UserResult: TypeAlias = User | UserUnavailable


class StoredUser(msgspec.Struct, frozen=True):
    """An account as it lies in the database, with what the visibility predicate says of it to one viewer."""

    user: User
    hidden: UnavailableReason | None


class MuteState(msgspec.Struct, frozen=True):
    until: datetime | None


class UserViewerState(msgspec.Struct, frozen=True):
    following: FollowState = FollowState.NONE
    followed_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: MuteState | None = None
    shows_retweets: bool = True


class Viewer(msgspec.Struct, frozen=True):
    """Who is asking: the account and the session (refresh-token family) the request came with."""

    user: User
    email: str
    session_id: int
    email_verified: bool = False
    role: Role = Role.USER
    sensitive_content: SensitiveContent = SensitiveContent.WARN
    scopes: frozenset[Scope] | None = None
    """None is the whole account, as its owner's own apps have it."""

    def check_scope(self, scope: Scope) -> None:
        """Raises ScopeMissing where the token is not good for it."""
        if self.scopes is not None and scope not in self.scopes:
            raise ScopeMissing(scope)


class TokenPair(msgspec.Struct, frozen=True):
    access_token: str
    access_token_expires_at: datetime
    refresh_token: str

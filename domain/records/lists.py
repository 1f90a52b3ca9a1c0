"""Lists of people, and how they stand to the viewer."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain import ids


class UserList(msgspec.Struct, frozen=True):
    id: int
    owner_id: int
    name: str
    description: str
    is_private: bool
    created_at: datetime
    version: int = 1

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("UserList", self.id)


class UserListCounts(msgspec.Struct, frozen=True):
    members: int = 0
    followers: int = 0


class UserListViewerState(msgspec.Struct, frozen=True):
    is_owner: bool
    is_member: bool
    is_following: bool

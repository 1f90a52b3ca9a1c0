"""People."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from domain import pages, records
from domain.ids import Cursor, Snowflake
from domain.records import AccountStatus, FollowState, UnavailableReason
from resolvers import counts, listings, users
from schema.binding import Bound, bound, derived, plain
from schema.nodes import Count, Node, PageInfo

if TYPE_CHECKING:
    from schema.timelines import TimelineConnection


@strawberry.type(description="How the viewer and a user stand to each other.")
class UserViewerState(Bound):
    record = records.UserViewerState
    following: FollowState = plain("Whether the viewer follows the user.")
    followed_by: bool = plain("Whether the user follows the viewer.")


@strawberry.type(description="A person's account.")
class User(Bound, Node):
    record = records.User
    id: strawberry.ID = derived(lambda user: user.global_id, "Unique among all types, opaque, never changes.")
    raw_id: Snowflake = derived(lambda user: user.id, "The id as it stands in URLs and logs.")
    username: str = plain("The name after the @: up to 20 letters, digits and underscores; unique in any case.")
    display_name: str = plain("The name people read; up to 50 characters.")
    region: str | None = plain("The country the user chose at registration, as ISO 3166-1 alpha-2.")
    status: AccountStatus = plain("Whether the account can be used.")
    created_at: datetime = plain("When the account was registered.")
    follower_count: Count = bound(counts.followers, "How many follow this user.")
    following_count: Count = bound(counts.following, "How many this user follows.")
    tweet_count: Count = bound(counts.tweets, "How many tweets and replies this user has, without deleted ones.")
    tweets: Annotated[TimelineConnection, strawberry.lazy("schema.timelines")] = bound(
        listings.tweets_by_author,
        "The user's tweets and replies, newest first; 20 by default.",
        page=listings.DEFAULT_PAGE,
    )
    followers: UserConnection = bound(
        listings.followers, "Who follows this user, latest first; 20 by default.", page=listings.DEFAULT_PAGE
    )
    following: UserConnection = bound(
        listings.following, "Whom this user follows, latest first; 20 by default.", page=listings.DEFAULT_PAGE
    )
    viewer_state: UserViewerState | None = bound(
        users.viewer_states, "How the viewer stands to this user; null when nobody is signed in."
    )


@strawberry.type(description="A user who cannot be shown.")
class UserUnavailable(Bound):
    record = records.UserUnavailable
    reason: UnavailableReason = plain("Why not.")
    username: str = plain("The name; empty where the account no longer exists.")


UserResult: TypeAlias = Annotated[
    User | UserUnavailable,
    strawberry.union("UserResult", description="A user, or why there is none to show."),
]


@strawberry.type(description="A user in a list.")
class UserEdge(Bound):
    record = pages.Edge
    cursor: Cursor = plain("Points at this entry.")
    node: User = plain("The user.")


@strawberry.type(description="A page of users.")
class UserConnection(Bound):
    record = pages.Connection
    edges: list[UserEdge] = plain("The entries with their cursors.")
    nodes: list[User] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")


@strawberry.input(one_of=True, description="How to find a user: set exactly one field.")
class UserBy:
    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="The global id.")
    username: str | None = strawberry.field(default=strawberry.UNSET, description="The username, in any case.")
    raw_id: Snowflake | None = strawberry.field(default=strawberry.UNSET, description="The raw id.")

    def __post_init__(self) -> None:
        for name in ("id", "username", "raw_id"):
            if getattr(self, name) is strawberry.UNSET:
                setattr(self, name, None)

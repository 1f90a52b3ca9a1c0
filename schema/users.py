"""People."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from domain import pages, records
from domain.ids import Cursor, Snowflake
from domain.records import AccountStatus, FollowState, UnavailableReason, VerificationKind
from resolvers import counts, listings, lists, people_listings, users
from schema.binding import Bound, bound, derived, plain
from schema.nodes import Count, Node, PageInfo
from schema.text_entities import TextEntity

if TYPE_CHECKING:
    from schema.lists import UserListConnection
    from schema.timelines import TimelineConnection
    from schema.tweets import TweetConnection, TweetResult


_BY_DEFAULT = "20 by default. Of a protected account only itself and its followers see any."


@strawberry.type(description="That the viewer has muted a user.")
class MuteState(Bound):
    record = records.MuteState
    is_value = True
    until: datetime | None = plain("When the mute ends by itself; null when it does not.")


@strawberry.type(description="How the viewer and a user stand to each other.")
class UserViewerState(Bound):
    record = records.UserViewerState
    following: FollowState = plain("Whether the viewer follows the user.")
    followed_by: bool = plain("Whether the user follows the viewer.")
    shows_retweets: bool = plain(
        "Whether the viewer, following the user, wants to see their retweets in the home timeline.",
        name="showRetweets",
    )
    blocking: bool = plain("Whether the viewer blocks the user.")
    blocked_by: bool = plain("Whether the user blocks the viewer.")
    muting: MuteState | None = plain("The viewer's mute of the user; null when there is none.")


@strawberry.type(description="Somebody's word that an account is who it says it is.")
class Verification(Bound):
    record = records.Verification
    is_value = True
    kind: VerificationKind = plain("What it is verified to be.")
    issuer: str = plain("Who has verified it.")
    since: datetime = plain("Since when.")


@strawberry.type(description="A person's account.")
class User(Bound, Node):
    record = records.User
    id: strawberry.ID = derived(lambda user: user.global_id, "Unique among all types, opaque, never changes.")
    raw_id: Snowflake = derived(lambda user: user.id, "The id as it stands in URLs and logs.")
    username: str = plain("The name after the @: up to 20 letters, digits and underscores; unique in any case.")
    display_name: str = plain("The name people read; up to 50 characters.")
    bio: str = plain("What the user says about themselves; up to 160 characters, empty where they say nothing.")
    bio_entities: list[TextEntity] = plain("What can be linked in `bio`, in order of appearance.")
    location: str | None = plain("Where the user says they are; up to 30 characters.")
    url: str | None = plain("A link of the user's own: http:// or https://, up to 500 characters.")
    avatar_url: str | None = plain("The user's picture: an https:// link of up to 500 characters.")
    region: str | None = plain("The country the user chose, as ISO 3166-1 alpha-2.")
    is_protected: bool = plain(
        "Whether only approved followers see the user's tweets, and whom they follow and who follows them."
    )
    pinned_tweet: Annotated[TweetResult, strawberry.lazy("schema.tweets")] | None = bound(
        users.pinned_tweets, "The tweet the user shows on top of their profile; null when they show none."
    )
    status: AccountStatus = plain("Whether the account can be used.")
    created_at: datetime = plain("When the account was registered.")
    verification: Verification | None = plain("The verification badge, given by an admin; null for most.")
    follower_count: Count = bound(counts.followers, "How many follow this user.")
    following_count: Count = bound(counts.following, "How many this user follows.")
    tweet_count: Count = bound(
        counts.tweets, "How many tweets, replies and retweets this user has, without deleted ones."
    )
    tweets: Annotated[TimelineConnection, strawberry.lazy("schema.timelines")] = bound(
        listings.tweets_by_author,
        "The user's tweets, replies and retweets, newest first; 20 by default. Each filter has cursors of its own.",
        arguments={"filter": "Which of them."},
        page=listings.DEFAULT_PAGE,
    )
    likes: Annotated[TweetConnection, strawberry.lazy("schema.tweets")] = bound(
        listings.likes,
        "The tweets this user likes, the latest like first; 20 by default. Empty for those who may not see the "
        "tweets of a protected account.",
        page=listings.DEFAULT_PAGE,
    )
    followers: UserConnection = bound(
        people_listings.followers, f"Who follows this user, latest first; {_BY_DEFAULT}", page=listings.DEFAULT_PAGE
    )
    following: UserConnection = bound(
        people_listings.following, f"Whom this user follows, latest first; {_BY_DEFAULT}", page=listings.DEFAULT_PAGE
    )
    known_followers: UserConnection = bound(
        people_listings.known_followers,
        "Who of those that the viewer follows follows this user, latest first; 20 by default. Empty when nobody is "
        "signed in.",
        page=listings.DEFAULT_PAGE,
    )
    list_memberships: Annotated[UserListConnection, strawberry.lazy("schema.lists")] = bound(
        lists.memberships,
        "The lists this user is in, latest added first; 20 by default. Private ones only where they are the viewer's.",
        page=listings.DEFAULT_PAGE,
    )
    lists: Annotated[UserListConnection, strawberry.lazy("schema.lists")] = bound(
        lists.owned_by,
        "The user's public lists of people, and the viewer's own private ones, latest made first; 20 by default.",
        page=listings.DEFAULT_PAGE,
    )
    viewer_state: UserViewerState | None = bound(
        users.viewer_states, "How the viewer stands to this user; null when nobody is signed in."
    )


@strawberry.type(description="A user who cannot be shown.")
class UserUnavailable(Bound):
    record = records.UserUnavailable
    id: strawberry.ID = derived(
        lambda user: user.global_id, "The user's id; whoever blocks the viewer can be blocked and muted by it."
    )
    reason: UnavailableReason = plain("Why not.")
    username: str = plain("The name; empty where the account no longer exists.")


UserResult: TypeAlias = Annotated[
    User | UserUnavailable,
    strawberry.union("UserResult", description="A user, or why there is none to show."),
]


@strawberry.type(description="A user in a list.")
class UserEdge(Bound):
    record = pages.Edge
    is_value = True
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

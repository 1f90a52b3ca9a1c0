"""Lists of people."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import pages, records
from domain.ids import Cursor, Snowflake
from resolvers import counts, lists
from resolvers.listings import DEFAULT_PAGE
from resolvers.timeline_pages import DEFAULT_PAGE as DEFAULT_TIMELINE_PAGE
from schema.binding import Bound, bound, derived, plain
from schema.nodes import Count, Node, PageInfo
from schema.timelines import TimelineConnection
from schema.users import UserConnection, UserResult


@strawberry.type(description="How the viewer stands to a list of people.")
class UserListViewerState(Bound):
    record = records.UserListViewerState
    is_owner: bool = plain("Whether the list is the viewer's.")
    is_member: bool = plain("Whether the viewer is in it.")
    is_following: bool = plain("Whether the viewer follows it.")


@strawberry.type(
    description="A list of people that somebody keeps, with a timeline of its own. A private one is there for its "
    "owner only. Those of an account that is not active, that blocks the viewer, or that the viewer blocks, are not "
    "there for the viewer."
)
class UserList(Bound, Node):
    record = records.UserList
    id: strawberry.ID = derived(lambda each: each.global_id, "Unique among all types, opaque, never changes.")
    raw_id: Snowflake = derived(lambda each: each.id, "The id as it stands in URLs and logs; grows with time.")
    owner: UserResult = bound(lists.owners, "Whose list it is.")
    name: str = plain("1 to 25 characters on one line; the owner may have others of the same name.")
    description: str = plain("Up to 100 characters on one line; empty where there is none.")
    is_private: bool = plain("Whether only its owner sees it. Nobody is told that they are in a private list.")
    version: int = plain("1, and one more for each `updateList`; members do not matter. For `ifVersion`.")
    created_at: datetime = plain("When it was made.")
    member_count: Count = bound(
        counts.list_members, "How many are in it, with those whom the viewer cannot see; at most 5,000."
    )
    follower_count: Count = bound(counts.list_followers, "How many follow it, with those whom the viewer cannot see.")
    members: UserConnection = bound(
        lists.members, "Who is in it, latest added first; 20 by default.", page=DEFAULT_PAGE
    )
    followers: UserConnection = bound(
        lists.followers, "Who follows it, the latest first; 20 by default. A private list has none.", page=DEFAULT_PAGE
    )
    timeline: TimelineConnection = bound(
        lists.timeline,
        "What its members write and retweet, newest first; 50 by default. A reply is in it when whom it answers is in "
        "the list, too; a tweet that several retweet comes once, as in a home timeline. What the viewer may not see or "
        "has muted is left out. It has no end but the first tweet ever.",
        page=DEFAULT_TIMELINE_PAGE,
    )
    viewer_state: UserListViewerState | None = bound(
        lists.viewer_states, "How the viewer stands to it; null when nobody is signed in."
    )


@strawberry.type(description="A list of people among others.")
class UserListEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain("Points at this entry.")
    node: UserList = plain("The list.")


@strawberry.type(description="A page of lists of people.")
class UserListConnection(Bound):
    record = pages.Connection
    edges: list[UserListEdge] = plain("The entries with their cursors.")
    nodes: list[UserList] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")

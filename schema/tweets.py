"""Tweets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from domain import pages, records
from domain.ids import Cursor, Snowflake
from domain.records import TweetKind, UnavailableReason
from resolvers import counts, listings, tweets
from schema.binding import Bound, bound, derived, plain
from schema.nodes import Count, Node, PageInfo
from schema.text_entities import TextEntity
from schema.users import UserResult


@strawberry.type(description="How the viewer stands to a tweet.")
class TweetViewerState(Bound):
    record = records.TweetViewerState
    liked: bool = plain("Whether the viewer likes it.")


@strawberry.type(description="A tweet.")
class Tweet(Bound, Node):
    record = records.Tweet
    id: strawberry.ID = derived(lambda tweet: tweet.global_id, "Unique among all types, opaque, never changes.")
    raw_id: Snowflake = derived(lambda tweet: tweet.id, "The id as it stands in URLs and logs; grows with time.")
    kind: TweetKind = plain("What it is.")
    author: UserResult = bound(tweets.authors, "Who wrote it.")
    created_at: datetime = plain("When it was posted.")
    text: str = plain("Its text in Unicode normal form C; at most 280 in weighted length.")
    entities: list[TextEntity] = plain("Hashtags, mentions, URLs and cashtags in the order of the text.")
    weighted_length: int = plain("Its length by the rules of twitter-text 3: CJK and emoji count 2, a URL 23.")
    in_reply_to: TweetResult | None = bound(tweets.in_reply_to, "What it answers; null for an original tweet.")
    like_count: Count = bound(counts.likes, "How many like it; includes the viewer's own like at once.")
    reply_count: Count = bound(counts.replies, "How many direct replies it has, without deleted ones.")
    replies: ReplyConnection = bound(
        listings.replies, "Direct replies, oldest first; 20 by default.", page=listings.DEFAULT_PAGE
    )
    viewer_state: TweetViewerState | None = bound(
        tweets.viewer_states, "How the viewer stands to it; null when nobody is signed in."
    )


@strawberry.type(description="What is left of a deleted tweet.")
class TweetTombstone(Bound):
    record = records.TweetTombstone
    id: strawberry.ID = derived(lambda tweet: tweet.global_id, "The id the tweet had.")
    deleted_at: datetime = plain("When its author deleted it.")


@strawberry.type(description="A tweet that cannot be shown.")
class TweetUnavailable(Bound):
    record = records.TweetUnavailable
    id: strawberry.ID = derived(lambda tweet: tweet.global_id, "The tweet's id.")
    reason: UnavailableReason = plain("Why not.")


TweetResult: TypeAlias = Annotated[
    Tweet | TweetTombstone | TweetUnavailable,
    strawberry.union("TweetResult", description="A tweet, or why there is none to show."),
]


@strawberry.type(description="A reply in a list.")
class ReplyEdge(Bound):
    record = pages.Edge
    cursor: Cursor = plain("Points at this entry.")
    node: Tweet = plain("The reply; it has `replies` of its own.")


@strawberry.type(description="A page of replies.")
class ReplyConnection(Bound):
    record = pages.Connection
    edges: list[ReplyEdge] = plain("The entries with their cursors.")
    nodes: list[Tweet] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")

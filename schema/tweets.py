"""Tweets."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from domain import ids, pages, records
from domain.errors import NotAllowedReason
from domain.ids import Cursor, Snowflake
from domain.records import ReplyPolicy, TweetKind, UnavailableReason
from resolvers import bookmarks, counts, delivery, edits, listings, polls, threads, tweets
from schema.binding import Bound, bound, derived, plain
from schema.delivery import FanoutReceipt
from schema.kept_tweets import EditControls, TweetVersionConnection
from schema.nodes import Count, Node, PageInfo
from schema.polls import Poll
from schema.text_entities import TextEntity
from schema.users import UserConnection, UserResult

if TYPE_CHECKING:
    from schema.threads import AncestorConnection, Thread, ThreadPosition


@strawberry.type(description="Whether the viewer may do something, told before they try. Trying gives the same answer.")
class PermissionState(Bound):
    record = records.PermissionState
    is_value = True
    allowed: bool = plain("Whether they may.")
    reason: NotAllowedReason | None = plain("Why not; null where they may.")
    resolution: str | None = plain("What they can do about it, for people; null where nothing, or where they may.")


@strawberry.type(description="How the viewer stands to a tweet; of a retweet, to what it retweets.")
class TweetViewerState(Bound):
    record = records.TweetViewerState
    liked: bool = plain("Whether the viewer likes it.")
    retweet_id: strawberry.ID | None = derived(
        lambda state: None if state.retweet_id is None else ids.global_id("Tweet", state.retweet_id),
        "The viewer's retweet of it; null when there is none.",
    )
    bookmarked: bool = plain("Whether the viewer has bookmarked it.")
    bookmark_folder_id: strawberry.ID | None = derived(
        bookmarks.folder_id, "The folder the bookmark lies in; null when it lies in none or there is none."
    )
    pinned: bool = plain("Whether it is pinned to the viewer's profile.")
    can_reply: PermissionState = plain("Whether the viewer may reply to it.")
    can_quote: PermissionState = plain("Whether the viewer may quote it.")
    can_retweet: PermissionState = plain("Whether the viewer may retweet it.")
    can_edit: PermissionState = plain("Whether the viewer may change its text.")
    thread_muted: bool = plain("Whether the viewer has muted the conversation it is in.")


@strawberry.type(description="A point on the Earth.")
class Place(Bound):
    record = records.Place
    is_value = True
    latitude: float = plain("Degrees north (WGS 84).")
    longitude: float = plain("Degrees east (WGS 84).")
    name: str | None = plain("What the author calls it.")


@strawberry.type(description="A tweet.")
class Tweet(Bound, Node):
    record = records.Tweet
    id: strawberry.ID = derived(lambda tweet: tweet.global_id, "Unique among all types, opaque, never changes.")
    raw_id: Snowflake = derived(lambda tweet: tweet.id, "The id as it stands in URLs and logs; grows with time.")
    kind: TweetKind = plain("What it is.")
    author: UserResult = bound(tweets.authors, "Who wrote it.", brought_by=tweets.BROUGHT_AUTHORS)
    created_at: datetime = plain("When it was posted.")
    text: str = plain("Its text in Unicode normal form C; at most 280 in weighted length.")
    entities: list[TextEntity] = plain("Hashtags, mentions, URLs and cashtags in the order of the text.")
    weighted_length: int = plain("Its length by the rules of twitter-text 3: CJK and emoji count 2, a URL 23.")
    in_reply_to: TweetResult | None = bound(
        tweets.in_reply_to,
        "What it answers; null for an original tweet. A reply is shown nowhere without it: where it was deleted or "
        "cannot be shown to the viewer, a tombstone or the reason stands in its place.",
    )
    quoted: TweetResult | None = bound(
        tweets.quoted, "The tweet it quotes, or why there is none to show; null when it quotes none."
    )
    retweet_of: TweetResult | None = bound(
        tweets.retweet_of,
        "The tweet it retweets; null when it is no retweet. A retweet of what may not be seen is not shown itself.",
    )
    conversation: TweetResult = bound(
        tweets.conversations, "The first tweet of the conversation; itself where it answers nothing."
    )
    reply_policy: ReplyPolicy = plain(
        "Who may reply in the conversation that it begins. A reply's has no effect: see `conversation`."
    )
    is_hidden: bool = derived(
        lambda tweet: tweet.hidden_at is not None,
        "Whether the author of the conversation's first tweet has hidden this reply: it is in `hiddenReplies` then.",
    )
    sensitive: bool = derived(lambda tweet: tweet.is_sensitive, "Whether viewers should be asked before they see it.")
    language: str | None = plain("The language of its text as a BCP 47 tag; null when its author named none.")
    place: Place | None = plain("Where it was written; null when its author did not say.")
    version: int = plain("1, and one more for each edit.")
    edited_at: datetime | None = plain("When it was last edited; null when never.")
    edit_controls: EditControls | None = bound(
        edits.controls, "Whether it can still be edited; null for everybody but its author."
    )
    edits: TweetVersionConnection = bound(
        edits.versions, "Its versions, the present one first: 6 at most and by default.", page=edits.ALL_VERSIONS
    )
    delivery: FanoutReceipt | None = bound(
        delivery.receipts, "How its delivery to followers is going or went; null for everybody but its author."
    )
    poll: Poll | None = bound(polls.polls, "The poll under it; null when there is none.")
    retweet_count: Count = bound(
        counts.retweets, "How many retweet it, without those who took it back.", brought_by=counts.brought("retweets")
    )
    view_count: Count = bound(
        counts.views,
        "How many people have seen it, by `recordImpressions`: each once, within one per cent or so, and a minute old.",
    )
    quote_count: Count = bound(
        counts.quotes, "How many tweets quote it, without deleted ones.", brought_by=counts.brought("quotes")
    )
    bookmark_count: Count = bound(
        counts.bookmarks, "How many have bookmarked it; nobody is told who.", brought_by=counts.brought("bookmarks")
    )
    like_count: Count = bound(
        counts.likes, "How many like it; includes the viewer's own like at once.", brought_by=counts.brought("likes")
    )
    reply_count: Count = bound(
        counts.replies,
        "How many direct replies it has, hidden ones included, without deleted ones.",
        brought_by=counts.brought("replies"),
    )
    replies: ReplyConnection = bound(
        listings.replies,
        "Direct replies, oldest first unless `sort` says otherwise; 20 by default. A cursor is good for one order.",
        page=listings.DEFAULT_PAGE,
        arguments={"sort": "The order."},
    )
    hidden_replies: ReplyConnection = bound(
        listings.hidden_replies,
        "Direct replies that the author of the conversation's first tweet has hidden, oldest first; 20 by default. "
        "They are in no other list of replies.",
        page=listings.DEFAULT_PAGE,
    )
    ancestors: Annotated[AncestorConnection, strawberry.lazy("schema.threads")] = bound(
        listings.ancestors,
        "What it answers, what that answers, and so on, from the root of the conversation down to `inReplyTo`; 20 by "
        "default. Those that cannot be shown keep their place. Only the nearest 200: ask the first of them for more.",
        page=listings.DEFAULT_PAGE,
    )
    thread: Annotated[Thread, strawberry.lazy("schema.threads")] | None = derived(
        threads.thread, "The thread of its author that it was posted in; null when it was posted alone."
    )
    thread_position: Annotated[ThreadPosition, strawberry.lazy("schema.threads")] | None = bound(
        threads.positions, "Its place in its thread; null when it was posted alone."
    )
    likers: UserConnection = bound(
        listings.likers,
        "Who likes it, latest first; 20 by default. Protected accounts are shown to their followers only.",
        page=listings.DEFAULT_PAGE,
    )
    retweeters: UserConnection = bound(
        listings.retweeters,
        "Who retweeted it, latest first; 20 by default. Protected accounts are shown to their followers only.",
        page=listings.DEFAULT_PAGE,
    )
    quotes: TweetConnection = bound(
        listings.quotes, "The tweets that quote it, latest first; 20 by default.", page=listings.DEFAULT_PAGE
    )
    viewer_state: TweetViewerState | None = bound(
        tweets.viewer_states,
        "How the viewer stands to it; null when nobody is signed in.",
        brought_by={records.HydratedTweet: lambda tweet: tweet.viewer_state},
    )


@strawberry.type(description="What is left of a deleted tweet.")
class TweetTombstone(Bound):
    record = records.TweetTombstone
    id: strawberry.ID = derived(lambda tweet: tweet.global_id, "The id the tweet had.")
    deleted_at: datetime = plain("When its author deleted it.")
    restorable_until: datetime | None = plain(
        "Until when `restoreTweet` brings it back; null for everybody but its author."
    )


@strawberry.type(description="A tweet that cannot be shown.")
class TweetUnavailable(Bound):
    record = records.TweetUnavailable
    id: strawberry.ID = derived(lambda tweet: tweet.global_id, "The tweet's id.")
    reason: UnavailableReason = plain("Why not.")


TweetResult: TypeAlias = Annotated[
    Tweet | TweetTombstone | TweetUnavailable,
    strawberry.union("TweetResult", description="A tweet, or why there is none to show."),
]


@strawberry.type(description="A tweet in a list.")
class TweetEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain("Points at this entry.")
    node: Tweet = plain("The tweet.")


@strawberry.type(description="A page of tweets.")
class TweetConnection(Bound):
    record = pages.Connection
    edges: list[TweetEdge] = plain("The entries with their cursors.")
    nodes: list[Tweet] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")


@strawberry.type(description="A reply in a list.")
class ReplyEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain("Points at this entry.")
    node: Tweet = plain("The reply; it has `replies` of its own.")


@strawberry.type(description="A page of replies.")
class ReplyConnection(Bound):
    record = pages.Connection
    edges: list[ReplyEdge] = plain("The entries with their cursors.")
    nodes: list[Tweet] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")

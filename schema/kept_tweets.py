"""What tweets said before they were edited, and what was deleted and can be restored."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import pages, records
from domain.ids import Cursor
from domain.records import TweetKind
from schema.binding import Bound, derived, plain
from schema.nodes import PageInfo
from schema.text_entities import TextEntity


@strawberry.type(description="What a tweet says, or said before it was edited.")
class TweetVersion(Bound):
    record = records.TweetVersion
    version: int = plain("Its number, from 1.")
    text: str = plain("Its text in Unicode normal form C.")
    entities: list[TextEntity] = plain("Hashtags, mentions, URLs and cashtags in the order of the text.")
    weighted_length: int = plain("Its length by the rules of twitter-text 3.")
    created_at: datetime = plain("Since when the tweet said this.")


@strawberry.type(description="A version in a list.")
class TweetVersionEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain("Points at this entry.")
    node: TweetVersion = plain("The version.")


@strawberry.type(description="A page of versions.")
class TweetVersionConnection(Bound):
    record = pages.Connection
    edges: list[TweetVersionEdge] = plain("The entries with their cursors.")
    nodes: list[TweetVersion] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")


@strawberry.type(description="Whether the author can still edit a tweet.")
class EditControls(Bound):
    record = records.EditControls
    is_value = True
    eligible: bool = plain("Whether `editTweet` is possible now. Never for retweets and tweets with a poll.")
    until: datetime = plain("When the 30 minutes for edits are over.")
    remaining: int = plain("How many of the 5 edits are left.")


@strawberry.type(description="A tweet of the viewer's that was deleted and can be restored.")
class DeletedTweet(Bound):
    record = records.DeletedTweet
    id: strawberry.ID = derived(lambda deleted: deleted.tweet.global_id, "The tweet's id, for `restoreTweet`.")
    kind: TweetKind = derived(lambda deleted: deleted.tweet.kind, "What it was.")
    text: str = derived(lambda deleted: deleted.tweet.text, "What it said.")
    created_at: datetime = derived(lambda deleted: deleted.tweet.created_at, "When it was posted.")
    deleted_at: datetime = plain("When it was deleted.")
    restorable_until: datetime = plain("Until when it can be restored; then it is gone for good.")


@strawberry.type(description="A deleted tweet in a list.")
class DeletedTweetEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain("Points at this entry.")
    node: DeletedTweet = plain("The deleted tweet.")


@strawberry.type(description="A page of deleted tweets.")
class DeletedTweetConnection(Bound):
    record = pages.Connection
    edges: list[DeletedTweetEdge] = plain("The entries with their cursors.")
    nodes: list[DeletedTweet] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")

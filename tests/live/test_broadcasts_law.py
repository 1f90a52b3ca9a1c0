"""The law of broadcasts: who is told together with others is told what they would be told alone.

Six people do to each other whatever comes. Each watches their home timeline twice: with the document that all use, and
with one of their own, which their own stream answers. From time to time they lose a connection or a session, and go on
from the last event of either.
"""

from __future__ import annotations

from tests.live import test_streams_law

NAMES = (*test_streams_law.NAMES, "fay")
SEEDS = range(3)
ROUNDS = 45
WATCH = """
subscription Home($after: Cursor) { homeTimeline(after: $after) { cursor event {
  __typename
  ... on TimelineItemAdded { edge { ...Entry } }
  ... on TimelineItemEdited { edge { ...Entry } }
  ... on TimelineItemRemoved { tweetId }
  ... on TimelineRebuilt { cause }
  ... on StreamGap { reason }
} } }
fragment Entry on TimelineEdge { cursor node { ... on TimelineTweet { reason { code via { username } } tweet {
  ... on Tweet {
    ...Said
    retweetOf { ...Brought }
    quoted { ...Brought }
    inReplyTo { ...Brought }
  }
} } } }
fragment Brought on TweetResult {
  __typename ... on Tweet { ...Said } ... on TweetTombstone { id restorableUntil } ... on TweetUnavailable { reason }
}
fragment Said on Tweet {
  id text version isHidden
  author { __typename ... on User { username viewerState { following blocking muting { until } } } }
  viewerState { liked retweetId bookmarked canReply { __typename } threadMuted }
}
"""

"""Everything that can be watched."""

from __future__ import annotations

from collections.abc import AsyncIterator

import strawberry

from domain.permissions import Permission
from resolvers import delivery, engagement, polls, streams, thread_streams, timeline_streams, trends, viewer_events
from schema.binding import subscription
from schema.delivery import FanoutReceipt
from schema.engagement import EngagementEvent
from schema.polls import Poll
from schema.streams import TimelineEvent
from schema.thread_streams import ThreadEvent
from schema.trends import TrendList
from schema.viewer_events import ViewerStateEvent

_AFTER = (
    "A `liveCursor`, or the cursor of an event or heartbeat, of this stream or another: each stands for a moment. Good "
    "for 24 hours and 1,000 changes; FUTURE_CURSOR where this server has not seen its moment."
)


@strawberry.type(
    description="Live events, over graphql-transport-ws, or each subscription by itself as an event stream "
    "(`Accept: text/event-stream`). An event's id is its cursor, and the header `Last-Event-ID` counts for more than "
    "`after`."
)
class Subscription:
    home_timeline: TimelineEvent = subscription(
        streams.home,
        "What happens in the viewer's home timeline, from `after` on: with the `liveCursor` of a page everything that "
        "has happened since that page was read, with an event's cursor everything that followed the event, without "
        "either what happens from now on. Where that cannot be told, a `StreamGap` comes first. A heartbeat says that "
        "the stream is complete: after what `after` asked for, and after every 20 s of silence. Tweets come when they "
        "are posted, in the order of their commits. Needs an access token in the payload of `connection_init`.",
        permission=Permission.SIGNED_IN,
        yields=AsyncIterator[TimelineEvent],
        arguments={"after": _AFTER},
    )
    user_timeline: TimelineEvent = subscription(
        timeline_streams.of_user,
        "What happens in a user's `tweets`, as in `homeTimeline`; with the same `filter`. Tells ACCOUNT_CHANGED when "
        "the user protects the account, or opens it again, and FOLLOWS_CHANGED when the viewer follows or blocks "
        "somebody, whomever: fetch the tweets again. Ends when the viewer may not see the user any more: suspended, "
        "closed, or having blocked the viewer. Of a user that the viewer may not see, the answer is that of one that "
        "does not exist. Needs no access token.",
        permission=Permission.ANYONE,
        yields=AsyncIterator[TimelineEvent],
        arguments={"user_id": "The user.", "filter": "Which of the user's tweets are told.", "after": _AFTER},
    )
    list_timeline: TimelineEvent = subscription(
        timeline_streams.of_list,
        "What happens in a list's `timeline`, as in `homeTimeline`. Tells LIST_CHANGED when somebody is added to the "
        "list or taken from it. Ends when the viewer may not see the list any more: deleted, private, its owner's "
        "account closed, or a block. Of a list that the viewer may not see, the answer is that of one that does not "
        "exist. Needs no access token.",
        permission=Permission.ANYONE,
        yields=AsyncIterator[TimelineEvent],
        arguments={"list_id": "The list.", "after": _AFTER},
    )
    hashtag: TimelineEvent = subscription(
        timeline_streams.of_hashtag,
        "What happens in a hashtag's `tweets`, as in `homeTimeline`. A tweet that is edited comes as "
        "`TimelineItemEdited` also when it has the hashtag only now, and as `TimelineItemRemoved` when it has it no "
        "more. Needs no access token.",
        permission=Permission.ANYONE,
        yields=AsyncIterator[TimelineEvent],
        arguments={"name": "With or without its #, in whatever case.", "after": _AFTER},
    )
    thread: ThreadEvent = subscription(
        thread_streams.below,
        "What happens below a tweet: in its `replies`, in theirs, and so on, 200 levels deep; of a retweet, in those "
        "of what it retweets. A reply whose parent is not shown to the viewer is not told. Ends when the tweet is "
        "deleted or the viewer may not see it any more. Of a tweet that the viewer may not see, the answer is that of "
        "one that does not exist. A muted thread is told as any other. Needs no access token.",
        permission=Permission.ANYONE,
        yields=AsyncIterator[ThreadEvent],
        arguments={"tweet_id": "The tweet; it may be a reply itself.", "after": _AFTER},
    )
    viewer_state: ViewerStateEvent = subscription(
        viewer_events.events,
        "What the viewer does on any of their devices, from `after` on, and what others do to whom the viewer follows: "
        "with `viewer.liveCursor` everything since that was read, otherwise as in `homeTimeline`. Events say how "
        "things are when they are sent, so that the last one about a thing is true, and one that comes again changes "
        "nothing. What goes with a tweet or an account that is deleted is not told.",
        permission=Permission.SIGNED_IN,
        yields=AsyncIterator[ViewerStateEvent],
        arguments={"after": _AFTER},
    )
    poll_results: Poll = subscription(
        polls.results,
        "The poll's results: now, and as absolute values within a second of every change, at most once a second. Ends "
        "when the poll is closed, after its final results, or when the viewer may not see its tweet any more.",
        permission=Permission.SIGNED_IN,
        yields=AsyncIterator[Poll],
    )
    tweet_engagement: EngagementEvent = subscription(
        engagement.events,
        "The counters of tweets that are on a screen: at once, and then, at most once a second, of those that have "
        "changed. Values are absolute, so that no event need be repeated. A tweet that the viewer may not see yields "
        "nothing while they may not, nor one that there is not. When other tweets come on the screen, subscribe to "
        "those and end this.",
        permission=Permission.ANYONE,
        yields=AsyncIterator[EngagementEvent],
        arguments={"ids": "1 to 100 tweets; one that is named twice counts once."},
    )
    trends: TrendList = subscription(
        trends.published,
        "What trends: the list as it is, and then each that is made, every 5 minutes, within a second.",
        permission=Permission.ANYONE,
        yields=AsyncIterator[TrendList],
        arguments={
            "region": "`GLOBAL`, or a country as ISO 3166-1 alpha-2: what its people tweet.",
            "window": "The time to measure over.",
            "first": "How many: 1 to 50.",
        },
    )
    tweet_delivery: FanoutReceipt = subscription(
        delivery.progress,
        "The receipt of a tweet's delivery: now, and within a second of every change, at most once a second. Ends when "
        "the delivery is completed, after its final receipt, or when the tweet is deleted. Of a tweet that is not the "
        "viewer's own, the answer is that of one that does not exist.",
        permission=Permission.SIGNED_IN,
        yields=AsyncIterator[FanoutReceipt],
        arguments={"tweet_id": "A tweet or retweet of the viewer's own."},
    )

"""Everything that can be asked."""

from __future__ import annotations

import strawberry

from domain import records
from resolvers import nodes, timelines, trends, tweets, users
from schema.binding import Bound, bound, plain
from schema.nodes import Node
from schema.timelines import TimelineConnection
from schema.trends import TrendList
from schema.tweets import TweetResult
from schema.users import User, UserBy, UserResult


@strawberry.type(description="The signed-in user's private side.")
class Viewer(Bound):
    record = records.Viewer
    user: User = plain("The account.")
    email: str = plain("Its email address; nobody else sees it.")
    home_timeline: TimelineConnection = bound(
        timelines.home,
        "Tweets of the viewer and of everyone the viewer follows, newest first; 50 by default. Somebody else's reply "
        "is in it when the viewer also follows the person it answers. It has no end but the first tweet ever.",
        page=timelines.DEFAULT_PAGE,
    )


@strawberry.type(description="Reads.")
class Query:
    node: Node | None = bound(
        nodes.node, "The thing with this id; null when there is none, or none that the viewer may see."
    )
    nodes: list[Node | None] = bound(nodes.nodes, "The things with these ids, in their order, as `node` gives them.")
    viewer: Viewer | None = bound(users.viewer, "The signed-in user; null when nobody is.")
    user: UserResult | None = bound(
        users.user, "A user by id or name; null when there never was one.", types={"by": UserBy}
    )
    tweet: TweetResult | None = bound(tweets.tweet, "A tweet by id; null when there never was one.")
    trends: TrendList | None = bound(
        trends.trends,
        "What trends, made anew every 5 minutes; null, with an error, while the lists cannot be read.",
        arguments={
            "region": "`GLOBAL`, or a country as ISO 3166-1 alpha-2: what its people tweet.",
            "window": "The time to measure over.",
            "first": "How many: 1 to 50.",
        },
    )

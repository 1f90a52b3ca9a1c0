"""Everything that can be asked."""

from __future__ import annotations

import strawberry

from resolvers import nodes, trends, tweets, users
from schema.binding import bound
from schema.nodes import Node
from schema.trends import TrendList
from schema.tweets import TweetResult
from schema.users import UserBy, UserResult
from schema.viewer import Viewer


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

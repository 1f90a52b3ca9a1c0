"""Everything that can be asked."""

from __future__ import annotations

import strawberry

from resolvers import lists, nodes, people_listings, trends, tweet_timelines, tweets
from resolvers import users as people
from resolvers.listings import DEFAULT_PAGE
from schema.binding import bound
from schema.hashtags import Hashtag
from schema.lists import UserList
from schema.nodes import Node
from schema.trends import TrendList
from schema.tweets import TweetResult
from schema.users import User, UserBy, UserConnection, UserResult
from schema.viewer import Viewer


@strawberry.type(description="Reads.")
class Query:
    node: Node | None = bound(
        nodes.node, "The thing with this id; null when there is none, or none that the viewer may see."
    )
    nodes: list[Node | None] = bound(nodes.nodes, "The things with these ids, in their order, as `node` gives them.")
    viewer: Viewer | None = bound(people.viewer, "The signed-in user; null when nobody is.")
    user: UserResult | None = bound(
        people.user, "A user by id or name; null when there never was one.", types={"by": UserBy}
    )
    users: list[UserResult | None] = bound(
        people.users, "The users with these ids, in their order; null where there never was one."
    )
    search_users: UserConnection = bound(
        people_listings.search,
        "People in whose names each word of the query begins a word: the username, or one of the display name, in any "
        "case and with or without accents. Whose username the query is comes first, then the newest accounts; 20 by "
        "default. Empty for a query without letters or digits.",
        arguments={"query": "Up to 50 characters; a leading @ does not matter."},
        page=DEFAULT_PAGE,
    )
    autocomplete_users: list[User] = bound(
        people_listings.autocompleted,
        "Whom a prefix may mean: found as by `searchUsers`; those whom the viewer follows first, then the others, "
        "within each those with most followers. Of very short prefixes not everybody is considered.",
        arguments={
            "prefix": "Up to 50 characters; a leading @ does not matter.",
            "first": "How many: 1 to 20.",
        },
    )
    tweet: TweetResult | None = bound(tweets.tweet, "A tweet by id; null when there never was one.")
    tweets: list[TweetResult | None] = bound(
        tweets.tweets, "The tweets with these ids, in their order, as `tweet` gives them."
    )
    list: UserList | None = bound(
        lists.user_list, "A list of people by id; null when there is none, or none that the viewer may see."
    )
    hashtag: Hashtag | None = bound(
        tweet_timelines.hashtag,
        "A hashtag, also one that no tweet has; null, with an error, for what cannot be one.",
        arguments={"name": "With or without its sign, in any spelling; up to 100 characters."},
    )
    trends: TrendList | None = bound(
        trends.trends,
        "What trends, made anew every 5 minutes; null, with an error, while the lists cannot be read.",
        arguments={
            "region": "`GLOBAL`, or a country as ISO 3166-1 alpha-2: what its people tweet.",
            "window": "The time to measure over.",
            "first": "How many: 1 to 50.",
        },
    )

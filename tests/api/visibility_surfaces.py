"""Every place of the API where one person's account or tweets can come before another's eyes.

The world of test_visibility_matrix.py: ann looks, bob wrote `root`, `reply` and `hidden`, cat is the bystander whom ann
follows and who wrote the rest.
"""

from __future__ import annotations

from typing import NamedTuple

from domain import ids

PERSON = "__typename ... on UserUnavailable { reason }"
TWEET = "__typename ... on Tweet { id } ... on TweetTombstone { id } ... on TweetUnavailable { id reason }"


class Surface(NamedTuple):
    field: str
    """Type and field in the schema."""
    column: str
    """Which column of the matrix says what is there."""
    target: str
    """Which thing of bob's is looked for."""
    query: str
    """`$name` stands for the id of a thing of the world."""
    path: str


def _in_user(
    field: str, column: str, target: str, who: str, selection: str = "nodes { id }", *, arguments: str = ""
) -> Surface:
    query = f"{{ user(by: {{id: $USER}}) {{ ... on User {{ {field}{arguments} {{ {selection} }} }} }} }}".replace(
        "USER", who
    )
    path = f"user.{field}.nodes" if selection == "nodes { id }" else f"user.{field}"
    return Surface(f"User.{field}", column, target, query, path)


def _in_tweet(
    field: str, column: str, target: str, tweet: str, selection: str = "nodes { id }", *, arguments: str = ""
) -> Surface:
    query = f"{{ tweet(id: $TWEET) {{ ... on Tweet {{ {field}{arguments} {{ {selection} }} }} }} }}".replace(
        "TWEET", tweet
    )
    path = f"tweet.{field}.nodes" if "nodes" in selection else f"tweet.{field}"
    return Surface(f"Tweet.{field}", column, target, query, path)


def _in_viewer(
    field: str, column: str, target: str, selection: str = "nodes { id }", *, arguments: str = ""
) -> Surface:
    query = f"{{ viewer {{ {field}{arguments} {{ {selection} }} }} }}"
    return Surface(f"Viewer.{field}", column, target, query, f"viewer.{field}.nodes")


def _in_list(field: str, column: str, target: str) -> Surface:
    query = f"{{ list(id: $cats_list) {{ {field} {{ nodes {{ id }} }} }} }}"
    return Surface(f"UserList.{field}", column, target, query, f"list.{field}.nodes")


SURFACES = {
    "node(bob)": Surface("Query.node", "node person", "bob", "{ node(id: $bob) { __typename } }", "node"),
    "nodes(bob)": Surface("Query.nodes", "node person", "bob", "{ nodes(ids: [$bob]) { __typename } }", "nodes.0"),
    "user by id": Surface("Query.user", "person", "bob", f"{{ user(by: {{id: $bob}}) {{ {PERSON} }} }}", "user"),
    "user by name": Surface(
        "Query.user", "person", "bob", f'{{ user(by: {{username: "bob"}}) {{ {PERSON} }} }}', "user"
    ),
    "users": Surface("Query.users", "person", "bob", f"{{ users(ids: [$bob]) {{ {PERSON} }} }}", "users.0"),
    "who is mentioned": Surface(
        "MentionEntity.user",
        "person",
        "bob",
        f"{{ tweet(id: $hub) {{ ... on Tweet {{ entities {{ ... on MentionEntity {{ user {{ {PERSON} }} }} }} }} }} }}",
        "tweet.entities.0.user",
    ),
    "people found": Surface(
        "Query.searchUsers", "people", "bob", '{ searchUsers(query: "bob") { nodes { id } } }', "searchUsers.nodes"
    ),
    "people suggested": Surface(
        "Query.autocompleteUsers", "people", "bob", '{ autocompleteUsers(prefix: "bo") { id } }', "autocompleteUsers"
    ),
    "followers": _in_user("followers", "people", "bob", "cat"),
    "following": _in_user("following", "people", "bob", "cat"),
    "known followers": _in_user("knownFollowers", "known", "bob", "cat"),
    "likers": _in_tweet("likers", "activity", "bob", "hub"),
    "retweeters": _in_tweet("retweeters", "activity", "bob", "hub"),
    "retweeted by": Surface(
        "TimelineTweet.retweetedBy",
        "retweeted by",
        "bob",
        "{ user(by: {id: $cat}) { ... on User { tweets(last: 1) { edges { node { ... on TimelineTweet { "
        "retweetedBy { id } } } } } } } }",
        "user.tweets.edges.0.node.retweetedBy",
    ),
    "lists": _in_user("lists", "people", "bobs_list", "bob"),
    "list": Surface("Query.list", "node people", "bobs_list", "{ list(id: $bobs_list) { id } }", "list"),
    "node(list)": Surface("Query.node", "node people", "bobs_list", "{ node(id: $bobs_list) { id } }", "node"),
    "lists followed": _in_viewer("followedLists", "known", "bobs_list"),
    "lists somebody is in": _in_user("listMemberships", "people", "bobs_list", "cat"),
    "members of a list": _in_list("members", "people", "bob"),
    "followers of a list": _in_list("followers", "people", "bob"),
    "requests received": _in_viewer("followRequests", "known", "bob"),
    "requests sent": _in_viewer("sentFollowRequests", "known", "bob"),
    "blocks": _in_viewer("blocks", "-", "bob"),
    "mutes": _in_viewer("mutes", "-", "bob", "nodes { user { id } }"),
    "node(root)": Surface("Query.node", "node tweet", "root", "{ node(id: $root) { __typename } }", "node"),
    "nodes(root)": Surface("Query.nodes", "node tweet", "root", "{ nodes(ids: [$root]) { __typename } }", "nodes.0"),
    "tweet": Surface("Query.tweet", "tweet", "root", f"{{ tweet(id: $root) {{ {TWEET} }} }}", "tweet"),
    "tweets": Surface("Query.tweets", "tweet", "root", f"{{ tweets(ids: [$root]) {{ {TWEET} }} }}", "tweets.0"),
    "a retweet": Surface("Query.tweet", "retweet", "retweet", f"{{ tweet(id: $retweet) {{ {TWEET} }} }}", "tweet"),
    "what is answered": _in_tweet("inReplyTo", "embedded", "root", "answer", TWEET),
    "what began it": _in_tweet("conversation", "embedded", "root", "answer", TWEET),
    "ancestors": _in_tweet("ancestors", "embedded", "root", "answer", f"nodes {{ {TWEET} }}"),
    "what is quoted": _in_tweet("quoted", "embedded", "root", "quote", TWEET),
    "what is retweeted": _in_tweet("retweetOf", "of a retweet", "root", "retweet", TWEET),
    "pinned tweet": _in_user("pinnedTweet", "pinned", "root", "bob", TWEET),
    "home": _in_viewer("homeTimeline", "home", "reply"),
    "home from Postgres": _in_viewer("homeTimeline", "home", "root", arguments="(last: 50)"),
    "home, retweeted": _in_viewer("homeTimeline", "listed", "retweet"),
    "home from Postgres, retweeted": _in_viewer("homeTimeline", "listed", "retweet", arguments="(last: 50)"),
    "home by rank": _in_viewer("homeTimeline", "home", "root", arguments="(mode: RANKED)"),
    "what was missed": _in_viewer("catchUp", "home", "root", arguments=f'(since: "{ids.cursor("home", 1)}")'),
    "replies": _in_tweet("replies", "inside", "reply", "hub"),
    "replies, newest first": _in_tweet("replies", "inside", "reply", "hub", arguments="(sort: NEWEST)"),
    "hidden replies": _in_tweet("hiddenReplies", "inside", "hidden", "hub"),
    "quotes": _in_tweet("quotes", "listed", "reply", "hub"),
    "likes": _in_user("likes", "listed", "root", "cat"),
    "mentions": _in_viewer("mentions", "mentions", "root"),
    "hashtag": Surface(
        "Hashtag.tweets",
        "listed",
        "root",
        '{ hashtag(name: "brew") { tweets { nodes { id } } } }',
        "hashtag.tweets.nodes",
    ),
    "timeline of a list": _in_list("timeline", "listed", "root"),
    "bookmarks": _in_viewer("bookmarks", "profile", "root"),
    "node(poll)": Surface("Query.node", "node tweet", "root", "{ node(id: $poll) { id } }", "node"),
    "tweets of the author": _in_user("tweets", "profile", "root", "bob"),
    "tweets of a retweeter": _in_user("tweets", "profile", "retweet", "cat"),
    "tweets without replies": _in_user("tweets", "profile", "root", "bob", arguments="(filter: TWEETS)"),
    "tweets without replies, retweeted": _in_user("tweets", "profile", "retweet", "cat", arguments="(filter: TWEETS)"),
    "muted threads": _in_viewer("mutedThreads", "-", "root"),
}

_ENTRY = (
    "__typename ... on TimelineItemAdded { edge { node { ... on TimelineTweet { tweet { ... on Tweet { id } } } } } }"
)
_REPLY = "__typename ... on ReplyAdded { reply { id } }"


def _stream(name: str, column: str, target: str, arguments: str = "", *, of: str = _ENTRY) -> Surface:
    query = f"subscription {{ {name}({arguments}AFTER) {{ event {{ {of} }} }} }}"
    path = "reply.id" if of is _REPLY else "edge.node.tweet.id"
    return Surface(f"Subscription.{name}", column, target, query, path)


STREAMS = {
    "home": _stream("homeTimeline", "home", "root"),
    "home, retweeted": _stream("homeTimeline", "listed", "retweet"),
    "tweets of the author": _stream("userTimeline", "profile", "root", "userId: $bob, "),
    "tweets without replies": _stream("userTimeline", "profile", "root", "userId: $bob, filter: TWEETS, "),
    "tweets of a retweeter": _stream("userTimeline", "profile", "retweet", "userId: $cat, "),
    "timeline of a list": _stream("listTimeline", "listed", "root", "listId: $cats_list, "),
    "hashtag": _stream("hashtag", "listed", "root", 'name: "brew", '),
    "thread": _stream("thread", "inside", "reply", "tweetId: $hub, ", of=_REPLY),
}
NO_STREAMS = {
    "pollResults": "ends with the visibility of its tweet, see tests/live/test_poll_results.py",
    "trends": "shows no people and no tweets",
    "tweetDelivery": "the viewer's own tweet",
    "tweetEngagement": "shows counts only, of tweets that can be seen",
    "viewerState": "what the viewer has done",
}
"""Subscriptions that need no cell, and why."""

NO_SURFACES = {
    "ReplyAdded.reply": "an event of a stream that is in the matrix",
    "ReplyEdited.reply": "an event of a stream that is in the matrix",
    "Tweet.author": "reached through a tweet of theirs that can be seen",
    "Thread.root": "by the author of the tweet it is reached through",
    "Thread.tweets": "by the author of the tweet it is reached through",
    "TimelineTweet.tweet": "an entry of a timeline that is in the matrix",
    "TimelineReason.via": "whose retweet brought the entry: the timeline lists by them",
    "DuplicateError.existing": "goes through the loaders of node()",
    "UserList.owner": "reached through a list that can be seen",
    "Viewer.lists": "the viewer's own",
    "Viewer.user": "the viewer",
    "ProfileChanged.user": "the viewer",
    "Mute.user": "an entry of Viewer.mutes",
}
"""Fields with people or tweets in them that need no cell of their own, and why."""

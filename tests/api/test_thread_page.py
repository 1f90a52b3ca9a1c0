"""A thread's page: what a tweet answers, the tweet, its replies and theirs."""

from __future__ import annotations

from typing import Any

from graphql import OperationDefinitionNode, parse

from domain.records import Tweet
from domain.tweets import checked_text
from execution.cost import cost_of
from execution.limits import Limits
from schema import schema
from services import threads, tweets
from services.runtime import Runtime
from services.tweets import Draft
from tests.client import Api, People

ANCESTORS = 20
REPLIES = 20
NESTED = 3
MAX_STATEMENTS = 2 + 3 * 2 + 4 * 3
"""Who asks, and the tweet; of ancestors, replies and nested replies which they are, and the tweets; on each of the four
levels the authors, the counts and the viewer's states. Fewer where two levels are ready at the same moment."""

TWEET = """
id text kind createdAt
author { ... on User { username displayName } }
likeCount { value } retweetCount { value } quoteCount { value } replyCount { value } bookmarkCount { value }
viewerState { liked retweetId bookmarked canReply { allowed } }
"""
PAGE_INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
PAGE = f"""
query Page($id: ID!) {{ tweet(id: $id) {{ ... on Tweet {{ {TWEET}
  ancestors(last: {ANCESTORS}) {{ nodes {{ __typename ... on Tweet {{ {TWEET} }} }} {PAGE_INFO} }}
  replies(first: {REPLIES}) {{
    nodes {{ {TWEET} replies(first: {NESTED}) {{ nodes {{ {TWEET} }} {PAGE_INFO} }} }} {PAGE_INFO}
  }}
}} }} }}
"""


class Conversation:
    """A tweet in the middle of one, with its replies from different people."""

    def __init__(self, runtime: Runtime, people: People) -> None:
        self.runtime, self.people = runtime, people

    async def begin(self) -> str:
        texts = [checked_text("above")] * (ANCESTORS + 1)
        async with self.runtime.database.write() as session:
            posted = await threads.begin(session, self.runtime, texts, author_id=self.people.ann.raw_id)
        self.tweet = posted[-1]
        return self.tweet.global_id

    async def grow(self, count: int) -> None:
        bob, cat = self.people.bob.raw_id, self.people.cat.raw_id
        async with self.runtime.database.write() as session:
            replies = await tweets.post(session, [self._reply(bob, self.tweet) for _ in range(count)])
            await tweets.post(session, [self._reply(cat, reply) for reply in replies for _ in range(NESTED)])

    def _reply(self, author_id: int, parent: Tweet) -> Draft:
        new_id, now = self.runtime.snowflakes.next(), self.runtime.now()
        return Draft(new_id, author_id, checked_text("below"), now, in_reply_to=parent)


def shown(page: Any) -> dict[str, Any]:
    """The page's tweets by what they say of themselves."""

    def said(tweet: Any) -> tuple[str, str, int, bool]:
        author, state = tweet["author"]["username"], tweet["viewerState"]
        return tweet["text"], author, tweet["replyCount"]["value"], state["canReply"]["allowed"]

    return {
        "tweet": said(page),
        "ancestors": [said(tweet) for tweet in page["ancestors"]["nodes"]],
        "replies": [
            (said(reply), [said(nested) for nested in reply["replies"]["nodes"]]) for reply in page["replies"]["nodes"]
        ],
    }


def expected(replies: int) -> dict[str, Any]:
    nested = [("below", "cat", 0, True)] * NESTED
    return {
        "tweet": ("above", "ann", replies, True),
        "ancestors": [("above", "ann", 1, True)] * ANCESTORS,
        "replies": [(("below", "bob", NESTED, True), nested)] * replies,
    }


async def test_one_reply_and_twenty_cost_the_same(
    api: Api, people: People, runtime: Runtime, statements: list[str]
) -> None:
    conversation = Conversation(runtime, people)
    tweet_id = await conversation.begin()
    sent = []
    for count, total in ((1, 1), (REPLIES - 1, REPLIES)):
        await conversation.grow(count)
        statements.clear()
        page = (await api.data(PAGE, {"id": tweet_id}, by=people.ann))["tweet"]
        sent.append(list(statements))
        assert shown(page) == expected(total)
    few, many = sent
    assert max(len(few), len(many)) <= MAX_STATEMENTS, "\n".join([*few, "---", *many])


def test_the_whole_page_is_within_the_limit_of_cost() -> None:
    document = parse(PAGE)
    [operation] = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    tweet = 2  # the author and the viewer's state; counts, permissions and places in pages are free
    nested = 2 + NESTED * (1 + tweet)
    ancestors = 2 + ANCESTORS * (1 + tweet)
    replies = 2 + REPLIES * (1 + tweet + nested)
    cost = cost_of(schema._schema, document, operation, {})
    assert cost == 1 + tweet + ancestors + replies == 347
    assert cost <= Limits().cost

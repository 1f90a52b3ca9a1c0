"""hideReply and unhideReply."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain import ids
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_TWEET, USER_ERRORS
from tests.client import Api, People, Person

_FIELDS = f"{{ tweet {{ text isHidden }} {USER_ERRORS} }}"
HIDE = f"mutation Hide($id: ID!) {{ hideReply(input: {{tweetId: $id}}) {_FIELDS} }}"
UNHIDE = f"mutation Unhide($id: ID!) {{ unhideReply(input: {{tweetId: $id}}) {_FIELDS} }}"
BOTH = pytest.mark.parametrize(("mutation", "query"), [("hideReply", HIDE), ("unhideReply", UNHIDE)])
LISTS = """
query($id: ID!) {
  tweet(id: $id) {
    ... on Tweet {
      replyCount { value }
      replies { nodes { text } } newest: replies(sort: NEWEST) { nodes { text } } hiddenReplies { nodes { text } }
    }
  }
}
"""


async def lists(api: Api, tweet_id: str, *, by: Person | None = None) -> list[list[str]]:
    """The texts of the replies, newest last and newest first, and of the hidden ones; all of them are counted."""
    tweet = (await api.data(LISTS, {"id": tweet_id}, by=by))["tweet"]
    found = [[node["text"] for node in tweet[name]["nodes"]] for name in ("replies", "newest", "hiddenReplies")]
    assert tweet["replyCount"] == {"value": len(found[0]) + len(found[2])}
    return found


def not_allowed(reason: str, message: str) -> dict[str, Any]:
    path = ["input", "tweetId"]
    return {"__typename": "NotAllowedError", "code": "FORBIDDEN", "message": message, "path": path, "reason": reason}


async def test_a_hidden_reply_is_in_a_list_of_its_own_until_it_is_shown_again(api: Api, people: People) -> None:
    root = await api.tweeted(people.ann, "hello")
    await api.tweeted(people.bob, "kind", in_reply_to=root)
    rude = await api.tweeted(people.cat, "rude", in_reply_to=root)
    assert await lists(api, root) == [["kind", "rude"], ["rude", "kind"], []]
    done = {"hideReply": {"tweet": {"text": "rude", "isHidden": True}, "userErrors": []}}
    assert await api.data(HIDE, {"id": rude}, by=people.ann) == done
    for person in (None, people.ann, people.cat):
        assert await lists(api, root, by=person) == [["kind"], ["kind"], ["rude"]]
    by_id = "query($id: ID!) { tweet(id: $id) { ... on Tweet { text isHidden } } }"
    assert await api.data(by_id, {"id": rude}) == {"tweet": {"text": "rude", "isHidden": True}}
    done = {"unhideReply": {"tweet": {"text": "rude", "isHidden": False}, "userErrors": []}}
    assert await api.data(UNHIDE, {"id": rude}, by=people.ann) == done
    assert await lists(api, root) == [["kind", "rude"], ["rude", "kind"], []]


async def test_replies_are_hidden_anywhere_in_the_conversation(api: Api, people: People) -> None:
    root = await api.tweeted(people.ann, "hello")
    reply = await api.tweeted(people.bob, "hi", in_reply_to=root)
    rude = await api.tweeted(people.cat, "rude", in_reply_to=reply)
    assert (await api.data(HIDE, {"id": rude}, by=people.ann))["hideReply"]["userErrors"] == []
    assert await lists(api, reply) == [[], [], ["rude"]]
    assert await lists(api, root) == [["hi"], ["hi"], []]


async def test_a_reply_that_is_hidden_already_is_a_duplicate(api: Api, people: People, stored: Stored) -> None:
    reply = await api.tweeted(people.bob, "hi", in_reply_to=await api.tweeted(people.ann, "hello"))
    answers = await asyncio.gather(*(api.data(HIDE, {"id": reply}, by=people.ann) for _ in range(4)))
    codes = sorted([error["code"] for error in answer["hideReply"]["userErrors"]] for answer in answers)
    assert codes == [[], ["DUPLICATE"], ["DUPLICATE"], ["DUPLICATE"]]
    before = await stored()
    error = {
        "__typename": "DuplicateError",
        "code": "DUPLICATE",
        "message": "This reply is hidden already.",
        "path": ["input", "tweetId"],
    }
    tweet = {"text": "hi", "isHidden": True}
    data = await api.data(HIDE, {"id": reply}, by=people.ann)
    assert data == {"hideReply": {"tweet": tweet, "userErrors": [error]}}
    assert await stored() == before


async def test_showing_what_is_shown_changes_nothing(api: Api, people: People, stored: Stored) -> None:
    reply = await api.tweeted(people.bob, "hi", in_reply_to=await api.tweeted(people.ann, "hello"))
    shown = {"unhideReply": {"tweet": {"text": "hi", "isHidden": False}, "userErrors": []}}
    before = await stored()
    assert await api.data(UNHIDE, {"id": reply}, by=people.ann) == shown
    assert await stored() == before


@BOTH
async def test_only_the_author_of_the_first_tweet_does_it_and_not_to_their_own(
    api: Api, people: People, stored: Stored, mutation: str, query: str
) -> None:
    root = await api.tweeted(people.ann, "hello")
    bobs = await api.tweeted(people.bob, "hi", in_reply_to=root)
    cats = await api.tweeted(people.cat, "hi, bob", in_reply_to=bobs)
    anns = await api.tweeted(people.ann, "hi, cat", in_reply_to=cats)
    before = await stored()
    stranger = not_allowed(
        "NOT_THE_CONVERSATIONS_AUTHOR", "Only the author of a conversation's first tweet can hide replies in it."
    )
    for by, tweet_id in ((people.bob, cats), (people.cat, cats), (people.bob, root)):
        assert (await api.data(query, {"id": tweet_id}, by=by))[mutation]["userErrors"] == [stranger]
    own = not_allowed("SELF", "You can hide replies of others, not your own tweets: delete them.")
    for tweet_id in (root, anns):
        assert (await api.data(query, {"id": tweet_id}, by=people.ann))[mutation]["userErrors"] == [own]
    assert await stored() == before


@BOTH
@pytest.mark.parametrize("tweet_id", ["garbage", ids.global_id("Tweet", 1), ids.global_id("User", 1)])
async def test_an_unknown_reply_cannot_be_hidden(
    api: Api, people: People, stored: Stored, mutation: str, query: str, tweet_id: str
) -> None:
    before = await stored()
    data = await api.data(query, {"id": tweet_id}, by=people.ann)
    assert data == {mutation: {"tweet": None, "userErrors": [NO_SUCH_TWEET]}}
    assert await stored() == before


async def test_replies_below_a_deleted_first_tweet_are_still_its_authors_to_hide(api: Api, people: People) -> None:
    root = await api.tweeted(people.ann, "hello")
    reply = await api.tweeted(people.bob, "hi", in_reply_to=root)
    delete = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
    await api.data(delete, {"id": root}, by=people.ann)
    assert (await api.data(HIDE, {"id": reply}, by=people.ann))["hideReply"]["userErrors"] == []

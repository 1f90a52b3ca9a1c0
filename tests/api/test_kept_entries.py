"""Home pages are made of what the process has kept: whatever happens, they say what is looked up anew."""

from __future__ import annotations

from typing import Any

import pytest

from execution import responses
from tests.client import Api, People, Person
from tests.queue import Queue

FIELDS = """
    id text editedAt version kind isHidden
    author { ... on User { id username displayName bio } }
    likeCount { value precision } retweetCount { value } quoteCount { value } replyCount { value }
    bookmarkCount { value }
    viewerState {
      liked retweetId bookmarked pinned threadMuted
      canReply { allowed reason } canRetweet { allowed reason } canEdit { allowed reason }
    }
"""
HOME = f"""{{ viewer {{ homeTimeline {{ edges {{ node {{
  ... on TimelineTweet {{ tweet {{ ... on Tweet {{ {FIELDS} }} }} reason {{ code }} }}
}} }} }} }} }}"""
LOOKED_UP = f"query ($ids: [ID!]!) {{ tweets(ids: $ids) {{ ... on Tweet {{ {FIELDS} }} }} }}"


@pytest.fixture(autouse=True)
def remembered_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "WORTH_WRITING", 1)


async def page(api: Api, viewer: Person) -> list[dict[str, Any]]:
    data = await api.data(HOME, by=viewer)
    tweets = [edge["node"]["tweet"] for edge in data["viewer"]["homeTimeline"]["edges"]]
    looked_up = await api.data(LOOKED_UP, {"ids": [tweet["id"] for tweet in tweets]}, by=viewer)
    assert tweets == looked_up["tweets"]
    return tweets


async def test_after_every_change_a_page_says_what_is_looked_up(api: Api, people: People, queue: Queue) -> None:
    await api.followed(people.ann, people.bob)
    await api.followed(people.cat, people.bob)
    bobs = await api.tweeted(people.bob, "bob's")
    anns = await api.tweeted(people.ann, "ann's")
    await queue.drained()

    async def do(by: Person, mutation: str, given: str) -> None:
        done = await api.data(f"mutation {{ {mutation}(input: {{{given}}}) {{ userErrors {{ code }} }} }}", by=by)
        assert done == {mutation: {"userErrors": []}}
        await queue.drained()

    async def pages() -> list[list[dict[str, Any]]]:
        return [await page(api, viewer) for viewer in (people.ann, people.bob, people.cat)]

    seen = [await pages(), await pages()]
    assert seen[0] == seen[1]
    for by, mutation, given in (
        (people.cat, "likeTweet", f'tweetId: "{bobs}"'),
        (people.ann, "likeTweet", f'tweetId: "{bobs}"'),
        (people.ann, "unlikeTweet", f'tweetId: "{bobs}"'),
        (people.bob, "editTweet", f'tweetId: "{bobs}", text: "bob\'s again"'),
        (people.ann, "retweetTweet", f'tweetId: "{bobs}"'),
        (people.bob, "updateProfile", 'displayName: "Robert", bio: "new"'),
        (people.cat, "bookmarkTweet", f'tweetId: "{bobs}"'),
        (people.bob, "postTweet", f'text: "a reply", inReplyTo: "{bobs}"'),
        (people.bob, "pinTweet", f'tweetId: "{bobs}"'),
        (people.bob, "updatePrivacy", "isProtected: true"),
        (people.ann, "muteThread", f'tweetId: "{bobs}"'),
        (people.ann, "deleteTweet", f'tweetId: "{anns}"'),
        (people.bob, "blockUser", f'userId: "{people.cat.id}"'),
    ):
        await do(by, mutation, given)
        now = await pages()
        assert now != seen[-1], f"{mutation} changed nothing"
        seen.append(now)


async def test_the_moment_of_a_count_is_the_page_s_own(api: Api, people: People) -> None:
    await api.tweeted(people.ann, "hello")
    document = "{ viewer { homeTimeline { edges { node { ... on TimelineTweet { tweet { ... on Tweet {"
    document += " likeCount { value asOf } } } } } } } } }"
    moments = []
    for _ in range(3):
        [edge] = (await api.data(document, by=people.ann))["viewer"]["homeTimeline"]["edges"]
        moments.append(edge["node"]["tweet"]["likeCount"]["asOf"])
    assert moments == sorted(set(moments))

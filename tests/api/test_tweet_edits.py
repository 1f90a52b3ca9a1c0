"""Tweet.edits in pages, and for many tweets."""

from __future__ import annotations

from typing import Any

from tests.api.test_edit_tweet import edited, history
from tests.client import Api, People


async def test_versions_are_paged_in_both_directions(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "1")
    for version in range(2, 5):
        await edited(api, people.ann, tweet_id, f"{version}")

    async def page(**arguments: Any) -> tuple[list[str], bool, bool, str, str]:
        found = (await history(api, tweet_id, **arguments))["edits"]
        info = found["pageInfo"]
        texts = [node["text"] for node in found["nodes"]]
        return texts, info["hasNextPage"], info["hasPreviousPage"], info["startCursor"], info["endCursor"]

    texts, has_next, has_previous, _, end = await page(first=3)
    assert (texts, has_next, has_previous) == (["4", "3", "2"], True, False)
    texts, has_next, has_previous, _, _ = await page(first=3, after=end)
    assert (texts, has_next, has_previous) == (["1"], False, True)
    texts, has_next, has_previous, start, _ = await page(last=2)
    assert (texts, has_next, has_previous) == (["2", "1"], False, True)
    assert (await page(last=5, before=start))[:3] == (["4", "3"], True, False)


async def test_the_history_of_many_tweets_is_read_at_once(api: Api, people: People, statements: list[str]) -> None:
    tweet_ids = [await api.tweeted(people.ann, f"{n}") for n in range(20)]
    for tweet_id in tweet_ids[::2]:
        await edited(api, people.ann, tweet_id, f"edited {tweet_id}")
    query = """
    query($ids: [ID!]!) { nodes(ids: $ids) { ... on Tweet {
      edits(first: 2) { nodes { version } } editControls { eligible } poll { id }
    } } }
    """
    sent = []
    for asked in (tweet_ids[:1], tweet_ids):
        statements.clear()
        found = (await api.data(query, {"ids": asked}, by=people.ann))["nodes"]
        sent.append(len(statements))
        assert [[version["version"] for version in node["edits"]["nodes"]] for node in found] == (
            [[2, 1]] if len(asked) == 1 else [[2, 1], [1]] * 10
        )
    assert sent[0] == sent[1]

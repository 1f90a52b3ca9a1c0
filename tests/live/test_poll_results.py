"""Results of a poll while people vote: absolute values, until it is closed or out of sight."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from services import looks
from services.runtime import Runtime
from tests.client import Api, People
from tests.live.socket import Socket, connected

RESULTS = """
subscription Results($id: ID!) {
  pollResults(id: $id) { closed voters { value } viewerVotes options { votes { value } } }
}
"""
ASK = """
mutation {
  postTweet(input: {text: "?", poll: {options: ["tea", "coffee"], durationMinutes: 10}}) { tweet { id poll { id } } }
}
"""
VOTE = "mutation($id: ID!) { votePoll(input: {tweetId: $id, choices: [1]}) { userErrors { code } } }"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "LOOK_EVERY_S", 0.01)


async def asked(api: Api, people: People) -> tuple[str, str]:
    """The ids of ann's tweet and its poll."""
    tweet = (await api.data(ASK, by=people.ann))["postTweet"]["tweet"]
    return tweet["id"], tweet["poll"]["id"]


async def event(socket: Socket) -> Any:
    message = await socket.received()
    assert message["type"] == "next", message
    return message["payload"]["data"]["pollResults"]


def results(voters: int, mine: list[int], *, closed: bool = False) -> dict[str, Any]:
    options = [{"votes": {"value": votes}} for votes in (0, voters)]
    return {"closed": closed, "voters": {"value": voters}, "viewerVotes": mine, "options": options}


async def test_every_vote_comes_and_the_end(http_url: str, api: Api, people: People, runtime: Runtime) -> None:
    tweet_id, poll_id = await asked(api, people)
    async with connected(http_url) as socket:
        await socket.initialised(people.bob)
        await socket.subscribe("p", RESULTS, {"id": poll_id})
        assert await event(socket) == results(0, [])
        await api.data(VOTE, {"id": tweet_id}, by=people.cat)
        assert await event(socket) == results(1, [])
        await api.data(VOTE, {"id": tweet_id}, by=people.bob)
        assert await event(socket) == results(2, [1])
        async with runtime.database.write() as session:
            await session.execute(text("UPDATE polls SET ends_at = now()"))
        assert await event(socket) == results(2, [1], closed=True)
        assert await socket.received() == {"type": "complete", "id": "p"}


async def test_a_poll_out_of_sight_ends_its_stream(http_url: str, api: Api, people: People) -> None:
    _, poll_id = await asked(api, people)
    async with connected(http_url) as socket:
        await socket.initialised(people.bob)
        await socket.subscribe("p", RESULTS, {"id": poll_id})
        assert await event(socket) == results(0, [])
        block = "mutation($id: ID!) { blockUser(input: {userId: $id}) { userErrors { code } } }"
        await api.data(block, {"id": people.bob.id}, by=people.ann)
        assert await socket.received() == {"type": "complete", "id": "p"}


async def test_what_is_no_poll_is_refused(http_url: str, api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "no poll")
    async with connected(http_url) as socket:
        await socket.initialised(people.bob)
        for wrong in (tweet_id, "garbage", ""):
            await socket.subscribe("p", RESULTS, {"id": wrong})
            message = await socket.received()
            assert message["type"] in {"next", "error"}
            errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
            assert [error["extensions"]["code"] for error in errors] == ["VALIDATION_FAILED"]
            if message["type"] == "next":
                assert await socket.received() == {"type": "complete", "id": "p"}

"""More audiences than the process has connections to the database."""

from __future__ import annotations

from tests.client import Api, People
from tests.live.audiences import Telling, Tellings
from tests.live.socket import HEARTBEAT, connected


async def test_a_tweet_with_many_hashtags_is_told_to_all_their_audiences(
    http_url: str, api: Api, people: People, tellings: Tellings
) -> None:
    tags = [f"tag{n}" for n in range(12)]
    async with connected(http_url) as socket:
        await socket.initialised()
        for tag in tags:
            for n in range(2):
                await socket.subscribe(
                    f"{tag} {n}", f'subscription {{ hashtag(name: "{tag}") {{ event {{ __typename }} }} }}'
                )
                assert await socket.change(f"{tag} {n}") == HEARTBEAT
        await api.tweeted(people.bob, " ".join(f"#{tag}" for tag in tags))
        told = [await socket.received() for _ in range(2 * len(tags))]
    assert len({message["id"] for message in told}) == 2 * len(tags)
    assert tellings.done == [Telling([None] * 2, [None] * 2)] * len(tags)

"""A tweet with the tweets above it and its replies, beside the least that could answer the same bytes."""

from __future__ import annotations

from bench.population import add_conversations, add_people, analyzed, sign_in
from bench.reads import TWEET, Asked, Read, readers_among
from bench.thread_floor import ABOVE, BELOW
from domain.ids import global_id
from services.runtime import Runtime

PEOPLE_PER_CONVERSATION = 5

THREAD = f"""
query Thread($id: ID!, $above: Int!, $below: Int!) {{ tweet(id: $id) {{ ... on Tweet {{
  {TWEET}
  ancestors(first: $above) {{ nodes {{ ... on Tweet {{ {TWEET} }} }} pageInfo {{ hasNextPage }} }}
  replies(first: $below) {{ edges {{ cursor node {{ {TWEET} }} }} pageInfo {{ hasNextPage endCursor }} }}
}} }} }}
"""


async def _filled(runtime: Runtime, users: int) -> list[Asked]:
    async with runtime.database.write() as session:
        people = await add_people(session, users)
        conversations = max(1, users // PEOPLE_PER_CONVERSATION)
        tweets = await add_conversations(session, people, conversations, above=ABOVE, below=BELOW + 1)
        await sign_in(session, people)
    await analyzed(runtime.database)
    return [
        Asked(
            viewer_id=reader,
            variables={"id": global_id("Tweet", tweets[n % len(tweets)]), "above": ABOVE, "below": BELOW},
            floor_path=f"/{reader}/{tweets[n % len(tweets)]}",
        )
        for n, reader in enumerate(readers_among(people))
    ]


READ = Read("a tweet and its thread", THREAD, _filled)

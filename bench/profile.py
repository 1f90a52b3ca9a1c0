"""A profile with its newest tweets, beside the least that could answer the same bytes."""

from __future__ import annotations

from random import Random

from bench.population import add_people_who_follow, add_tweets, analyzed, sign_in
from bench.profile_floor import PAGE
from bench.reads import TWEET, Asked, Read, readers_among
from services.runtime import Runtime

FOLLOWS = 100
"""Of each person; everybody else where there are fewer."""
TWEETS_EACH = 30

PROFILE = f"""
query Profile($username: String!, $first: Int!) {{ user(by: {{username: $username}}) {{ ... on User {{
  id username displayName bio createdAt
  followerCount {{ value }} followingCount {{ value }} tweetCount {{ value }} viewerState {{ following followedBy }}
  tweets(first: $first) {{
    edges {{ cursor node {{ ... on TimelineTweet {{ tweet {{ ... on Tweet {{ {TWEET} }} }} }} }} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}} }} }}
"""


async def _filled(runtime: Runtime, users: int) -> list[Asked]:
    async with runtime.database.write() as session:
        people = await add_people_who_follow(session, users, min(FOLLOWS, users - 1))
        await add_tweets(session, people, users * TWEETS_EACH)
        await sign_in(session, people)
    await analyzed(runtime.database)
    shown = Random(users).choices(range(users), k=len(people))
    return [
        Asked(
            viewer_id=reader,
            variables={"username": f"bench{person}", "first": PAGE},
            floor_path=f"/{reader}/bench{person}",
        )
        for reader, person in zip(readers_among(people), shown, strict=False)
    ]


READ = Read("a profile", PROFILE, _filled)

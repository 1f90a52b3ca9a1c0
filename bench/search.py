"""People by the beginnings of their names, beside the least that could answer the same bytes.

Tweets cannot be searched yet: this is `searchUsers`, all the search there is.
"""

from __future__ import annotations

from itertools import product
from random import Random

from bench.population import add_people, analyzed, name_people, sign_in
from bench.reads import Asked, Read, readers_among
from bench.search_floor import PAGE
from domain.people_search import words_in
from services.runtime import Runtime
from stores import people_search

SYLLABLES = [first + second for first, second in product("dfgklmnrst", "aeiou")]
"""Two make a name, which begins like no username of the bench."""

SEARCH = """
query Search($query: String!, $first: Int!) { searchUsers(query: $query, first: $first) {
  edges { cursor node { id username displayName bio followerCount { value } viewerState { following } } }
  pageInfo { hasNextPage endCursor }
} }
"""


async def _filled(runtime: Runtime, users: int) -> list[Asked]:
    random = Random(users)
    async with runtime.database.write() as session:
        people = await add_people(session, users)
        names = [f"{_name(random)} {_name(random)}" for _ in people]
        await name_people(session, people, names)
        await people_search.index(session, dict(zip(people, map(words_in, names), strict=True)))
        await sign_in(session, people)
    await analyzed(runtime.database)
    asked = []
    for reader in readers_among(people):
        given, family = random.choice(names).lower().split()
        query = random.choice([given[:3], given, f"{given[:2]} {family[:1]}", f"{given} {family}"])
        variables: dict[str, object] = {"query": query, "first": PAGE}
        asked.append(Asked(reader, variables, f"/{reader}/{query.replace(' ', '/')}"))
    return asked


def _name(random: Random) -> str:
    return "".join(random.choices(SYLLABLES, k=2)).capitalize()


READ = Read("a search for people", SEARCH, _filled)

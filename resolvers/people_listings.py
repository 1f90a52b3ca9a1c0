"""Keyset connections of people."""

from __future__ import annotations

from domain.errors import BadArgument
from domain.pages import Connection, PageArgs, connection
from domain.people_search import MAX_QUERY, words_in
from domain.records import User, Viewer
from resolvers.context import Context
from resolvers.listings import DEFAULT_PAGE, listed_people
from stores import people_search
from stores.follow_requests import RECEIVED, SENT
from stores.follows import FOLLOWERS, FOLLOWING, KNOWN_FOLLOWERS
from stores.keyset import Listing

DEFAULT_SUGGESTIONS = 8
MAX_SUGGESTIONS = 20


async def followers(parents: list[User], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await listed_people(parents, context, "followers", FOLLOWERS, page)


async def following(parents: list[User], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await listed_people(parents, context, "following", FOLLOWING, page)


async def known_followers(parents: list[User], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await listed_people(parents, context, "knownFollowers", KNOWN_FOLLOWERS, page)


async def follow_requests(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await _of_viewers(parents, context, "followRequests", RECEIVED, page)


async def sent_follow_requests(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await _of_viewers(parents, context, "sentFollowRequests", SENT, page)


async def search(context: Context, *, query: str, page: PageArgs) -> Connection[User]:
    request, words = page.requested("searchUsers", default=DEFAULT_PAGE), _words(query, "query")
    async with context.runtime.database.read() as session:
        found = await people_search.page(session, words, request, viewer_id=context.viewer_id)
    people = await context.loaders.user_by_id.load_many([user_id for _, user_id in found.entries])
    entries = [(key, user) for (key, _), user in zip(found.entries, people, strict=True) if isinstance(user, User)]
    return connection("searchUsers", request, entries, has_more=found.has_more)


async def autocompleted(context: Context, *, prefix: str, first: int = DEFAULT_SUGGESTIONS) -> list[User]:
    if not 1 <= first <= MAX_SUGGESTIONS:
        raise BadArgument(f"'first' is {first}; it must be between 1 and {MAX_SUGGESTIONS}.")
    words = _words(prefix, "prefix")
    async with context.runtime.database.read() as session:
        ids = await people_search.best(session, words, limit=first, viewer_id=context.viewer_id)
    people = await context.loaders.user_by_id.load_many(ids)
    return [user for user in people if isinstance(user, User)]


def _words(text: str, argument: str) -> tuple[str, ...]:
    if len(text) > MAX_QUERY:
        raise BadArgument(f"'{argument}' has {len(text)} characters; the limit is {MAX_QUERY}.")
    return words_in(text)


async def _of_viewers(
    parents: list[Viewer], context: Context, name: str, listing: Listing, page: PageArgs
) -> list[Connection[User]]:
    return await listed_people([viewer.user for viewer in parents], context, name, listing, page)

"""Keyset connections of people."""

from __future__ import annotations

from domain.errors import BadArgument
from domain.pages import Connection, PageArgs, connection
from domain.people_search import MAX_QUERY, words_in
from domain.records import User, Viewer
from resolvers.context import Context
from resolvers.listings import DEFAULT_PAGE, connected
from resolvers.lookups import visible_users
from stores import people_search
from stores.follow_requests import RECEIVED, SENT
from stores.follows import FOLLOWERS, FOLLOWING, KNOWN_FOLLOWERS

DEFAULT_SUGGESTIONS = 8
MAX_SUGGESTIONS = 20


async def followers(parents: list[User], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await connected(parents, context, "followers", FOLLOWERS, page, visible_users)


async def following(parents: list[User], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await connected(parents, context, "following", FOLLOWING, page, visible_users)


async def known_followers(parents: list[User], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await connected(parents, context, "knownFollowers", KNOWN_FOLLOWERS, page, visible_users)


async def follow_requests(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await connected(
        [viewer.user for viewer in parents], context, "followRequests", RECEIVED, page, visible_users
    )


async def sent_follow_requests(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await connected(
        [viewer.user for viewer in parents], context, "sentFollowRequests", SENT, page, visible_users
    )


async def search(context: Context, *, query: str, page: PageArgs) -> Connection[User]:
    request, words = page.requested("searchUsers", default=DEFAULT_PAGE), _words(query, "query")
    async with context.runtime.database.read() as session:
        found = await people_search.page(session, words, request, viewer_id=context.viewer_id)
    people = await visible_users([user_id for _, user_id in found.entries], context)
    entries = [(key, people[user_id]) for key, user_id in found.entries if user_id in people]
    return connection("searchUsers", request, entries, has_more=found.has_more)


async def autocompleted(context: Context, *, prefix: str, first: int = DEFAULT_SUGGESTIONS) -> list[User]:
    if not 1 <= first <= MAX_SUGGESTIONS:
        raise BadArgument(f"'first' is {first}; it must be between 1 and {MAX_SUGGESTIONS}.")
    words = _words(prefix, "prefix")
    async with context.runtime.database.read() as session:
        ids = await people_search.best(session, words, limit=first, viewer_id=context.viewer_id)
    people = await visible_users(ids, context)
    return [people[user_id] for user_id in ids if user_id in people]


def _words(text: str, argument: str) -> tuple[str, ...]:
    if len(text) > MAX_QUERY:
        raise BadArgument(f"'{argument}' has {len(text)} characters; the limit is {MAX_QUERY}.")
    return words_in(text)

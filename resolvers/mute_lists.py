"""Whom and what the viewer blocks and mutes."""

from __future__ import annotations

from domain.ids import created_at
from domain.pages import Connection, PageArgs, connection
from domain.records import Mute, MutedWord, Tweet, User, Viewer
from resolvers import listings
from resolvers.context import Context
from resolvers.listings import DEFAULT_PAGE
from resolvers.mutations import Outcome, subjects_of
from stores import muted_words
from stores.blocks import BLOCKS
from stores.muted_words import MUTED_WORDS
from stores.mutes import MUTED_THREADS, MUTES


async def blocks(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await listings.listed_people([viewer.user for viewer in parents], context, "blocks", BLOCKS, page)


async def mutes(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[Mute]]:
    request = page.requested("mutes", default=DEFAULT_PAGE)
    pages = await listings.listed_ids([viewer.user for viewer in parents], context, MUTES, request)
    ids = [user_id for listed in pages for _, user_id in listed.entries]
    people = iter(await context.loaders.user_by_id.load_many(ids))
    states = iter(await context.loaders.user_viewer_state_by_id.load_many(ids))
    connections = []
    for listed in pages:
        entries = []
        for key, _ in listed.entries:
            user, state = next(people), next(states)
            # Between the statements somebody may have become invisible, or their mute may have ended.
            if isinstance(user, User) and state is not None and state.muting is not None:
                entries.append((key, Mute(user=user, muted_at=created_at(key), expires_at=state.muting.until)))
        connections.append(connection("mutes", request, entries, has_more=listed.has_more))
    return connections


async def words(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[MutedWord]]:
    request = page.requested("mutedWords", default=DEFAULT_PAGE)
    pages = await listings.listed_ids([viewer.user for viewer in parents], context, MUTED_WORDS, request)
    found = await _words([word_id for listed in pages for _, word_id in listed.entries], context)
    return [
        connection(
            "mutedWords",
            request,
            [(key, found[word_id]) for key, word_id in listed.entries if word_id in found],
            has_more=listed.has_more,
        )
        for listed in pages
    ]


async def threads(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[Tweet]]:
    request = page.requested("mutedThreads", default=DEFAULT_PAGE)
    viewers = [viewer.user for viewer in parents]
    return [
        connection("mutedThreads", request, entries, has_more=has_more)
        for entries, has_more in await listings.listed_tweets(viewers, context, MUTED_THREADS, request)
    ]


async def words_of(parents: list[Outcome], context: Context) -> list[MutedWord | None]:
    """The word each mutation was about; None when it was refused, or the word is gone by now."""
    return await subjects_of(parents, context, _words)


async def _words(word_ids: list[int], context: Context) -> dict[int, MutedWord]:
    viewer_id = context.required_viewer().user.id
    async with context.runtime.database.read() as session:
        return await muted_words.by_id(session, word_ids, user_id=viewer_id)

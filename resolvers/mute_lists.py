"""Whom and what the viewer blocks and mutes."""

from __future__ import annotations

from datetime import datetime

from domain.ids import created_at
from domain.pages import Connection, PageArgs, connection
from domain.records import Mute, MutedWord, Tweet, User, Viewer
from resolvers.context import Context
from resolvers.listings import DEFAULT_PAGE, connected, listed
from resolvers.lookups import visible_tweets, visible_users
from resolvers.mutations import Outcome, subjects_of
from stores import muted_words
from stores.blocks import BLOCKS
from stores.muted_words import MUTED_WORDS
from stores.mutes import MUTED_THREADS, MUTES


async def blocks(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await connected([viewer.user for viewer in parents], context, "blocks", BLOCKS, page, visible_users)


async def mutes(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[Mute]]:
    request = page.requested("mutes", default=DEFAULT_PAGE)
    pages = await listed([viewer.user for viewer in parents], context, MUTES, request, _muted)
    return [
        connection(
            "mutes",
            request,
            [(key, Mute(user=user, muted_at=created_at(key), expires_at=until)) for key, (user, until) in entries],
            has_more=has_more,
        )
        for entries, has_more in pages
    ]


async def _muted(user_ids: list[int], context: Context) -> dict[int, tuple[User, datetime | None]]:
    """With when the mute ends."""
    people = await visible_users(user_ids, context)
    states = await context.loaders.user_viewer_state_by_id.load_many(user_ids)
    return {
        user_id: (people[user_id], state.muting.until)
        for user_id, state in zip(user_ids, states, strict=True)
        if user_id in people and state is not None and state.muting is not None
    }


async def words(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[MutedWord]]:
    return await connected([viewer.user for viewer in parents], context, "mutedWords", MUTED_WORDS, page, _words)


async def threads(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[Tweet]]:
    viewers = [viewer.user for viewer in parents]
    return await connected(viewers, context, "mutedThreads", MUTED_THREADS, page, visible_tweets)


async def words_of(parents: list[Outcome], context: Context) -> list[MutedWord | None]:
    """The word each mutation was about; None when it was refused, or the word is gone by now."""
    return await subjects_of(parents, context, _words)


async def _words(word_ids: list[int], context: Context) -> dict[int, MutedWord]:
    viewer_id = context.required_viewer().user.id
    async with context.runtime.database.read() as session:
        return await muted_words.by_id(session, word_ids, user_id=viewer_id)

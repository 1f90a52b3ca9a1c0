"""Editing tweets: a short while, a few times, under the same id, with what they said before."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain import edits
from domain.changes import ChangeKind
from domain.errors import NotTheAuthor, VersionConflict
from domain.events import TweetEdited
from domain.records import Tweet
from domain.tweets import TweetText, mentioned_in
from infra.database import WriteSession
from services import mentions as names
from services.tweets import visible
from stores import changes, mentions, outbox, polls, tweet_versions
from stores.changes import NewChange


async def edit(
    session: WriteSession,
    tweet_id: int | None,
    *,
    text: TweetText,
    if_version: int | None,
    author_id: int,
    now: datetime,
) -> int:
    """The tweet's id. A text that it has already is no edit.

    Raises NotFound, NotTheAuthor, VersionConflict, RetweetHasNoText, PollCannotBeEdited, EditWindowClosed or
    EditLimitReached.
    """
    tweet = await _held(session, tweet_id, author_id=author_id)
    if if_version is not None and if_version != tweet.version:
        raise VersionConflict(current_version=tweet.version)
    has_poll = await polls.rules(session, tweet.id) is not None
    if refusal := edits.why_not_editable(tweet, has_poll=has_poll, now=now):
        raise refusal
    if text.text != tweet.text:
        [entities] = await names.resolved(session, [(author_id, text.entities)])
        new = msgspec.structs.replace(text, entities=entities)
        replaced = await tweet_versions.replace(session, tweet.id, new, now=now)
        await mentions.replace(session, tweet.id, mentioned_in(entities))
        await outbox.add(session, [TweetEdited(tweet.id, replaced.version)])
        await changes.record(
            session, [NewChange(ChangeKind.TWEET_EDITED, tweet_id=tweet.id, former_tags=replaced.former_tags)]
        )
    return tweet.id


async def _held(session: WriteSession, tweet_id: int | None, *, author_id: int) -> Tweet:
    """Of two edits of one version at the same moment the second sees what the first has made of it."""
    tweet = await visible(session, tweet_id, viewer_id=author_id)
    if tweet.author_id != author_id:
        raise NotTheAuthor
    await tweet_versions.hold(session, tweet.id)
    return await visible(session, tweet.id, viewer_id=author_id)

"""What the author of a conversation's first tweet may do: say who replies, and hide replies."""

from __future__ import annotations

from datetime import datetime

from domain import ids
from domain.changes import ChangeKind
from domain.errors import AlreadyHidden, CannotHideOwnReply, NotTheAuthor, NotTheConversationsAuthor, NotTheRoot
from domain.records import ReplyPolicy, Tweet
from infra.database import WriteSession
from services.tweets import visible_original
from stores import changes, conversations, tweets
from stores.changes import NewChange


async def set_reply_policy(
    session: WriteSession, tweet_id: int | None, policy: ReplyPolicy, *, author_id: int
) -> Tweet:
    """For all replies from now on, in the whole conversation. Raises NotFound, NotTheAuthor or NotTheRoot."""
    tweet = await visible_original(session, tweet_id, viewer_id=author_id)
    if tweet.author_id != author_id:
        raise NotTheAuthor
    if tweet.conversation_id != tweet.id:
        raise NotTheRoot(field="tweetId")
    await conversations.set_reply_policy(session, tweet.id, policy)
    return tweet


async def hide_reply(session: WriteSession, tweet_id: int | None, *, viewer_id: int, now: datetime) -> Tweet:
    """Raises NotFound, NotTheConversationsAuthor, CannotHideOwnReply or AlreadyHidden."""
    reply = await _reply_to_viewer(session, tweet_id, viewer_id=viewer_id)
    if not await conversations.hide(session, reply.id, now=now):
        raise AlreadyHidden(existing=ids.global_id("Tweet", reply.id))
    await changes.record(session, [NewChange(ChangeKind.REPLY_HIDDEN, tweet_id=reply.id)])
    return reply


async def unhide_reply(session: WriteSession, tweet_id: int | None, *, viewer_id: int) -> Tweet:
    """Afterwards the reply is not hidden, whether or not it was. Raises what `hide_reply` does, but AlreadyHidden."""
    reply = await _reply_to_viewer(session, tweet_id, viewer_id=viewer_id)
    if await conversations.unhide(session, reply.id):
        await changes.record(session, [NewChange(ChangeKind.REPLY_UNHIDDEN, tweet_id=reply.id)])
    return reply


async def _reply_to_viewer(session: WriteSession, tweet_id: int | None, *, viewer_id: int) -> Tweet:
    """Somebody else's reply in a conversation that the viewer began; its first tweet may be deleted by now."""
    reply = await visible_original(session, tweet_id, viewer_id=viewer_id)
    root = await tweets.find(session, reply.conversation_id, viewer_id=None)
    if root is None or root.tweet.author_id != viewer_id:
        raise NotTheConversationsAuthor
    if reply.author_id == viewer_id:
        raise CannotHideOwnReply
    return reply

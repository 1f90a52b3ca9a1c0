"""What people change of their own accounts: profile, privacy, the pinned tweet."""

from __future__ import annotations

from domain.changes import ChangeKind
from domain.content_rules import check_content
from domain.errors import NotTheAuthor, VersionConflict
from domain.events import UserUnprotected
from domain.muted_words import searchable
from domain.people_search import words_in
from domain.profiles import ProfileChanges
from domain.records import SensitiveContent
from domain.text import entities_in
from infra.database import WriteSession
from services import mentions
from services.runtime import Runtime
from services.tweets import visible_original
from stores import changes as log
from stores import outbox, people_search, profiles
from stores.changes import NewChange


def check_allowed(runtime: Runtime, changes: ProfileChanges) -> None:
    """Raises ContentRejected."""
    for field, written in (
        ("displayName", changes.display_name),
        ("bio", changes.bio),
        ("location", changes.location),
    ):
        if isinstance(written, str):
            check_content(runtime.content_rules, searchable(written), entities_in(written), field=field)


async def update(session: WriteSession, user_id: int, changes: ProfileChanges, *, if_version: int | None) -> None:
    """Raises VersionConflict."""
    found = entities_in(changes.bio) if isinstance(changes.bio, str) else []
    [bio_entities] = await mentions.resolved(session, [(user_id, found)])
    if not await profiles.update(session, user_id, changes, bio_entities=bio_entities, if_version=if_version):
        raise VersionConflict(current_version=await profiles.version(session, user_id))
    await record(session, user_id)
    if isinstance(changes.display_name, str):
        await people_search.index(session, {user_id: words_in(changes.display_name)})


async def update_privacy(
    session: WriteSession,
    user_id: int,
    *,
    is_protected: bool | None,
    sensitive_content: SensitiveContent | None,
    if_version: int | None,
) -> None:
    """None leaves what is there. Who waited at an account that opens is let in. Raises VersionConflict."""
    updated = await profiles.update_privacy(
        session, user_id, is_protected=is_protected, sensitive_content=sensitive_content, if_version=if_version
    )
    if not updated:
        raise VersionConflict(current_version=await profiles.version(session, user_id))
    await record(session, user_id)
    if is_protected is not None:
        await log.record(session, [NewChange(ChangeKind.ACCOUNT_CHANGED, user_id)])
    if sensitive_content is not None:
        await log.record(session, [NewChange(ChangeKind.MUTES_CHANGED, user_id)])
    if is_protected is False:
        await outbox.add(session, [UserUnprotected(user_id)])


async def pin(session: WriteSession, tweet_id: int | None, *, author_id: int) -> int:
    """In place of what was pinned; of a retweet, what it retweets. Raises NotFound or NotTheAuthor."""
    tweet = await visible_original(session, tweet_id, viewer_id=author_id)
    if tweet.author_id != author_id:
        raise NotTheAuthor
    await profiles.pin(session, author_id, tweet.id)
    await record(session, author_id)
    return tweet.id


async def unpin(session: WriteSession, *, author_id: int) -> None:
    await profiles.pin(session, author_id, None)
    await record(session, author_id)


async def record(session: WriteSession, user_id: int) -> None:
    """What the account shows of itself, or what its owner has set, is different now."""
    await log.record(session, [NewChange(ChangeKind.PROFILE_CHANGED, user_id, subject_id=user_id)])

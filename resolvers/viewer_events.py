"""What the viewer does on any of their devices, as the log tells it: how each thing is to the viewer now."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence

import msgspec

from domain import ids
from domain.changes import OF_ENTRIES, Change, ChangeKind, Place, Told
from domain.permissions import Scope
from domain.records import (
    BlockChanged,
    BookmarkChanged,
    BookmarkFolder,
    BookmarkFolderChanged,
    FollowChanged,
    LikeChanged,
    MuteChanged,
    MutedWord,
    MutedWordChanged,
    ProfileChanged,
    Refetch,
    RetweetChanged,
    SessionRevoked,
    ThreadMuteChanged,
    TweetViewerState,
    User,
    UserViewerState,
    Viewer,
    ViewerStateChange,
    ViewerStateEvent,
)
from resolvers import stream_events
from resolvers.context import Context
from resolvers.stream_events import Watched
from services.live_topics import ViewerState
from stores import bookmarks, muted_words, mutes

_OF_TWEETS = (ChangeKind.LIKE_CHANGED, ChangeKind.BOOKMARK_CHANGED, *OF_ENTRIES)
_OF_PEOPLE = (ChangeKind.FOLLOW_CHANGED, ChangeKind.BLOCK_CHANGED, ChangeKind.MUTE_CHANGED)


async def live_cursors(parents: list[Viewer], context: Context) -> list[ids.Cursor]:
    return [Place(context.seen).cursor] * len(parents)


def events(context: Context, *, after: ids.Cursor | None = None) -> AsyncGenerator[ViewerStateEvent, None]:
    return stream_events.events(context, _opened, after)


async def _opened(context: Context) -> Watched[ViewerStateChange, ViewerStateEvent]:
    topic = ViewerState(context.required_viewer().user.id)
    return Watched(topic, Refetch.VIEWER_STATE, ViewerStateEvent, _changes)


async def _changes(context: Context, piece: Told) -> list[tuple[Place, ViewerStateChange]]:
    found = await _found(context, [concern.change for concern in piece.concerns])
    return [
        (place, change)
        for concern, place in piece.placed()
        if (change := _change(context.required_viewer(), concern.change, found)) is not None
    ]


class _Found(msgspec.Struct, frozen=True):
    """How the subjects of changes are to the viewer."""

    tweets: Mapping[int, TweetViewerState]
    people: Mapping[int, UserViewerState]
    folders: Mapping[int, BookmarkFolder]
    words: Mapping[int, MutedWord]
    muted_threads: set[int]
    users: Mapping[int, User]


async def _found(context: Context, changes: Sequence[Change]) -> _Found:
    viewer_id = context.required_viewer().user.id
    tweet_ids, user_ids = _subjects(changes, _OF_TWEETS), _subjects(changes, _OF_PEOPLE)
    tweet_states = await context.loaders.tweet_viewer_state_by_id.load_many(tweet_ids)
    user_states = await context.loaders.user_viewer_state_by_id.load_many(user_ids)
    own = await context.loaders.user_by_id.load_many(_subjects(changes, [ChangeKind.PROFILE_CHANGED]))
    folder_ids = _subjects(changes, [ChangeKind.BOOKMARK_FOLDER_CHANGED])
    word_ids = _subjects(changes, [ChangeKind.MUTED_WORD_CHANGED])
    thread_ids = _subjects(changes, [ChangeKind.THREAD_MUTE_CHANGED])
    async with context.runtime.database.read() as session:
        return _Found(
            # What was purged meanwhile is nothing to anybody.
            tweets=dict(zip(tweet_ids, [state or TweetViewerState() for state in tweet_states], strict=True)),
            people=dict(zip(user_ids, [state or UserViewerState() for state in user_states], strict=True)),
            folders=await bookmarks.folders_by_id(session, folder_ids, user_id=viewer_id) if folder_ids else {},
            words=await muted_words.by_id(session, word_ids, user_id=viewer_id) if word_ids else {},
            muted_threads=await mutes.threads_among(session, thread_ids, user_id=viewer_id) if thread_ids else set(),
            users={user.id: user for user in own if isinstance(user, User)},
        )


def _subjects(changes: Sequence[Change], kinds: Sequence[ChangeKind]) -> list[int]:
    return sorted({each.subject_id for each in changes if each.kind in kinds and each.subject_id is not None})


def _change(viewer: Viewer, change: Change, found: _Found) -> ViewerStateChange | None:
    assert change.subject_id is not None
    subject_id = change.subject_id
    match change.kind:
        case ChangeKind.LIKE_CHANGED:
            return LikeChanged(subject_id, found.tweets[subject_id].liked)
        case ChangeKind.BOOKMARK_CHANGED:
            state = found.tweets[subject_id]
            return BookmarkChanged(subject_id, state.bookmarked, state.bookmark_folder_id)
        case ChangeKind.BOOKMARK_FOLDER_CHANGED:
            return BookmarkFolderChanged(subject_id, found.folders.get(subject_id))
        case ChangeKind.FOLLOW_CHANGED:
            person = found.people[subject_id]
            return FollowChanged(subject_id, person.following, person.shows_retweets)
        case ChangeKind.BLOCK_CHANGED:
            return BlockChanged(subject_id, found.people[subject_id].blocking)
        case ChangeKind.MUTE_CHANGED:
            return MuteChanged(subject_id, found.people[subject_id].muting)
        case ChangeKind.THREAD_MUTE_CHANGED:
            return ThreadMuteChanged(subject_id, subject_id in found.muted_threads)
        case ChangeKind.MUTED_WORD_CHANGED:
            return MutedWordChanged(subject_id, found.words.get(subject_id))
        case ChangeKind.PROFILE_CHANGED:
            # None where the account was deleted meanwhile: the stream is about to end.
            return ProfileChanged(found.users[subject_id]) if subject_id in found.users else None
        case ChangeKind.SESSION_ENDED:
            may_know = viewer.scopes is None or Scope.ACCOUNT in viewer.scopes
            return SessionRevoked(subject_id) if may_know else None
        case _:
            return RetweetChanged(subject_id, found.tweets[subject_id].retweet_id)

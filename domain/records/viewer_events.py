"""What a viewer's devices are told of each other: how something is to the viewer now."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import msgspec

from domain import ids
from domain.records.keeping import BookmarkFolder
from domain.records.mutes import MutedWord
from domain.records.people import FollowState, MuteState, User
from domain.records.streams import Heartbeat, StreamGap


class _OfTweet(msgspec.Struct, frozen=True):
    raw_tweet_id: int

    @property
    def tweet_id(self) -> ids.GlobalId:
        return ids.global_id("Tweet", self.raw_tweet_id)


class _OfUser(msgspec.Struct, frozen=True):
    raw_user_id: int

    @property
    def user_id(self) -> ids.GlobalId:
        return ids.global_id("User", self.raw_user_id)


class LikeChanged(_OfTweet, frozen=True):
    liked: bool


class RetweetChanged(_OfTweet, frozen=True):
    raw_retweet_id: int | None

    @property
    def retweet_id(self) -> ids.GlobalId | None:
        return None if self.raw_retweet_id is None else ids.global_id("Tweet", self.raw_retweet_id)


class BookmarkChanged(_OfTweet, frozen=True):
    bookmarked: bool
    raw_folder_id: int | None

    @property
    def bookmark_folder_id(self) -> ids.GlobalId | None:
        return None if self.raw_folder_id is None else ids.global_id("BookmarkFolder", self.raw_folder_id)


class BookmarkFolderChanged(msgspec.Struct, frozen=True):
    raw_folder_id: int
    folder: BookmarkFolder | None

    @property
    def folder_id(self) -> ids.GlobalId:
        return ids.global_id("BookmarkFolder", self.raw_folder_id)


class FollowChanged(_OfUser, frozen=True):
    following: FollowState
    shows_retweets: bool


class BlockChanged(_OfUser, frozen=True):
    blocking: bool


class MuteChanged(_OfUser, frozen=True):
    muting: MuteState | None


class ThreadMuteChanged(msgspec.Struct, frozen=True):
    raw_conversation_id: int
    thread_muted: bool

    @property
    def conversation_id(self) -> ids.GlobalId:
        return ids.global_id("Tweet", self.raw_conversation_id)


class MutedWordChanged(msgspec.Struct, frozen=True):
    raw_word_id: int
    muted_word: MutedWord | None

    @property
    def muted_word_id(self) -> ids.GlobalId:
        return ids.global_id("MutedWord", self.raw_word_id)


class ProfileChanged(msgspec.Struct, frozen=True):
    user: User


class SessionRevoked(msgspec.Struct, frozen=True):
    raw_session_id: int

    @property
    def session_id(self) -> ids.GlobalId:
        return ids.global_id("Session", self.raw_session_id)


ViewerStateChange: TypeAlias = (
    LikeChanged
    | RetweetChanged
    | BookmarkChanged
    | BookmarkFolderChanged
    | FollowChanged
    | BlockChanged
    | MuteChanged
    | ThreadMuteChanged
    | MutedWordChanged
    | ProfileChanged
    | SessionRevoked
    | StreamGap
    | Heartbeat
)


class ViewerStateEvent(msgspec.Struct, frozen=True):
    cursor: ids.Cursor
    at: datetime
    event: ViewerStateChange

"""What a viewer's devices tell each other."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from domain import records
from domain.ids import Cursor
from domain.records import FollowState
from schema.binding import Bound, plain
from schema.bookmarks import BookmarkFolder
from schema.mutes import MutedWord
from schema.streams import Heartbeat, StreamGap
from schema.users import MuteState, User


@strawberry.type(description="The viewer has liked a tweet, or taken it back.")
class LikeChanged(Bound):
    record = records.LikeChanged
    tweet_id: strawberry.ID = plain("The tweet.")
    liked: bool = plain("Whether the viewer likes it.")


@strawberry.type(description="The viewer has retweeted a tweet, or taken it back.")
class RetweetChanged(Bound):
    record = records.RetweetChanged
    tweet_id: strawberry.ID = plain("The tweet that is retweeted.")
    retweet_id: strawberry.ID | None = plain("The viewer's retweet of it; null when there is none.")


@strawberry.type(description="The viewer has bookmarked a tweet, moved the bookmark or taken it away.")
class BookmarkChanged(Bound):
    record = records.BookmarkChanged
    tweet_id: strawberry.ID = plain("The tweet.")
    bookmarked: bool = plain("Whether the viewer has bookmarked it.")
    bookmark_folder_id: strawberry.ID | None = plain(
        "The folder the bookmark lies in; null when it lies in none or there is none."
    )


@strawberry.type(description="The viewer has made, renamed or deleted a folder for bookmarks.")
class BookmarkFolderChanged(Bound):
    record = records.BookmarkFolderChanged
    folder_id: strawberry.ID = plain("The folder's id.")
    folder: BookmarkFolder | None = plain(
        "The folder; null when it is deleted: what lay in it lies in none, of which nothing more is told."
    )


@strawberry.type(
    description="The viewer has followed somebody, asked to, or does not any more; also by what the other did: let the "
    "viewer in, refused, removed or blocked them."
)
class FollowChanged(Bound):
    record = records.FollowChanged
    user_id: strawberry.ID = plain("The other.")
    following: FollowState = plain("Whether the viewer follows them.")
    shows_retweets: bool = plain(
        "Whether the viewer, following them, wants to see their retweets in the home timeline.", name="showRetweets"
    )


@strawberry.type(description="The viewer has blocked somebody, or does not any more.")
class BlockChanged(Bound):
    record = records.BlockChanged
    user_id: strawberry.ID = plain("The other.")
    blocking: bool = plain("Whether the viewer blocks them.")


@strawberry.type(description="The viewer has muted somebody, or does not any more. A mute that runs out is not told.")
class MuteChanged(Bound):
    record = records.MuteChanged
    user_id: strawberry.ID = plain("The other.")
    muting: MuteState | None = plain("The viewer's mute of them; null when there is none.")


@strawberry.type(description="The viewer has muted a conversation, or does not any more.")
class ThreadMuteChanged(Bound):
    record = records.ThreadMuteChanged
    conversation_id: strawberry.ID = plain("The tweet that began the conversation.")
    thread_muted: bool = plain("Whether the viewer has muted it.")


@strawberry.type(description="The viewer has muted a word, or does not any more. A mute that runs out is not told.")
class MutedWordChanged(Bound):
    record = records.MutedWordChanged
    muted_word_id: strawberry.ID = plain("The muted word's id.")
    muted_word: MutedWord | None = plain("The muted word; null when it is not muted any more.")


@strawberry.type(
    description="The viewer's profile, privacy, settings or pinned tweet is another: beside `user`, `viewer` may be."
)
class ProfileChanged(Bound):
    record = records.ProfileChanged
    user: User = plain("The viewer's account as it is now.")


@strawberry.type(
    description="The viewer is not signed in on a device any more. Told to the viewer's own clients, and to apps that "
    "may end sessions."
)
class SessionRevoked(Bound):
    record = records.SessionRevoked
    session_id: strawberry.ID = plain("The session that has ended.")


ViewerStateChange: TypeAlias = Annotated[
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
    | Heartbeat,
    strawberry.union(
        "ViewerStateChange",
        description="How something is to the viewer now. More kinds will come: have a default branch.",
    ),
]


@strawberry.type(
    description="An event of the viewer's own doing. It says how things are, not what was done, so that one that comes "
    "again changes nothing."
)
class ViewerStateEvent(Bound):
    record = records.ViewerStateEvent
    cursor: Cursor = plain("Where the stream stands with this event: what `after` takes.")
    at: datetime = plain("When the server sent it.")
    event: ViewerStateChange = plain("How something is now.")

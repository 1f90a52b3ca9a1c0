"""What has happened to what people watch, and how far a watcher has come.

Ids are made before commits and commits come in any order, so neither an id nor a time says what a reader had seen. A
database snapshot does: it names the transactions that had been committed when it was taken. A stream's place in the
log of changes is therefore the snapshot up to which everything was told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import pairwise, zip_longest

import msgspec

from domain import ids
from domain.errors import BadCursor

_CURSOR = "live"
_LONGEST_CURSOR = 32_768
"""Two snapshots with a thousand transactions each: an event repeats what it was asked to follow."""
KEPT_FOR = timedelta(hours=24)
"""How long the log goes back: streams resume from places that are no older."""


class ChangeKind(IntEnum):
    """The numbers are stored."""

    TWEET_POSTED = 1
    TWEET_EDITED = 2
    TWEET_DELETED = 3
    TWEET_RESTORED = 4
    REPLY_HIDDEN = 5
    REPLY_UNHIDDEN = 6
    FOLLOWS_CHANGED = 10
    """Whom the user follows, or who blocks whom: tweets of before have entered or left the home timeline."""
    MUTES_CHANGED = 11
    """What the user mutes: people, people's retweets, words, threads, what is sensitive."""
    ACCOUNT_CHANGED = 12
    """Who may see what the user writes: suspended, closed, protected, or open again."""
    LIST_CHANGED = 13
    """Who is in the list that is the subject, or who may see it; the user is its owner."""
    # Each with its subject:
    LIKE_CHANGED = 20
    BOOKMARK_CHANGED = 21
    FOLLOW_CHANGED = 23
    """The follow of the subject, the request for it, or whether it shows retweets."""
    BLOCK_CHANGED = 24
    MUTE_CHANGED = 25
    THREAD_MUTE_CHANGED = 26
    MUTED_WORD_CHANGED = 27
    BOOKMARK_FOLDER_CHANGED = 28
    PROFILE_CHANGED = 29
    SESSION_ENDED = 30
    APPS_STOPPED = 40
    """Apps of the user do not work any more, and so no session of them does, whosever it is."""


OF_ENTRIES = (
    ChangeKind.TWEET_POSTED,
    ChangeKind.TWEET_EDITED,
    ChangeKind.TWEET_DELETED,
    ChangeKind.TWEET_RESTORED,
)
"""What happens to entries of timelines."""
OF_CONVERSATIONS = (*OF_ENTRIES, ChangeKind.REPLY_HIDDEN, ChangeKind.REPLY_UNHIDDEN)
OF_VIEWERS = (ChangeKind.FOLLOWS_CHANGED, ChangeKind.MUTES_CHANGED)
"""What changes all timelines as the user sees them."""

OF_THE_USER = (
    ChangeKind.LIKE_CHANGED,
    ChangeKind.BOOKMARK_CHANGED,
    ChangeKind.FOLLOW_CHANGED,
    ChangeKind.BLOCK_CHANGED,
    ChangeKind.MUTE_CHANGED,
    ChangeKind.THREAD_MUTE_CHANGED,
    ChangeKind.MUTED_WORD_CHANGED,
    ChangeKind.BOOKMARK_FOLDER_CHANGED,
    ChangeKind.PROFILE_CHANGED,
    ChangeKind.SESSION_ENDED,
)
"""What has become something else to the user, and to nobody else."""


class Change(msgspec.Struct, frozen=True):
    """An entry of the log."""

    id: int
    made_in: int
    """The transaction."""
    made_at: datetime
    kind: ChangeKind
    user_id: int
    """The author of the tweet, or the user it is about."""
    tweet_id: int | None = None
    conversation_id: int | None = None
    subject_id: int | None = None
    """The tweet, person, word, folder or session that has become something else to the user; of a retweet, what it
    retweets."""

    @property
    def is_private(self) -> bool:
        """Whether it concerns nobody but the user."""
        return self.kind in OF_THE_USER


class Snapshot(msgspec.Struct, frozen=True):
    """The transactions that had been committed at a moment: all below `low`, and those below `high` that were not
    `running`."""

    low: int
    high: int
    running: tuple[int, ...] = ()

    def includes(self, transaction: int) -> bool:
        return transaction < self.low or (transaction < self.high and transaction not in self.running)

    def order(self) -> tuple[int, int, int]:
        """Greater for later ones of the same database, which include all that earlier ones do."""
        return self.low, self.high, -len(self.running)

    def is_older_than(self, other: Snapshot) -> bool:
        return self.low < other.low if self.low != other.low else self.order() < other.order()

    def __str__(self) -> str:
        """As PostgreSQL writes a txid_snapshot."""
        return f"{self.low}:{self.high}:{','.join(map(str, self.running))}"


def parsed_snapshot(text: str) -> Snapshot:
    """Raises ValueError."""
    low, high, running = text.split(":")
    snapshot = Snapshot(_number(low), _number(high), tuple(map(_number, running.split(","))) if running else ())
    if not 0 < snapshot.low <= snapshot.high:
        raise ValueError(text)
    if any(not one < other for one, other in pairwise((snapshot.low - 1, *snapshot.running, snapshot.high))):
        raise ValueError(text)
    return snapshot


def _number(digits: str) -> int:
    if not ids.is_id(digits):
        raise ValueError(digits)
    return int(digits)


class Place(msgspec.Struct, frozen=True):
    """How far a stream has come: everything that `seen` includes was told, and of what `telling` includes beyond it
    the changes up to the id `through`."""

    seen: Snapshot
    telling: Snapshot | None = None
    through: int = 0

    def includes(self, change: Change) -> bool:
        """Whether it was told."""
        if self.seen.includes(change.made_in):
            return True
        return self.telling is not None and self.telling.includes(change.made_in) and change.id <= self.through

    @property
    def latest(self) -> Snapshot:
        return self.telling or self.seen

    @property
    def cursor(self) -> ids.Cursor:
        rest = "" if self.telling is None else f"/{self.telling}/{self.through}"
        return ids.Cursor(ids.opaque(f"1:{_CURSOR}:{self.seen}{rest}"))


def parsed_place(cursor: ids.Cursor) -> Place:
    """Raises BadCursor."""
    if len(cursor) > _LONGEST_CURSOR:
        raise BadCursor(cursor)
    version, _, text = ids.transparent(cursor).partition(f":{_CURSOR}:")
    try:
        match text.split("/"):
            case [seen] if version == "1":
                return Place(parsed_snapshot(seen))
            case [seen, telling, through] if version == "1":
                return Place(parsed_snapshot(seen), parsed_snapshot(telling), _number(through))
    except ValueError as error:
        raise BadCursor(cursor) from error
    raise BadCursor(cursor)


class Relation(IntEnum):
    """What an entry of a timeline is to the tweet that has changed."""

    ITSELF = 0
    RETWEET = 1
    LATER_SIBLING = 2
    """A later retweet of what the changed one retweets: one of them may repeat the other (docs/decisions/0015)."""


class Concern(msgspec.Struct, frozen=True):
    """What a change means to one stream: the entry that may have come, gone or become another."""

    change: Change
    entry_id: int | None = None
    relation: Relation = Relation.ITSELF


class Told(msgspec.Struct, frozen=True):
    """What concerns one stream of all that `until` includes and `since` does not, in the order of the changes' ids."""

    since: Snapshot
    until: Snapshot
    concerns: Sequence[Concern] = ()
    through: int = 0
    """Changes up to this id had been told before."""

    def placed(self) -> Iterator[tuple[Concern, Place]]:
        """Each concern, and where a stream stands that has told it: behind a change when all it means was told."""
        through = self.through
        for concern, following in zip_longest(self.concerns, self.concerns[1:]):
            if following is None:
                yield concern, Place(self.until)
                return
            if following.change.id != concern.change.id:
                through = concern.change.id
            yield concern, Place(self.since, self.until, through)

    def after(self, place: Place) -> Iterator[Told]:
        """What a stream that stands there has not told."""
        seen = place.seen
        if place.telling is not None:
            seen = place.telling
            begun = [each for each in self.concerns if seen.includes(each.change.made_in)]
            yield Told(
                place.seen, seen, [each for each in begun if not place.includes(each.change)], through=place.through
            )
        if seen.is_older_than(self.until):
            yield Told(seen, self.until, [each for each in self.concerns if not seen.includes(each.change.made_in)])

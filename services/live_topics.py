"""What can be watched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeVar

from domain.changes import OF_ENTRIES, OF_VIEWERS, Change, ChangeKind, Concern, Snapshot
from infra.database import ReadSession
from services.live import Topic
from stores import (
    changed_entries,
    hashtag_changes,
    home_changes,
    list_changes,
    thread_changes,
    user_changes,
    viewer_changes,
)

if TYPE_CHECKING:
    from sqlalchemy import TextClause

Subject = TypeVar("Subject", bound=int | str)


@dataclass(frozen=True, slots=True)
class Home(Topic):
    viewer_id: int

    @classmethod
    async def concerned(
        cls, session: ReadSession, topics: Sequence[Self], found: Sequence[Change]
    ) -> Iterable[tuple[Self, Sequence[Concern]]]:
        of_viewers = {topic.viewer_id: topic for topic in topics}
        concerns = await changed_entries.concerned(session, home_changes.CONCERNED, list(of_viewers), found)
        return [(of_viewers[viewer_id], of_viewer) for viewer_id, of_viewer in concerns.items()]

    async def since(self, session: ReadSession, seen: Snapshot, *, limit: int) -> tuple[list[Change], Snapshot]:
        return await changed_entries.since(session, home_changes.SINCE, seen, limit=limit, viewer_id=self.viewer_id)


@dataclass(frozen=True, slots=True)
class Seen(Topic, Generic[Subject]):
    """Something that is there for many, each of whom sees it in their own way."""

    subject: Subject
    viewer_id: int | None
    concerned_by: ClassVar[TextClause]
    changed_since: ClassVar[TextClause]
    subject_name: ClassVar[str]
    """What `changed_since` calls the subject."""
    changed_for_viewer_by: ClassVar[Sequence[ChangeKind]] = OF_VIEWERS

    @classmethod
    async def concerned(
        cls, session: ReadSession, topics: Sequence[Self], found: Sequence[Change]
    ) -> Iterable[tuple[Self, Sequence[Concern]]]:
        subjects = list({topic.subject for topic in topics})
        of_subjects = await changed_entries.concerned(session, cls.concerned_by, subjects, found)
        of_viewers: defaultdict[int | None, list[Concern]] = defaultdict(list)
        for change in found:
            if change.kind in cls.changed_for_viewer_by:
                of_viewers[change.user_id].append(Concern(change))
        concerns: list[tuple[Self, Sequence[Concern]]] = []
        for topic in topics:
            of_topic: Sequence[Concern] = of_subjects.get(topic.subject, ())
            if (of_viewer := of_viewers.get(topic.viewer_id)) is not None:
                of_topic = sorted([*of_topic, *of_viewer], key=lambda concern: concern.change.id)
            if of_topic:
                concerns.append((topic, of_topic))
        return concerns

    async def since(self, session: ReadSession, seen: Snapshot, *, limit: int) -> tuple[list[Change], Snapshot]:
        asked = {self.subject_name: self.subject}
        return await changed_entries.since(
            session, self.changed_since, seen, limit=limit, viewer_id=self.viewer_id, **asked
        )


class UserTimeline(Seen[int]):
    concerned_by, changed_since, subject_name = user_changes.CONCERNED, user_changes.SINCE, "user_id"
    # What a viewer has muted is shown where they ask for its author.
    changed_for_viewer_by = (ChangeKind.FOLLOWS_CHANGED,)


class ListTimeline(Seen[int]):
    concerned_by, changed_since, subject_name = list_changes.CONCERNED, list_changes.SINCE, "list_id"


class Tagged(Seen[str]):
    """The subject is the hashtag's key."""

    concerned_by, changed_since, subject_name = hashtag_changes.CONCERNED, hashtag_changes.SINCE, "tag"


class Conversation(Seen[int]):
    """All that is told of the conversation; a stream of one of its tweets leaves out what is not below it."""

    concerned_by, changed_since, subject_name = thread_changes.CONCERNED, thread_changes.SINCE, "conversation_id"


@dataclass(frozen=True, slots=True)
class ViewerState(Topic):
    viewer_id: int

    @classmethod
    def may_hear_of(cls, change: Change) -> bool:
        """Of entries, retweets have a subject."""
        return change.is_private or (change.kind in OF_ENTRIES and change.subject_id is not None)

    @classmethod
    async def concerned(
        cls,
        session: ReadSession,  # noqa: ARG003
        topics: Sequence[Self],
        found: Sequence[Change],
    ) -> Iterable[tuple[Self, Sequence[Concern]]]:
        watched, concerns = set(topics), defaultdict[Self, list[Concern]](list)
        for change in sorted(found, key=attrgetter("id")):
            if (topic := cls(change.user_id)) in watched:
                concerns[topic].append(Concern(change))
        return concerns.items()

    async def since(self, session: ReadSession, seen: Snapshot, *, limit: int) -> tuple[list[Change], Snapshot]:
        return await changed_entries.since(session, viewer_changes.SINCE, seen, limit=limit, viewer_id=self.viewer_id)

"""What can be watched."""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import ClassVar, Generic, Self, TypeVar

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

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Home(Topic):
    viewer_id: int

    @classmethod
    async def concerned(
        cls, session: ReadSession, topics: Sequence[Self], found: Sequence[Change]
    ) -> Mapping[Self, Sequence[Concern]]:
        viewer_ids = [topic.viewer_id for topic in topics]
        concerns = await changed_entries.concerned(session, home_changes.CONCERNED, viewer_ids, found)
        return {cls(viewer_id): of_viewer for viewer_id, of_viewer in concerns.items()}

    async def since(self, session: ReadSession, seen: Snapshot, *, limit: int) -> tuple[list[Change], Snapshot]:
        return await changed_entries.since(session, home_changes.SINCE, seen, limit=limit, viewer_id=self.viewer_id)


class Seen(Topic, Generic[Subject]):
    """Something that is there for many, each of whom sees it in their own way."""

    viewer_id: int | None
    changed_for_viewer_by: ClassVar[Sequence[ChangeKind]] = OF_VIEWERS

    @property
    @abstractmethod
    def subject(self) -> Subject: ...

    @classmethod
    @abstractmethod
    async def of_subjects(
        cls, session: ReadSession, topics: Sequence[Self], found: Sequence[Change]
    ) -> Mapping[Subject, Sequence[Concern]]:
        """What the changes mean to the topics' subjects, whoever looks, in the order of the changes."""

    @classmethod
    async def concerned(
        cls, session: ReadSession, topics: Sequence[Self], found: Sequence[Change]
    ) -> Mapping[Self, Sequence[Concern]]:
        of_subjects = await cls.of_subjects(session, topics, found)
        of_viewers: defaultdict[int | None, list[Concern]] = defaultdict(list)
        for change in found:
            if change.kind in cls.changed_for_viewer_by:
                of_viewers[change.user_id].append(Concern(change))
        concerns = {
            topic: sorted(
                [*of_subjects.get(topic.subject, ()), *of_viewers.get(topic.viewer_id, ())],
                key=lambda concern: concern.change.id,
            )
            for topic in topics
        }
        return {topic: of_topic for topic, of_topic in concerns.items() if of_topic}


@dataclass(frozen=True, slots=True)
class UserTimeline(Seen[int]):
    user_id: int
    viewer_id: int | None
    # What a viewer has muted is shown where they ask for its author.
    changed_for_viewer_by = (ChangeKind.FOLLOWS_CHANGED,)

    @property
    def subject(self) -> int:
        return self.user_id

    @classmethod
    async def of_subjects(
        cls, session: ReadSession, topics: Sequence[Self], found: Sequence[Change]
    ) -> Mapping[int, Sequence[Concern]]:
        user_ids = list({topic.user_id for topic in topics})
        return await changed_entries.concerned(session, user_changes.CONCERNED, user_ids, found)

    async def since(self, session: ReadSession, seen: Snapshot, *, limit: int) -> tuple[list[Change], Snapshot]:
        return await changed_entries.since(
            session, user_changes.SINCE, seen, limit=limit, viewer_id=self.viewer_id, user_id=self.user_id
        )


@dataclass(frozen=True, slots=True)
class ListTimeline(Seen[int]):
    list_id: int
    viewer_id: int | None

    @property
    def subject(self) -> int:
        return self.list_id

    @classmethod
    async def of_subjects(
        cls, session: ReadSession, topics: Sequence[Self], found: Sequence[Change]
    ) -> Mapping[int, Sequence[Concern]]:
        list_ids = list({topic.list_id for topic in topics})
        return await changed_entries.concerned(session, list_changes.CONCERNED, list_ids, found)

    async def since(self, session: ReadSession, seen: Snapshot, *, limit: int) -> tuple[list[Change], Snapshot]:
        return await changed_entries.since(
            session, list_changes.SINCE, seen, limit=limit, viewer_id=self.viewer_id, list_id=self.list_id
        )


@dataclass(frozen=True, slots=True)
class Tagged(Seen[str]):
    tag: str
    viewer_id: int | None

    @property
    def subject(self) -> str:
        return self.tag

    @classmethod
    async def of_subjects(
        cls, session: ReadSession, topics: Sequence[Self], found: Sequence[Change]
    ) -> Mapping[str, Sequence[Concern]]:
        return await hashtag_changes.concerned(session, list({topic.tag for topic in topics}), found)

    async def since(self, session: ReadSession, seen: Snapshot, *, limit: int) -> tuple[list[Change], Snapshot]:
        return await changed_entries.since(
            session, hashtag_changes.SINCE, seen, limit=limit, viewer_id=self.viewer_id, tag=self.tag
        )


@dataclass(frozen=True, slots=True)
class Conversation(Seen[int]):
    """All that is told of the conversation; a stream of one of its tweets leaves out what is not below it."""

    conversation_id: int
    viewer_id: int | None

    @property
    def subject(self) -> int:
        return self.conversation_id

    @classmethod
    async def of_subjects(
        cls, session: ReadSession, topics: Sequence[Self], found: Sequence[Change]
    ) -> Mapping[int, Sequence[Concern]]:
        return await thread_changes.concerned(session, list({topic.conversation_id for topic in topics}), found)

    async def since(self, session: ReadSession, seen: Snapshot, *, limit: int) -> tuple[list[Change], Snapshot]:
        return await changed_entries.since(
            session,
            thread_changes.SINCE,
            seen,
            limit=limit,
            viewer_id=self.viewer_id,
            conversation_id=self.conversation_id,
        )


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
    ) -> Mapping[Self, Sequence[Concern]]:
        concerns: dict[Self, list[Concern]] = {topic: [] for topic in topics}
        for change in sorted(found, key=attrgetter("id")):
            if (topic := cls(change.user_id)) in concerns:
                concerns[topic].append(Concern(change))
        return {topic: of_topic for topic, of_topic in concerns.items() if of_topic}

    async def since(self, session: ReadSession, seen: Snapshot, *, limit: int) -> tuple[list[Change], Snapshot]:
        return await changed_entries.since(session, viewer_changes.SINCE, seen, limit=limit, viewer_id=self.viewer_id)

"""Whom and what the viewer has muted."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import pages, records
from domain.ids import Cursor
from schema.binding import Bound, derived, plain
from schema.nodes import PageInfo
from schema.users import User


@strawberry.type(description="A user whom the viewer has muted.")
class Mute(Bound):
    record = records.Mute
    user: User = plain("The user; they are not told.")
    muted_at: datetime = plain("When the mute began.")
    expires_at: datetime | None = plain("When it ends by itself; null when it does not.")


@strawberry.type(description="A mute in a list.")
class MuteEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain("Points at this entry.")
    node: Mute = plain("The mute.")


@strawberry.type(description="A page of mutes.")
class MuteConnection(Bound):
    record = pages.Connection
    edges: list[MuteEdge] = plain("The entries with their cursors.")
    nodes: list[Mute] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")


@strawberry.type(
    description="A word or phrase whose tweets the viewer does not want to see. Capitals, width, punctuation and the "
    "skin tone of emoji do not matter, accents do. `#word` is found in hashtags only, `word` in them too."
)
class MutedWord(Bound):
    record = records.MutedWord
    id: strawberry.ID = derived(lambda word: word.global_id, "Unique among all types, opaque, never changes.")
    phrase: str = plain("What is looked for, as the viewer wrote it.")
    whole_word: bool = plain("Whether it is looked for as whole words only, not inside longer ones.")
    muted_at: datetime = plain("When it was first muted.")
    expires_at: datetime | None = plain("When the mute ends by itself; null when it does not.")


@strawberry.type(description="A muted word in a list.")
class MutedWordEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain("Points at this entry.")
    node: MutedWord = plain("The word.")


@strawberry.type(description="A page of muted words.")
class MutedWordConnection(Bound):
    record = pages.Connection
    edges: list[MutedWordEdge] = plain("The entries with their cursors.")
    nodes: list[MutedWord] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")

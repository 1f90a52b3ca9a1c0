"""Everything in a text that can be linked."""

from __future__ import annotations

from operator import attrgetter
from typing import TypeAlias

from domain.text.characters import in_form
from domain.text.spans import utf16_indices
from domain.text.tags import Cashtag, Hashtag, Mention, cashtags_in, hashtags_in, mentions_in
from domain.text.urls import Url, urls_in

Entity: TypeAlias = Hashtag | Mention | Url | Cashtag
"""A tagged union for msgspec: `{"kind": "hashtag", "start": 0, "end": 4, ..., "tag": "foo"}`."""


def entities_in(text: str) -> list[Entity]:
    """In order of appearance, never overlapping: of two that overlap, the one that starts first.

    Indices point into the NFC form of `text`; the sign is inside.
    """
    text = in_form("NFC", text)
    utf16 = utf16_indices(text)
    finders = (urls_in, mentions_in, hashtags_in, cashtags_in)
    found: list[Entity] = [entity for find in finders for entity in find(text, utf16)]
    found.sort(key=attrgetter("start"))
    apart: list[Entity] = []
    end = 0
    for entity in found:
        if entity.start >= end:
            apart.append(entity)
            end = entity.end
    return apart

"""What the arguments that recur mean; documented once."""

from __future__ import annotations

DESCRIPTIONS = {
    "first": "How many entries from the start: 1 to 100. Not together with `last`.",
    "after": "Only entries behind this cursor.",
    "last": "How many entries from the end: 1 to 100. Not together with `first`.",
    "before": "Only entries ahead of this cursor.",
    "id": "A global id.",
    "ids": "Global ids, at most 100.",
    "by": "Exactly one of its fields.",
    "input": "What to do.",
}

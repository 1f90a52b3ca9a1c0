"""The three names of a thing: its snowflake, its global id in the API, and a cursor pointing at it."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Literal, NewType, get_args

from domain.errors import BadCursor, MalformedId

EPOCH_MS = 1_577_836_800_000
"""2020-01-01T00:00:00Z: 41 bits of milliseconds from here last until 2089."""
WORKER_BITS = 10
SEQUENCE_BITS = 12
MAX_WORKER = (1 << WORKER_BITS) - 1
MAX_SEQUENCE = (1 << SEQUENCE_BITS) - 1
MAX_ID = (1 << 63) - 1

Snowflake = NewType("Snowflake", int)
"""Exposed as a string: it exceeds 2^53, the largest integer a JSON number keeps exactly."""
Cursor = NewType("Cursor", str)
GlobalId = NewType("GlobalId", str)
NodeType = Literal[
    "User", "UserList", "Tweet", "Poll", "BookmarkFolder", "MutedWord", "Session", "OAuthApp", "OAuthGrant"
]

_CURSOR_VERSION = "1"
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_NODE_TYPES: dict[str, NodeType] = {name: name for name in get_args(NodeType)}


def snowflake(*, ms: int, worker: int, sequence: int) -> int:
    """41 bits of `ms` since EPOCH_MS, 10 bits of worker, 12 bits of sequence."""
    return (ms - EPOCH_MS) << (WORKER_BITS + SEQUENCE_BITS) | worker << SEQUENCE_BITS | sequence


def created_ms(snowflake_id: int) -> int:
    """Unix milliseconds at which the id was made."""
    return (snowflake_id >> (WORKER_BITS + SEQUENCE_BITS)) + EPOCH_MS


def created_at(snowflake_id: int) -> datetime:
    return datetime.fromtimestamp(created_ms(snowflake_id) / 1000, UTC)


def global_id(node_type: NodeType, raw_id: int) -> GlobalId:
    return GlobalId(opaque(f"{node_type}:{raw_id}"))


def parsed_global_id(text: str) -> tuple[NodeType, int]:
    """The type and raw id behind a global id; raises MalformedId for anything we never issued."""
    node_name, _, digits = transparent(text).partition(":")
    node_type = _NODE_TYPES.get(node_name)
    if node_type is None or not is_id(digits):
        raise MalformedId(text)
    return node_type, int(digits)


def raw_id(text: str, node_type: NodeType) -> int | None:
    """The raw id behind a global id of this type; None when the text names something else."""
    try:
        found_type, raw = parsed_global_id(text)
    except MalformedId:
        return None
    return raw if found_type == node_type else None


def cursor(listing: str, key: int) -> Cursor:
    """Points at one entry of a listing ("home", "followers", ...) by its sort key."""
    return Cursor(opaque(f"{_CURSOR_VERSION}:{listing}:{key}"))


def cursor_key(listing: str, text: str) -> int:
    """The sort key behind a cursor; raises BadCursor for a malformed one or another listing's."""
    version, _, rest = transparent(text).partition(":")
    found_listing, _, digits = rest.partition(":")
    if version != _CURSOR_VERSION or found_listing != listing or not is_id(digits):
        raise BadCursor(text)
    return int(digits)


def is_id(digits: str) -> bool:
    """Whether this is a number that fits a database's bigint."""
    return digits.isascii() and digits.isdigit() and len(digits) <= 19 and int(digits) <= MAX_ID


def opaque(text: str) -> str:
    """Base64url without padding, as ids and cursors are given to clients."""
    return binascii.b2a_base64(text.encode(), newline=False).rstrip(b"=").translate(_URL_SAFE).decode()


def transparent(text: str) -> str:
    """The text behind `opaque`, or "" where it is not that: callers then fail on its parts."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return raw.decode()
    except (binascii.Error, ValueError):
        return ""

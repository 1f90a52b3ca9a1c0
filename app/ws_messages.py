"""What the graphql-transport-ws protocol (enisdenjo/graphql-ws, PROTOCOL.md) takes for a message."""

from __future__ import annotations

from typing import Any, TypeAlias

import orjson
from fastapi import WebSocketDisconnect
from starlette.types import Message as Frame

from app.authentication import bearer_token
from domain.errors import RequestRefused

Message: TypeAlias = dict[str, Any]


class Closed(Exception):
    """The socket must be closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def refused(why: RequestRefused) -> Closed:
    """Clients try again after 4403, with a token they may have refreshed; 4401 they take as final."""
    return Closed(4403, str(why)[:120])


def token(header: object) -> str:
    """What a client gives as its authorization; raises Closed."""
    try:
        return bearer_token(str(header))
    except RequestRefused as why:
        raise refused(why) from why


def next_head(operation_id: str) -> bytes:
    """A message of an answer as far as the answer; behind it comes a brace."""
    return b'{"id":%b,"type":"next","payload":' % orjson.dumps(operation_id)


def read(frame: Frame) -> Message:
    """An object with a `type`; raises WebSocketDisconnect or Closed."""
    if frame["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(frame.get("code", 1000))
    text = frame.get("text")
    if text is None:
        raise Closed(4400, "Messages are text")
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Closed(4400, "Messages are JSON") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Closed(4400, "A message is an object with a 'type'")
    return message


def operation_id(message: Message) -> str:
    found = message.get("id")
    if not isinstance(found, str) or not found:
        raise Closed(4400, "The message needs an 'id'")
    return found


def operation(message: Message) -> dict[str, Any]:
    """The payload of subscribe."""
    payload = message.get("payload")
    if not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
        raise Closed(4400, "The payload of subscribe needs a 'query'")
    for name, kind in (("operationName", str), ("variables", dict)):
        if not isinstance(payload.get(name), kind | None):
            raise Closed(4400, f"'{name}' has the wrong type")
    return payload


def initialisation(message: Message) -> dict[str, Any]:
    """The payload of connection_init."""
    payload = message.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise Closed(4400, "The payload of connection_init must be an object")
    return payload or {}


def shortened(text: str) -> str:
    """A close frame has room for 123 bytes of reason."""
    return text.encode()[:40].decode(errors="ignore")

"""The floor of `./chirp bench live`, a process: what is posted to it is written to every socket as it came.

The same server library with the same options, and nothing between it and the sockets.
"""

from __future__ import annotations

import os
from typing import Any

import uvicorn

SUBPROTOCOL = "graphql-transport-ws"


class Floor:
    def __init__(self) -> None:
        self._sockets: list[Any] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
            self._sockets.append(send)
            while (await receive())["type"] != "websocket.disconnect":
                pass
            self._sockets.remove(send)
        elif scope["type"] == "http":
            text = (await _body(receive)).decode()
            for write in self._sockets:
                await write({"type": "websocket.send", "text": text})
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})


async def _body(receive: Any) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message["body"])
        if not message["more_body"]:
            return body


if __name__ == "__main__":
    uvicorn.run(
        Floor(),
        port=int(os.environ["CHIRP_PORT"]),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
    )

"""What listens on the API's port."""

from __future__ import annotations

import os
import socket
import urllib.error
import urllib.request

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def problem_with(host: str, port: int) -> str | None:
    """Why no server can listen there, or None."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or os.strerror(error.errno or 0)
        return f"cannot listen on {host}:{port}: {reason[0].lower()}{reason[1:]}"
    return None


def origin(host: str, port: int) -> str:
    """`http://HOST:PORT` as a client on this machine reaches it."""
    reachable = ANY_ADDRESS.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def api_is_ready(host: str, port: int) -> bool:
    try:
        with urllib.request.urlopen(f"{origin(host, port)}/readyz", timeout=1.0) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:  # not listening yet, or answering that it is not ready
        return False

"""People who act through the API: registered on first sight, logged in when an earlier run registered them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cli.replaying.server import Refused, Sent, Server

_SESSION = """
  accessToken
  userErrors { code message }
  viewer { user { id tweets(first: 1) { nodes { rawId } } } }
"""
_REGISTER = f"mutation Register($input: RegisterInput!) {{ session: register(input: $input) {{ {_SESSION} }} }}"
_LOG_IN = f"mutation LogIn($input: LogInInput!) {{ session: logIn(input: $input) {{ {_SESSION} }} }}"
_SESSION_ENDED = ("UNAUTHENTICATED", "SESSION_EXPIRED")


def password(username: str) -> str:
    return f"{username}-replay-password"


@dataclass(slots=True)
class Account:
    username: str
    user_id: str
    token: str
    is_new: bool
    newest_tweet: int
    """The raw id of the last tweet before this run, or 0: what is not newer was posted by an earlier one."""


async def sign_in(server: Server, username: str) -> Account:
    """Raises Refused when there can be no such account, or it is somebody else's."""
    payload = await _session(
        server,
        _REGISTER,
        {
            "username": username,
            "displayName": username,
            "email": f"{username}@example.com",
            "password": password(username),
        },
    )
    is_new = not payload["userErrors"]
    if not is_new:
        if payload["userErrors"][0]["code"] != "DUPLICATE":
            raise _refusal(payload)
        payload = await _log_in(server, username)
    user = payload["viewer"]["user"]
    newest = [int(tweet["rawId"]) for tweet in user["tweets"]["nodes"]]
    return Account(username, user["id"], payload["accessToken"], is_new, max(newest, default=0))


async def call_as(
    server: Server, account: Account, query: str, variables: dict[str, Any], *, sent: Sent | None = None
) -> dict[str, Any]:
    """As `Server.call`, logging in again where the session has ended."""
    try:
        return await server.call(query, variables, token=account.token, sent=sent)
    except Refused as refused:
        if refused.code not in _SESSION_ENDED:
            raise
    await log_in_again(server, account)
    return await server.call(query, variables, token=account.token, sent=sent)


async def log_in_again(server: Server, account: Account) -> None:
    """Gives the account a new token; raises Refused."""
    account.token = (await _log_in(server, account.username))["accessToken"]


async def _log_in(server: Server, username: str) -> dict[str, Any]:
    payload = await _session(server, _LOG_IN, {"login": username, "password": password(username)})
    if payload["userErrors"]:
        raise _refusal(payload)
    return payload


async def _session(server: Server, mutation: str, wanted: dict[str, Any]) -> dict[str, Any]:
    payload: dict[str, Any] = (await server.call(mutation, {"input": wanted}))["session"]
    return payload


def _refusal(payload: dict[str, Any]) -> Refused:
    error = payload["userErrors"][0]
    return Refused(error["code"], error["message"])

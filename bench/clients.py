"""People who use a running API over HTTP."""

from __future__ import annotations

import secrets
from typing import Any

import httpx
import msgspec

POST = "mutation Post($text: String!) { postTweet(input: {text: $text}) { tweet { id } userErrors { message } } }"
REGISTER = """
mutation Register($input: RegisterInput!) {
  register(input: $input) { accessToken viewer { user { id } } userErrors { message } }
}
"""


class Person(msgspec.Struct, frozen=True):
    id: str
    headers: dict[str, str]


async def registered(http: httpx.AsyncClient) -> Person:
    name = f"bench{secrets.token_hex(6)}"
    variables = {
        "input": {
            "username": name,
            "displayName": "Bench",
            "email": f"{name}@example.com",
            "password": secrets.token_urlsafe(16),
        }
    }
    payload = await graphql(http, REGISTER, variables, None)
    return Person(payload["viewer"]["user"]["id"], {"authorization": f"Bearer {payload['accessToken']}"})


async def graphql(http: httpx.AsyncClient, query: str, variables: dict[str, Any], by: Person | None) -> dict[str, Any]:
    """The payload of the document's only mutation; raises when anything was refused."""
    response = await http.post(
        "/graphql", json={"query": query, "variables": variables}, headers=by.headers if by else None
    )
    answer = response.json()
    if "errors" in answer:
        raise RuntimeError(f"the API answered {answer['errors']}")
    payload: dict[str, Any]
    (payload,) = answer["data"].values()
    if payload["userErrors"]:
        raise RuntimeError(f"the API refused: {payload['userErrors']}")
    return payload

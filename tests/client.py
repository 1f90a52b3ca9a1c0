"""What a frontend team would have: an HTTP client for the API, and people who are signed in."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, replace
from typing import Any, Self

import httpx

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Everything is on this machine; httpx would read the certificates of the world for each client, 25 ms."""
PASSWORD = "correct horse battery staple"
REGISTER = """
mutation Register($input: RegisterInput!) {
  register(input: $input) { accessToken refreshToken viewer { user { id rawId } } userErrors { code message path } }
}
"""
LOG_IN = """
mutation LogIn($input: LogInInput!) {
  logIn(input: $input) { accessToken refreshToken userErrors { code message path } }
}
"""
POST = """
mutation Post($input: PostTweetInput!) {
  postTweet(input: $input) { tweet { id rawId } userErrors { code message path } }
}
"""
FOLLOW = """
mutation Follow($input: FollowUserInput!) {
  followUser(input: $input) { userErrors { code message path } }
}
"""
PROTECT = "mutation { updatePrivacy(input: {isProtected: true}) { userErrors { code message path } } }"


@dataclass(frozen=True)
class Person:
    name: str
    id: str
    raw_id: int
    token: str
    refresh_token: str


@dataclass(frozen=True)
class People:
    ann: Person
    bob: Person
    cat: Person


class Api:
    """GraphQL over HTTP; `by` is who asks."""

    def __init__(self, http_url: str) -> None:
        self.url = f"{http_url}/graphql"
        self.http = httpx.AsyncClient(timeout=30, verify=NO_TLS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.http.aclose()

    async def post(self, body: object, *, token: str | None = None, **headers: str) -> httpx.Response:
        if token:
            headers["authorization"] = f"Bearer {token}"
        return await self.http.post(self.url, json=body, headers=headers)

    async def answer(
        self, query: str, variables: dict[str, Any] | None = None, *, by: Person | None = None
    ) -> dict[str, Any]:
        """The whole answer of an operation that was executed."""
        response = await self.post({"query": query, "variables": variables}, token=by.token if by else None)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def data(
        self, query: str, variables: dict[str, Any] | None = None, *, by: Person | None = None
    ) -> dict[str, Any]:
        """The data of an operation without errors."""
        answer = await self.answer(query, variables, by=by)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    async def registered(self, name: str, *, region: str | None = None) -> Person:
        variables = {
            "input": {
                "username": name,
                "displayName": name.title(),
                "email": f"{name}@example.com",
                "password": PASSWORD,
                "region": region,
            }
        }
        payload = (await self.data(REGISTER, variables))["register"]
        assert payload["userErrors"] == []
        user = payload["viewer"]["user"]
        return Person(name, user["id"], int(user["rawId"]), payload["accessToken"], payload["refreshToken"])

    async def logged_in(self, person: Person) -> Person:
        """Another session of the same person."""
        payload = (await self.data(LOG_IN, {"input": {"login": person.name, "password": PASSWORD}}))["logIn"]
        assert payload["userErrors"] == []
        return replace(person, token=payload["accessToken"], refresh_token=payload["refreshToken"])

    async def tweeted(self, by: Person, text: str, *, in_reply_to: str | None = None) -> str:
        """The new tweet's id."""
        variables = {"input": {"text": text, "inReplyTo": in_reply_to}}
        payload = (await self.data(POST, variables, by=by))["postTweet"]
        assert payload["userErrors"] == []
        tweet_id: str = payload["tweet"]["id"]
        return tweet_id

    async def followed(self, follower: Person, followee: Person) -> None:
        payload = (await self.data(FOLLOW, {"input": {"userId": followee.id}}, by=follower))["followUser"]
        assert payload["userErrors"] == []

    async def protected(self, person: Person) -> None:
        payload = (await self.data(PROTECT, by=person))["updatePrivacy"]
        assert payload["userErrors"] == []

"""Access tokens that are not good, and operations without one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest

from infra.settings import Settings, SigningKey
from services import tokens
from services.runtime import Runtime
from services.tokens import Claims
from tests.api.conftest import Stored
from tests.api.errors import only_error
from tests.client import Api, People

POST = 'mutation { postTweet(input: {text: "hello"}) { tweet { id } } }'


def forged(settings: Settings, token: str, *, algorithm: str = "HS256", **changes: Any) -> str:
    """The token with other claims, or signed in another way, by the server's own key."""
    claims = {**jwt.decode(token, options={"verify_signature": False}), **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    key = settings.signing_keys[0]
    secret = "" if algorithm == "none" else key.secret * 2 if algorithm == "HS512" else key.secret
    return jwt.encode(claims, secret, algorithm=algorithm, headers={"kid": key.kid})


@pytest.fixture
def bad_tokens(people: People, runtime: Runtime) -> dict[str, tuple[str, str]]:
    """Token and error code by what is wrong with it."""
    settings, token, now = runtime.settings, people.ann.token, runtime.now()
    claims = jwt.decode(token, options={"verify_signature": False})
    ann = Claims(user_id=people.ann.raw_id, session_id=int(claims["sid"]))
    other_secret = SigningKey("test", "another key of the same name and sufficient length")
    other_name = SigningKey("other", settings.signing_keys[0].secret)
    header, payload, signature = token.split(".")
    bad = {
        "garbage": "garbage",
        "three parts": "a.b.c",
        "not ASCII": "é.é.é",
        "without signature": f"{header}.{payload}.",
        "cut off": token[:-2],
        "payload of another": f"{header}.{people.bob.token.split('.')[1]}.{signature}",
        "other key": tokens.access_token(replace(settings, signing_keys=(other_secret,)), ann, now=now),
        "unknown key": tokens.access_token(replace(settings, signing_keys=(other_name,)), ann, now=now),
        "no algorithm": forged(settings, token, algorithm="none"),
        "other algorithm": forged(settings, token, algorithm="HS512"),
        "other issuer": forged(settings, token, iss="else"),
        "other audience": forged(settings, token, aud="else"),
        "no expiry": forged(settings, token, exp=None),
        "expiry no number": forged(settings, token, exp=10**30),
        "no session": forged(settings, token, sid=None),
        "session of another": forged(settings, token, sub=str(people.bob.raw_id)),
        "subject no number": forged(settings, token, sub="ann"),
        "unknown session": forged(settings, token, sid="1"),
        "refresh token": people.ann.refresh_token,
    }
    found = {name: (token, "UNAUTHENTICATED") for name, token in bad.items()}
    expired = tokens.access_token(settings, ann, now=now - tokens.ACCESS_TOKEN_LIFE)
    old = tokens.access_token(settings, ann, now=now - timedelta(days=400))
    return {**found, "just expired": (expired, "SESSION_EXPIRED"), "old": (old, "SESSION_EXPIRED")}


async def test_a_bad_token_is_refused_whatever_is_asked(
    api: Api, bad_tokens: dict[str, tuple[str, str]], stored: Stored
) -> None:
    before = await stored()
    for name, (token, expected) in bad_tokens.items():
        for query in (POST, "{ viewer { email } }", "{ nonsense }"):
            response = await api.http.post(
                api.url, json={"query": query}, headers={b"authorization": f"Bearer {token}".encode()}
            )
            answer = response.json()
            assert (response.status_code, list(answer)) == (401, ["errors"]), name
            assert [error["extensions"]["code"] for error in answer["errors"]] == [expected], name
            assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"', name
    assert await stored() == before


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YW5uOnB3", "token"])
async def test_an_authorization_that_is_no_bearer_token_is_refused(api: Api, stored: Stored, header: str) -> None:
    response = await api.post({"query": "{ viewer { email } }"}, authorization=header)
    [error] = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (401, "UNAUTHENTICATED")


async def test_a_token_one_moment_before_its_end_works(api: Api, people: People, runtime: Runtime) -> None:
    claims = jwt.decode(people.ann.token, options={"verify_signature": False})
    ann = Claims(user_id=people.ann.raw_id, session_id=int(claims["sid"]))
    issued_at = runtime.now() - tokens.ACCESS_TOKEN_LIFE + timedelta(minutes=1)
    token = tokens.access_token(runtime.settings, ann, now=issued_at)
    data = await api.data("{ viewer { user { username } } }", by=replace(people.ann, token=token))
    assert data == {"viewer": {"user": {"username": "ann"}}}


async def test_the_scheme_may_be_written_in_any_case(api: Api, people: People) -> None:
    response = await api.post({"query": "{ viewer { email } }"}, authorization=f"bearer  {people.ann.token}")
    assert response.json() == {"data": {"viewer": {"email": "ann@example.com"}}}


@pytest.mark.parametrize(
    ("mutation", "input_type", "given"),
    [
        ("postTweet", "PostTweetInput", {"text": "hello"}),
        ("deleteTweet", "DeleteTweetInput", {"tweetId": "TWEET"}),
        ("likeTweet", "LikeTweetInput", {"tweetId": "TWEET"}),
        ("unlikeTweet", "UnlikeTweetInput", {"tweetId": "TWEET"}),
        ("followUser", "FollowUserInput", {"userId": "USER"}),
        ("unfollowUser", "UnfollowUserInput", {"userId": "USER"}),
        ("logOut", "LogOutInput", {}),
    ],
)
async def test_mutations_need_a_signed_in_viewer(
    api: Api, people: People, stored: Stored, mutation: str, input_type: str, given: dict[str, str]
) -> None:
    subjects = {"TWEET": await api.tweeted(people.ann, "hello"), "USER": people.ann.id}
    variables = {"i": {name: subjects.get(value, value) for name, value in given.items()}}
    query = f"mutation($i: {input_type}!) {{ {mutation}(input: $i) {{ clientMutationId }} }}"
    before = await stored()
    assert await only_error(api, query, variables) == ("UNAUTHENTICATED", [mutation])
    assert await stored() == before

"""Texts that the operator does not allow: CHIRP_CONTENT_RULES and CHIRP_MAX_TWEET_LENGTH."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.main import create_app
from infra.settings import InvalidSetting, Settings
from services.runtime import running
from tests.api.conftest import Stored
from tests.api.errors import invalid
from tests.client import PASSWORD, Api, People
from tests.conftest import serving

ERRORS = """
userErrors {
  __typename code message path
  ... on ValidationError { constraint limit actual }
  ... on ContentRejectedError { policy appealable decisionId }
}
"""
POST = f"mutation Post($text: String!) {{ postTweet(input: {{text: $text}}) {{ tweet {{ text }} {ERRORS} }} }}"
EDIT = f"mutation Edit($input: EditTweetInput!) {{ editTweet(input: $input) {{ tweet {{ text }} {ERRORS} }} }}"
UPDATE = f"mutation Update($input: UpdateProfileInput!) {{ updateProfile(input: $input) {{ user {{ id }} {ERRORS} }} }}"
REGISTER = f"mutation Register($input: RegisterInput!) {{ register(input: $input) {{ accessToken {ERRORS} }} }}"


@pytest.fixture
async def strict_api(people: People, settings: Settings, tmp_path: Path) -> AsyncIterator[Api]:
    """A server for the same people that allows 140 and no cures."""
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rules]]\npolicy = "no wonder cures"\nphrases = ["wonder cure"]\n')
    app = create_app(replace(settings, max_tweet_length=140, content_rules_file=rules))
    async with app.router.lifespan_context(app), serving(app) as url, Api(url) as client:
        yield client


def rejected(policy: str, *, appealable: bool) -> dict[str, object]:
    return {
        "__typename": "ContentRejectedError",
        "code": "CONTENT_REJECTED",
        "message": f"This is against a rule of this service: {policy}.",
        "path": ["input", "text"],
        "policy": policy,
        "appealable": appealable,
        "decisionId": None,
    }


async def test_a_text_against_a_rule_is_not_stored(strict_api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    data = await strict_api.data(POST, {"text": "Wonder cure!"}, by=people.ann)
    error = rejected("no wonder cures", appealable=True)
    assert data == {"postTweet": {"tweet": None, "userErrors": [error]}}
    assert await stored() == before


@pytest.mark.parametrize("field", ["displayName", "bio", "location"])
async def test_a_profile_against_a_rule_is_not_stored(
    strict_api: Api, people: People, stored: Stored, field: str
) -> None:
    before = await stored()
    data = await strict_api.data(UPDATE, {"input": {field: "My wonder cure"}}, by=people.ann)
    error = {**rejected("no wonder cures", appealable=True), "path": ["input", field]}
    assert data == {"updateProfile": {"user": None, "userErrors": [error]}}
    assert await stored() == before


async def test_nobody_registers_with_a_name_against_a_rule(strict_api: Api, stored: Stored) -> None:
    before = await stored()
    answer = {"username": "dan", "displayName": "Wonder Cure", "email": "dan@example.com", "password": PASSWORD}
    data = await strict_api.data(REGISTER, {"input": answer})
    error = {**rejected("no wonder cures", appealable=True), "path": ["input", "displayName"]}
    assert data == {"register": {"accessToken": None, "userErrors": [error]}}
    assert await stored() == before


async def test_an_edit_against_a_rule_is_not_stored(strict_api: Api, people: People, stored: Stored) -> None:
    tweet_id = await strict_api.tweeted(people.ann, "hello")
    before = await stored()
    data = await strict_api.data(EDIT, {"input": {"tweetId": tweet_id, "text": "A wonder cure"}}, by=people.ann)
    assert data == {"editTweet": {"tweet": None, "userErrors": [rejected("no wonder cures", appealable=True)]}}
    assert await stored() == before


async def test_nobody_mentions_more_than_fifty(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    data = await api.data(POST, {"text": " ".join(["@ann"] * 51)}, by=people.ann)
    error = rejected("at most 50 mentions", appealable=False)
    assert data == {"postTweet": {"tweet": None, "userErrors": [error]}}
    assert await stored() == before


async def test_the_length_can_be_less(strict_api: Api, people: People, stored: Stored) -> None:
    data = await strict_api.data(POST, {"text": "a" * 140}, by=people.ann)
    assert data == {"postTweet": {"tweet": {"text": "a" * 140}, "userErrors": []}}
    before = await stored()
    message = "The tweet's weighted length is 141; the limit is 140."
    data = await strict_api.data(POST, {"text": "a" * 141}, by=people.ann)
    error = invalid("text", "TOO_LONG", message, limit=140, actual=141)
    assert data == {"postTweet": {"tweet": None, "userErrors": [error]}}
    assert await stored() == before


@pytest.mark.parametrize("written", [None, "rules", "[[rules]]\npolicy = 'p'\nphrases = ['!']"])
async def test_a_process_with_bad_rules_does_not_start(settings: Settings, tmp_path: Path, written: str | None) -> None:
    rules = tmp_path / "rules.toml"
    if written is not None:
        rules.write_text(written)
    with pytest.raises(InvalidSetting) as refused:
        async with running(replace(settings, content_rules_file=rules)):
            pass
    assert refused.value.variable == "CHIRP_CONTENT_RULES"

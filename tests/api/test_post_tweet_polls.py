"""postTweet with a poll."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, invalid
from tests.client import Api, People

POST = f"""
mutation($poll: PollInput!) {{
  postTweet(input: {{text: "which?", poll: $poll}}) {{
    tweet {{ text poll {{ options {{ position text }} multiple closed }} }} {USER_ERRORS}
  }}
}}
"""
IN_RANGE = "A poll is open for 5 to 10080 minutes."


@pytest.mark.parametrize("minutes", [5, 10_080])
async def test_a_poll_is_posted_with_its_tweet(api: Api, people: People, minutes: int) -> None:
    options = ["  tea ", "milk", "x" * 25, "\U0001f375"]
    poll = {"options": options, "durationMinutes": minutes, "multiple": True}
    assert await api.data(POST, {"poll": poll}, by=people.ann) == {
        "postTweet": {
            "tweet": {
                "text": "which?",
                "poll": {
                    "options": [
                        {"position": position, "text": option}
                        for position, option in enumerate(["tea", "milk", "x" * 25, "\U0001f375"])
                    ],
                    "multiple": True,
                    "closed": False,
                },
            },
            "userErrors": [],
        }
    }


@pytest.mark.parametrize(
    ("options", "minutes", "field", "constraint", "message", "limit", "actual"),
    [
        (["tea"], 5, "options", "TOO_FEW", "There are 1 options; at least 2.", 2, 1),
        (list("abcde"), 5, "options", "TOO_MANY", "There are 5 options; at most 4.", 4, 5),
        (["tea", " TEA"], 5, "options", "NOT_DISTINCT", "Two options are the same.", None, None),
        (["tea", " "], 5, "options", "REQUIRED", "'poll.options' has 0 characters; it needs at least 1.", 1, 0),
        (
            ["tea", "x" * 26],
            5,
            "options",
            "TOO_LONG",
            "'poll.options' has 26 characters; the limit is 25.",
            25,
            26,
        ),
        (
            ["tea", "a\nb"],
            5,
            "options",
            "INVALID_CHARACTERS",
            "'poll.options' cannot contain control characters.",
            None,
            None,
        ),
        (["tea", "milk"], 4, "durationMinutes", "OUT_OF_RANGE", IN_RANGE, 5, 4),
        (["tea", "milk"], 10_081, "durationMinutes", "OUT_OF_RANGE", IN_RANGE, 10_080, 10_081),
    ],
)
async def test_what_is_no_poll_is_refused_with_its_tweet(
    api: Api,
    people: People,
    stored: Stored,
    options: list[str],
    minutes: int,
    field: str,
    constraint: str,
    message: str,
    limit: int | None,
    actual: int | None,
) -> None:
    before = await stored()
    error: dict[str, Any] = invalid("poll", constraint, message, limit=limit, actual=actual)
    error["path"] = ["input", "poll", field]
    data = await api.data(POST, {"poll": {"options": options, "durationMinutes": minutes}}, by=people.ann)
    assert data == {"postTweet": {"tweet": None, "userErrors": [error]}}
    assert await stored() == before

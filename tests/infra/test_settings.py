"""What operators may set about tweets."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.settings import InvalidSetting, Settings

SERVERS = {"CHIRP_ENV": "dev", "CHIRP_DATABASE_URL": "d", "CHIRP_REDIS_URL": "r"}


@pytest.mark.parametrize(("written", "length"), [({}, 280), ({"CHIRP_MAX_TWEET_LENGTH": "140"}, 140)])
def test_tweets_have_140_to_280(written: dict[str, str], length: int) -> None:
    assert Settings.from_environment({**SERVERS, **written}).max_tweet_length == length


@pytest.mark.parametrize("written", ["139", "281", "", "many", "nan"])
def test_another_length_is_refused(written: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        Settings.from_environment({**SERVERS, "CHIRP_MAX_TWEET_LENGTH": written})
    assert refused.value.variable == "CHIRP_MAX_TWEET_LENGTH"


@pytest.mark.parametrize(
    ("written", "file"), [({}, None), ({"CHIRP_CONTENT_RULES": "a/rules.toml"}, Path("a/rules.toml"))]
)
def test_content_rules_are_in_a_file(written: dict[str, str], file: Path | None) -> None:
    assert Settings.from_environment({**SERVERS, **written}).content_rules_file == file

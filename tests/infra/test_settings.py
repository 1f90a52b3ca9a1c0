"""What operators may set."""

from __future__ import annotations

from pathlib import Path

import pytest
import uvicorn

from app.main import serve
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


@pytest.mark.parametrize(
    ("written", "trusted"),
    [
        ({}, ("127.0.0.1", "::1")),
        ({"CHIRP_TRUSTED_PROXIES": "10.0.0.7, 2001:db8::/64"}, ("10.0.0.7", "2001:db8::/64")),
        ({"CHIRP_TRUSTED_PROXIES": ""}, ()),
    ],
)
def test_proxies_are_trusted_by_address(
    written: dict[str, str], trusted: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[uvicorn.Config] = []
    monkeypatch.setattr(uvicorn, "run", lambda app, **given: served.append(uvicorn.Config(app, **given)))
    settings = Settings.from_environment({**SERVERS, **written})
    serve(settings)
    assert tuple(served[0].forwarded_allow_ips) == settings.trusted_proxies == trusted


@pytest.mark.parametrize("written", ["*", "proxy.example", "10.0.0.1/8"])
def test_a_proxy_that_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        Settings.from_environment({**SERVERS, "CHIRP_TRUSTED_PROXIES": written})
    assert refused.value.variable == "CHIRP_TRUSTED_PROXIES"

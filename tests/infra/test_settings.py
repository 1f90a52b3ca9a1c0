"""What operators may set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn

from app.main import serve
from infra.settings import InvalidSetting, Settings
from services.runtime import running

CLUSTER = "redis+cluster://:secret@a:7000,b:7001"
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


@pytest.mark.parametrize(
    ("cache", "jobs", "queue"),
    [("redis://a", None, "redis://a"), ("redis://a", "redis://b", "redis://b"), (CLUSTER, "redis://b", "redis://b")],
)
def test_jobs_are_in_the_one_redis_or_in_another(cache: str, jobs: str | None, queue: str) -> None:
    written = {"CHIRP_REDIS_URL": cache, "CHIRP_JOBS_REDIS_URL": jobs or ""}
    assert Settings.from_environment({**SERVERS, **written}).queue_url == queue


@pytest.mark.parametrize(("cache", "jobs"), [(CLUSTER, ""), (CLUSTER, CLUSTER), ("redis://a", CLUSTER)])
def test_jobs_are_not_on_a_cluster(cache: str, jobs: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        Settings.from_environment({**SERVERS, "CHIRP_REDIS_URL": cache, "CHIRP_JOBS_REDIS_URL": jobs})
    assert refused.value.variable == "CHIRP_JOBS_REDIS_URL"


@pytest.mark.parametrize(
    "url",
    [
        "r",
        "redis+cluster://",
        "redis+cluster://a:7000,:7001",
        "redis+cluster://a:7000,b:many",
        "redis+cluster://a:7000/3",
        "redis+cluster://a:7000?health_check_interval=often",
        "http+cluster://a:7000",
    ],
)
async def test_a_process_does_not_start_with_what_is_no_url_of_a_redis(settings: Settings, url: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        async with running(replace(settings, redis_url=url)):
            pass
    assert refused.value.variable == "CHIRP_REDIS_URL"

"""The playground in a real browser that can reach nothing but the server under test."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

from app.playground import page as playground_page
from tests.browser.conftest import RunInBrowser

PAGE_PATH = "/graphql"


class LiveApi(Protocol):
    http_url: str


@pytest.mark.parametrize(
    "scenario",
    [
        "showsTheSchema",
        "marksAFieldThatTheSchemaLacks",
        "runsEveryExampleAsItIs",
        "registersANewUser",
        "showsWhyASignInFailed",
        "forgetsASessionThatTheApiRefuses",
        "sendsAHeaderTypedByHandWhereThereIsNoSignIn",
        "renewsAnAccessTokenAboutToExpire",
        "showsATweetLive",
        "reconnectsTheSocketAsTheNewUser",
    ],
)
async def test_the_playground(scenario: str, live_api: LiveApi, run_in_browser: RunInBrowser) -> None:
    await run_in_browser("scenarios.mjs", scenario, f"{live_api.http_url}{PAGE_PATH}")


def test_without_a_bundle_the_page_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playground_page, "ASSETS", tmp_path)
    html = playground_page.page(dev_sign_in=True)
    assert "The playground is not built yet" in html
    assert "./chirp dev" in html
    assert "<script" not in html

"""The playground in a real browser that can reach nothing but the server under test."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sysconfig
from pathlib import Path
from typing import Protocol

import pytest

from app.playground import page as playground_page
from app.playground.build import ensure_built

HERE = Path(__file__).parent
PAGE_PATH = "/graphql"
CHROMIUM = "/usr/bin/chromium"
PATH_WITH_NODE = os.pathsep.join([os.environ.get("PATH", os.defpath), sysconfig.get_path("scripts")])


class LiveApi(Protocol):
    http_url: str


async def _output_of(*command: str) -> str:
    """What the command printed; fails the test with it when the command fails."""
    program = shutil.which(command[0], path=PATH_WITH_NODE)
    assert program is not None, f"{command[0]} is not installed"
    process = await asyncio.create_subprocess_exec(
        program,
        *command[1:],
        cwd=HERE,
        env={**os.environ, "PATH": PATH_WITH_NODE},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        pytest.fail(output.decode(), pytrace=False)
    return output.decode()


@pytest.fixture(scope="session")
async def _browser_tools() -> None:
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"no {CHROMIUM}: install it with 'apt-get install chromium'")
    if shutil.which("node", path=PATH_WITH_NODE) is None:
        pytest.skip("no Node.js: install version 20 or newer")
    assert await asyncio.to_thread(ensure_built, lambda _line: None) is None
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]["playwright-core"]
    installed = HERE / "node_modules" / "playwright-core" / "package.json"
    if not installed.exists() or json.loads(installed.read_text())["version"] != wanted:
        await _output_of("npm", "ci")


@pytest.mark.usefixtures("_browser_tools")
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
async def test_the_playground(scenario: str, live_api: LiveApi) -> None:
    await _output_of("node", "scenarios.mjs", scenario, f"{live_api.http_url}{PAGE_PATH}", CHROMIUM)


def test_without_a_bundle_the_page_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playground_page, "ASSETS", tmp_path)
    html = playground_page.page(dev_sign_in=True)
    assert "The playground is not built yet" in html
    assert "./chirp dev" in html
    assert "<script" not in html

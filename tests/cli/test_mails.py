"""`./chirp mails`."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from infra.mail import Mail
from services.runtime import Runtime
from stores.emails import KeptMails
from tests.cli.test_commands import run

MAILS = [
    Mail(1, "ann@example.com", "First", "Hello @ann\n", datetime(2026, 11, 20, 9, 0, tzinfo=UTC)),
    Mail(2, "bob@exämple.com", "Second", "Hello @bob\n", datetime(2026, 11, 21, 9, 0, tzinfo=UTC)),
]


@pytest.fixture
async def env(runtime: Runtime) -> dict[str, str]:
    return {"CHIRP_DATABASE_URL": runtime.settings.database_url, "CHIRP_REDIS_URL": runtime.settings.redis_url}


@pytest.fixture
async def kept(runtime: Runtime) -> None:
    for mail in MAILS:
        await KeptMails(runtime.database).send(mail)


def test_without_mails_it_says_so(env: dict[str, str]) -> None:
    answer = run("mails", env=env)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "there are no mails\n", "")
    assert run("mails", "--json", env=env).stdout == ""


@pytest.mark.usefixtures("kept")
def test_it_shows_mails_newest_first(env: dict[str, str]) -> None:
    assert run("mails", env=env).stdout == (
        "To: bob@exämple.com\nDate: 2026-11-21T09:00:00+00:00\nSubject: Second\n\nHello @bob\n\n"
        "To: ann@example.com\nDate: 2026-11-20T09:00:00+00:00\nSubject: First\n\nHello @ann\n\n"
    )


@pytest.mark.usefixtures("kept")
def test_it_shows_one_addresss_mails_as_json(env: dict[str, str]) -> None:
    lines = run("mails", "--to", "ANN@example.com", "--json", env=env).stdout.splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "to": "ann@example.com",
            "subject": "First",
            "writtenAt": "2026-11-20T09:00:00+00:00",
            "body": "Hello @ann\n",
        }
    ]

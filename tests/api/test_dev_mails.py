"""GET /dev/mails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import httpx
from httpx import ASGITransport

from app.main import create_app
from infra.mail import Mail
from infra.settings import Settings
from services.runtime import Runtime
from stores.emails import KeptMails
from tests.client import Api, People
from tests.mailbox import Mailbox


async def page(api: Api) -> httpx.Response:
    return await api.http.get(api.url.removesuffix("/graphql") + "/dev/mails")


async def test_a_link_can_be_followed_or_pasted_as_a_mutation(
    api: Api, people: People, mailbox: Mailbox, runtime: Runtime
) -> None:
    token = await mailbox.token("ann@example.com")
    shown = await page(api)
    url = f"{runtime.settings.public_url}/verify-email?token={token}"
    assert f"<a href='{url}' rel='noreferrer'>{url}</a>" in shown.text
    mutation = f"mutation {{ verifyEmail(input: {{token: &quot;{token}&quot;}}) {{ userErrors {{ message }} }} }}"
    assert mutation in shown.text
    assert shown.text.index("@cat") < shown.text.index("@bob") < shown.text.index("@ann")


async def test_what_is_in_a_mail_is_text_and_the_page_runs_no_script(api: Api, runtime: Runtime) -> None:
    hostile = "<script>alert('x')</script> https://chirp.example/'onclick='x"
    mail = Mail(1, '"><b>@example.com', hostile, hostile, datetime(2026, 11, 21, tzinfo=UTC))
    await KeptMails(runtime.database).send(mail)
    shown = await page(api)
    assert shown.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert shown.headers["cache-control"] == "no-store"
    escaped = "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;"
    assert f"<h2>{escaped} " in shown.text
    assert f"<pre>{escaped} <a href='https://chirp.example/&#x27;onclick=&#x27;x'" in shown.text
    assert "to &quot;&gt;&lt;b&gt;@example.com," in shown.text


async def test_without_mails_it_says_so(api: Api) -> None:
    assert "<p>No mail was kept yet.</p>" in (await page(api)).text


async def test_production_has_no_such_page(settings: Settings) -> None:
    app = create_app(replace(settings, environment="production"))
    async with httpx.AsyncClient(transport=ASGITransport(app), base_url="http://chirp.test") as client:
        assert (await client.get("/dev/mails")).status_code == 404

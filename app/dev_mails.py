"""The page on which a developer reads the mails that were kept for want of a mail server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from string import Template

from infra.mail import Mail
from services.runtime import Runtime
from stores import emails

SHOWN = 100
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_LINK = re.compile(r"https?://\S+")
_VERIFYING_LINK = re.compile(r"/verify-email\?token=([\w-]+)")

_PAGE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chirp mails</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 44rem; padding: 0 1rem }
article { border-top: 1px solid; padding: 1rem 0 }
pre { white-space: pre-wrap; overflow-wrap: anywhere }
</style>
</head>
<body>
<h1>Mails</h1>
$mails
</body>
</html>
"""
)
_MAIL = Template(
    """<article>
<h2>$subject</h2>
<p>to $recipient, <time>$written_at</time></p>
<pre>$body</pre>
$mutation</article>
"""
)
_MUTATION = Template(
    "<p>Without a frontend, paste this at <a href='/graphql'>/graphql</a>:</p>\n<pre>$mutation</pre>\n"
)


async def page(runtime: Runtime) -> str:
    async with runtime.database.read() as session:
        mails = await emails.kept_mails(session, limit=SHOWN)
    return rendered(mails)


def rendered(mails: Sequence[Mail]) -> str:
    shown = "".join(map(_mail, mails)) or "<p>No mail was kept yet.</p>"
    return _PAGE.substitute(mails=shown)


def _mail(mail: Mail) -> str:
    return _MAIL.substitute(
        subject=escape(mail.subject),
        recipient=escape(mail.recipient),
        written_at=mail.written_at.isoformat(sep=" ", timespec="seconds"),
        body=_LINK.sub(lambda link: f"<a href='{link[0]}' rel='noreferrer'>{link[0]}</a>", escape(mail.body)),
        mutation=_mutation(mail),
    )


def _mutation(mail: Mail) -> str:
    found = _VERIFYING_LINK.search(mail.body)
    if found is None:
        return ""
    text = f'mutation {{ verifyEmail(input: {{token: "{found[1]}"}}) {{ userErrors {{ message }} }} }}'
    return _MUTATION.substitute(mutation=escape(text))

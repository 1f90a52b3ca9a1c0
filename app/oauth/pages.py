"""The pages a person sees: whether an app may act for them, and why that cannot be asked."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from string import Template
from urllib.parse import urlsplit

from domain.oauth import OFFERED, shown_destination
from domain.permissions import Scope
from domain.records import OAuthApp

_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 10vh auto; max-width: 28rem; padding: 0 1rem }
h1, li, p { overflow-wrap: anywhere }
label { display: block; margin: 1rem 0 }
input { box-sizing: border-box; display: block; font: inherit; padding: .5rem; width: 100% }
button { font: inherit; margin-right: .5rem; padding: .5rem 1.5rem }
[role=alert] { border: 2px solid #c00; padding: .5rem 1rem }
"""
_STYLE_SHA256 = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_PAGE = Template(
    f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>{_STYLE}</style>
</head>
<body>
$body
</body>
</html>
"""
)
_CONSENT = Template(
    """<h1>Let $app use your Chirp account?</h1>
<p>$description</p>
<p>It could then:</p>
<ul>
$scopes
</ul>
<p>It cannot see or change your password, nor close your account. You can take this back at any time.
Afterwards you go on to <strong>$destination</strong>.</p>
$problem<form method="post" action="/oauth/authorize">
<input type="hidden" name="form" value="$form">
<label>Username or email address
<input name="login" autocomplete="username" autocapitalize="none" spellcheck="false" value="$login" autofocus></label>
<label>Password
<input name="password" type="password" autocomplete="current-password"></label>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>"""
)
_SCOPE = Template("<li>$words</li>")
_PROBLEM = Template('<p role="alert">$problem</p>\n')
_MESSAGE = Template("<h1>$title</h1>\n<p>$message</p>")


class Markup(str):
    """Is HTML already."""

    __slots__ = ()


def consent_page(
    app: OAuthApp,
    redirect_uri: str,
    scopes: frozenset[Scope],
    *,
    form: str,
    problem: str | None = None,
    login: str = "",
) -> str:
    body = _filled(
        _CONSENT,
        app=app.name,
        description=app.description,
        scopes=Markup("\n".join(_filled(_SCOPE, words=words) for scope, words in OFFERED.items() if scope in scopes)),
        destination=shown_destination(redirect_uri),
        problem=_filled(_PROBLEM, problem=problem) if problem else Markup(),
        form=form,
        login=login,
    )
    return _filled(_PAGE, title=f"{app.name} and your Chirp account", body=body)


def message_page(title: str, message: str) -> str:
    return _filled(_PAGE, title=title, body=_filled(_MESSAGE, title=title, message=message))


def headers(redirect_uri: str | None = None) -> dict[str, str]:
    """A page that nothing can be added to, nor be put around.

    Browsers hold the answer to a form, and wherever that leads, to `form-action`, too. The app's own pages may send
    people on, so it names the kind of place that the app is at and not the place.
    """
    form_action = f"'self' {urlsplit(redirect_uri).scheme}:" if redirect_uri else "'none'"
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_SHA256}'; base-uri 'none'; "
        f"form-action {form_action}; frame-ancestors 'none'",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def _filled(template: Template, **values: str) -> Markup:
    """Everything that is not Markup is escaped."""
    safe = {name: value if isinstance(value, Markup) else escape(value) for name, value in values.items()}
    return Markup(template.substitute(safe))

"""The playground's HTML; the application mounts ASSETS at /playground/ and sends the policy with the page."""

from __future__ import annotations

import json
from pathlib import Path
from string import Template

from app.playground.build import DIST

ASSETS: Path = DIST

# The editor makes its styles and its icon font at run time, hence 'unsafe-inline' and data:.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; "
    "connect-src 'self' ws: wss:; img-src 'self' data:; font-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
)

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chirp playground</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
%3Cpath d='M2 3h12v8H7l-3 3v-3H2z' fill='%23d60690'/%3E%3C/svg%3E">
"""

_BUILT = Template(
    _HEAD
    + """<link rel="stylesheet" href="/playground/$style">
<script type="module" src="/playground/$script"></script>
</head>
<body>
<div id="playground" data-endpoint="/graphql" data-dev-sign-in="$dev_sign_in"></div>
<noscript>The playground needs JavaScript.</noscript>
</body>
</html>
"""
)

_NOT_BUILT = (
    _HEAD
    + """<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 36rem; padding: 0 1rem }
</style>
</head>
<body>
<h1>The playground is not built yet</h1>
<p>The API itself works: <code>POST</code> your operations to <code>/graphql</code>.</p>
<p>This page is bundled once, from npm packages. Connect the machine to the network, start the server
again with <code>./chirp dev</code>, and reload. If it still fails, the file
<code>app/playground/dist.log</code> says why.</p>
</body>
</html>
"""
)


def page(*, dev_sign_in: bool) -> str:
    """The whole page; without a bundle, one that says how to get it."""
    manifest = ASSETS / "manifest.json"
    if not manifest.is_file():
        return _NOT_BUILT
    entry = json.loads(manifest.read_text())
    return _BUILT.substitute(
        style=entry["style"], script=entry["script"], dev_sign_in="true" if dev_sign_in else "false"
    )

"""npm against registries of this machine: absent, failing, lying, and coming back."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import socket
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from app.playground import packages
from tests.node import reachable


def archive() -> bytes:
    content = json.dumps({"name": "kestrel", "version": "1.0.0"}).encode()
    file = tarfile.TarInfo("package/package.json")
    file.size = len(content)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.addfile(file, io.BytesIO(content))
    return packed.getvalue()


ARCHIVE = archive()
INTEGRITY = f"sha512-{base64.b64encode(hashlib.sha512(ARCHIVE).digest()).decode()}"


class Registry:
    def __init__(self) -> None:
        self.refusals = 0
        """So many requests are answered with 503 from now on."""
        self.archive = ARCHIVE
        self.asked = 0
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                registry.asked += 1
                status, body = registry.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, path: str) -> tuple[HTTPStatus, bytes]:
        if self.refusals > 0:
            self.refusals -= 1
            return HTTPStatus.SERVICE_UNAVAILABLE, b"{}"
        if path == "/kestrel.tgz":
            return HTTPStatus.OK, self.archive
        dist = {"tarball": f"{self.url}/kestrel.tgz", "integrity": INTEGRITY}
        versions = {version: {"name": "kestrel", "version": version, "dist": dist} for version in ("1.0.0", "2.0.0")}
        return HTTPStatus.OK, json.dumps({"name": "kestrel", "versions": versions}).encode()


@contextmanager
def served(registry: Registry) -> Iterator[None]:
    thread = Thread(target=registry.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        registry.server.shutdown()
        registry.server.server_close()
        thread.join()


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    registry = Registry()
    monkeypatch.setenv("npm_config_registry", registry.url)
    with served(registry):
        yield registry


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a project that needs one package; npm asks once, and remembers nothing of other tests."""
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setattr(packages, "PAUSE_S", 0.0)
    folder = tmp_path / "project"
    folder.mkdir()
    project = wanting("1.0.0")
    locked = {"": project, "node_modules/kestrel": {"version": "1.0.0", "integrity": INTEGRITY}}
    (folder / "package.json").write_text(json.dumps(project))
    (folder / "package-lock.json").write_text(json.dumps(project | {"lockfileVersion": 3, "packages": locked}))
    return folder


def wanting(version: str) -> dict[str, object]:
    return {"name": "project", "version": "1.0.0", "dependencies": {"kestrel": version}}


def fetched(folder: Path) -> list[str]:
    said: list[str] = []
    with (folder / "log").open("w") as log:
        packages.fetched(folder, said.append, log)
    return said


def test_a_registry_that_comes_back_is_asked_again_and_later_not_at_all(folder: Path, registry: Registry) -> None:
    registry.refusals = 2
    again = "project: the registry did not give them (E503); trying again in 0 s"
    assert fetched(folder) == ["project: fetching its packages (npm ci, once)", again, again]
    assert json.loads((folder / "node_modules/kestrel/package.json").read_text())["version"] == "1.0.0"
    asked = registry.asked
    assert fetched(folder) == []
    assert registry.asked == asked


@pytest.mark.parametrize("absent", ["port", "host", "network"])
def test_tests_are_skipped_where_there_is_no_registry(
    absent: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "TRY_FOR_S", 0.0)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        urls = {"port": f"http://127.0.0.1:{closed.getsockname()[1]}"}
        monkeypatch.setenv("npm_config_registry", urls.get(absent, "http://nobody.invalid"))
        if absent == "network":
            monkeypatch.setenv("npm_config_offline", "true")
        said = r"(?s)connect this machine to the network.*\n  code E"
        with pytest.raises(pytest.skip.Exception, match=said) as skip, reachable():
            fetched(folder)
    code = {"port": ["ECONNREFUSED"], "host": ["ENOTFOUND", "EAI_AGAIN"], "network": ["ENOTCACHED"]}[absent]
    assert str(skip.value).partition("  code ")[2].splitlines()[0] in code
    assert not (folder / "node_modules" / ".stamp").exists()


@pytest.mark.parametrize(("fault", "words"), [("lock file", "in sync"), ("archive", "EINTEGRITY")])
def test_what_is_not_the_networks_fault_fails_at_once(fault: str, words: str, folder: Path, registry: Registry) -> None:
    if fault == "lock file":
        (folder / "package.json").write_text(json.dumps(wanting("2.0.0")))
    else:
        registry.archive = b"another"
    with pytest.raises(packages.NotFetched, match=words) as failure:
        fetched(folder)
    assert not isinstance(failure.value, packages.Unreachable)
    assert (folder / "log").read_text().count("A complete log of this run") == 1

"""`./chirp doctor`: what is configured, what works, and what to do about the rest."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import click
from redis.exceptions import RedisError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.playground.build import DIST
from cli import ports
from cli.environment import names_servers, server_environment
from cli.options import PROJECT_ROOT, data_dir_option, host_option, port_option
from infra import migrations
from infra.embedded import EmbeddedServersError, running
from infra.redis import connect as connect_redis
from infra.settings import InvalidSetting, Settings, is_cluster_url

OLDEST_POSTGRES = 14
OLDEST_REDIS = (6, 2)
CONNECT_WITHIN_S = 5.0
CLUSTER_URLS = "a cluster's begins with redis+cluster://, that of a single server with redis://"


@dataclass(frozen=True, slots=True)
class Finding:
    subject: str
    state: str
    remedy: str | None = None
    """What to do; None when nothing is wrong."""


@click.command("doctor")
@data_dir_option
@host_option
@port_option
def command(data_dir: Path, host: str, port: int) -> None:
    """Say what is configured and what is wrong; exit 1 if something is.

    Looks at the servers the environment names, else at the embedded ones, which it starts for the look when they
    do not run. Passwords are never shown.
    """
    findings = [_python(), *_servers(data_dir), _port(host, port), _playground()]
    table = Table(box=None, pad_edge=False)
    for title in ("", "", "found", "what to do"):
        table.add_column(title, overflow="fold")
    for finding in findings:
        mark = Text("problem", "red") if finding.remedy else Text("ok", "green")
        table.add_row(mark, finding.subject, Text(finding.state), Text(finding.remedy or ""))
    Console().print(table)
    if any(finding.remedy for finding in findings):
        sys.exit(1)


def _python() -> Finding:
    version = sys.version.partition(" ")[0]
    state = f"{version} in {sys.prefix}"
    outside = Path(sys.prefix) != PROJECT_ROOT / ".venv"
    return Finding("Python", state, "run ./chirp, which uses .venv" if outside else None)


def _servers(data_dir: Path) -> Iterator[Finding]:
    shown = str(data_dir.resolve())
    use = "named servers are used" if names_servers() else "in use" if running(data_dir) else "usable"
    try:
        with server_environment(data_dir) as env:
            yield Finding("data folder", f"{shown} ({use})")
            yield _settings(env)
            yield from _postgres(env["CHIRP_DATABASE_URL"])
            yield _redis("Redis", env["CHIRP_REDIS_URL"], named_by="CHIRP_REDIS_URL")
            if jobs_url := env.get("CHIRP_JOBS_REDIS_URL"):
                yield _redis("Redis for jobs", jobs_url, named_by="CHIRP_JOBS_REDIS_URL")
    except EmbeddedServersError as error:
        yield Finding("data folder", shown, str(error))


def _settings(env: Mapping[str, str]) -> Finding:
    try:
        settings = Settings.from_environment(env)
    except InvalidSetting as error:
        return Finding("settings", "incomplete", str(error))
    return Finding("settings", f"environment {settings.environment}")


def _postgres(url: str) -> Iterator[Finding]:
    server = _without_secrets(url)
    try:
        version = asyncio.run(_postgres_version(url))
    except (OSError, asyncpg.PostgresError, ValueError) as error:
        yield Finding("PostgreSQL", f"{server}: {error}", "start it, or correct CHIRP_DATABASE_URL")
        return
    too_old = f"use PostgreSQL {OLDEST_POSTGRES} or newer" if version < OLDEST_POSTGRES else None
    yield Finding("PostgreSQL", f"version {version} at {server}", too_old)
    status = migrations.status(url)
    if status.is_current:
        yield Finding("migrations", f"at {status.head}, the newest")
    else:
        state = f"at {status.current or 'none'}, the newest is {status.head}"
        # ./chirp dev migrates by itself, so an embedded database that waits for it has no problem.
        named = bool(os.environ.get("CHIRP_DATABASE_URL"))
        yield Finding("migrations", state, "run './chirp migrate'" if named else None)


async def _postgres_version(url: str) -> int:
    connection = await asyncpg.connect(url, timeout=CONNECT_WITHIN_S)
    try:
        return connection.get_server_version().major
    finally:
        await connection.close()


def _redis(subject: str, url: str, *, named_by: str) -> Finding:
    server = _without_secrets(url)
    try:
        info = asyncio.run(_redis_info(url))
    except (RedisError, OSError, ValueError) as error:
        return Finding(subject, f"{server}: {error}", f"start it, or correct {named_by}")
    version = str(info["redis_version"])
    state = f"version {version} at {server}"
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        return Finding(subject, state, "use Redis 6.2 or newer")
    if (info["redis_mode"] == "cluster") is not is_cluster_url(url):
        return Finding(subject, f"{state}, in mode {info['redis_mode']}", f"correct {named_by}: {CLUSTER_URLS}")
    return Finding(subject, state)


async def _redis_info(url: str) -> Mapping[str, object]:
    async with connect_redis(url) as client:
        info: Mapping[str, object] = await client.info("server")
        return info


def _without_secrets(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] + parts.path


def _port(host: str, port: int) -> Finding:
    problem = ports.problem_with(host, port)
    if problem is None:
        return Finding("port", f"{host}:{port} is free")
    if ports.api_is_ready(host, port):
        return Finding("port", f"an API answers at {ports.origin(host, port)}")
    return Finding("port", problem, "choose another port with --port")


def _playground() -> Finding:
    if DIST.is_dir():
        return Finding("playground", "built")
    node = shutil.which("node")
    how = f"with {node}" if node else "with a Node.js that it installs beside Python"
    return Finding("playground", f"not built yet; './chirp dev' builds it {how}")

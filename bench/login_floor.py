"""The floor of `./chirp bench login`, a process: the password in the path is checked against a hash of production's
cost, as many at once as Chirp checks. No account is looked up and no session is made."""

from __future__ import annotations

from typing import Any

from argon2 import PasswordHasher

from bench.floors import Pool, serve
from infra.settings import PasswordCost
from services import passwords

PASSWORD = "correct-horse-battery"  # noqa: S105 - of people who are made up
COST = PasswordCost()
HASH = PasswordHasher(COST.time_cost, COST.memory_kib, COST.parallelism).hash(PASSWORD)


async def matches(_pool: Pool, path: list[str]) -> Any:
    return {"matches": await passwords.verified(COST, HASH, path[0])}


if __name__ == "__main__":
    serve(matches)

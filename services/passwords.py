"""Hashing and checking passwords, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from infra.settings import PasswordCost

_HASHING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="hashing")
"""Each hash takes 64 MiB in production: however many sign in, no more than two are made at once."""
Result = TypeVar("Result")


@cache
def _hasher(cost: PasswordCost) -> PasswordHasher:
    return PasswordHasher(time_cost=cost.time_cost, memory_cost=cost.memory_kib, parallelism=cost.parallelism)


async def hashed(cost: PasswordCost, password: str) -> str:
    return await _off_loop(_hasher(cost).hash, password.encode("utf-8", "surrogatepass"))


def is_outdated(cost: PasswordCost, stored_hash: str) -> bool:
    """Whether the hash was made at another cost than new ones are."""
    return _hasher(cost).check_needs_rehash(stored_hash)


async def verified(cost: PasswordCost, stored_hash: str, password: str) -> bool:
    def matches() -> bool:
        try:
            return _hasher(cost).verify(stored_hash, password.encode("utf-8", "surrogatepass"))
        except VerifyMismatchError:
            return False

    return await _off_loop(matches)


@cache
def _nobody(cost: PasswordCost) -> str:
    return _hasher(cost).hash("nobody has this password")


async def hash_of_nobody(cost: PasswordCost) -> str:
    return await _off_loop(_nobody, cost)


async def _off_loop(function: Callable[..., Result], *args: object) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, function, *args)

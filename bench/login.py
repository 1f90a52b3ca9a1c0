"""Logins at production's cost of a password, beside the check of a password alone."""

from __future__ import annotations

import msgspec
from sqlalchemy import text

from bench.figures import Machine, machine
from bench.login_floor import COST, PASSWORD
from bench.population import add_people
from bench.raw_http import answered, get, graphql
from bench.reads import CONCURRENCIES, RATIOS_AT, ROUNDS, BesideFloor, Way, in_turns
from bench.servers import Server, rss_mb
from infra.settings import Settings
from services import passwords
from services.runtime import running

LOG_IN = """
mutation LogIn($input: LogInInput!) { logIn(input: $input) {
  accessToken refreshToken viewer { user { id username displayName } } userErrors { message }
} }
"""
_COUNT = text("SELECT count(*) FROM sessions")


class Logins(msgspec.Struct, frozen=True):
    machine: Machine
    cpu_ratio: float
    """CPU of the API process per login over the floor's, with RATIOS_AT at once; as the three after it."""
    requests_per_s: float
    p50_ms: float
    p99_ms: float
    rss_mb: float
    """Of the API process at the end."""
    at: list[BesideFloor]


async def measure(settings: Settings, *, api: Server, floor: Server, logins: int) -> Logins:
    """So many people, in each run each once, on the servers of the settings; theirs must be production's cost."""
    found = machine()
    async with running(settings) as runtime:
        async with runtime.database.write() as session:
            await add_people(session, logins, password_hash=await passwords.hashed(COST, PASSWORD))
        requests = [
            graphql(LOG_IN, {"input": {"login": f"bench{person}", "password": PASSWORD}}, None)
            for person in range(logins)
        ]
        floor_requests = [get(f"/{PASSWORD}")] * logins
        if b'"matches":true' not in await answered(floor.port, floor_requests[0]):
            raise RuntimeError("the floor does not take the password")
        by_concurrency = await in_turns(
            {"ours": Way([api], lambda: requests), "floor": Way([floor], lambda: floor_requests)}
        )
        async with runtime.database.read() as session:
            begun = (await session.execute(_COUNT)).scalar_one()
    if begun != len(CONCURRENCIES) * ROUNDS * logins:
        raise RuntimeError(f"only {begun} sessions were begun")
    usual = by_concurrency[RATIOS_AT]
    return Logins(
        machine=found,
        cpu_ratio=round(usual["ours"].cpu_ms / usual["floor"].cpu_ms, 2),
        requests_per_s=usual["ours"].requests_per_s,
        p50_ms=usual["ours"].p50_ms,
        p99_ms=usual["ours"].p99_ms,
        rss_mb=rss_mb([api]),
        at=[BesideFloor(concurrency, **loads) for concurrency, loads in by_concurrency.items()],
    )

"""Whether the API's memory grows: many requests of many different documents, and what is resident after each part."""

from __future__ import annotations

import statistics
from random import Random

import msgspec
from sqlalchemy import text

from bench.figures import Machine, machine
from bench.growth_corpus import documents
from bench.progress import progress
from bench.raw_http import graphql, load
from bench.reads import readers_among, token
from bench.servers import Server, rss_mb
from bench.timeline import filled
from infra.settings import Settings
from services.runtime import running

DOCUMENTS = 500
PARTS = 20
WARM_AFTER = 5
"""Parts: a quarter of all requests."""
CONCURRENCY = 16
USERS, FOLLOWS, TWEETS = 1_000, 50, 10_000
_SOME_TWEETS = text("SELECT id FROM tweets ORDER BY id DESC LIMIT 200")


class Sample(msgspec.Struct, frozen=True):
    requests: int
    """So far."""
    rss_mb: float


class Growth(msgspec.Struct, frozen=True):
    machine: Machine
    requests: int
    documents: int
    rss_mb_warm: float
    """Resident memory of the API process after a quarter of the requests."""
    rss_mb_end: float
    mb_per_100000_requests: float
    """From there on, by least squares over all samples."""
    requests_per_s: float
    """Of the last part."""
    samples: list[Sample]


async def measure(settings: Settings, *, api: Server, requests: int) -> Growth:
    """At least as many as there are parts, on the servers of the settings."""
    found, random = machine(), Random(requests)
    async with running(settings) as runtime:
        people = await filled(runtime, users=USERS, follows=FOLLOWS, tweets=TWEETS)
        async with runtime.database.read() as session:
            tweets = list((await session.execute(_SOME_TWEETS)).scalars())
        corpus = documents(
            random,
            DOCUMENTS,
            usernames=[f"bench{number}" for number in range(USERS)],
            users=people,
            tweets=tweets,
        )
        readers = readers_among(people)
        samples = []
        with progress(PARTS) as advance:
            for part in range(1, PARTS + 1):
                tokens = [token(runtime, reader) for reader in readers]  # they last an hour
                asked = random.choices(corpus, k=requests // PARTS)
                sent = [graphql(document, {}, random.choice(tokens)) for document in asked]
                last = await load([api], sent, concurrency=CONCURRENCY)
                samples.append(Sample(part * len(sent), rss_mb([api])))
                advance()
    warm = samples[WARM_AFTER - 1 :]
    return Growth(
        machine=found,
        requests=samples[-1].requests,
        documents=DOCUMENTS,
        rss_mb_warm=warm[0].rss_mb,
        rss_mb_end=warm[-1].rss_mb,
        mb_per_100000_requests=round(_slope(warm) * 100_000, 3),
        requests_per_s=last.requests_per_s,
        samples=samples,
    )


def _slope(samples: list[Sample]) -> float:
    slope, _ = statistics.linear_regression([each.requests for each in samples], [each.rss_mb for each in samples])
    return slope

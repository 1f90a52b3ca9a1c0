"""Who likes what: a few tweets are liked by very many."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random

from cli.world.graph import zipf_weights

LIKES_PER_TWEET = 3
FAME = 0.9
"""Exponent of Zipf's law over likes."""


def likes(random: Random, *, people: int, tweets: int) -> Iterator[tuple[int, list[int]]]:
    """Each liked tweet with the people who like it, each once; the tweets in their order."""
    weights = zipf_weights(random, tweets, exponent=FAME)
    scale = LIKES_PER_TWEET * tweets / math.fsum(weights) if weights else 0.0
    for tweet, weight in enumerate(weights):
        wanted = min(int(weight * scale + random.random()), people // 2)
        if wanted:
            yield tweet, random.sample(range(people), wanted)

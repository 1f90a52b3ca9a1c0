"""Whom people follow: many follow a few, most are followed by few."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate
from random import Random

FOLLOWS_PER_PERSON = 200
SPREAD = 0.8
"""Sigma of the log-normal number of people one follows: the busiest tenth follows half a thousand."""
POPULARITY = 0.8
"""Exponent of Zipf's law over popularity."""


def follows_per_person(count: int) -> int:
    """The average of a world of `count` people."""
    return min(FOLLOWS_PER_PERSON, count // 4)


def zipf_weights(random: Random, count: int, *, exponent: float) -> list[float]:
    """Weights of Zipf's law, given to the places 0 to count - 1 in a random order."""
    weights = [1 / rank**exponent for rank in range(1, count + 1)]
    random.shuffle(weights)
    return weights


def followees(random: Random, count: int) -> Iterator[tuple[int, list[int]]]:
    """Each person with those they follow, latest last; people in a random order, nobody themselves."""
    cumulative = list(accumulate(zipf_weights(random, count, exponent=POPULARITY)))
    degrees = _degrees(random, count)
    order = list(range(count))
    random.shuffle(order)
    for follower in order:
        yield follower, _drawn(random, cumulative, follower, degrees[follower])


def _degrees(random: Random, count: int) -> list[int]:
    mean = follows_per_person(count)
    drawn = [random.lognormvariate(0, SPREAD) for _ in range(count)]
    scale = mean * count / math.fsum(drawn) if drawn else 0.0
    return [min(round(degree * scale), count // 2) for degree in drawn]


def _drawn(random: Random, cumulative: Sequence[float], follower: int, degree: int) -> list[int]:
    places = range(len(cumulative))
    chosen: dict[int, None] = {}
    while len(chosen) < degree:
        for followee in random.choices(places, cum_weights=cumulative, k=degree):
            if followee != follower:
                chosen[followee] = None
    return list(chosen)[:degree]

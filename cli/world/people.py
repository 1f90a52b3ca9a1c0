"""Who lives in the world."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from cli.world.names import REGIONS
from domain.accounts import MAX_USERNAME

FOUNDER = "seeded_world"
"""The first person of every seeded world, whatever its random seed: two worlds cannot be in one database."""
REGION_WEIGHTS = (24, 9, 14, 12, 7, 5, 5, 4, 6, 8, 4, 2)
EMOJI = ("☕", "🌱", "🎧", "⚽", "📚", "🌊", "✨", "🐈", "🚲", "🎮")


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    display_name: str
    region: str
    language: str


def people(random: Random, count: int) -> list[Person]:
    """`count` people with different usernames; the first is the founder."""
    found = {FOUNDER: Person(FOUNDER, "Seeded World 🌍", REGIONS[0].code, "en")}
    while len(found) < count:
        person = _person(random)
        found.setdefault(person.username.lower(), person)
    return list(found.values())[:count]


def _person(random: Random) -> Person:
    [region] = random.choices(REGIONS, weights=REGION_WEIGHTS)
    given, family = random.choice(region.given), random.choice(region.family)
    display_name = f"{given} {family}"
    if random.random() < 0.15:
        display_name += f" {random.choice(EMOJI)}"
    return Person(_username(random, given, family), display_name, region.code, region.language)


def _username(random: Random, given: str, family: str) -> str:
    number = random.randint(2, 99)
    form = random.choice(
        (
            f"{given}{family}",
            f"{given}_{family}".lower(),
            f"{family}_{given}".lower(),
            f"{given[0]}{family}{number:02}".lower(),
            f"{given}{number:02}".lower(),
            f"{given}_{family}{number}",
            f"the_{given}_{family[0]}{number}".lower(),
            f"{given}.{family}".lower().replace(".", "__"),
        )
    )
    return form[:MAX_USERNAME]

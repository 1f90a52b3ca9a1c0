"""What people say: sentences in their own language, about what many talk about, to each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from cli.world.graph import zipf_weights
from cli.world.languages import EMOJI, LANGUAGES, WORLD_TAGS, Language
from cli.world.people import FOUNDER, Person

REPLIES = 0.25
RECENT = 400
"""Replies answer one of so many last tweets, the latest most often."""
ACTIVITY = 0.7
"""Exponent of Zipf's law over how much people write."""
TAGGED = 0.55
SECOND_TAG = 0.25
MENTIONS = 0.12
WITH_EMOJI = 0.4
OWN_TAG = 0.4


@dataclass(frozen=True, slots=True)
class Said:
    author: int
    text: str
    in_reply_to: int | None
    """The place of an earlier tweet."""


def tweets(random: Random, people: Sequence[Person], count: int) -> Iterator[Said]:
    """`count` tweets in the order they are said; people are named by their places."""
    cumulative = list(accumulate(zipf_weights(random, len(people), exponent=ACTIVITY)))
    authors = random.choices(range(len(people)), cum_weights=cumulative, k=count)
    names = [person.username for person in people if person.username != FOUNDER] or [FOUNDER]
    for place, author in enumerate(authors):
        language = LANGUAGES[people[author].language]
        in_reply_to = None
        if place and random.random() < REPLIES:
            in_reply_to = max(0, place - 1 - int(random.expovariate(8 / RECENT)) % RECENT)
        answered = None if in_reply_to is None else people[authors[in_reply_to]].username
        yield Said(author, _text(random, language, names, answered=answered), in_reply_to)


def _text(random: Random, language: Language, names: Sequence[str], *, answered: str | None) -> str:
    sentence = random.choice(language.sentences if answered is None else language.replies)
    parts = [sentence.format(thing=random.choice(language.things))]
    if answered is not None:
        parts.insert(0, f"@{answered}")
    if random.random() < MENTIONS:
        parts.append(f"@{random.choice(names)}")
    if random.random() < WITH_EMOJI:
        parts.append(random.choice(EMOJI) * random.choice((1, 1, 1, 2, 3)))
    if random.random() < TAGGED:
        tags = [_tag(random, language)]
        if random.random() < SECOND_TAG:
            tags.append(_tag(random, language))
        parts += [f"#{tag}" for tag in dict.fromkeys(tags)]
    return " ".join(parts)


def _tag(random: Random, language: Language) -> str:
    tags = language.tags if random.random() < OWN_TAG else WORLD_TAGS
    return random.choices(tags, weights=[1 / rank for rank in range(1, len(tags) + 1)])[0]

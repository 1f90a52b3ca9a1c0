"""The people of a development database: they follow each other in a known way and have something to say.

Each one's password is USERNAME-dev-password. They exist in `dev` only.
"""

from __future__ import annotations

from datetime import timedelta

from domain.tweets import checked_text
from infra.settings import Settings
from services import accounts, follows, likes, trends, tweets
from services.accounts import Registration
from services.runtime import Runtime, running
from services.tweets import Draft
from stores import outbox, users
from workers.handlers import handle

PEOPLE = {
    "ann": ("Ann Lindqvist", "SE"),
    "bob": ("Bob Okafor", "NG"),
    "cat": ("Cat Nguyen", "VN"),
    "dan": ("Dan Murphy", "IE"),
    "eve": ("Eve Moreau", "FR"),
    "fay": ("Fay Tanaka", "JP"),
    "gus": ("Gus Pereira", "BR"),
    "hal": ("Hal Novak", "CZ"),
}
FOLLOWS = {
    "ann": "bob cat dan eve fay gus",
    "bob": "ann cat hal",
    "cat": "ann bob fay",
    "dan": "ann eve",
    "eve": "ann dan gus",
    "fay": "cat ann",
    "gus": "ann bob eve hal",
    "hal": "bob",
}
TWEETS = (
    ("bob", "Good morning! First #coffee of the day ☕"),
    ("cat", "Shipping the new timeline today. Wish me luck 🤞 #buildinpublic"),
    ("dan", "Rain again. #coffee and a book it is."),
    ("eve", "Un #coffee, un croissant, et au travail 🥐"),
    ("fay", "今日は #coffee 三杯目です"),
    ("gus", "Bom dia! #coffee com @ann no centro ☀️"),
    ("hal", "A #coffee machine that speaks GraphQL would be something. #graphql"),
    ("ann", "Subscriptions that lose nothing: that is all I ask. #graphql #buildinpublic"),
    ("cat", "Keyset pagination or nothing. #graphql"),
    ("eve", "Reading about #graphql executors tonight https://graphql.org"),
    ("dan", "Anyone for the match this evening? #football"),
    ("gus", "Claro! #football"),
    ("bob", "Only if there is #coffee. #football"),
    ("fay", "I will watch the #graphql talk instead 😄"),
)
REPLIES = (("ann", 1, "Luck! Though you will not need it."), ("bob", 1, "🚀🚀🚀"), ("cat", 7, "Hear, hear. #graphql"))
LIKES = (("ann", 1), ("bob", 7), ("cat", 7), ("dan", 7), ("eve", 1), ("gus", 7), ("hal", 0), ("ann", 0), ("fay", 8))


def dev_password(username: str) -> str:
    return f"{username}-dev-password"


async def ensure_dev_people(settings: Settings) -> None:
    """Makes them all, with what follows from their tweets, or does nothing where ann exists."""
    async with running(settings) as runtime:
        async with runtime.database.read() as session:
            if await users.by_username(session, ["ann"], viewer_id=None):
                return
        await make_dev_people(runtime)
        # A newcomer's first look at trends should not have to wait for the worker's five minutes.
        async with runtime.database.write() as write_session:
            event_ids = await outbox.take(write_session, limit=100, lease=timedelta(minutes=1))
        await handle(runtime, event_ids)
        await trends.rank(runtime)


async def make_dev_people(runtime: Runtime) -> None:
    registrations = [
        Registration(
            username=name,
            display_name=display_name,
            email=f"{name}@example.com",
            password=dev_password(name),
            region=region,
        )
        for name, (display_name, region) in PEOPLE.items()
    ]
    prepared = await accounts.prepared(runtime, registrations)
    now = runtime.now()
    async with runtime.database.write() as session:
        ids = {user.username: user.id for user in await accounts.add(session, prepared)}
        await follows.follow(
            session,
            [
                (runtime.snowflakes.next(), ids[follower], ids[followee])
                for follower, followees in FOLLOWS.items()
                for followee in followees.split()
            ],
        )
        posted = await tweets.post(
            session,
            [
                Draft(id=runtime.snowflakes.next(), author_id=ids[name], text=checked_text(text), created_at=now)
                for name, text in TWEETS
            ],
        )
        await tweets.post(
            session,
            [
                Draft(
                    id=runtime.snowflakes.next(),
                    author_id=ids[name],
                    text=checked_text(text),
                    created_at=now,
                    in_reply_to=posted[parent],
                )
                for name, parent, text in REPLIES
            ],
        )
        await likes.like(session, [(runtime.snowflakes.next(), ids[name], posted[tweet].id) for name, tweet in LIKES])

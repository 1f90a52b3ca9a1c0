"""The signed-in user's private side."""

from __future__ import annotations

import strawberry

from domain import records
from resolvers import timelines
from schema.binding import Bound, bound, plain
from schema.timelines import TimelineConnection
from schema.users import User


@strawberry.type(description="The signed-in user's private side.")
class Viewer(Bound):
    record = records.Viewer
    user: User = plain("The account.")
    email: str = plain("Its email address; nobody else sees it.")
    home_timeline: TimelineConnection = bound(
        timelines.home,
        "Tweets of the viewer and of everyone the viewer follows, newest first; 50 by default. Somebody else's reply "
        "is in it when the viewer also follows the person it answers. It has no end but the first tweet ever.",
        page=timelines.DEFAULT_PAGE,
    )

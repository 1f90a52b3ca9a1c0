"""What became of a tweet's delivery."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import delivery
from domain.delivery import FanoutStrategy
from schema.binding import Bound, plain


@strawberry.type(
    description="How far a tweet has come on its way into the home timelines of its author's followers. Readers see it "
    "there from the moment it is posted, delivered or not. While the delivery runs, the numbers grow: of many "
    "followers every 10,000. A restored tweet keeps the receipt of its first delivery."
)
class FanoutReceipt(Bound):
    record = delivery.FanoutReceipt
    strategy: FanoutStrategy = plain("How it is delivered.")
    targeted: int = plain(
        "Followers gone through so far; when it is completed, all there were at that time. 0 for `PULL`."
    )
    delivered: int = plain("Those of them whose timeline stood ready and got the tweet.")
    skipped_inactive: int = plain(
        "Those of them whose timeline stood ready, but was not read for 24 hours; only with `PUSH_ACTIVE`. Their "
        "timelines, and those that did not stand ready, are made with the tweet when they are read."
    )
    lag_p50_ms: int | None = plain(
        "Within how many milliseconds of its posting half of `targeted` were reached; null while there are none. At "
        "most 2147483647."
    )
    lag_p99_ms: int | None = plain("The same for 99 of 100.")
    started_at: datetime | None = plain("When delivery began; null while it waits.")
    completed_at: datetime | None = plain("When the last follower was reached; null until then.")

"""Everything a running process holds: settings, connections, clock, ids."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from domain.content_rules import MENTION_SPAM, ContentRule, rules_from
from domain.delivery import FanoutThresholds
from domain.errors import ValidationFailed
from domain.pacing import Pace
from domain.rate_limits import RateLimits, parsed_limits
from domain.records import Viewer
from infra import clock as clocks
from infra.clock import Clock, SystemClock
from infra.database import Database
from infra.gathering import Gathering
from infra.mail import MailServer, SmtpClient
from infra.redis import Redis, connect
from infra.settings import InvalidSetting, Settings
from services.engagement import EngagementLooks
from services.trend_looks import TrendLooks
from stores import sessions
from stores.emails import KeptMails
from stores.id_leases import Snowflakes, leased_snowflakes
from stores.sessions import SessionOfUser

VIEWERS_WITHIN_S = 9.0
"""All requests wait for them: what is asked over a connection that went silent has to end, too. Less than
Postgres gives a statement, so that who waits is told when it takes too long."""


@dataclass(frozen=True, slots=True)
class Runtime:
    settings: Settings
    database: Database
    redis: Redis
    clock: Clock
    snowflakes: Snowflakes
    viewers: Gathering[SessionOfUser, Viewer]
    """Of all requests under way, looked up together."""
    mail_server: MailServer
    content_rules: tuple[ContentRule, ...]
    rate_limits: RateLimits
    fanout_pace: Pace
    """Shared by all fan-outs of this process to active followers."""
    engagement: EngagementLooks
    trend_looks: TrendLooks

    @property
    def fanout_thresholds(self) -> FanoutThresholds:
        return FanoutThresholds(
            popular=self.settings.fanout_popular_from, celebrity=self.settings.fanout_celebrity_from
        )

    def now(self) -> datetime:
        return clocks.now(self.clock)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Runtime]:
    """Opens the connections of one process and closes them at the end of the block."""
    content_rules, rate_limits = _content_rules(settings), _rate_limits(settings)
    clock = SystemClock()
    redis = _redis(settings)
    database = Database(settings.database_url)
    try:
        async with leased_snowflakes(database, clock) as snowflakes:
            yield Runtime(
                settings=settings,
                database=database,
                redis=redis,
                clock=clock,
                snowflakes=snowflakes,
                viewers=_viewers(database),
                mail_server=_mail_server(settings, database),
                content_rules=content_rules,
                rate_limits=rate_limits,
                fanout_pace=Pace(settings.fanout_per_second),
                engagement=EngagementLooks(database, clock),
                trend_looks=TrendLooks(redis),
            )
    finally:
        await redis.aclose()
        await database.close()


def _redis(settings: Settings) -> Redis:
    try:
        return connect(settings.redis_url)
    except ValueError as error:
        raise InvalidSetting("CHIRP_REDIS_URL", f"is not the URL of a Redis: {error}") from error


def _viewers(database: Database) -> Gathering[SessionOfUser, Viewer]:
    async def found(asked: Sequence[SessionOfUser]) -> AsyncIterator[tuple[SessionOfUser, Viewer]]:
        async with asyncio.timeout(VIEWERS_WITHIN_S), database.read() as session:
            viewers = await sessions.viewers(session, asked)
        for viewer in viewers.items():
            yield viewer

    return Gathering(found, too_long=TimeoutError)


def _mail_server(settings: Settings, database: Database) -> MailServer:
    if settings.smtp is None:
        return KeptMails(database)
    return SmtpClient(settings.smtp, sender=settings.mail_from)


def _content_rules(settings: Settings) -> tuple[ContentRule, ...]:
    if settings.content_rules_file is None:
        return (MENTION_SPAM,)
    try:
        return rules_from(settings.content_rules_file.read_bytes())
    except (OSError, ValueError, ValidationFailed) as error:
        raise InvalidSetting("CHIRP_CONTENT_RULES", f"{settings.content_rules_file}: {error}") from error


def _rate_limits(settings: Settings) -> RateLimits:
    try:
        return parsed_limits(settings.rate_limits)
    except ValueError as error:
        raise InvalidSetting(
            "CHIRP_RATE_LIMITS", f"is neither on, off nor 'ACTION=LIMIT/SECONDS[,...][;...]': {error}"
        ) from error

"""Everything an operator can set, read once from the environment at process start."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

Environment = Literal["production", "dev", "test"]


class InvalidSetting(Exception):
    """A setting is missing or malformed; the message names the variable and says what to do."""

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable}: {problem}")
        self.variable = variable


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One HMAC key for access tokens; `kid` goes into the token's header."""

    kid: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """argon2id cost; the defaults are the library's (RFC 9106, low-memory profile)."""

    time_cost: int = 3
    memory_kib: int = 65536
    parallelism: int = 4


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails are handed in."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    encryption: Literal["tls", "starttls", "none"] = "starttls"


DEV_MAIL_FROM = "Chirp <chirp@localhost>"
CHEAP_PASSWORD_COST = PasswordCost(time_cost=1, memory_kib=8, parallelism=1)
_DEV_SIGNING_KEY = SigningKey(kid="dev", secret="dev-only-signing-key-never-accepted-in-production")  # noqa: S106


@dataclass(frozen=True, slots=True)
class Settings:
    environment: Environment
    database_url: str
    redis_url: str
    signing_keys: tuple[SigningKey, ...]
    """The first key signs; every key verifies, so that keys can be rotated."""
    jobs_redis_url: str | None = None
    """A server for the job queue alone; None is `redis_url`, which must not be a cluster's then."""
    data_dir: Path = Path(".chirp")
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses and networks whose `X-Forwarded-For` is believed: behind any other proxy all clients are one address,
    and share its limits."""
    allowed_origins: tuple[str, ...] = ()
    """Origins whose pages may call the API from a browser; "*" is any."""
    sockets_per_address: int = 200
    """WebSockets and event streams that one process has open for an address, or for an IPv6 network of /64."""
    introspection: bool = True
    breadth_first: bool = True
    """False leaves every GraphQL operation to graphql-core's own executor, which gives the same answers."""
    smtp: SmtpServer | None = None
    """None keeps mails in the database, to be read at /dev/mails; never so in production."""
    mail_from: str = DEV_MAIL_FROM
    public_url: str = "http://127.0.0.1:8000"
    """Where the product's pages are: the links in mails begin with it."""
    password_cost: PasswordCost = PasswordCost()
    max_tweet_length: int = 280
    """In weighted length (000 asks for 140 to 280)."""
    content_rules_file: Path | None = None
    """TOML with what nobody may write; see domain/content_rules.py."""
    rate_limits: str = "off"
    """`on`, `off`, or limits of one's own; see domain/rate_limits.py."""
    fanout_popular_from: int = 100_000
    """Followers from which an author's tweets are pushed to active followers only."""
    fanout_celebrity_from: int = 1_000_000
    """Followers from which an author's tweets are not pushed but pulled by readers."""
    fanout_per_second: float = 10_000
    """Followers that one worker reaches in a second, for tweets that are pushed to active followers (001:1280)."""
    outbox_lease_s: float = 30.0
    """How long a relayed event may stay unfinished before it is relayed again."""
    outbox_max_attempts: int = 8
    job_poll_s: float = 0.01
    """How often the worker asks Redis for jobs; half of it is added to a post's way to live clients."""
    trends_every_s: float = 300.0
    trend_author_scale: int = 100
    """Distinct authors at which a tag's diversity factor is 1 (001:744 names 100)."""

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def queue_url(self) -> str:
        """The Redis server that holds the job queue."""
        return self.jobs_redis_url or self.redis_url

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Reads `CHIRP_*`; raises InvalidSetting for the first variable that is missing or malformed."""
        environment = _environment(env.get("CHIRP_ENV", "production"))
        production = environment == "production"
        return cls(
            environment=environment,
            database_url=_required(env, "CHIRP_DATABASE_URL"),
            redis_url=_required(env, "CHIRP_REDIS_URL"),
            signing_keys=_signing_keys(env, production=production),
            jobs_redis_url=_jobs_redis_url(env),
            data_dir=Path(env.get("CHIRP_DATA_DIR", ".chirp")),
            host=env.get("CHIRP_HOST", "127.0.0.1"),
            port=int(_number(env, "CHIRP_PORT", 8000)),
            trusted_proxies=_trusted_proxies(env),
            allowed_origins=_words(env.get("CHIRP_ALLOWED_ORIGINS", "" if production else "*")),
            sockets_per_address=int(_number(env, "CHIRP_SOCKETS_PER_ADDRESS", 200)),
            introspection=_switch(env, "CHIRP_INTROSPECTION", default=True),
            breadth_first=_switch(env, "CHIRP_BREADTH_FIRST", default=True),
            smtp=_smtp(env, production=production),
            mail_from=_mail_from(env, production=production),
            public_url=_public_url(env, production=production),
            password_cost=PasswordCost() if production else CHEAP_PASSWORD_COST,
            max_tweet_length=_max_tweet_length(env),
            content_rules_file=Path(rules) if (rules := env.get("CHIRP_CONTENT_RULES")) else None,
            rate_limits=env.get("CHIRP_RATE_LIMITS", "on" if production else "off"),
            fanout_popular_from=int(_number(env, "CHIRP_FANOUT_POPULAR_FROM", 100_000)),
            fanout_celebrity_from=int(_number(env, "CHIRP_FANOUT_CELEBRITY_FROM", 1_000_000)),
            fanout_per_second=_number(env, "CHIRP_FANOUT_PER_SECOND", 10_000),
            outbox_lease_s=_number(env, "CHIRP_OUTBOX_LEASE_S", 30.0),
            outbox_max_attempts=int(_number(env, "CHIRP_OUTBOX_MAX_ATTEMPTS", 8)),
            job_poll_s=_number(env, "CHIRP_JOB_POLL_S", 0.01),
            trends_every_s=_number(env, "CHIRP_TRENDS_EVERY_S", 300.0),
            trend_author_scale=int(_number(env, "CHIRP_TREND_AUTHOR_SCALE", 100 if production else 10)),
        )


def _environment(text: str) -> Environment:
    match text:
        case "production" | "dev" | "test":
            return text
    raise InvalidSetting("CHIRP_ENV", f"'{text}' is not one of production, dev, test")


def _required(env: Mapping[str, str], variable: str) -> str:
    value = env.get(variable, "")
    if not value:
        raise InvalidSetting(variable, "is not set; './chirp dev' runs with embedded servers instead")
    return value


def is_cluster_url(redis_url: str) -> bool:
    return urlsplit(redis_url).scheme in {"redis+cluster", "rediss+cluster"}


def _jobs_redis_url(env: Mapping[str, str]) -> str | None:
    variable = "CHIRP_JOBS_REDIS_URL"
    url = env.get(variable) or None
    if url is None and is_cluster_url(env["CHIRP_REDIS_URL"]):
        raise InvalidSetting(variable, "is not set; jobs need a single Redis server beside the cluster")
    if url is not None and is_cluster_url(url):
        raise InvalidSetting(variable, "names a cluster; the job queue needs a single Redis server")
    return url


def _number(env: Mapping[str, str], variable: str, default: float) -> float:
    text = env.get(variable)
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        raise InvalidSetting(variable, f"'{text}' is not a number") from None
    if number <= 0:
        raise InvalidSetting(variable, f"{text} is not positive")
    return number


def _max_tweet_length(env: Mapping[str, str]) -> int:
    length = _number(env, "CHIRP_MAX_TWEET_LENGTH", 280)
    if not 140 <= length <= 280:
        raise InvalidSetting("CHIRP_MAX_TWEET_LENGTH", f"{length:g} is not between 140 and 280")
    return int(length)


def _switch(env: Mapping[str, str], variable: str, *, default: bool) -> bool:
    match env.get(variable):
        case None:
            return default
        case "on":
            return True
        case "off":
            return False
        case other:
            raise InvalidSetting(variable, f"'{other}' is not 'on' or 'off'")


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _trusted_proxies(env: Mapping[str, str]) -> tuple[str, ...]:
    proxies = _words(env.get("CHIRP_TRUSTED_PROXIES", "127.0.0.1,::1"))
    for proxy in proxies:
        try:
            ipaddress.ip_network(proxy)
        except ValueError as error:
            raise InvalidSetting("CHIRP_TRUSTED_PROXIES", f"{error}; give such as '10.0.0.7,10.1.0.0/16'") from None
    return proxies


def _signing_keys(env: Mapping[str, str], *, production: bool) -> tuple[SigningKey, ...]:
    text = env.get("CHIRP_SIGNING_KEYS", "")
    if not text:
        if production:
            raise InvalidSetting("CHIRP_SIGNING_KEYS", "is not set; give 'kid:secret[,kid:secret ...]'")
        return (_DEV_SIGNING_KEY,)
    keys = []
    for item in _words(text):
        kid, separator, secret = item.partition(":")
        if not (kid and separator and len(secret) >= 32):
            raise InvalidSetting("CHIRP_SIGNING_KEYS", "each key is 'kid:secret' with 32 characters or more")
        keys.append(SigningKey(kid=kid, secret=secret))
    return tuple(keys)


def _smtp(env: Mapping[str, str], *, production: bool) -> SmtpServer | None:
    """From `smtp://[user:password@]host[:port][?starttls=off]` or `smtps://...`; what is special in a user or
    password is percent-encoded."""
    variable = "CHIRP_SMTP_URL"
    url = env.get(variable, "")
    if not url:
        if production:
            raise InvalidSetting(variable, "is not set; give 'smtp://user:password@host:587' or 'smtps://...'")
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidSetting(variable, f"is not a URL: {error}") from None
    match parts.scheme, parts.query:
        case "smtps", "":
            encryption: Literal["tls", "starttls", "none"] = "tls"
        case "smtp", "" | "starttls=on":
            encryption = "starttls"
        case "smtp", "starttls=off":
            encryption = "none"
        case _:
            raise InvalidSetting(variable, "is neither 'smtps://...' nor 'smtp://...' with '?starttls=on' or 'off'")
    if not parts.hostname or parts.path not in {"", "/"}:
        raise InvalidSetting(variable, "names no host, or more than one; give 'smtp://user:password@host:587'")
    if bool(parts.username) != bool(parts.password):
        raise InvalidSetting(variable, "has a user without a password, or the other way round")
    return SmtpServer(
        host=parts.hostname,
        port=port or (465 if encryption == "tls" else 587),
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        encryption=encryption,
    )


def _mail_from(env: Mapping[str, str], *, production: bool) -> str:
    text = env.get("CHIRP_MAIL_FROM", "")
    if not text:
        if production:
            raise InvalidSetting("CHIRP_MAIL_FROM", "is not set; give 'Chirp <no-reply@chirp.example>'")
        return DEV_MAIL_FROM
    if "@" not in parseaddr(text)[1] or not text.isprintable():
        raise InvalidSetting("CHIRP_MAIL_FROM", f"'{text}' is not an address such as 'Chirp <no-reply@chirp.example>'")
    return text


def _public_url(env: Mapping[str, str], *, production: bool) -> str:
    url = env.get("CHIRP_PUBLIC_URL", "")
    if not url:
        if production:
            raise InvalidSetting("CHIRP_PUBLIC_URL", "is not set; give where the product's pages are")
        return f"http://{env.get('CHIRP_HOST', '127.0.0.1')}:{env.get('CHIRP_PORT', '8000')}"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise InvalidSetting("CHIRP_PUBLIC_URL", f"'{url}' is not a URL such as 'https://chirp.example'")
    return url.rstrip("/")

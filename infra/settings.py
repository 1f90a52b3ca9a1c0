"""Everything an operator can set, read once from the environment at process start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

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


CHEAP_PASSWORD_COST = PasswordCost(time_cost=1, memory_kib=8, parallelism=1)
_DEV_SIGNING_KEY = SigningKey(kid="dev", secret="dev-only-signing-key-never-accepted-in-production")  # noqa: S106


@dataclass(frozen=True, slots=True)
class Settings:
    environment: Environment
    database_url: str
    redis_url: str
    signing_keys: tuple[SigningKey, ...]
    """The first key signs; every key verifies, so that keys can be rotated."""
    data_dir: Path = Path(".chirp")
    host: str = "127.0.0.1"
    port: int = 8000
    allowed_origins: tuple[str, ...] = ()
    """Origins whose pages may call the API from a browser; "*" is any."""
    introspection: bool = True
    password_cost: PasswordCost = PasswordCost()
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
            data_dir=Path(env.get("CHIRP_DATA_DIR", ".chirp")),
            host=env.get("CHIRP_HOST", "127.0.0.1"),
            port=int(_number(env, "CHIRP_PORT", 8000)),
            allowed_origins=_words(env.get("CHIRP_ALLOWED_ORIGINS", "" if production else "*")),
            introspection=_switch(env, "CHIRP_INTROSPECTION", default=True),
            password_cost=PasswordCost() if production else CHEAP_PASSWORD_COST,
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

"""What people change of their own rows of `users`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import UNSET
from sqlalchemy import text

from domain.profiles import ProfileChanges
from domain.records import SensitiveContent
from domain.text import Entity
from infra.database import WriteSession


async def update(
    session: WriteSession,
    user_id: int,
    changes: ProfileChanges,
    *,
    bio_entities: Sequence[Entity],
    if_version: int | None,
) -> bool:
    """False when the account is at another version. `bio_entities` are those of a bio that is changed."""
    columns = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    assignments = [f"{name} = :{name}" for name in columns]
    if "bio" in columns:
        assignments.append("bio_entities = CAST(:bio_entities AS jsonb)")
        columns["bio_entities"] = msgspec.json.encode(bio_entities).decode()
    return await _update(session, user_id, assignments, columns, if_version=if_version)


async def update_privacy(
    session: WriteSession,
    user_id: int,
    *,
    is_protected: bool | None,
    sensitive_content: SensitiveContent | None,
    if_version: int | None,
) -> bool:
    """None leaves what is there. False when the account is at another version."""
    columns = {"is_protected": is_protected, "sensitive_content": sensitive_content}
    assignments = [f"{name} = coalesce(:{name}, {name})" for name in columns]
    return await _update(session, user_id, assignments, columns, if_version=if_version)


async def _update(
    session: WriteSession,
    user_id: int,
    assignments: Sequence[str],
    columns: Mapping[str, object],
    *,
    if_version: int | None,
) -> bool:
    changed = ", ".join([*assignments, "version = version + 1"])
    statement = text(
        f"UPDATE users SET {changed} "  # noqa: S608
        "WHERE id = :user_id AND version = coalesce(CAST(:if_version AS integer), version)"
    )
    result = await session.execute(statement, {**columns, "user_id": user_id, "if_version": if_version})
    return result.rowcount == 1


_VERSION = text("SELECT version FROM users WHERE id = :user_id")


async def version(session: WriteSession, user_id: int) -> int:
    return int((await session.execute(_VERSION, {"user_id": user_id})).scalar_one())


_STAYS_PROTECTED = text("SELECT is_protected FROM users WHERE id = :user_id FOR SHARE")


async def stays_protected(session: WriteSession, user_id: int) -> bool:
    """Whether the account is protected, and stays as it is until the transaction ends."""
    return bool((await session.execute(_STAYS_PROTECTED, {"user_id": user_id})).scalar_one())


_PIN = text("UPDATE users SET pinned_tweet_id = :tweet_id WHERE id = :user_id")


async def pin(session: WriteSession, user_id: int, tweet_id: int | None) -> None:
    """None takes the pin away."""
    await session.execute(_PIN, {"user_id": user_id, "tweet_id": tweet_id})

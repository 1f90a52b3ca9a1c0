"""What is open ends with the session that opened it, through whichever process that was ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app import live_authority
from domain.permissions import Role
from domain.records import Viewer
from infra.database import ReadSession
from infra.settings import Settings
from services import sessions
from services.live import LiveHub
from services.runtime import Runtime
from services.tokens import Claims
from stores import sessions as sessions_store
from tests.api.email_operations import verified
from tests.api.oauth_parties import App, at_token, registered_app, through, tokens_of
from tests.api.test_administration import appoint
from tests.api.test_oauth_apps import done
from tests.api.test_oauth_grants import grants_of
from tests.api.test_sessions import session_id
from tests.client import PASSWORD, Api, People, Person
from tests.live.conftest import held_back
from tests.live.socket import connected, watching
from tests.mailbox import Mailbox
from tests.processes import api_process

ENDED = (4403, "This session has ended: log in again.")
LOG_OUT = "mutation { logOut(input: {}) { userErrors { code } } }"
USERNAME = "{ viewer { user { username } } }"


@dataclass(frozen=True)
class World:
    api: Api
    people: People
    runtime: Runtime
    mailbox: Mailbox


@pytest.fixture
def world(api: Api, people: People, runtime: Runtime, mailbox: Mailbox) -> World:
    return World(api, people, runtime, mailbox)


async def logged_out(world: World) -> None:
    await world.api.data(LOG_OUT, by=world.people.ann)


async def revoked(world: World) -> None:
    ann = world.people.ann
    await done(world.api, await world.api.logged_in(ann), "revokeSession", sessionId=await session_id(world.api, ann))


async def logged_out_everywhere(world: World) -> None:
    await done(world.api, await world.api.logged_in(world.people.ann), "logOutEverywhere", keepCurrent=False)


async def suspended(world: World, person: Person) -> None:
    await appoint(world.runtime, world.people.cat, Role.MODERATOR)
    await done(world.api, world.people.cat, "suspendUser", userId=person.id, reason="Spam.")


async def suspended_by_a_moderator(world: World) -> None:
    await suspended(world, world.people.ann)


async def deactivated(world: World) -> None:
    await done(world.api, world.people.ann, "deactivateAccount", password=PASSWORD)


async def given_another_password(world: World) -> None:
    address = await verified(world.api, world.mailbox, world.people.ann)
    await done(world.api, world.people.bob, "requestPasswordReset", email=address)
    token = await world.mailbox.token(address)
    await done(world.api, world.people.bob, "resetPassword", token=token, newPassword="another battery staple")


async def refreshed_with_a_spent_token(world: World) -> None:
    for _ in range(2):
        await done(world.api, world.people.bob, "refreshSession", refreshToken=world.people.ann.refresh_token)


@pytest.mark.parametrize(
    "ended",
    [
        logged_out,
        revoked,
        logged_out_everywhere,
        suspended_by_a_moderator,
        deactivated,
        given_another_password,
        refreshed_with_a_spent_token,
    ],
)
async def test_a_socket_on_which_nothing_runs_closes_when_its_session_ends(
    http_url: str, world: World, ended: Callable[[World], Awaitable[None]]
) -> None:
    async with connected(http_url) as anns, connected(http_url) as bobs, connected(http_url) as nobodys:
        await anns.initialised(world.people.ann)
        await bobs.initialised(world.people.bob)
        await nobodys.initialised()
        await ended(world)
        assert await anns.closed() == ENDED
        assert await bobs.result("1", USERNAME) == {"data": {"viewer": {"user": {"username": "bob"}}}}
        assert await nobodys.result("1", USERNAME) == {"data": {"viewer": None}}


async def test_the_session_that_logs_out_all_others_stays(http_url: str, api: Api, people: People) -> None:
    phone = await api.logged_in(people.ann)
    async with connected(http_url) as kept, connected(http_url) as other:
        await kept.initialised(people.ann)
        await other.initialised(phone)
        await done(api, people.ann, "logOutEverywhere", keepCurrent=True)
        assert await other.closed() == ENDED
        assert await kept.result("1", USERNAME) == {"data": {"viewer": {"user": {"username": "ann"}}}}


async def grant_revoked(world: World, app: App, granted: dict[str, Any]) -> None:
    [grant] = await grants_of(world.api, world.people.ann)
    await done(world.api, world.people.ann, "revokeOAuthGrant", grantId=grant["id"])


async def token_revoked(world: World, app: App, granted: dict[str, Any]) -> None:
    await at_token(world.api, app, "/oauth/revoke", token=granted["refresh_token"])


async def app_deleted(world: World, app: App, granted: dict[str, Any]) -> None:
    await done(world.api, world.people.bob, "deleteOAuthApp", appId=app.id)


async def owner_suspended(world: World, app: App, granted: dict[str, Any]) -> None:
    await suspended(world, world.people.bob)


async def owner_gone(world: World, app: App, granted: dict[str, Any]) -> None:
    await done(world.api, world.people.bob, "deleteAccount", password=PASSWORD)


@pytest.mark.parametrize("ended", [grant_revoked, token_revoked, app_deleted, owner_suspended, owner_gone])
async def test_an_apps_socket_closes_when_the_app_may_not_go_on(
    http_url: str, world: World, ended: Callable[[World, App, dict[str, Any]], Awaitable[None]]
) -> None:
    """The person's own sockets, and another app's, go on."""
    api, people = world.api, world.people
    app, other = [await registered_app(api, owner) for owner in (people.bob, people.ann)]
    granted = await tokens_of(api, app)
    async with connected(http_url) as apps, connected(http_url) as anns, connected(http_url) as others:
        await apps.initialised(through(people.ann, granted))
        await anns.initialised(people.ann)
        await others.initialised(through(people.cat, await tokens_of(api, other, login="cat")))
        await ended(world, app, granted)
        assert await apps.closed() == ENDED
        for socket in (anns, others):
            assert await socket.result("1", "{ __typename }") == {"data": {"__typename": "Query"}}


async def test_an_app_that_stopped_is_heard_of_though_the_database_fails_at_first(
    http_url: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = await registered_app(world.api, world.people.bob)
    granted = await tokens_of(world.api, app)
    of_stopped_apps = sessions_store.of_stopped_apps

    async def fails_once(session: ReadSession, session_ids: Collection[int]) -> set[int]:
        monkeypatch.setattr(live_authority, "of_stopped_apps", of_stopped_apps)
        raise ConnectionError("the database is gone")

    async with connected(http_url) as socket:
        await socket.initialised(through(world.people.ann, granted))
        monkeypatch.setattr(live_authority, "of_stopped_apps", fails_once)
        await app_deleted(world, app, granted)
        assert await socket.closed() == ENDED


async def test_nothing_is_told_to_whose_session_has_ended(
    http_url: str, api: Api, people: People, hub: LiveHub
) -> None:
    async with watching(http_url, people.ann) as socket:
        async with held_back(hub):
            await api.tweeted(people.ann, "unheard")
            await api.data(LOG_OUT, by=people.ann)
        assert await socket.closed() == ENDED


async def test_a_session_that_ends_while_its_socket_opens_is_heard_of(
    http_url: str, api: Api, people: People, hub: LiveHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who it is has been read, but not yet answered."""
    standing = sessions.standing

    async def outdated(runtime: Runtime, claims: Claims) -> Viewer:
        monkeypatch.setattr(sessions, "standing", standing)
        viewer = await standing(runtime, claims)
        await api.data(LOG_OUT, by=people.ann)
        await hub.tell()
        return viewer

    async with connected(http_url) as socket:
        monkeypatch.setattr(sessions, "standing", outdated)
        await socket.send({"type": "connection_init", "payload": {"authorization": f"Bearer {people.ann.token}"}})
        assert await socket.closed() == ENDED


async def test_logging_out_over_the_socket_is_answered_before_it_closes(http_url: str, people: People) -> None:
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        assert await socket.result("1", LOG_OUT) == {"data": {"logOut": {"userErrors": []}}}
        assert await socket.closed() == ENDED


async def test_a_session_ended_through_one_process_ends_on_every_other(
    settings: Settings, api: Api, people: People, tmp_path: Path
) -> None:
    async with api_process(settings, tmp_path) as (_, url), watching(url, people.ann) as socket:
        await api.data(LOG_OUT, by=people.ann)
        assert await socket.closed() == ENDED

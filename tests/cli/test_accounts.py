"""`./chirp role` and `./chirp signing-key`."""

from __future__ import annotations

from infra.settings import Settings
from tests.cli.test_commands import run
from tests.client import Api, People

ROLE = "{ viewer { role } }"


async def test_role_appoints_and_dismisses_an_admin(api: Api, people: People, settings: Settings) -> None:
    env = {"CHIRP_DATABASE_URL": settings.database_url}
    for role in ("ADMIN", "USER"):
        done = run("role", "ANN", role.lower(), env=env)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"ann is {role} now\n", "")
        assert await api.data(ROLE, by=people.ann) == {"viewer": {"role": role}}
        assert await api.data(ROLE, by=people.bob) == {"viewer": {"role": "USER"}}


async def test_role_names_what_it_does_not_know(people: People, settings: Settings) -> None:
    unknown = run("role", "nobody", "ADMIN", env={"CHIRP_DATABASE_URL": settings.database_url})
    assert (unknown.returncode, unknown.stderr) == (1, "Error: nobody is called nobody\n")
    assert run("role", "ann", "KING").returncode == 2


def test_a_printed_signing_key_is_new_and_can_be_set() -> None:
    first, second = run("signing-key"), run("signing-key")
    assert first.returncode == 0
    assert "CHIRP_SIGNING_KEYS" in first.stderr
    assert first.stdout != second.stdout
    text = ",".join(printed.stdout.strip() for printed in (first, second))
    env = {"CHIRP_ENV": "dev", "CHIRP_DATABASE_URL": "d", "CHIRP_REDIS_URL": "r", "CHIRP_SIGNING_KEYS": text}
    settings = Settings.from_environment(env)
    assert [f"{key.kid}:{key.secret}" for key in settings.signing_keys] == text.split(",")

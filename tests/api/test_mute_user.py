"""muteUser, unmuteUser, Viewer.mutes. What a mute hides is in test_visibility_matrix.py."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, invalid
from tests.client import Api, People, Person

_FIELDS = f"{{ user {{ username viewerState {{ muting {{ until }} }} }} {USER_ERRORS} }}"
MUTE = f"mutation Mute($id: ID!, $until: DateTime) {{ muteUser(input: {{userId: $id, expiresAt: $until}}) {_FIELDS} }}"
UNMUTE = f"mutation Unmute($id: ID!) {{ unmuteUser(input: {{userId: $id}}) {_FIELDS} }}"
MUTES = """
query Mutes($first: Int, $after: Cursor) {
  viewer {
    mutes(first: $first, after: $after) {
      nodes { user { username } expiresAt } edges { cursor node { mutedAt } } pageInfo { hasNextPage }
    }
  }
}
"""
BLOCK = "mutation($id: ID!) { blockUser(input: {userId: $id}) { userErrors { code } } }"
LATER = "2999-12-31T00:00:00.000Z"


def bob(muting: dict[str, Any] | None) -> dict[str, Any]:
    return {"user": {"username": "bob", "viewerState": {"muting": muting}}, "userErrors": []}


async def mutes(api: Api, by: Person, **variables: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(MUTES, variables, by=by))["viewer"]["mutes"]
    return found


async def test_a_mute_is_set_changed_and_ended(api: Api, people: People) -> None:
    ann, bob_id = people.ann, {"id": people.bob.id}
    assert await api.data(MUTE, bob_id, by=ann) == {"muteUser": bob({"until": None})}
    first = await mutes(api, ann)
    assert first["nodes"] == [{"user": {"username": "bob"}, "expiresAt": None}]
    assert await api.data(MUTE, {**bob_id, "until": LATER}, by=ann) == {"muteUser": bob({"until": LATER})}
    second = await mutes(api, ann)
    assert second["nodes"] == [{"user": {"username": "bob"}, "expiresAt": LATER}]
    assert second["edges"] == first["edges"], "a mute that is changed keeps its place"
    for _ in range(2):
        assert await api.data(UNMUTE, bob_id, by=ann) == {"unmuteUser": bob(None)}
    assert (await mutes(api, ann))["nodes"] == []


async def test_a_mute_that_has_run_out_is_none(
    api: Api, people: People, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_hour_ago = runtime.now() - timedelta(hours=1)
    # Only the clock of the mutation is turned back: it sets a mute that has ended by the database's.
    with monkeypatch.context() as patched:
        patched.setattr(type(runtime), "now", lambda _: an_hour_ago)
        await api.data(
            MUTE, {"id": people.bob.id, "until": (an_hour_ago + timedelta(minutes=1)).isoformat()}, by=people.ann
        )
    assert (await mutes(api, people.ann))["nodes"] == []
    await api.data(MUTE, {"id": people.cat.id}, by=people.ann)
    await api.data(MUTE, {"id": people.bob.id}, by=people.ann)
    muted = [node["user"]["username"] for node in (await mutes(api, people.ann))["nodes"]]
    assert muted == ["bob", "cat"], "it begins anew, at the head of the list"


@pytest.mark.parametrize("until", ["2020-01-01T00:00:00Z", "0001-01-01T00:00:00Z"])
async def test_a_mute_cannot_end_in_the_past(api: Api, people: People, stored: Stored, until: str) -> None:
    before = await stored()
    [error] = (await api.data(MUTE, {"id": people.bob.id, "until": until}, by=people.ann))["muteUser"]["userErrors"]
    assert error == invalid("expiresAt", "IN_THE_PAST", "It would have ended already.")
    assert await stored() == before


@pytest.mark.parametrize(
    "until", ["2999-12-31", "2999-12-31T00:00:00", "tomorrow", "", "0001-01-01T00:00:00+14:00", 32503680000]
)
async def test_a_moment_needs_an_offset_and_the_form_of_rfc_3339(
    api: Api, people: People, stored: Stored, until: object
) -> None:
    before = await stored()
    response = await api.post(
        {"query": MUTE, "variables": {"id": people.bob.id, "until": until}}, token=people.ann.token
    )
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "VALIDATION_FAILED"
    assert "A DateTime is a string as in RFC 3339" in error["message"]
    assert await stored() == before


async def test_nobody_mutes_themselves(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    [error] = (await api.data(MUTE, {"id": people.ann.id}, by=people.ann))["muteUser"]["userErrors"]
    assert error == {
        "__typename": "NotAllowedError",
        "code": "FORBIDDEN",
        "message": "You cannot mute yourself.",
        "path": ["input", "userId"],
        "reason": "SELF",
    }
    assert await stored() == before


async def test_who_blocks_the_viewer_can_be_muted_and_is_not_listed(api: Api, people: People) -> None:
    await api.data(BLOCK, {"id": people.ann.id}, by=people.bob)
    data = await api.data(MUTE, {"id": people.bob.id}, by=people.ann)
    assert data == {"muteUser": {"user": None, "userErrors": []}}
    assert (await mutes(api, people.ann))["nodes"] == []


async def test_the_list_is_paged_and_costs_the_same_for_one_and_for_many(
    api: Api, people: People, statements: list[str]
) -> None:
    sent = []
    for name in ("dan", "eve", "fay"):
        await api.data(MUTE, {"id": (await api.registered(name)).id}, by=people.ann)
        statements.clear()
        await mutes(api, people.ann)
        sent.append(sum(" mutes" in statement for statement in statements))
    assert sent == [2] * 3
    first = await mutes(api, people.ann, first=2)
    assert [node["user"]["username"] for node in first["nodes"]] == ["fay", "eve"]
    rest = await mutes(api, people.ann, first=2, after=first["edges"][1]["cursor"])
    assert [node["user"]["username"] for node in rest["nodes"]] == ["dan"]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)

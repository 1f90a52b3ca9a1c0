"""logOut."""

from __future__ import annotations

from tests.client import Api, People

LOG_OUT = 'mutation { logOut(input: {clientMutationId: "c1"}) { userErrors { code } clientMutationId } }'
REFRESH = "mutation($i: RefreshSessionInput!) { refreshSession(input: $i) { accessToken userErrors { code path } } }"


async def test_both_tokens_of_the_session_stop_working_at_once(api: Api, people: People) -> None:
    other = await api.logged_in(people.ann)
    assert await api.data(LOG_OUT, by=people.ann) == {"logOut": {"userErrors": [], "clientMutationId": "c1"}}

    response = await api.post({"query": "{ viewer { email } }"}, token=people.ann.token)
    [error] = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert await api.data(REFRESH, {"i": {"refreshToken": people.ann.refresh_token}}) == {
        "refreshSession": {"accessToken": None, "userErrors": [{"code": "UNAUTHENTICATED", "path": ["input"]}]}
    }
    for session in (other, people.bob):
        assert (await api.data("{ viewer { user { username } } }", by=session)) == {
            "viewer": {"user": {"username": session.name}}
        }

"""logOut."""

from __future__ import annotations

from dataclasses import replace

from tests.client import PASSWORD, Api, People

LOG_OUT = 'mutation { logOut(input: {clientMutationId: "c1"}) { userErrors { code } clientMutationId } }'
REFRESH = "mutation($i: RefreshSessionInput!) { refreshSession(input: $i) { accessToken userErrors { code path } } }"
LOG_IN = "mutation($i: LogInInput!) { logIn(input: $i) { accessToken } }"


async def test_both_tokens_of_the_session_stop_working_at_once(api: Api, people: People) -> None:
    other = (await api.data(LOG_IN, {"i": {"login": "ann", "password": PASSWORD}}))["logIn"]["accessToken"]
    assert await api.data(LOG_OUT, by=people.ann) == {"logOut": {"userErrors": [], "clientMutationId": "c1"}}

    response = await api.post({"query": "{ viewer { email } }"}, token=people.ann.token)
    [error] = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert await api.data(REFRESH, {"i": {"refreshToken": people.ann.refresh_token}}) == {
        "refreshSession": {"accessToken": None, "userErrors": [{"code": "UNAUTHENTICATED", "path": ["input"]}]}
    }
    for session in (replace(people.ann, token=other), people.bob):
        assert (await api.data("{ viewer { user { username } } }", by=session)) == {
            "viewer": {"user": {"username": session.name}}
        }

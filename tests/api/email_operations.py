"""Operations about addresses and passwords, and what their refusals look like."""

from __future__ import annotations

from typing import Any

from tests.api.errors import USER_ERRORS
from tests.client import Api, Person
from tests.mailbox import Mailbox

REQUEST_VERIFICATION = f"""
mutation Request($input: RequestEmailVerificationInput!) {{
  requestEmailVerification(input: $input) {{ clientMutationId replayed {USER_ERRORS} }}
}}
"""
VERIFY = f"""
mutation Verify($input: VerifyEmailInput!) {{
  verifyEmail(input: $input) {{ clientMutationId replayed {USER_ERRORS} }}
}}
"""
CHANGE = f"""
mutation Change($input: ChangeEmailInput!) {{
  changeEmail(input: $input) {{ clientMutationId replayed {USER_ERRORS} }}
}}
"""
REQUEST_RESET = f"""
mutation RequestReset($input: RequestPasswordResetInput!) {{
  requestPasswordReset(input: $input) {{ clientMutationId replayed {USER_ERRORS} }}
}}
"""
RESET = f"""
mutation Reset($input: ResetPasswordInput!) {{
  resetPassword(input: $input) {{ clientMutationId replayed {USER_ERRORS} }}
}}
"""
LOG_IN = f"""
mutation LogIn($input: LogInInput!) {{
  logIn(input: $input) {{ viewer {{ email emailVerified user {{ username }} }} {USER_ERRORS} }}
}}
"""
DONE: dict[str, Any] = {"clientMutationId": None, "replayed": False, "userErrors": []}
REPLAYED = {**DONE, "replayed": True}
LINK_REFUSED = {
    **DONE,
    "userErrors": [
        {
            "__typename": "NotAllowedError",
            "code": "UNAUTHENTICATED",
            "message": "This link cannot be used, or not any more: ask for a new one.",
            "path": ["input", "token"],
            "reason": "WRONG_CREDENTIALS",
        }
    ],
}
WRONG_LOGIN = {
    "viewer": None,
    "userErrors": [
        {
            "__typename": "NotAllowedError",
            "code": "UNAUTHENTICATED",
            "message": "The login or the password is wrong.",
            "path": ["input"],
            "reason": "WRONG_CREDENTIALS",
        }
    ],
}


async def done(api: Api, mutation: str, by: Person | None = None, /, **input: str) -> dict[str, Any]:
    """The mutation's payload."""
    (payload,) = (await api.data(mutation, {"input": input}, by=by)).values()
    assert isinstance(payload, dict)
    return payload


async def address_of(api: Api, person: Person) -> dict[str, Any]:
    viewer: dict[str, Any] = (await api.data("{ viewer { email emailVerified } }", by=person))["viewer"]
    return viewer


async def verified(api: Api, mailbox: Mailbox, person: Person) -> str:
    """The person's address, which is verified from now on."""
    address = f"{person.name}@example.com"
    assert await done(api, VERIFY, token=await mailbox.token(address)) == DONE
    return address

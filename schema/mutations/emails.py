"""The address of an account, and what its mailbox is good for."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import email_mutations
from resolvers.mutations import Outcome
from schema.binding import Bound, mutation
from schema.mutations.inputs import MutationInput
from schema.mutations.payload import Payload

_TOKEN = "The `token` of the link in the mail."  # noqa: S105


@strawberry.type
class EmailPayload(Bound, Payload):
    record = Outcome


@strawberry.input(description="Input of `requestEmailVerification`.")
class RequestEmailVerificationInput(MutationInput): ...


@strawberry.type(description="Payload of `requestEmailVerification`.")
class RequestEmailVerificationPayload(EmailPayload): ...


@strawberry.input(description="Input of `verifyEmail`.")
class VerifyEmailInput(MutationInput):
    token: str = strawberry.field(description=_TOKEN)


@strawberry.type(description="Payload of `verifyEmail`.")
class VerifyEmailPayload(EmailPayload): ...


@strawberry.input(description="Input of `changeEmail`.")
class ChangeEmailInput(MutationInput):
    new_email: str = strawberry.field(description="The address to have; up to 255 characters.")
    password: str = strawberry.field(description="The account's password.")


@strawberry.type(description="Payload of `changeEmail`.")
class ChangeEmailPayload(EmailPayload): ...


@strawberry.input(description="Input of `requestPasswordReset`.")
class RequestPasswordResetInput(MutationInput):
    email: str = strawberry.field(description="A verified address, in any case.")


@strawberry.type(description="Payload of `requestPasswordReset`.")
class RequestPasswordResetPayload(EmailPayload): ...


@strawberry.input(description="Input of `resetPassword`.")
class ResetPasswordInput(MutationInput):
    token: str = strawberry.field(description=_TOKEN)
    new_password: str = strawberry.field(description="8 to 256 characters.")


@strawberry.type(description="Payload of `resetPassword`.")
class ResetPasswordPayload(EmailPayload): ...


@strawberry.type
class EmailMutations:
    request_email_verification: RequestEmailVerificationPayload = mutation(
        email_mutations.request_email_verification,
        "Mails a link that proves that the address is the viewer's: the one asked for by `changeEmail` and not "
        "verified yet, else the account's own. The link works once, within 24 hours. Does nothing when there is "
        "nothing to verify, or when five links were mailed to the account within 24 hours.",
        permission=Permission.SIGNED_IN,
        scope=Scope.ACCOUNT,
        input=RequestEmailVerificationInput,
    )
    verify_email: VerifyEmailPayload = mutation(
        email_mutations.verify_email,
        "Proves, with the link of a mail, that the address is the account's; from then on it can be logged in with, "
        "and a forgotten password can be reset. Needs no session: the link may be opened on another device. A link "
        "that is wrong, was used or has run out gets one answer, and so does one whose address another account has "
        "verified meanwhile. Every try counts to the limit of one network.",
        permission=Permission.ANYONE,
        scope=None,
        input=VerifyEmailInput,
    )
    change_email: ChangeEmailPayload = mutation(
        email_mutations.change_email,
        "Asks for another address. The account keeps its present one, which is told, until the link that is mailed "
        "to the new one is opened with `verifyEmail`. Asking again replaces what was asked; asking for the present "
        "address takes it back. The answer is the same for an address that another account has.",
        permission=Permission.SIGNED_IN,
        scope=Scope.ACCOUNT,
        input=ChangeEmailInput,
    )
    request_password_reset: RequestPasswordResetPayload = mutation(
        email_mutations.request_password_reset,
        "Mails a link for a new password, if this is the verified address of an account; an address that was never "
        "verified proves nothing. The answer is the same whoever has the address. At most five links an hour are "
        "mailed to an account; how many may be asked for from one network is limited.",
        permission=Permission.ANYONE,
        scope=None,
        input=RequestPasswordResetInput,
    )
    reset_password: ResetPasswordPayload = mutation(
        email_mutations.reset_password,
        "Sets a new password with the link of a mail, which works once, within an hour. Every session of the account "
        "ends, its other links stop working, a change of address under way is taken back, and the owner is told by "
        "mail. A link that is wrong, was used or has run out gets one answer.",
        permission=Permission.ANYONE,
        scope=None,
        input=ResetPasswordInput,
    )

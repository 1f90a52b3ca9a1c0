"""Registering apps, and ending what the viewer lets apps do."""

from __future__ import annotations

import strawberry

from domain.labels import MAX_LABEL
from domain.oauth import MAX_APPS, MAX_DESCRIPTION, MAX_REDIRECT_URI, MAX_REDIRECT_URIS
from domain.permissions import Permission, Scope
from resolvers import oauth_listings, oauth_mutations
from resolvers.mutations import Outcome
from resolvers.oauth_mutations import OAuthAppOutcome
from schema.binding import Bound, bound, derived, mutation, plain
from schema.mutations.inputs import MutationInput, optional
from schema.mutations.payload import Payload
from schema.oauth import OAuthApp

_NAME = f"1 to {MAX_LABEL} characters on one line, one of them visible."
_DESCRIPTION = f"Up to {MAX_DESCRIPTION} characters on one line."
_REDIRECT_URIS = (
    f"1 to {MAX_REDIRECT_URIS}, each of at most {MAX_REDIRECT_URI} characters: `https://host/...`; for an app on "
    "somebody's device `http://127.0.0.1/...` or `http://[::1]/...`, with any port when it is used, or a scheme of the "
    "app's own, a domain turned around such as `com.example.app:/...`. No fragment, no user."
)


@strawberry.type
class OAuthAppPayload(Bound, Payload):
    record = OAuthAppOutcome
    app: OAuthApp | None = bound(oauth_listings.apps_of, "The app as it is now; null when refused.")


@strawberry.input(description="Names an app of the viewer's.")
class OAuthAppInput(MutationInput):
    app_id: strawberry.ID = strawberry.field(description="The app.")


@strawberry.input(description="Input of `createOAuthApp`.")
class CreateOAuthAppInput(MutationInput):
    name: str = strawberry.field(description=_NAME)
    description: str = strawberry.field(default="", description=_DESCRIPTION)
    redirect_uris: list[str] = strawberry.field(description=_REDIRECT_URIS)
    is_confidential: bool = strawberry.field(
        description="Whether it runs where a secret can be kept: on a server, not on somebody's device."
    )


@strawberry.type(description="Payload of `createOAuthApp`.")
class CreateOAuthAppPayload(OAuthAppPayload):
    client_secret: str | None = plain(
        "Keep it: it is shown this once, and null where `replayed`. Null, too, for an app that is not confidential."
    )


@strawberry.input(description="Input of `updateOAuthApp`. What is left out, or null, stays as it is.")
class UpdateOAuthAppInput(OAuthAppInput):
    name: str | None = optional(_NAME)
    description: str | None = optional(f"{_DESCRIPTION} An empty text takes it away.")
    redirect_uris: list[str] | None = strawberry.field(default=None, description=_REDIRECT_URIS)


@strawberry.type(description="Payload of `updateOAuthApp`.")
class UpdateOAuthAppPayload(OAuthAppPayload): ...


@strawberry.input(description="Input of `rotateOAuthAppSecret`.")
class RotateOAuthAppSecretInput(OAuthAppInput): ...


@strawberry.type(description="Payload of `rotateOAuthAppSecret`.")
class RotateOAuthAppSecretPayload(OAuthAppPayload):
    client_secret: str | None = plain("The new one. Keep it: it is shown this once, and null where `replayed`.")


@strawberry.input(description="Input of `deleteOAuthApp`.")
class DeleteOAuthAppInput(OAuthAppInput): ...


@strawberry.type(description="Payload of `deleteOAuthApp`.")
class DeleteOAuthAppPayload(Bound, Payload):
    record = Outcome
    deleted_app_id: strawberry.ID | None = derived(
        oauth_mutations.deleted_app_id, "The id the app had; null when refused."
    )


@strawberry.input(description="Input of `revokeOAuthGrant`.")
class RevokeOAuthGrantInput(MutationInput):
    grant_id: strawberry.ID = strawberry.field(description="One of `Viewer.authorizedApps`.")


@strawberry.type(description="Payload of `revokeOAuthGrant`.")
class RevokeOAuthGrantPayload(Bound, Payload):
    record = Outcome


@strawberry.type
class OAuthMutations:
    create_oauth_app: CreateOAuthAppPayload = mutation(
        oauth_mutations.create,
        f"Registers an app. At most {MAX_APPS} for each owner; two may have one name.",
        permission=Permission.SIGNED_IN,
        scope=Scope.ACCOUNT,
        input=CreateOAuthAppInput,
        name="createOAuthApp",
    )
    update_oauth_app: UpdateOAuthAppPayload = mutation(
        oauth_mutations.update,
        "Changes an app of the viewer's own. Who is asked to consent at a redirect URI that goes is not sent there.",
        permission=Permission.SIGNED_IN,
        scope=Scope.ACCOUNT,
        input=UpdateOAuthAppInput,
        name="updateOAuthApp",
    )
    rotate_oauth_app_secret: RotateOAuthAppSecretPayload = mutation(
        oauth_mutations.rotate_secret,
        "Gives a confidential app of the viewer's own another secret; the one before stops working at once, and the "
        "app's tokens go on.",
        permission=Permission.SIGNED_IN,
        scope=Scope.ACCOUNT,
        input=RotateOAuthAppSecretInput,
        name="rotateOAuthAppSecret",
    )
    delete_oauth_app: DeleteOAuthAppPayload = mutation(
        oauth_mutations.delete,
        "Deletes an app of the viewer's own: all tokens it has, of whomever, stop working at once.",
        permission=Permission.SIGNED_IN,
        scope=Scope.ACCOUNT,
        input=DeleteOAuthAppInput,
        name="deleteOAuthApp",
    )
    revoke_oauth_grant: RevokeOAuthGrantPayload = mutation(
        oauth_mutations.revoke_grant,
        "Takes back all that the viewer lets the grant's app do: its tokens stop working at once, its subscriptions "
        "within 35 seconds. Does nothing to a grant that has ended.",
        permission=Permission.SIGNED_IN,
        scope=Scope.ACCOUNT,
        input=RevokeOAuthGrantInput,
        name="revokeOAuthGrant",
    )

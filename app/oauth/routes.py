"""Where apps find the server, and what it can do (RFC 8414)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from app.oauth import consent, token
from domain.oauth import OFFERED
from services.runtime import Runtime

_CLIENT_PROOFS = ["client_secret_basic", "client_secret_post", "none"]

router = APIRouter()
router.add_api_route("/oauth/authorize", consent.ask, methods=["GET"])
router.add_api_route("/oauth/authorize", consent.decide, methods=["POST"])
router.add_api_route("/oauth/token", token.issue, methods=["POST"])
router.add_api_route("/oauth/revoke", token.revoke, methods=["POST"])


@router.get("/.well-known/oauth-authorization-server")
async def metadata(request: Request) -> Response:
    runtime: Runtime = request.app.state.runtime
    url = runtime.settings.public_url
    return JSONResponse(
        {
            "issuer": url,
            "authorization_endpoint": f"{url}/oauth/authorize",
            "token_endpoint": f"{url}/oauth/token",
            "token_endpoint_auth_methods_supported": _CLIENT_PROOFS,
            "revocation_endpoint": f"{url}/oauth/revoke",
            "revocation_endpoint_auth_methods_supported": _CLIENT_PROOFS,
            "scopes_supported": list(OFFERED),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
    )

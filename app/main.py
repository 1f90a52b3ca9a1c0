"""The API process: routes, and what lives as long as the process."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from app import dev_mails, metrics
from app.connections import HttpConnection, SocketConnection
from app.exchanges import Exchanges
from app.graphql_http import GraphQLOverHttp, wants_page
from app.graphql_ws import GraphQLOverWebSocket
from app.health import readiness
from app.live_authority import Authorities
from app.oauth import routes as oauth
from app.open_sockets import OpenSockets
from app.playground.page import ASSETS, CONTENT_SECURITY_POLICY, page
from execution.engine import Engine
from execution.limits import Limits
from infra import logs
from infra.settings import Settings
from schema import schema
from services.live import LiveHub
from services.runtime import running

MAX_FRAME_BYTES = 256 * 1024
DRAIN_S = 2
YOUNG_OBJECTS = 20_000
"""Made before they are searched for garbage."""
CONNECTIONS: Mapping[str, Any] = {
    "http": HttpConnection,
    "ws": SocketConnection,
    "ws_max_size": MAX_FRAME_BYTES,
    "ws_per_message_deflate": False,
    "log_config": None,
    "access_log": False,
    "timeout_graceful_shutdown": DRAIN_S,
}
"""How uvicorn serves them, here and in tests."""


def create_app(settings: Settings) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings) as runtime:
            live = LiveHub(runtime.database)
            authorities = Authorities(runtime, live)
            sockets = OpenSockets(settings)
            async with live.listening():
                engine = Engine(
                    schema, Limits(), introspection=settings.introspection, breadth_first=settings.breadth_first
                )
                app.state.runtime = runtime
                app.state.live = live
                app.state.engine = engine
                app.state.http = GraphQLOverHttp(engine, runtime, live, authorities, sockets)
                app.state.sockets = sockets
                app.state.websocket = GraphQLOverWebSocket(engine, runtime, live, authorities, sockets)
                # What lives as long as the process need not be searched for garbage: full collections stop it
                # for a tenth of a second.
                gc.collect()
                gc.freeze()
                # A page makes thousands of objects, hardly any of them in cycles.
                gc.set_threshold(YOUNG_OBJECTS)
                yield

    app = Chirp(title="Chirp", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)

    @app.get("/", include_in_schema=False)
    async def root() -> Response:
        return RedirectResponse("/graphql")

    # POST does not get here: it is named for `Allow`.
    @app.api_route("/graphql", methods=["GET", "POST"])
    async def playground() -> Response:
        return HTMLResponse(
            page(dev_sign_in=settings.environment == "dev"),
            headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-cache"},
        )

    @app.get("/livez")
    async def livez() -> Response:
        return JSONResponse({"status": "ok"})

    @app.get("/readyz")
    async def readyz(request: Request) -> Response:
        ready, details = await readiness(request.app.state.runtime)
        return JSONResponse(details, status_code=200 if ready else 503)

    @app.get("/metrics")
    async def metrics_get(request: Request) -> Response:
        state = request.app.state
        exposition = await metrics.exposition(state.runtime, state.engine, state.live, state.sockets)
        return Response(exposition, media_type=metrics.CONTENT_TYPE)

    if not settings.is_production:

        @app.get("/dev/mails")
        async def dev_mails_get(request: Request) -> Response:
            return HTMLResponse(
                await dev_mails.page(request.app.state.runtime),
                headers={"Content-Security-Policy": dev_mails.CONTENT_SECURITY_POLICY, "Cache-Control": "no-store"},
            )

    app.include_router(oauth.router)
    app.mount("/playground", PlaygroundAssets(directory=ASSETS, check_dir=False))
    app.served = Exchanges(app.routed, settings)
    return app


class Chirp(FastAPI):
    """Serves GraphQL ahead of what finds other routes: that would take as long as a small query, and hold ten kilobytes
    for each WebSocket that stays open."""

    served: ASGIApp
    """`routed`, inside what is around all HTTP requests."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.served(scope, receive, send)
        elif scope["type"] == "websocket" and scope["path"] == "/graphql":
            socket: GraphQLOverWebSocket = self.state.websocket
            await socket.serve(WebSocket(scope, receive, send))
        else:
            await super().__call__(scope, receive, send)

    async def routed(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if scope["path"] == "/graphql" and (method == "POST" or (method == "GET" and not wants_page(scope))):
            http: GraphQLOverHttp = self.state.http
            answer = await http.respond(scope, receive)
            await answer(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class PlaygroundAssets(StaticFiles):
    """File names carry a hash of their content, so browsers may keep them for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT, then finishes what is under way within DRAIN_S seconds."""
    logs.configure(json_lines=settings.is_production)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        forwarded_allow_ips=list(settings.trusted_proxies),
        loop="uvloop",
        **CONNECTIONS,
    )

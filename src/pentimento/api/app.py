"""The HTTP application: services in, routes out. Nothing here knows a network or a tensor."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from pentimento.api import faults, studio
from pentimento.api.access import Access
from pentimento.api.guard import Doors, Guard
from pentimento.api.native import (
    demo,
    files,
    grids,
    helpers,
    jobs,
    lists,
    models,
    pictures,
    rounds,
    selections,
    sending,
    session,
    streams,
    styles,
)
from pentimento.api.native.values import Fault, Responses
from pentimento.api.services import Services
from pentimento.api.webui import routes as webui
from pentimento.api.webui.works import Works
from pentimento.version import __version__

NATIVE = "/api/v1"
ROUTERS: Mapping[str, Sequence[APIRouter]] = {
    # beginning of the address, and what answers there
    NATIVE: (
        files.router,
        pictures.router,
        rounds.router,
        sending.router,  # before jobs: both answer to the same address
        jobs.router,
        grids.router,
        models.router,
        helpers.router,
        selections.router,
        lists.router,
        styles.router,
        session.router,
        demo.router,
    ),
    "": webui.ROUTERS,
}
PACKED = 1000
"""From how many bytes on answers are packed, where a client takes that; the first level spares the processor."""
faults.SHAPES.update(dict.fromkeys(webui.STARTS, webui.shape))
FAULTS: Responses = {
    "4XX": {"model": Fault, "description": "what is wrong, and what to do about it"},
    "5XX": {"model": Fault, "description": "the same, where the server is at fault"},
}


def _routes() -> Sequence[BaseRoute]:
    every = APIRouter()
    for prefix, routers in ROUTERS.items():
        for router in routers:
            every.include_router(router, prefix=prefix, responses=FAULTS if prefix == NATIVE else None)
    for route in every.routes:  # they are read when they are first asked, which is not to be a client's first request
        route.matches({"type": "http", "method": "GET", "path": "/", "root_path": "", "headers": []})
    return every.routes


ROUTES = _routes()
"""What all apps of a process share: reading the functions behind it takes a good part of a second, once."""


def _described(request: Request) -> Response:
    """The app's description; in a thread, since it is long in the making, once."""
    return JSONResponse(request.app.openapi())


def create_app(services: Services, access: Access | None = None, doors: Doors | None = None) -> FastAPI:
    """The app over its services, which stay the caller's to close.

    access  who may come in; by default anybody
    doors   by which names and from which pages, with how large bodies
    """
    access, doors = access or Access(), doors or Doors(body=services.bounds.body)
    app = FastAPI(
        title="Pentimento",
        version=__version__,
        description="Repaint part of a picture with words. Errors of /api/v1 are {code, message, hint}.",
        openapi_url=None,  # `_described`
        docs_url=None,  # those pages load scripts from elsewhere
        redoc_url=None,
        middleware=[Middleware(Guard, doors, access), Middleware(GZipMiddleware, PACKED, 1), *_cors(doors)],
    )
    app.state.services, app.state.access = services, access
    app.state.streams, app.state.grids, app.state.works = streams.Streams(), grids.Grids(services), Works()
    faults.install(app)
    app.router.routes.extend((*ROUTES, Route("/openapi.json", _described, include_in_schema=False), *studio.ROUTES))
    return app


def _cors(doors: Doors) -> list[Middleware]:
    """Closed but for the pages that were allowed."""
    if not doors.origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(doors.origins),
            allow_methods=["*"],
            allow_headers=["*"],
            allow_credentials=True,
        )
    ]

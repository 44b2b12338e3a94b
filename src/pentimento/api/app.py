"""The HTTP application: services in, routes out. Nothing here knows a network or a tensor."""

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from pentimento.api import faults
from pentimento.api.access import Access
from pentimento.api.guard import Doors, Guard
from pentimento.api.services import Services
from pentimento.version import __version__

ROUTERS: tuple[APIRouter, ...] = ()


def create_app(services: Services, access: Access | None = None, doors: Doors | None = None) -> FastAPI:
    """The app over its services, which stay the caller's to close.

    access  who may come in; by default anybody
    doors   by which names and from which pages, with how large bodies
    """
    access, doors = access or Access(), doors or Doors(body=services.bounds.body)
    app = FastAPI(
        title="Pentimento",
        version=__version__,
        description="Repaint part of a picture with words. Every error is {code, message, hint}.",
        middleware=[Middleware(Guard, doors, access), *_cors(doors)],
    )
    app.state.services, app.state.access = services, access
    faults.install(app)
    for router in ROUTERS:
        app.include_router(router)
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

"""What a browser opens: the studio that tools/studio.py builds, or who are you first, or a sentence in its place."""

from collections.abc import Mapping
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from pentimento.api.access import Access

FOLDER = Path(__file__).parent
BUILT, PAGES = FOLDER / "static", FOLDER / "pages"
KINDS: Mapping[str, str] = {
    # ending of a file's name → what it is; the system's own table differs between machines
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
FOREVER = "public, max-age=31536000, immutable"
"""Names of built files have a hash of what is in them."""
ASK = "no-cache"


def is_built() -> bool:
    return (BUILT / "index.html").is_file()


async def home(request: Request) -> Response:
    """The studio to whom may use it, the log-in page to others."""
    access: Access = request.app.state.access
    if access.passwords is not None and not request.state.user:
        return _file(PAGES / "login.html", "no-store")
    if not is_built():
        return _file(PAGES / "unbuilt.html", "no-store", 404)
    return _file(BUILT / "index.html", ASK)


async def asset(request: Request) -> Response:
    """A file of the built studio."""
    return _file(BUILT / "assets" / _name(request), FOREVER)


async def page(request: Request) -> Response:
    """A file of the pages beside the studio."""
    return _file(PAGES / _name(request), ASK)


async def icon(_: Request) -> Response:
    """Browsers ask for it at this address, whatever a page says."""
    return _file(PAGES / "icon.svg", ASK)


def _name(request: Request) -> str:
    """Of a file in one folder: no other folder, no hidden file. Raises HTTPException."""
    name = request.path_params["name"]
    if name.startswith(".") or not name.replace("-", "").replace(".", "").replace("_", "").isalnum():
        raise HTTPException(404)
    return name


def _file(path: Path, caching: str, status: int = 200) -> Response:
    if not path.is_file():
        raise HTTPException(404)
    kind = KINDS.get(path.suffix, "application/octet-stream")
    return FileResponse(path, status, {"cache-control": caching}, kind)


ROUTES = (
    Route("/", home),
    Route("/favicon.ico", icon),
    Route("/assets/{name}", asset),
    Route("/pages/{name}", page),
)

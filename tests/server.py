"""A server in this process, over a runner that does not compute."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from pentimento.api.access import Access
from pentimento.api.app import create_app
from pentimento.api.bounds import Bounds
from pentimento.api.guard import Doors
from pentimento.api.services import Services
from pentimento.runners.fake import FakeRunner

HERE = "http://127.0.0.1"


@contextmanager
def served(
    folder: Path,
    *,
    runner: Any = None,
    bounds: Bounds | None = None,
    access: Access | None = None,
    doors: Doors | None = None,
) -> Iterator[TestClient]:
    """A client of a server whose data and models lie in a folder; `client.app.state.services` is what it stands on."""
    services = Services.open(
        [runner or FakeRunner()],
        models_dir=folder / "models",
        data_dir=folder / "data",
        styles=folder / "styles.csv",
        bounds=bounds,
    )
    try:
        with TestClient(create_app(services, access, doors), base_url=HERE) as client:
            yield client
    finally:
        services.close()

"""Settings of the server that clients may change; they outlive it, in the data folder."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator

from pentimento.jobs.runner import PreviewKind
from pentimento.pixels.codec import make_folder, write_whole
from pentimento.words.compat import CompatName
from pentimento.words.errors import RequestError
from pentimento.words.request import Closed, Request
from pentimento.words.sayings import first_problem

FILE = "settings.json"
PICTURES = frozenset({"images", "mask"})


class Settings(Closed):
    """What holds where a client says nothing."""

    defaults: dict[str, Any] = Field(
        {}, description="settings of a request that hold where a job says nothing, such as {'steps': 30}"
    )
    previews: PreviewKind = Field(PreviewKind.LINEAR, description="how previews of running jobs are made")
    preview_every: int = Field(1, ge=1, le=150, description="a preview at every so many steps: 1 each, 5 every fifth")
    metadata: bool = Field(True, description="write settings into pictures that are given out")
    gps: bool = Field(False, description="leave in pictures that are given out where they were taken")
    compat: CompatName = Field(CompatName.WEBUI, description="whose habits the /sdapi routes have")
    options: dict[str, Any] = Field({}, description="options that clients of the /sdapi routes have set")

    @field_validator("defaults")
    @classmethod
    def _are_of_a_request(cls, value: dict[str, Any]) -> dict[str, Any]:
        if stray := PICTURES & value.keys():
            raise ValueError(f"{min(stray)} belongs to each job and has no default")
        try:
            Request(**value)
        except ValidationError as problem:
            raise ValueError(first_problem(problem)) from problem
        return value


class SettingsStore:
    """The settings in a data folder. For any number of threads.

    raises  RequestError where the file there holds none
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._lock = threading.Lock()
        self._now = self._read()

    @property
    def now(self) -> Settings:
        return self._now

    def change(self, changes: Mapping[str, Any]) -> Settings:
        """Set some; on disk when this returns. Raises RequestError, OutputError."""
        with self._lock:
            try:
                changed = Settings.model_validate(self._now.model_dump() | dict(changes))
            except ValidationError as problem:
                raise RequestError(first_problem(problem), "GET /api/v1/settings shows all there are.") from problem
            make_folder(self.path.parent)
            write_whole(self.path, changed.model_dump_json(indent=1).encode())
            self._now = changed
        return changed

    def _read(self) -> Settings:
        try:
            return Settings.model_validate(json.loads(self.path.read_bytes()))
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError) as problem:
            raise RequestError(f"{self.path} holds no settings: {problem}", "Mend it, or delete it.") from problem

"""Builds the studio into the wheel. PENTIMENTO_STUDIO=none leaves it out, =required fails without it.

Node comes from PyPI as a requirement of the build, unless the system has it or the studio is built already.
"""

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent / "tools"))
import studio

WISH = os.environ.get("PENTIMENTO_STUDIO", "")


class StudioHook(BuildHookInterface):
    """Runs before the wheel is packed."""

    def dependencies(self) -> list[str]:
        if WISH == "none" or studio.is_built() or studio.from_system():
            return []
        return [studio.NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if WISH == "none" or self.target_name != "wheel":
            return
        try:
            studio.build()
        except studio.StudioError as problem:
            if WISH == "required":
                raise
            self.app.display_warning(f"The studio is left out: {problem}")

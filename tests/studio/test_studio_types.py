"""What the studio knows of the server is what the server says."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
_spec = importlib.util.spec_from_file_location("apitypes", ROOT / "tools" / "apitypes.py")
apitypes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(apitypes)


@pytest.mark.parametrize("name", apitypes.PAGES)
def test_types_and_settings_of_the_studio_are_current(name):
    current = (apitypes.FOLDER / name).read_text(encoding="utf-8") == apitypes.PAGES[name]()
    assert current, f"web/src/{name} is behind the server: run make docs"

"""Where the studio's tests are required, as in .ci/run, a missing browser is no reason to skip them."""

import shutil

import pytest

from chromium import launched


@pytest.mark.parametrize(
    ("wish", "outcome"), [("required", pytest.fail.Exception), ("", pytest.skip.Exception)], ids=["required", "not"]
)
def test_without_chromium_they_fail_where_they_are_required_and_are_skipped_elsewhere(monkeypatch, wish, outcome):
    monkeypatch.setenv("PENTIMENTO_STUDIO", wish)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(outcome, match="no chromium"), launched():
        raise AssertionError("never here")

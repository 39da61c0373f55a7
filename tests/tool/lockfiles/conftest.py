"""The machine on which a hostile repo is updated."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tool.lockfiles.hostile import PACKAGES, PLANTED, Scene, sdist
from tests.tool.recording_index import recording_index
from tests.tool.worlds import World


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".netrc").write_text(f"machine registry.example login me password {PLANTED}\n")
    files = {**PACKAGES, "sdist_only-1.0.tar.gz": sdist(tmp_path)}
    with recording_index(files) as index, recording_index(files) as thief:
        settings = {
            "NETRC": str(home / ".netrc"),
            "UV_CACHE_DIR": str(tmp_path / "cache"),
            "UV_DEFAULT_INDEX": index.url,
            "GITHUB_TOKEN": PLANTED,
            "AWS_SECRET_ACCESS_KEY": PLANTED,
            "UV_PUBLISH_TOKEN": PLANTED,
            "UV_INDEX_COMPANY_USERNAME": "bot",
            "UV_INDEX_COMPANY_PASSWORD": PLANTED,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        yield Scene(World(tmp_path), index, thief)

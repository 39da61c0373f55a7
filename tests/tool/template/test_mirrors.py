"""A template behind a URL: cloned once, fetched later, and its password is kept nowhere."""

import base64
import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from modelyard.errors import Unreachable
from modelyard.template.source import Templates
from modelyard.update import update
from tests.repos import git
from tests.tool.worlds import World, commit

LOGIN = "Basic " + base64.b64encode(b"me:sesame").decode()


class Guarded(SimpleHTTPRequestHandler):
    """Serves a folder to who knows the password."""

    def do_GET(self) -> None:
        if self.headers.get("Authorization") == LOGIN:
            super().do_GET()
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", "Basic")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.release("v1", {"a.txt": "1\n"})
    made.release("v2", {"a.txt": "2\n"})
    return made


@pytest.fixture
def address(world: World) -> Iterator[str]:
    git(world.template, "update-server-info")
    handler = functools.partial(Guarded, directory=str(world.folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}/template/.git"
    server.shutdown()
    server.server_close()


def repo_of(world: World, source: str) -> Path:
    repo = world.repo()
    place = repo / ".copier-answers.yml"
    place.write_text(place.read_text().replace(str(world.template), source))
    commit(repo)
    return repo


def test_a_login_is_used_and_kept_nowhere(world: World, address: str, tmp_path: Path) -> None:
    repo = repo_of(world, f"http://me:sesame@{address}")
    with Templates(tmp_path / "cache") as templates:
        assert update(repo, templates=templates).status == "clean"
    kept = [
        p for p in (tmp_path / "cache").rglob("*") if p.is_file() and b"sesame" in p.read_bytes()
    ]
    assert kept == []


def test_a_second_process_sees_new_releases(world: World, address: str, tmp_path: Path) -> None:
    repo = repo_of(world, f"http://me:sesame@{address}")
    with Templates(tmp_path / "cache") as templates:
        assert update(repo, dry_run=True, templates=templates).after == "v2"
    world.release("v3", {"a.txt": "3\n"})
    git(world.template, "update-server-info")
    with Templates(tmp_path / "cache") as templates:
        assert update(repo, dry_run=True, templates=templates).after == "v3"


def test_a_wrong_password_is_refused_and_not_shown(
    world: World, address: str, tmp_path: Path
) -> None:
    repo = repo_of(world, f"http://me:guess@{address}")
    with Templates(tmp_path / "cache") as templates, pytest.raises(Unreachable) as caught:
        update(repo, templates=templates)
    assert "guess" not in caught.value.message
    assert not (tmp_path / "cache").exists() or not any((tmp_path / "cache").iterdir())

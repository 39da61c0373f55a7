"""Law 12: the library's wheel is the one that the tree builds, and only that one is installed."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from zipfile import ZipFile

import pytest

from tests.template.questions import REMOTES, SUITE, TEMPLATE, parse, rendered
from tests.tool.wheels import wheel
from tools import library
from tools.interpreters import interpreters
from tools.library_tests import blocks

VENDOR = TEMPLATE / "vendor"
NAME = "modelyard-platform"


def shipped() -> Path:
    """Return the one wheel of the template."""
    (found,) = VENDOR.glob("*.whl")
    return found


def digest() -> str:
    """Return the hash of the wheel as a lock writes it."""
    return f"--hash=sha256:{hashlib.sha256(shipped().read_bytes()).hexdigest()}"


@pytest.mark.parametrize("version", interpreters())
def test_the_wheel_in_the_tree_is_what_the_tree_builds_anywhere(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On each Python, from files of another age and mode, under another umask."""
    sources = tmp_path / "elsewhere" / "library"
    shutil.copytree(library.SOURCES, sources, ignore=shutil.ignore_patterns(".*", "tests"))
    for number, path in enumerate(sorted(sources.rglob("*"))):
        os.utime(path, (10**9 + number, 10**9 + number))
        path.chmod(0o700 if path.is_dir() or number % 2 else 0o600)
    monkeypatch.setenv("UV_PYTHON", str(interpreters()[version]))
    before = os.umask(0o077)
    try:
        built = library.build(tmp_path, sources)
    finally:
        os.umask(before)
    assert built.name == shipped().name
    assert built.read_bytes() == shipped().read_bytes(), "hint: make library"


def test_another_source_is_another_wheel(tmp_path: Path) -> None:
    sources = tmp_path / "library"
    shutil.copytree(library.SOURCES, sources, ignore=shutil.ignore_patterns(".*", "tests"))
    with (sources / "src" / "modelyard_platform" / "errors.py").open("a") as file:
        file.write("# One line more.\n")
    assert library.build(tmp_path, sources).read_bytes() != shipped().read_bytes()


def test_all_that_names_the_wheel_agrees(suite: Path, tmp_path: Path) -> None:
    version = library.version()
    assert re.fullmatch(r"\d+\.\d+\.\d+\+modelyard\.\d+", version), "no public index serves a label"
    assert shipped().name == f"modelyard_platform-{version}-py3-none-any.whl"
    line = f"vendor/{shipped().name} \\\n    {digest()}\n"
    assert (VENDOR / "platform.lock").read_text("utf-8") == line
    pinned = SUITE / "choices" / "library"
    assert (pinned / "version.txt").read_text("utf-8") == version
    assert (pinned / "pin.lock").read_text("utf-8") == f"{NAME}=={version} \\\n    {digest()}\n"
    project = parse(rendered(suite, tmp_path / "repo") / "pyproject.toml")
    assert f"{NAME}[zenml]=={version}" in project["project"]["dependencies"]
    assert project["tool"]["uv"]["sources"] == {NAME: {"path": f"vendor/{shipped().name}"}}


def test_the_wheel_carries_the_tested_versions() -> None:
    locks = [SUITE / "choices" / "core" / "requirements.lock"]
    locks += [SUITE / "choices" / "storage" / kind / "requirements.lock" for kind in REMOTES]
    pins = {block.splitlines()[0].removesuffix(" \\") for lock in locks for block in blocks(lock)}
    with ZipFile(shipped()) as opened:
        carried = opened.read("modelyard_platform/constraints.txt").decode().splitlines()
    assert len(carried) == len(set(carried)) > 100
    assert set(carried) == pins


def test_the_lock_names_no_wheel_and_no_host(suite: Path, tmp_path: Path) -> None:
    for kind, remote in REMOTES.items():
        lock = rendered(suite, tmp_path / kind, dvc_remote=remote) / "requirements.lock"
        assert not re.search(r"://|\.whl|vendor|modelyard", lock.read_text("utf-8"))


def test_an_index_takes_the_place_of_vendor_and_nothing_else_changes(
    suite: Path, tmp_path: Path
) -> None:
    url = "https://packages.example.com/simple"
    vendored = rendered(suite, tmp_path / "vendored")
    indexed = rendered(suite, tmp_path / "indexed", library_index=url)
    assert not (indexed / "vendor").exists()
    locks = [(made / "requirements.lock").read_text("utf-8") for made in (indexed, vendored)]
    pin = (SUITE / "choices" / "library" / "pin.lock").read_text("utf-8")
    assert locks[0] == locks[1] + pin and digest() in pin
    here, there = (parse(made / "pyproject.toml") for made in (indexed, vendored))
    (index,) = here["tool"]["uv"].pop("index")
    # Only what names it is looked for there.
    assert index == {"name": "library", "url": url, "explicit": True}
    assert here["tool"]["uv"].pop("sources") == {NAME: {"index": "library"}}
    del there["tool"]["uv"]["sources"]
    assert here == there
    assert f"--index {url}\n" in (indexed / "Makefile").read_text("utf-8")
    assert "vendor" not in (indexed / "Makefile").read_text("utf-8")


@pytest.fixture
def moved(suite: Path, tmp_path: Path) -> Path:
    """A render in another folder than the one that it was made in."""
    target = tmp_path / "another place" / "repo"
    target.parent.mkdir()
    return rendered(suite, tmp_path / "repo").rename(target)


def clean() -> dict[str, str]:
    """Return the environment without what this machine tells pip and uv."""
    mine = ("PIP_", "UV_", "VIRTUAL_ENV", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
    cache = {name: os.environ[name] for name in ("UV_CACHE_DIR",) if name in os.environ}
    return {**kept, **cache, "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def test_both_locks_install_offline_from_a_moved_folder(
    moved: Path, environment: Path, tmp_path: Path
) -> None:
    target = tmp_path / "venv"
    python = str((environment / "bin" / "python").resolve())
    subprocess.run(["uv", "venv", "--quiet", "--python", python, target], check=True, env=clean())
    sync = ["uv", "pip", "sync", "--quiet", "--offline", "--require-hashes"]
    sync += ["--python", str(target)]
    locks = ["requirements.lock", "vendor/platform.lock"]
    subprocess.run([*sync, *locks], check=True, cwd=moved, env=clean())
    assert version_in(target) == library.version()


def version_in(target: Path) -> str:
    """Return the version of the library in an environment."""
    script = f"from importlib import metadata; print(metadata.version('{NAME}'))"
    command = [str(target / "bin" / "python"), "-c", script]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def pip(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run pip in a folder, without what this machine tells it."""
    command = [sys.executable, "-m", "pip", *words]
    return subprocess.run(command, cwd=root, env=clean(), capture_output=True, text=True)


def test_pip_installs_the_wheel_by_hash(moved: Path, tmp_path: Path) -> None:
    install = ["install", "--no-index", "--no-deps", "--target", str(tmp_path / "installed")]
    lock = ["--require-hashes", "--requirement", "vendor/platform.lock"]
    done = pip(moved, *install, *lock)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "installed" / "modelyard_platform" / "py.typed").is_file()
    (moved / "vendor" / shipped().name).write_bytes(wheel("modelyard_platform", library.version()))
    done = pip(moved, *install, "--upgrade", *lock)
    assert done.returncode != 0 and "DO NOT MATCH THE HASHES" in done.stderr


class Hostile:
    """An index that has a package of the library's name and of any release, and who asked it."""

    def __init__(self, url: str, asked: list[str]) -> None:
        self.url = url
        self.asked = asked

    def was_taken(self) -> bool:
        """Tell whether somebody has downloaded a file."""
        return any(path.endswith(".whl") for path in self.asked)


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Hostile]:
    """Serve the index on loopback."""
    folder = tmp_path / "index" / "simple" / NAME
    folder.mkdir(parents=True)
    public = library.version().partition("+")[0]
    links = []
    for version in (public, f"{public}.post1", "99.0"):
        name = f"modelyard_platform-{version}-py3-none-any.whl"
        (folder / name).write_bytes(wheel("modelyard_platform", version))
        links.append(f'<a href="{name}">{name}</a>')
    (folder / "index.html").write_text("\n".join(links), "utf-8")
    asked: list[str] = []

    class Listening(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(tmp_path / "index"))

        def send_head(self) -> Any:
            asked.append(self.path)
            return super().send_head()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Hostile(f"http://127.0.0.1:{server.server_port}/simple", asked)
        server.shutdown()


DRY = ["install", "--dry-run", "--ignore-installed", "--no-build-isolation"]


def test_pip_takes_no_package_of_the_same_name(moved: Path, hostile: Hostile) -> None:
    done = pip(moved, *DRY, "--index-url", hostile.url, "--editable", ".")
    assert done.returncode != 0
    assert f"No matching distribution found for {NAME}" in done.stderr
    assert hostile.asked and not hostile.was_taken()


def test_without_the_label_it_would_be_taken(moved: Path, hostile: Hostile) -> None:
    public = library.version().partition("+")[0]
    done = pip(moved, *DRY, "--no-deps", "--index-url", hostile.url, f"{NAME}=={public}")
    assert done.returncode == 0, done.stderr
    assert hostile.was_taken()


def test_a_sync_takes_no_package_of_the_same_name(
    moved: Path, hostile: Hostile, tmp_path: Path
) -> None:
    target = tmp_path / "venv"
    env = {**clean(), "UV_INDEX": hostile.url}
    subprocess.run(["uv", "venv", "--quiet", target], check=True, env=env)
    sync = ["uv", "pip", "sync", "--quiet", "--require-hashes", "--python", str(target)]
    subprocess.run([*sync, "vendor/platform.lock"], check=True, cwd=moved, env=env)
    assert version_in(target) == library.version()
    assert not any(NAME in path for path in hostile.asked)


def test_a_relock_takes_no_package_of_the_same_name(
    moved: Path, hostile: Hostile, environment: Path
) -> None:
    before = blocks(moved / "requirements.lock")
    python = str(environment / "bin" / "python")
    command = [python, "-m", "modelyard_platform.lock", "--relock", "uv"]
    env = {**clean(), "UV_INDEX": hostile.url}
    done = subprocess.run(command, cwd=moved, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert hostile.asked and not any(NAME in path for path in hostile.asked)
    assert blocks(moved / "requirements.lock") == before

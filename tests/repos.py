"""Generated repos that tests run, each on a machine of its own: its own home, store and config."""

import json
import os
import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.interpreters import default

# The repo under test decides all of these; what the calling shell has set must not leak in.
_LEAKS = (
    "ARGS",
    "CI",
    "MAKE",
    "MFLAGS",
    "DVC_",
    "GIT_",
    "MLFLOW_",
    "PYTEST_",
    "PYTHON",
    "STORE",
    "UV_",
    "VIRTUAL_ENV",
    "XDG_",
    "ZENML_",
    "COVERAGE_",
)


def machine(home: Path) -> dict[str, str]:
    """Return the environment of a fresh machine whose home is `home`."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_LEAKS)}
    cache = os.environ.get("UV_CACHE_DIR") or str(
        Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "uv")
    )
    return {
        **kept,
        "HOME": str(home),
        "UV_CACHE_DIR": cache,
        "UV_PYTHON_DOWNLOADS": "never",
        "OMP_NUM_THREADS": "1",
        "COLUMNS": "160",
    }


@dataclass(frozen=True)
class Repo:
    """A generated repo and the machine that it is on."""

    root: Path
    env: dict[str, str]

    @property
    def name(self) -> str:
        """The name of the project, of its console script and of its registered model."""
        text = (self.root / "pyproject.toml").read_text("utf-8")
        return str(tomllib.loads(text)["project"]["name"])

    @property
    def package(self) -> Path:
        """The folder of the package."""
        return next(p.parent for p in self.root.glob("src/*/__init__.py"))

    @property
    def store(self) -> Path:
        """Where this machine keeps the state of the project."""
        return Path(self.env["HOME"], ".local", "share", self.name)

    def on(self, env: dict[str, str]) -> "Repo":
        """Return this repo on a machine where `env` is set too."""
        return Repo(self.root, {**self.env, **env})

    def run(
        self, *command: str | Path, code: int | None = 0, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the repo; fail unless it exits with `code` (None: any)."""
        words = [str(word) for word in command]
        env = {**self.env, **extra}
        done = subprocess.run(words, cwd=self.root, env=env, capture_output=True, text=True)
        return self.checked(done, code)

    @staticmethod
    def checked(
        done: subprocess.CompletedProcess[str], code: int | None
    ) -> subprocess.CompletedProcess[str]:
        """Return what has run; fail unless it exited with `code` (None: any)."""
        shown = f"{done.args} exited with {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert code is None or done.returncode == code, shown
        assert "Traceback" not in done.stderr or code is None, shown
        return done

    def verb(
        self, *words: str, code: int | None = 0, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a verb of the console script."""
        return self.run(self.root / ".venv" / "bin" / self.name, *words, code=code, **extra)

    def json(self, *words: str, code: int | None = 0, **extra: str) -> Any:
        """Run a verb with `--json`, and return what it prints."""
        return json.loads(self.verb(*words, "--json", code=code, **extra).stdout)

    def python(self, script: str, code: int | None = 0, **extra: str) -> str:
        """Run Python code in the repo's environment, and return what it prints."""
        return self.run(self.root / ".venv/bin/python", "-c", script, code=code, **extra).stdout

    def commit(self, message: str = "Change") -> None:
        """Commit everything."""
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--no-verify", "--message", message)


def git(root: Path, *arguments: str) -> str:
    """Run git in `root` as somebody, and return what it prints."""
    root.mkdir(parents=True, exist_ok=True)
    somebody = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    # No second process that looks after each commit whether there is something to tidy up.
    command = ["git", "-C", str(root), *somebody, "-c", "maintenance.auto=false", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def install_environment(
    locks: Sequence[Path], target: Path, root: Path, python: Path | None = None
) -> None:
    """Install locks by hash into a new relocatable environment, bytecode included.

    A lock names the wheel in vendor/ as it is seen from the root of a repo, which is `root`.
    """
    chosen = str(python or default())
    venv = ["uv", "venv", "--quiet", "--relocatable", "--python", chosen, str(target)]
    sync = ["uv", "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes"]
    env = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    subprocess.run(venv, check=True, env=env)
    command = [*sync, "--python", str(target), *map(str, locks)]
    subprocess.run(command, check=True, env=env, cwd=root)


def borrow_environment(donor: Path, target: Path, root: Path, without: Sequence[str]) -> None:
    """Make an environment of hard links to one that has the packages, and the library of `root`."""

    def link(source: str, copy: str) -> None:
        try:
            os.link(source, copy)
        except OSError:  # another disk
            shutil.copy2(source, copy)

    shutil.copytree(donor, target, symlinks=True, copy_function=link)
    env = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    pip = ["uv", "pip", "--quiet", "--offline"]
    where = ["--python", str(target)]
    subprocess.run([*pip, "uninstall", *where, *without], check=True, env=env)
    lock = ["--no-deps", "--require-hashes", "--requirement", "vendor/platform.lock"]
    subprocess.run([*pip, "install", *where, *lock], check=True, env=env, cwd=root)


def link_packages(environment: Path, repo: Repo) -> None:
    """Give a repo the packages of an environment as hard links; `make setup` changes the rest."""
    target = repo.root / ".venv"
    shutil.copytree(environment, target, symlinks=True, copy_function=os.link)
    (target / "ready").unlink(missing_ok=True)


def link_environment(environment: Path, repo: Repo) -> None:
    """Give a repo an environment of its own out of hard links, with its package installed."""
    target = repo.root / ".venv"
    link_packages(environment, repo)
    install = ["uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--no-build-isolation"]
    repo.run(*install, "--python", target / "bin" / "python", "--editable", ".")
    repo.verb("doctor", "--fix", code=None)
    # Newer than what make holds it against.
    (target / "ready").touch()

"""Git and DVC, as far as this repo needs them. DVC is imported only where bytes move."""

import configparser
import getpass
import hashlib
import logging
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from .errors import SetupError, Unreachable
from .settings import Project

OWN_REMOTE = "store"


def git(root: Path, *arguments: str, env: dict[str, str] | None = None) -> str:
    """Run git in `root` and return what it prints; SetupError where it fails."""
    command = ["git", "-C", str(root), *arguments]
    environment = {**os.environ, **(env or {})}
    try:
        done = subprocess.run(command, capture_output=True, env=environment, check=True)
    except FileNotFoundError as error:
        raise SetupError("git is not installed", "install git") from error
    except subprocess.CalledProcessError as error:
        detail = error.stderr.decode("utf-8", "replace").strip()
        raise SetupError(f"git {arguments[0]} failed: {detail}", _git_mend(detail)) from error
    return done.stdout.decode("utf-8", "surrogateescape")


def commit_only(root: Path, paths: list[Path], message: str) -> None:
    """Commit `paths` and nothing else, whatever is staged.

    Hooks are left out: they look at code, and this commit holds pointers that DVC wrote.
    """
    names = [str(path) for path in paths]
    git(root, "add", "--force", "--", *names)
    git(
        root,
        *identity(root),
        "commit",
        "--quiet",
        "--no-verify",
        "-m",
        message,
        "--only",
        "--",
        *names,
    )


def identity(root: Path) -> list[str]:
    """Return the options that let git commit where nobody told it who commits."""
    if subprocess.run(["git", "-C", str(root), "config", "user.email"], capture_output=True).stdout:
        return []
    user = getpass.getuser()
    return ["-c", f"user.name={user}", "-c", f"user.email={user}@localhost"]


def file_md5(path: Path) -> str:
    """Return the MD5 of a file in hexadecimal, which is how DVC names content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def read_pointer(path: Path) -> dict[str, Any]:
    """Return the only output that a `.dvc` file names: `md5`, `size`, `path`."""
    try:
        outs = yaml.safe_load(path.read_text("utf-8"))["outs"]
        return {"md5": outs[0]["md5"], "size": outs[0]["size"], "path": outs[0]["path"]}
    except (yaml.YAMLError, KeyError, IndexError, TypeError, UnicodeDecodeError) as error:
        mend = f"git checkout -- {path}"
        raise SetupError(f"{path} is not a DVC pointer", mend) from error


def remote_url(project: Project) -> str:
    """Return the URL of the default DVC remote; the folder in the store where none is set."""
    config = configparser.ConfigParser()
    for name in ("config", "config.local"):
        config.read(project.root / ".dvc" / name, encoding="utf-8")
    name = config.get("core", "remote", fallback=OWN_REMOTE)
    section = f"'remote \"{name}\"'"
    if name == OWN_REMOTE:
        return str(project.store / "dvc")
    return config.get(section, "url", fallback=str(project.store / "dvc"))


def link_own_remote(project: Project) -> None:
    """Tell a hand-typed `dvc pull` where the folder in the store is. Git does not see the file."""
    path = project.root / ".dvc" / "config.local"
    config = configparser.ConfigParser()
    config.read(path, encoding="utf-8")
    section = f"'remote \"{OWN_REMOTE}\"'"
    url = str(project.store / "dvc")
    if config.get(section, "url", fallback=None) == url:
        return
    config[section] = {"url": url}
    with path.open("w", encoding="utf-8") as file:
        config.write(file)


def push(project: Project, paths: list[Path]) -> None:
    """Put files under DVC and their bytes into the remote; their pointers appear beside them."""
    names = [str(path.relative_to(project.root)) for path in paths]
    with _repo(project) as repo:
        repo.add(names)
        repo.push(targets=names)


def pull(project: Project, paths: list[Path]) -> None:
    """Bring files back as their pointers name them, from the cache or the remote."""
    with _repo(project) as repo:
        repo.pull(targets=[str(path.relative_to(project.root)) for path in paths], force=True)


@contextmanager
def _repo(project: Project) -> Iterator[Any]:
    url = remote_url(project)
    if url == str(project.store / "dvc"):
        Path(url).mkdir(parents=True, exist_ok=True)
    elif url.startswith("/") and not Path(url).is_dir():
        # DVC would create the folder, and fill a disk that should have been mounted there.
        raise Unreachable(f"the DVC remote {url} is not there", "mount it, or: dvc remote modify")
    os.environ["DVC_NO_ANALYTICS"] = "1"
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    # Its hints go to stdout, where a script expects the result alone.
    logging.getLogger("dvc").setLevel(logging.CRITICAL)
    override = {"remote": {OWN_REMOTE: {"url": str(project.store / "dvc")}}}
    try:
        with Repo(str(project.root), config=override) as repo:
            yield repo
    except DvcException as error:
        mend = f"see `dvc remote list`; is {url} reachable with your credentials?"
        raise Unreachable(f"DVC: {error}", mend) from error


def _git_mend(detail: str) -> str:
    if "not a git repository" in detail:
        return "git init && git add --all && git commit -m 'First commit'"
    return ""

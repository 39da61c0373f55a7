"""What the lives of generated repos need: other machines, servers, work that waits for a word."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.repos import Repo, git

PATIENCE = 180.0


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait until `holds` does; fail after minutes."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"still not so after {PATIENCE:.0f} s: {what}"
        time.sleep(0.05)


def path_without(folder: Path, programs: str) -> str:
    """Return a PATH with all programs of this machine whose names do not match `programs`."""
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).glob("*"):
            link = folder / program.name
            if not re.fullmatch(programs, program.name) and not link.is_symlink():
                link.symlink_to(program)
    return str(folder)


def start(repo: Repo, *words: str, **extra: str) -> subprocess.Popen[str]:
    """Start a verb and do not wait for it; it leads a group of its own, as under a terminal."""
    return subprocess.Popen(
        [str(repo.root / ".venv" / "bin" / repo.name), *words],
        cwd=repo.root,
        env={**repo.env, **extra},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@contextmanager
def serving(command: Sequence[str | Path], url: str, env: dict[str, str]) -> Iterator[int]:
    """Run a server until the end of the block, and yield the group of its processes."""
    server = subprocess.Popen(
        [str(word) for word in command],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def answers() -> bool:
        assert server.poll() is None, f"{command} ended with {server.returncode}"
        try:
            with urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False

    try:
        wait_until(answers, f"{url} answers")
        yield server.pid
    finally:
        stop(server.pid)
        server.wait()


def stop(group: int) -> None:
    """Kill a group of processes, as a power cut would; it may be gone already."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def free_port() -> int:
    """Return a port of loopback on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mlflow_server(
    environment: Path, folder: Path, env: dict[str, str]
) -> Iterator[tuple[str, int]]:
    """Run a real MLflow server whose state is in `folder`; yield its URL and its process group."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"http://127.0.0.1:{(port := free_port())}"
    where = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    backend = ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    artifacts = ["--serve-artifacts", "--artifacts-destination", str(folder / "artifacts")]
    python = str(environment / "bin" / "python")
    command = [python, "-m", "mlflow", "server", *where, *backend]
    # Its background jobs are for language models, and would take the second core.
    quiet = {**env, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with serving([*command, *artifacts], f"{url}/health", quiet) as group:
        yield url, group


@dataclass(frozen=True)
class Hold:
    """A function of the owner's that says when it has begun, and waits for a word to go on."""

    begun: Path
    word: Path

    def wait_for(self, process: subprocess.Popen[str]) -> None:
        """Wait until a process is in the function."""

        def there() -> bool:
            if process.poll() is not None:
                raise AssertionError(f"ended with {process.returncode}: {process.communicate()}")
            return self.begun.exists()

        wait_until(there, f"{self.begun.name} has begun")

    def go_on(self) -> None:
        """Let the function do its work."""
        self.word.touch()


_HOLD = """

_held = {function}


def {function}(*arguments):  # type: ignore
    import pathlib
    import time
    import traceback

    if {within!r} in [frame.name for frame in traceback.extract_stack()]:
        pathlib.Path({begun!r}).touch()
        while not pathlib.Path({word!r}).exists():
            time.sleep(0.02)
    return _held(*arguments)
"""


def hold(repo: Repo, module: str, function: str, within: str = "") -> Hold:
    """Make a function in a module of the owner's wait, or only where `within` calls it."""
    held = Hold(repo.root.parent / f"{function}.begun", repo.root.parent / f"{function}.word")
    for path in (held.begun, held.word):
        path.unlink(missing_ok=True)
    with (repo.package / f"{module}.py").open("a") as file:
        names = {"function": function, "within": within or function}
        file.write(_HOLD.format(**names, begun=str(held.begun), word=str(held.word)))
    return held


def state(repo: Repo, store: Path | None = None) -> dict[str, Any]:
    """Return all that a failing verb must leave alone: versions, aliases, snapshots, commit."""
    raw = repo.root / "data" / "raw"
    files = {p.name: sha256(p.read_bytes()).hexdigest() for p in raw.glob("*") if p.is_file()}
    return {
        "registry": versions((store or repo.store) / "mlflow" / "mlflow.db"),
        "raw": files,
        "litter": [p.name for p in raw.glob("*") if not p.is_file()],
        "commit": git(repo.root, "rev-parse", "HEAD") if (repo.root / ".git").exists() else "",
    }


def versions(database: Path) -> list[tuple[Any, ...]]:
    """Return the versions and aliases in an MLflow database, if there is one."""
    if not database.exists():
        return []
    with closing(sqlite3.connect(database)) as opened:
        tables = {row[0] for row in opened.execute("select name from sqlite_master")}
        if "registered_model_aliases" not in tables:
            return []
        # MLflow keeps the row of a version that was taken out.
        alive = "select * from model_versions where current_stage != 'Deleted_Internal'"
        aliases = "select * from registered_model_aliases"
        return [*opened.execute(alive).fetchall(), *opened.execute(aliases).fetchall()]


def refused(
    repo: Repo, *words: str, code: int, says: str, hint: str, **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run a verb that must fail with one clear message and its hint, and change nothing."""
    before = state(repo)
    done = repo.verb(*words, code=code, **extra)
    assert says in done.stderr
    assert re.search(rf"hint: .*{re.escape(hint)}", done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert state(repo) == before
    return done


def copy_state(repo: Repo, target: Path) -> None:
    """Copy a repo without its environment, and its store, aside."""
    shutil.copytree(repo.root, target / "root", ignore=shutil.ignore_patterns(".venv"))
    shutil.copytree(repo.store, target / "store")


def restore_state(repo: Repo, source: Path) -> None:
    """Put a repo and its store back as they were copied aside, at the same paths."""
    for path in repo.root.iterdir():
        if path.name == ".venv":
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    shutil.copytree(source / "root", repo.root, dirs_exist_ok=True)
    shutil.rmtree(repo.store, ignore_errors=True)
    shutil.copytree(source / "store", repo.store)


def predicted_by(repo: Repo, month: str) -> set[tuple[str, str]]:
    """Return the names and versions of the models that a file of predictions carries."""
    script = (
        "import json, sys, pandas as pd\n"
        f"rows = pd.read_parquet('predictions/{month}.parquet')\n"
        "assert len(rows) and rows['prediction'].notna().all()\n"
        "print(json.dumps(rows[['model', 'model_version']].drop_duplicates().values.tolist()))"
    )
    return {(model, version) for model, version in json.loads(repo.python(script))}

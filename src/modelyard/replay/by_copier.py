"""What `copier update` makes of a past update: the command beside this tool, in a clone.

The clone has the files of the commit before and no history, which Copier does not ask for. The
template is the one that is open here, so that both tools see the same, whatever has moved since.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

import yaml

from modelyard.foreign_text import one_line
from modelyard.gitrepo.environment import Reach, environment
from modelyard.redaction import redact
from modelyard.replay import copiers_clone
from modelyard.replay.result import ReplayStatus, ToolReplay
from modelyard.replay.spent import Watch
from modelyard.replay.task import Task
from modelyard.template import places

_LONGEST_ERROR = 500


@dataclass(frozen=True)
class Runner:
    """Runs Copier's command.

    Attributes:
        folder: Where its clones, its cache and what it leaves behind are.
        trust: It may load the template's extensions; tasks are skipped.
        seconds: How long one update may take.
    """

    folder: Path
    trust: bool
    seconds: float

    def run(self, task: Task) -> ToolReplay:
        """Update a repo as it was to the version that people went to."""
        with tempfile.TemporaryDirectory(dir=self.folder) as place:
            clone = Path(place, "clone", task.past.folder.stem)
            copiers_clone.make(clone, task)
            data = Path(place, "answers.yml")
            data.write_text(yaml.safe_dump(dict(task.given), allow_unicode=True), "utf-8")
            temporary = Path(place, "tmp")
            temporary.mkdir()
            watch = Watch()
            env = self._environment(task, temporary)
            error = self._run(self._command(task, data), clone / task.past.prefix, env)
            spent = watch.read()._asdict()
            if error is not None:
                return ToolReplay(ReplayStatus.FAILED, **spent, error=error)
            return replace(copiers_clone.result(clone, task), **spent)

    def _command(self, task: Task, data: Path) -> list[str]:
        # -P: a module in the clone is not the one that is meant.
        words = [sys.executable, "-P", "-m", "copier", "update", "--defaults", "--conflict=inline"]
        words += [
            f"--answers-file={task.recorded.path}",
            f"--vcs-ref={task.to}",
            f"--data-file={data}",
        ]
        return [*words, "--trust", "--skip-tasks"] if self.trust else words

    def _environment(self, task: Task, temporary: Path) -> dict[str, str]:
        """Return an environment in which the address of the template leads to the one open here."""
        address = places.expanded(task.recorded.source)
        bare = address.rstrip("/").removesuffix(".git")
        leads = [
            (f"url.{task.template.folder}.insteadOf", spelled)
            for spelled in dict.fromkeys((f"{bare}.git", bare, address))
        ]
        # A folder of this machine is what a template of Copier may be.
        settings = (*leads, ("protocol.file.allow", "always"))
        made = environment(os.environ, Reach.TEMPLATE, {}, settings)
        own_places = {"TMPDIR": str(temporary), "COPIER_CACHE_DIR": str(self.folder / "cache")}
        return {**made, **own_places, "PYTHONWARNINGS": "ignore"}

    def _run(self, command: list[str], clone: Path, env: Mapping[str, str]) -> str | None:
        """Run Copier, and return what it says where it fails; nothing it starts outlives it."""
        with subprocess.Popen(
            command,
            cwd=clone,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            try:
                _, said = process.communicate(timeout=self.seconds)
            except subprocess.TimeoutExpired:
                _kill(process)
                return f"it took longer than --seconds {self.seconds:g}"
            except BaseException:
                _kill(process)
                raise
        return _last_words(said) if process.returncode else None


def version() -> str:
    """Return the version of the Copier that is run."""
    return metadata.version("copier")


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End Copier, and the git processes that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _last_words(said: bytes) -> str:
    """Return the last lines that Copier has printed: its message, or the end of a traceback."""
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    words = redact(one_line(" ".join(lines[-3:])))
    return words[-_LONGEST_ERROR:] or "it ended with an error and no message"

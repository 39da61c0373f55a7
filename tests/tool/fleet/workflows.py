"""The workflows that run a fleet in CI, and a machine that runs their jobs."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from modelyard.fleet import example
from tests.conftest import SUITE
from tests.repos import machine
from tests.tool.fleet.worlds import Yard

SOURCES = {ci: SUITE / "src" / "modelyard" / "fleet" / "ci" / f"{ci}.yml" for ci in example.CI}
INSTALL = 'pip install --quiet --no-deps --no-build-isolation "$MODELYARD"'


def loaded(ci: str) -> dict[str, Any]:
    return yaml.safe_load(SOURCES[ci].read_text("utf-8"))


def scripts(ci: str) -> Iterator[str]:
    """Every piece of shell of a workflow."""
    for job in loaded(ci).get("jobs", loaded(ci)).values():
        if isinstance(job, dict):
            yield from (step["run"] for step in job.get("steps", ()) if "run" in step)
            yield from (*job.get("before_script", ()), *job.get("script", ()))


@dataclass
class Machine:
    """Runs the jobs of a workflow in their order, on the forge that needs no server."""

    yard: Yard
    programs: Path
    ran: list[str] = field(default_factory=list)

    def shell(self, script: str, **env: str) -> None:
        folder = self.yard.file.parent
        home = machine(folder / "home")
        home["PATH"] = f"{self.programs}:{Path(sys.executable).parent}:{home['PATH']}"
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=folder,
            env={**home, **env},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"

    def github(self, version: str = "") -> list[str]:
        """Run the workflow for GitHub; return the jobs that ran, once for each leg."""
        known = {"inputs.version || vars.FLEET_VERSION": version}
        known |= {"secrets.FLEET_TOKEN": "writes", "secrets.FLEET_READ_TOKEN": "reads"}
        known |= {"secrets.FLEET_KEY": "k" * 64}
        self.ran = []
        for name, job in loaded("github")["jobs"].items():
            if not true(job.get("if", ""), known):
                continue
            shards = job.get("strategy", {}).get("matrix", {}).get("shard", [""])
            self.ran += [f"{name} {shard}".strip() for shard in shards]
            # The legs of a matrix run at once, as they do there.
            with ThreadPoolExecutor(len(shards)) as pool:
                ends = list(pool.map(partial(self._leg, name, job, known), shards))
            known |= {**ends[0], f"needs.{name}.result": "success"}
        return self.ran

    def _leg(
        self, name: str, job: dict[str, Any], known: Mapping[str, str], shard: str
    ) -> dict[str, str]:
        mine = {**known, "matrix.shard": shard}
        for step in job["steps"]:
            self._step(name, step, mine)
        return mine

    def _step(self, job: str, step: dict[str, Any], known: dict[str, str]) -> None:
        folder = self.yard.file.parent
        if "run" not in step:
            if step["uses"].startswith("actions/upload-artifact@"):
                assert (folder / step["with"]["path"]).is_file()
            return
        if INSTALL in step["run"]:
            return
        env = {key: filled(value, known) for key, value in step.get("env", {}).items()}
        output = folder / f"output-{known['matrix.shard'].replace('/', '-')}"
        output.write_text("")
        self.shell(filled(step["run"], known), GITHUB_OUTPUT=str(output), **env)
        for line in output.read_text("utf-8").splitlines():
            key, _, value = line.partition("=")
            known[f"steps.{step['id']}.outputs.{key}"] = value
            known[f"needs.{job}.outputs.{key}"] = value

    def gitlab(self, machines: int = 2, only: str = "", **env: str) -> None:
        """Run the pipeline for GitLab, the manual jobs too; or one job, given its variables."""
        pipeline, folder = loaded("gitlab"), self.yard.file.parent
        for name in [only] if only else ("plan", "refresh", "continue", "wave", "report"):
            job = pipeline[name]
            assert job["stage"] in pipeline["stages"]
            count = machines if "parallel" in job else 1
            for index in range(1, count + 1):
                node = {"CI_NODE_INDEX": str(index), "CI_NODE_TOTAL": str(count)}
                self.shell("\n".join(job["script"]), **node, **env)
            artifacts = job.get("artifacts", {})
            assert all((folder / path).is_file() for path in artifacts.get("paths", ()))
            if dotenv := artifacts.get("reports", {}).get("dotenv"):
                lines = (folder / dotenv).read_text("utf-8").splitlines()
                env |= dict(line.split("=", 1) for line in lines)


def filled(text: str, known: Mapping[str, str]) -> str:
    """Return a text with its expressions replaced; one that nobody knows is an error."""
    return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: known[found[1]], str(text))


def true(condition: str, known: Mapping[str, str]) -> bool:
    """Tell what a job's condition comes to; it knows `&&`, `==`, `!=` and `!cancelled()`."""
    plain = condition.removeprefix("${{ ").removesuffix(" }}")
    verdicts = []
    for part in filter(None, plain.split(" && ")):
        if part == "!cancelled()":
            continue
        left, sign, right = shlex.split(part.replace("''", '""'))
        verdicts.append((known[left] == right) == (sign == "=="))
    return all(verdicts)

"""A rollout over a forge that the benchmark starts: requests, a run with nothing to do, growth.

The forge is real git over HTTP and the part of GitHub's API that is called, on the same two cores
as the rollout. `python -m benchmarks.fleet` prints the rows.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import fleet_requests
from modelyard.forges.forge import ForgeKind
from tests.repos import git
from tests.tool.forges.served import Served, served
from tests.tool.worlds import World, commit, lines, write

Row = tuple[str, str, str]
Env = dict[str, str]
BIN = Path(sys.executable).parent
FILES = 60
SETTINGS = """
[forge]
kind = "github"
owner = "{owner}"
url = "{url}"
[template]
source = "{template}"
"""


def world(folder: Path) -> World:
    """Make a template of sixty files; its second release changes three of them."""
    made = World(folder)
    files = {f"src/part{n % 6}/file{n}.py": lines(60, f"line{n}") for n in range(FILES)}
    made.release("v1.0.0", files)
    changed = {path: lines(60, "new", l9="nine") for path in list(files)[:3]}
    made.release("v1.1.0", changed)
    return made


def fill(forge: Served, made: World, count: int) -> None:
    """Put repos on the forge, each with a commit of its own."""
    seed = made.repo("v1.0.0", name=f"seed{count}")
    for number in range(count):
        write(seed, {"own.txt": f"{number}\n"})
        commit(seed, f"Repo {number}")
        forge.add(f"repo{number:04}", source=seed)


def run(
    forge: Served, folder: Path, made: World, *words: str, jobs: int = 2, env: Env | None = None
) -> tuple[float, int]:
    """Run a command as somebody types it; seconds, and the most memory of a process in kB.

    Of itself or a worker, whichever had more: of a process that has ended the system tells both.
    """
    file = folder / "fleet.toml"
    file.write_text(SETTINGS.format(owner=forge.owner, url=forge.url, template=made.template))
    given = {**os.environ, **forge.env, "XDG_CACHE_HOME": str(folder / "cache"), **(env or {})}
    given.pop("PYTHONDONTWRITEBYTECODE", None)
    more = ("--file", str(file), "--jobs", str(jobs), "--json")
    command = [str(BIN / "modelyard"), "fleet", *words, *more]
    started = time.perf_counter()
    done = subprocess.Popen(command, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = done.stderr.read() if done.stderr else b""
    _, status, used = os.wait4(done.pid, 0)
    # A gate that blocks is no failure.
    if os.waitstatus_to_exitcode(status) not in {0, 3, 4}:
        raise RuntimeError(f"{words} failed: {said.decode()[-2000:]}")
    return time.perf_counter() - started, used.ru_maxrss


def requests(scratch: Path, made: World, count: int = 20) -> list[Row]:
    """Count what each command asks, a repo."""
    folder = scratch / "counted"
    folder.mkdir()
    rows: list[Row] = []
    with served(folder / "forge", kind=ForgeKind.GITHUB, record=False) as forge:
        fill(forge, made, count)
        counting = fleet_requests.Counting(forge, folder)
        for name, words in {
            "plan": ("plan",),
            "rollout": ("rollout",),
            "rollout, nothing to do": ("rollout",),
            "plan --next": ("plan", "--next"),
            "status": ("status",),
        }.items():
            counting.begin()
            run(forge, folder, made, *words, env=counting.env)
            rows.append((f"`{name}`, {count} repos, requests", counting.a_repo(count), ""))
    return rows


def apart(scratch: Path, made: World, count: int, latency: float) -> list[Row]:
    """Open a wave over a network on which each request takes some time, one by one and at once."""
    seconds = []
    for jobs in (1, 16):
        folder = scratch / f"apart{jobs}"
        folder.mkdir()
        with served(folder / "forge", kind=ForgeKind.GITHUB, record=False) as forge:
            fill(forge, made, count)
            forge.latency = latency
            seconds.append(run(forge, folder, made, "rollout", "--next", jobs=jobs)[0])
    one, many = seconds
    name = f"`rollout --next`, {count} repos, {latency * 1000:.0f} ms a request, `--jobs 16`"
    told = f"{many:.1f} s; with `--jobs 1` {one:.1f} s, {one / many:.1f} times as much"
    return [(name, told, "≤ 1/5")]


def by_copier(forge: Served, folder: Path, count: int) -> float:
    """Clone, `copier update`, commit and push to a branch, one after the other; seconds."""
    started = time.perf_counter()
    for number in range(count):
        clone = folder / f"copier{number}"
        url = f"{forge.folder}/{forge.owner}/repo{number:04}.git"
        git(folder, "clone", "--quiet", "--depth", "1", f"file://{url}", str(clone))
        words = [str(BIN / "copier"), "update", "--defaults", "--quiet"]
        subprocess.run(words, cwd=clone, check=True, capture_output=True)
        git(clone, "checkout", "--quiet", "-b", "copier/v1.1.0")
        commit(clone, "Update")
        git(clone, "push", "--quiet", "origin", "copier/v1.1.0")
    return time.perf_counter() - started


def measure(scratch: Path, made: World, sizes: Sequence[int]) -> list[Row]:
    """Measure rollouts to fleets of several sizes."""
    rows: list[Row] = []
    curve = []
    for size in sizes:
        folder = scratch / f"fleet{size}"
        folder.mkdir()
        with served(folder / "forge", kind=ForgeKind.GITHUB, record=False) as forge:
            fill(forge, made, size)
            plan, _ = run(forge, folder, made, "plan")
            first, memory = run(forge, folder, made, "rollout")
            again, _ = run(forge, folder, made, "rollout")
            curve.append(f"{size}: {first / size:.2f} s a repo, {memory / 1024:.0f} MB")
            if size == sizes[0]:
                few = min(10, size)
                beside = by_copier(forge, folder, few) / few
                rows += [
                    (f"{size} repos, `plan`, `--jobs 2`", f"{plan / size:.3f} s a repo", "≤ 0.2 s"),
                    (
                        f"{size} repos, each with a request, `--jobs 2`",
                        f"{first / size:.2f} s a repo",
                        "≤ 0.3 s",
                    ),
                    ("the same again: nothing to do", f"{again / size:.3f} s a repo", "≤ 0.1 s"),
                    (
                        "clone, `copier update`, push, one after the other",
                        f"{beside:.2f} s a repo, {beside / (first / size):.1f} ×, and no request",
                        "",
                    ),
                ]
    rows.append(
        ("growth: time and memory of the largest process", "; ".join(curve), "linear, flat")
    )
    return rows


def rows(scratch: Path, sizes: Sequence[int] = (300, 1000), far: int = 48) -> list[Row]:
    """Measure all of it; `far` repos are asked over a network with 250 ms a request.

    A forge of 1,000 repos, with 16 jobs on it, has more files open than a system allows by default.
    """
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, most))
    made = world(scratch)
    found = requests(scratch, made)
    found += apart(scratch, made, far, 0.25) if far else []
    return found + (measure(scratch, made, sizes) if sizes else [])


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[300, 1000])
    parser.add_argument("--apart", type=int, default=48, help="repos with 250 ms a request")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for row in rows(Path(name), options.sizes, options.apart):
            print(" | ".join(row))


if __name__ == "__main__":
    main()

"""Past updates of public repos, done again by `modelyard replay --copier --trust`.

    pip install copier-templates-extensions copier-template-extensions jinja2-time
    python -m benchmarks.replay MIRRORS --results FOLDER

The packages are extensions that some of the templates load; they belong into the environment that
runs this. MIRRORS is a folder of clones, bare or not, of the repos and templates in
`public_repos.py`, each called OWNER+NAME, or OWNER+NAME/repo. Nothing is fetched from elsewhere.
FOLDER keeps what `modelyard replay` printed of each repo: a run that was cut off goes on, and
without MIRRORS the tables are made of what is there. `--write` writes them into
docs/reference/figures.md and README.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.gitrepo.environment import as_variables

from . import figures
from .public_repos import REPOS, TEMPLATES, PublicRepo
from .repos import SUITE

TITLE = "Past updates of public repos"
TOOLS = ("copier", "modelyard")
_SPELLED = ("https://github.com/{}", "git@github.com:{}", "ssh://git@github.com/{}")
HEAD = """\
| repo | template | updates | need a person: `copier` | `modelyard` | files to decide: `copier` | \
`modelyard` | CPU seconds: `copier` | `modelyard` | skipped |
|---|---|---:|---:|---:|---:|---:|---:|---:|---:|
"""
WORDS = """\
{updates} past updates of {repos}, done again from the commit before, to
the same version, with the same answers ([how](../how-to/replay.md)). An update that a tool could
not bring to an end is in no column but the last; both had `--trust`, and no task was run.
*Unseen* are repos at whose updates nobody looked while the rules of the merge were made. Copier's
CPU seconds are those of its command, Copier {copier}, with its start; modelyard's are of one more
update in one process. Repos, commits, and how to run it: `benchmarks/replay.py`.

"""


@dataclass(frozen=True)
class Sum:
    """What became of the updates of some repos.

    Attributes:
        updates: Those that both tools brought to an end.
        skipped: The others.
        person: Those that need a person, by tool.
        files: Files to decide, by tool.
        cpu: CPU seconds, by tool.
    """

    updates: int
    skipped: int
    person: Mapping[str, int]
    files: Mapping[str, int]
    cpu: Mapping[str, float]

    @classmethod
    def of(cls, found: Iterable[Mapping[str, Any]]) -> "Sum":
        """Add up what `--json` has printed of some repos."""
        every = list(found)
        done = sum(one["compared"] for one in every)
        updates = sum(len(one["updates"]) + len(one["skipped"]) for one in every)

        def added(name: str) -> dict[str, Any]:
            return {tool: sum(one[tool][name] for one in every) for tool in TOOLS}

        summed = added("needs_a_person"), added("files"), added("cpu_seconds")
        return cls(done, updates - done, *summed)

    @property
    def cells(self) -> list[str]:
        """The figures as cells of a table."""
        person = [str(self.person[tool]) for tool in TOOLS]
        files = [str(self.files[tool]) for tool in TOOLS]
        cpu = [f"{self.cpu[tool]:.0f}" for tool in TOOLS]
        return [str(self.updates), *person, *files, *cpu, str(self.skipped)]


def mirror_of(folder: Path, name: str) -> Path:
    """Return the clone of a repo in the folder of clones."""
    wanted = name.replace("/", "+").casefold()
    for place in folder.iterdir():
        if place.name.casefold() == wanted:
            return place / "repo" if (place / "repo").is_dir() else place
    raise SystemExit(f"{folder} has no clone of {name}, called {name.replace('/', '+')}")


def environment(folder: Path, cache: Path) -> dict[str, str]:
    """Return an environment in which the addresses of the templates lead to their clones."""
    settings = [("protocol.file.allow", "always")]
    for name in TEMPLATES:
        place = mirror_of(folder, name)
        settings += [(f"url.{place}.insteadOf", spelled.format(name)) for spelled in _SPELLED]
        settings += [(f"url.{place}.insteadOf", f"{s.format(name)}.git") for s in _SPELLED]
    # The other entry points of this environment, such as formatters, are found as users have them.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "XDG_CACHE_HOME": str(cache), **as_variables(settings)}


def replayed(
    repo: PublicRepo, folder: Path, scratch: Path, with_copier: bool = True
) -> dict[str, Any]:
    """Return what `modelyard replay --json` prints of a repo."""
    clone = scratch / repo.name
    clone.parent.mkdir(parents=True, exist_ok=True)
    words = ["clone", "--quiet", "--shared", "--no-checkout"]
    subprocess.run(["git", *words, str(mirror_of(folder, repo.name)), str(clone)], check=True)
    at = ["update-ref", "--no-deref", "HEAD", repo.commit]
    subprocess.run(["git", "-C", str(clone), *at], check=True)
    command = [
        sys.executable,
        "-m",
        "modelyard",
        "replay",
        str(clone),
        "--trust",
        "--json",
        *(["--copier"] if with_copier else []),
    ]
    env = environment(folder, scratch / "cache")
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    if "error" in found:
        raise SystemExit(f"{repo.name}: {found['error']}")
    return found


def beside(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return what Copier did before, beside what modelyard does now."""
    ours = {tuple(one["update"].values()): one["modelyard"] for one in now["updates"]}
    updates = [
        {**one, "modelyard": ours[place]}
        for one in before["updates"]
        if (place := tuple(one["update"].values())) in ours
    ]
    compared = [one for one in updates if all(one[tool]["status"] != "failed" for tool in TOOLS)]
    totals = {
        tool: {
            "needs_a_person": sum(one[tool]["status"] != "clean" for one in compared),
            "files": sum(len(one[tool]["conflicts"]) for one in compared),
            "seconds": round(sum(one[tool]["seconds"] for one in compared), 2),
            "cpu_seconds": round(sum(one[tool]["cpu_seconds"] for one in compared), 2),
            "failed": sum(one[tool]["status"] == "failed" for one in updates),
        }
        for tool in TOOLS
    }
    return {**before, **totals, "updates": updates, "compared": len(compared)}


def measure(
    repos: Sequence[PublicRepo], folder: Path | None, results: Path, again: bool = False
) -> dict[PublicRepo, dict[str, Any]]:
    """Do the updates of repos again, but for those of which there is a result.

    Args:
        repos: The repos.
        folder: The clones; None where results are only read.
        results: Where results are kept.
        again: Of what has a result, modelyard's part is measured again; Copier's stays.
    """
    found = {}
    results.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for repo in repos:
            place = results / f"{repo.name.replace('/', '+')}.json"
            if not place.exists():
                if folder is None:
                    continue
                text = json.dumps(replayed(repo, folder, Path(scratch)), indent=1)
                place.write_text(text + "\n", "utf-8")
                print(f"{repo.name}: {place}", file=sys.stderr, flush=True)
            elif again and folder:
                before = json.loads(place.read_text("utf-8"))
                now = beside(before, replayed(repo, folder, Path(scratch), with_copier=False))
                place.write_text(json.dumps(now, indent=1) + "\n", "utf-8")
                print(f"{repo.name}: {place}, again", file=sys.stderr, flush=True)
            found[repo] = json.loads(place.read_text("utf-8"))
    return found


def section(found: Mapping[PublicRepo, Mapping[str, Any]]) -> str:
    """Return the section of the measured figures."""
    rows = HEAD
    for repo, one in found.items():
        link = f"[{repo.name}](https://github.com/{repo.name}/tree/{repo.commit})"
        kind = "" if repo.seen else ", unseen"
        rows += _row(f"{link}{kind}", repo.template, Sum.of([one]))
    for words, chosen in _groups(found).items():
        rows += _row(f"**{words}**", "", Sum.of(chosen))
    every = list(found.values())
    versions = sorted({one["copier_version"] for one in every})
    total = Sum.of(every).updates
    head = WORDS.format(updates=total, repos=_repos(len(every)), copier=", ".join(versions))
    return head + rows + _skipped(every)


def _repos(count: int) -> str:
    return "one public repo" if count == 1 else f"{count} public repos"


def _row(name: str, template: str, total: Sum) -> str:
    return f"| {' | '.join([name, template, *total.cells])} |\n"


def _groups(
    found: Mapping[PublicRepo, Mapping[str, Any]],
) -> dict[str, list[Mapping[str, Any]]]:
    """Return the repos that are added up, by what they are called together."""
    groups = {
        "all seen": [one for repo, one in found.items() if repo.seen],
        "all unseen": [one for repo, one in found.items() if not repo.seen],
        "all": list(found.values()),
    }
    return {words: chosen for words, chosen in groups.items() if chosen}


def _skipped(every: Sequence[Mapping[str, Any]]) -> str:
    """Tell why updates were skipped, by the names of the reasons in the JSON."""
    reasons = Counter(one["reason"] for repo in every for one in repo["skipped"])
    failed = {tool: sum(repo[tool]["failed"] for repo in every) for tool in TOOLS}
    reasons.update({f"{tool}_failed": count for tool, count in failed.items() if count})
    told = ", ".join(f"{count} `{name}`" for name, count in reasons.most_common())
    return f"\nSkipped: {told}.\n" if told else ""


def readme(found: Mapping[PublicRepo, Mapping[str, Any]]) -> str:
    """Return the table of the README."""
    about = f"past updates of {_repos(len(found))}, done again"
    lines = [f"| {about} | `copier update` | `modelyard update` |"]
    lines.append("|---|---:|---:|")
    groups = _groups(found)
    for words in ("all seen", "all unseen"):
        if words not in groups:
            continue
        total, kind = Sum.of(groups[words]), words.removeprefix("all ")
        person = [f"{total.person[tool]} of {total.updates}" for tool in TOOLS]
        files = [str(total.files[tool]) for tool in TOOLS]
        lines.append(f"| updates that need a person, {kind} | {' | '.join(person)} |")
        lines.append(f"| files to decide, {kind} | {' | '.join(files)} |")
    cpu = [f"{Sum.of(found.values()).cpu[tool]:.0f} s" for tool in TOOLS]
    lines.append(f"| CPU time | {' | '.join(cpu)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, and print or write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mirrors", type=Path, nargs="?", help="the folder of clones")
    parser.add_argument("--results", type=Path, required=True, help="where results are kept")
    parser.add_argument("--only", choices=["seen", "unseen"], help="one half of the repos")
    parser.add_argument("--repos", nargs="*", help="some repos, by owner and name")
    parser.add_argument(
        "--again", action="store_true", help="measure modelyard again where there is a result"
    )
    parser.add_argument("--write", action="store_true", help="write the docs and the README")
    options = parser.parse_args()
    chosen = [repo for repo in REPOS if not options.only or repo.seen == (options.only == "seen")]
    chosen = [repo for repo in chosen if not options.repos or repo.name in options.repos]
    found = measure(chosen, options.mirrors, options.results, options.again)
    if not found:
        raise SystemExit(f"there are no results in {options.results}: name the folder of clones")
    if options.write:
        figures.write({**figures.written(), TITLE: section(found)}, list(figures.written()))
        page = SUITE / "README.md"
        page.write_text(between(page.read_text("utf-8"), readme(found)), "utf-8")
    print(f"{section(found)}\n{readme(found)}")


def between(page: str, content: str) -> str:
    """Return a page with what stands between its two markers of this table replaced."""
    begin, end = "<!-- past updates: written by benchmarks/replay.py -->\n", "<!-- end -->\n"
    before, _, rest = page.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"the page has no line {begin.strip()}, or none that ends it")
    return f"{before}{begin}\n{content}\n\n{end}{after}"


if __name__ == "__main__":
    main()

"""Past updates of public repos, done again by `modelyard replay --copier --trust`.

    pip install copier-templates-extensions copier-template-extensions jinja2-time
    python -m benchmarks.replay MIRRORS --results FOLDER

The packages are extensions that some of the templates load; they belong into the environment that
runs this. MIRRORS is a folder of clones, bare or not, of the repos and templates in
`public_repos.py`, each called OWNER+NAME, or OWNER+NAME/repo. Nothing is fetched from elsewhere.
FOLDER keeps what `modelyard replay` printed of each repo: a run that was cut off goes on, and
without MIRRORS the tables are made of what is there. `--write` writes them into
docs/reference/figures.md and README.md, and docs/reference/past-updates.md anew. A file that was
merged to something else than people committed needs a reason in `differences.toml`: without it, or
with one that is no longer needed, nothing is written, and the run fails.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from modelyard.gitrepo.environment import as_variables

from . import differences, figures, past_updates
from .public_repos import REPOS, TEMPLATES, PublicRepo
from .replay_tables import TITLE, TOOLS, between, readme, section
from .repos import SUITE

_SPELLED = ("https://github.com/{}", "git@github.com:{}", "ssh://git@github.com/{}")


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
    print(f"{section(found)}\n{readme(found)}")
    reasons = differences.read()
    if wrong := differences.problems(found, reasons):
        raise SystemExit("\n".join([f"{differences.REASONS}:", *wrong]))
    if options.write:
        figures.write({**figures.written(), TITLE: section(found)}, list(figures.written()))
        front = SUITE / "README.md"
        front.write_text(between(front.read_text("utf-8"), readme(found)), "utf-8")
        past_updates.write(past_updates.page(found, reasons))


if __name__ == "__main__":
    main()

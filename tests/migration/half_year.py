"""Half a year of work in a repo of 0.2.0: own model, dependency, CI jobs, a champion."""

import re
from pathlib import Path

from tests.repos import Repo, git
from tests.template.next_version import append, edit

TRAINED = "2013-03"
DEPENDENCY = "holidays"

JOB = """
  spelling:
    runs-on: ubuntu-latest
    permissions: {}
    timeout-minutes: 5
    steps:
      - name: Say that words are looked at
        run: echo "looked at"
"""

WORKFLOW = """\
name: Nightly

on:
  schedule:
    - cron: "17 3 * * *"

permissions: {}

jobs:
  remind:
    name: Remind
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {}
    steps:
      - name: Say that it is night
        run: echo "night"
"""

HOLIDAY = """
    free = holidays.country_holidays("US", years=[2013, 2014])
    features["holiday"] = scheduled.dt.date.isin(list(free)).astype("float64")
    return features
"""

# A line that 0.2.0 has in platform/, and what the team made of it.
LOCAL_EDIT = ('result["model"] = project.name', 'result["model"] = f"team/{project.name}"')


def work(repo: Repo) -> None:
    """Edit the repo as its owners would, one commit a topic."""
    package = repo.package
    edit(
        repo.root / "pyproject.toml", '    "filelock>', f'    "{DEPENDENCY}>=0.60",\n    "filelock>'
    )
    repo.run("make", "lock")
    repo.commit("Take holidays from their calendar")
    edit(package / "features.py", "import pandas as pd\n", "import holidays\nimport pandas as pd\n")
    edit(package / "features.py", "\n    return features\n", HOLIDAY)
    edit(package / "model.py", "max_iter=params", "l2_regularization=1.0,\n        max_iter=params")
    params = repo.root / "params.yaml"
    params.write_text(re.sub(r"max_iter: \d+", "max_iter: 20", params.read_text("utf-8")), "utf-8")
    append(repo.root / "README.md", "\n## Our service levels\n\nAnswers within a day.\n")
    append(repo.root / "docs" / "runbook.md", "\n## Whom we call\n\nThe duty of the rail desk.\n")
    (package / "calendar.py").write_text('"""Ours."""\n\nSEASONS = 4\n', "utf-8")
    repo.commit("Make the model ours")
    edit(package / "platform" / "inference.py", *LOCAL_EDIT)
    repo.commit("Name the team in predictions")
    append(repo.root / ".github" / "workflows" / "ci.yml", JOB)
    (repo.root / ".github" / "workflows" / "nightly.yml").write_text(WORKFLOW, "utf-8")
    repo.commit("Add jobs of ours")


def crown(repo: Repo) -> None:
    """Train version 1 with what 0.2.0 locked, and make it champion."""
    repo.run("make", "ingest", f"ARGS=--until {TRAINED}")
    repo.run("make", "train", "ARGS=--direct")
    repo.run("make", "promote")


def yours(repo: Repo) -> dict[str, bytes]:
    """Return what the owners wrote, by path: no release may change a byte of it."""
    package = repo.package
    files = [*package.glob("*.py"), *(repo.root / "tests").glob("*.py"), *_more(repo.root)]
    files += [p for p in (repo.root / "data").rglob("*") if p.is_file() and p.suffix == ".dvc"]
    return {str(path.relative_to(repo.root)): path.read_bytes() for path in files}


def _more(root: Path) -> list[Path]:
    names = ("LICENSE", "docs/model-card.md", ".github/workflows/nightly.yml")
    return [root / name for name in names]


def tracked(repo: Repo) -> set[str]:
    """Return the paths that git tracks."""
    return set(git(repo.root, "ls-files").splitlines())

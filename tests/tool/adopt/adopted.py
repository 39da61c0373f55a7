"""Templates and repos that exist, for the tests of adoption."""

import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.plain_text import PlainTextOutput

from modelyard.adopt.one_repo import adopt
from modelyard.adopt.result import AdoptPlan, AdoptResult
from tests.repos import git
from tests.tool.worlds import write

RECORD = ".copier-answers.yml"
Make = Callable[..., Path]
Plan = Callable[..., AdoptPlan]
AdoptNew = Callable[..., tuple[Path, AdoptResult]]

QUESTIONS = """\
_subdirectory: template
_skip_if_exists: [data, LICENSE, "src/*/*.py"]
project_name:
  type: str
  default: My project
  validator: "{% if '!' in project_name %}no exclamation marks{% endif %}"
project_slug:
  type: str
  default: "{{ project_name | lower | replace(' ', '-') }}"
package:
  type: str
  default: "{{ project_slug | replace('-', '_') }}"
description: {type: str, default: What it does.}
owner: {type: str, default: Nobody}
email: {type: str, default: ""}
license:
  type: str
  choices: {Proprietary: proprietary, Apache License 2.0: apache-2.0, MIT License: mit}
  default: proprietary
python_version:
  type: str
  choices: ["3.11", "3.12", "3.13"]
  default: "3.12"
ci: {type: str, choices: [gitlab, github], default: gitlab}
repo_url: {type: str, default: ""}
tracking_uri: {type: str, default: ""}
dvc_remote: {type: str, default: ""}
use_docker: {type: bool, default: true}
token: {type: str, secret: true, default: ""}
computed: {type: str, when: false, default: "{{ package }}-{{ ci }}"}
"""

SHIPPED = {
    "{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml -}}\n",
    "Makefile.jinja": "PROJECT := {{ project_slug }}\nhelp:\n\techo help\n",
    "README.md.jinja": "# {{ project_name }}\n\n{{ description }}\n",
    "LICENSE.jinja": "{{ license }}, by {{ owner }}\n",
    ".gitignore": ".venv/\ncache/\n*.log\n\n# The bytes are DVC's.\n/data/raw/*.parquet\n",
    ".env.example": "#MLFLOW_TRACKING_URI=\n",
    "params.yaml": "seed: 7\n\nsplit:\n  months: 2\n",
    "pyproject.toml.jinja": """\
[project]
name = "{{ project_slug }}"
version = "0.1.0"
dependencies = ["not-installed-anywhere>=1", "pytest>=9"]

[tool.pytest.ini_options]
addopts = "--strict-markers --import-mode=importlib --not-an-option"
""",
    ".python-version.jinja": "{{ python_version }}\n",
    "docs/guide.md.jinja": "# Guide\n\nOne.\n\nTwo.\n\nThree, for {{ project_name }}.\n",
    "data/sample.csv": "a,b\n1,2\n",
    ".github/workflows/standard.yml": "on: push\njobs: {}\n",
    "src/{{ package }}/__init__.py": '"""A package."""\n',
    "src/{{ package }}/model.py": "import not_installed_anywhere\n",
    "src/{{ package }}/platform/__init__.py": "import not_installed_anywhere\n",
    "src/{{ package }}/platform/gate.py": "import not_installed_anywhere\n",
    "tests/platform/conftest.py": "import not_installed_anywhere\n",
    "tests/platform/test_gate.py": "import not_installed_anywhere\n",
}


def identify(folder: Path) -> Path:
    """Let somebody commit in a repo, and return it."""
    git(folder, "config", "user.name", "Test")
    git(folder, "config", "user.email", "test@example.com")
    return folder


def commit(folder: Path, files: Mapping[str, str | bytes], message: str = "Change") -> str:
    """Write and commit files, in a repo that is made where there is none; return the commit."""
    write(folder, files)
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch", "main")
    identify(folder)
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--no-verify", "--allow-empty", "--message", message)
    return git(folder, "rev-parse", "HEAD").strip()


def template(folder: Path, questions: str = QUESTIONS, **shipped: str) -> Path:
    """Make a template with the tag v1."""
    files = {**SHIPPED, **shipped}
    commit(folder, {"copier.yml": questions, **{f"template/{p}": c for p, c in files.items()}})
    git(folder, "tag", "v1")
    return folder


def release(folder: Path, tag: str, files: Mapping[str, str]) -> None:
    """Release a version of a template in which these files have changed."""
    commit(folder, {f"template/{path}": content for path, content in files.items()}, tag)
    git(folder, "tag", tag)


HAND_MADE: Mapping[str, str] = {
    "setup.py": """\
from setuptools import setup

setup(
    name="Churn_Model",
    description="Tells which customers leave.",
    author="Pricing team",
    author_email="pricing@example.com",
    license="MIT",
    python_requires=">=3.9",
    packages=["churn"],
)
""",
    "churn/__init__.py": "",
    "churn/score.py": "def score(days: int) -> float:\n    return days / 30\n",
    "tests/conftest.py": "import pytest\n\n@pytest.fixture\ndef month():\n    return 30\n",
    "tests/helpers.py": "EXPECTED = 1.0\n",
    "tests/test_score.py": """\
from churn.score import score
from helpers import EXPECTED


def test_a_month_is_one(month):
    assert score(month) == EXPECTED
""",
    "README.md": "# Churn model\n\nHand-made.\n",
    "Makefile": "test:\n\tpytest\n",
    ".gitignore": "*.pyc\ncache/\n",
    ".github/workflows/test.yml": """\
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python-version: ["3.9", "3.13"]
    steps:
      - run: pytest
""",
}

POETRY: Mapping[str, str] = {
    "pyproject.toml": """\
[tool.poetry]
name = "price-oracle"
version = "1.2.0"
description = "Says what a house is worth: \\"about\\" {{ nothing }}."
authors = ["Ada Byron <ada@example.com>"]
license = "Apache-2.0"
packages = [{ include = "oracle", from = "src" }]

[tool.poetry.dependencies]
python = "^3.11"
pandas = "*"

[tool.poetry.group.dev.dependencies]
pytest = "*"

[tool.pytest.ini_options]
pythonpath = ["src"]
addopts = "--doctest-modules"

[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
""",
    "src/oracle/__init__.py": "",
    "src/oracle/worth.py": (
        'def worth(rooms):\n    """Guess.\n\n    >>> worth(2)\n    200\n    """\n'
        "    return rooms * 100\n"
    ),
    "src/helpers/__init__.py": "",
    "tests/test_worth.py": (
        "from oracle.worth import worth\n\n\ndef test_worth():\n    assert worth(3) == 300\n"
    ),
    "params.yaml": "seed: 1\n",
    "data/houses.csv": "rooms\n3\n",
    ".gitlab-ci.yml": "image: python:3.12\ntest:\n  script: [pytest]\n",
    ".dvc/config": (
        "[core]\n    remote = team\n['remote \"old\"']\n    url = /mnt/old\n"
        "['remote \"team\"']\n    url = s3://houses/dvc\n"
    ),
    ".env.example": "MLFLOW_TRACKING_URI=https://ada:hunter2@mlflow.example.com/base\n",
}

CRUFT: Mapping[str, str] = {
    ".cruft.json": json.dumps(
        {
            "template": "https://bob:hunter2@example.com/ds-template.git",
            "commit": "0" * 40,
            "context": {
                "cookiecutter": {
                    "project_name": "Fraud Radar",
                    "repo_name": "fraud-radar",
                    "module_name": "fraud",
                    "author_name": "Bob",
                    "open_source_license": "Apache Software License 2.0",
                    "use_docker": "no",
                    "token": "hunter2",
                    "_template": "https://bob:hunter2@example.com/ds-template.git",
                }
            },
        }
    ),
    "fraud/__init__.py": "",
    "fraud/alarm.py": "LIMIT = 3\n",
    "tests/__init__.py": "",
    "tests/test_alarm.py": (
        "import fraud.alarm\n\n\ndef test_limit():\n    assert fraud.alarm.LIMIT == 3\n"
    ),
    "pytest.ini": "[pytest]\npythonpath = .\n",
    "README.rst": "Fraud Radar\n===========\n",
    "setup.cfg": "[metadata]\nname = fraud-radar\ndescription = Sees fraud.\n",
}


def run_tests(folder: Path, *arguments: str) -> str:
    """Run the tests of a repo as its owner does, and return the last line of what is printed."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PYTHON"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    env = {**kept, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1].partition(" in ")[0]


def propose(path: Path, template: str | None = None, **options: Any) -> AdoptPlan:
    """Return the plan of an adoption; writes nothing."""
    return adopt(path, template, dry_run=True, **options).plan


def answers(plan: AdoptPlan) -> dict[str, Any]:
    return {one.question: one.value for one in plan.answers}


def sources(plan: AdoptPlan) -> dict[str, str]:
    return {one.question: one.source for one in plan.answers}


def held(plan: AdoptPlan) -> dict[str, str]:
    """Each file that is held back, with the reason."""
    return {
        path: notice.text for notice in plan.held_back for path in notice.lines or (notice.path,)
    }


def switch(folder: Path, branch: str = "modelyard/adopt") -> None:
    """Go to a branch."""
    git(folder, "switch", "--quiet", branch)


def everything(folder: Path) -> tuple[str, ...]:
    """What git and the folder hold."""
    place = sorted(str(p) for p in folder.rglob("*") if ".git/" not in f"{p}/")
    refs = git(folder, "for-each-ref"), git(folder, "status", "--porcelain", "--ignored")
    return (*place, *refs, git(folder, "rev-parse", "HEAD"))


@contextmanager
def terminal(*replies: tuple[str, str]) -> Iterator[io.StringIO]:
    """Give what a terminal shows, on which somebody presses keys, then waits for some words."""
    shown = io.StringIO()

    def person() -> None:
        for keys, words in replies:
            pipe.send_text(keys)
            end = time.monotonic() + 20
            while words not in shown.getvalue() and time.monotonic() < end:
                time.sleep(0.01)
            assert words in shown.getvalue()

    with (
        create_pipe_input() as pipe,
        create_app_session(input=pipe, output=PlainTextOutput(shown)),
        ThreadPoolExecutor(1) as pool,
    ):
        typed = pool.submit(person)
        yield shown
        typed.result()


def asked(shown: io.StringIO) -> list[str]:
    """Return the questions that a terminal has shown, in order."""
    return list(dict.fromkeys(re.findall(r"🎤 (\w+)", shown.getvalue())))

"""The first version of the corpus's template: a model repo of about fifty files, by rendered path.

Paths and contents are as a render has them, with three exceptions: `src/churn` is
`src/{{ package }}` in the template, the contents of JINJA are Jinja, and links and modes are apart.
"""

import struct
import zlib

PACKAGE = "churn"
ANSWERS = {"project_name": "Churn", "package": PACKAGE, "owner": "Pricing team"}


def function(name: str, number: int = 1) -> str:
    """Return the source of a small function; `number` makes its body its own."""
    return (
        f"def {name}(value: float) -> float:\n"
        f'    """Return the {name.replace("_", " ")} of a value."""\n'
        f"    {name}_shift = value + {number}\n"
        f"    {name}_scale = {name}_shift * {number + 1}\n"
        f"    return round({name}_scale, {number})\n"
    )


def module(words: str, *names: str) -> str:
    """Return the source of a module with one function a name."""
    bodies = (function(name, number) for number, name in enumerate(names, 1))
    return "\n\n".join([f'"""{words}"""\n\nfrom __future__ import annotations\n', *bodies])


def image(red: int) -> bytes:
    """Return a PNG of eight by eight pixels in one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + bytes([red, 40, 90]) * 8) * 8)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


QUESTIONS = """\
_subdirectory: template
_preserve_symlinks: true
_skip_if_exists:
  - "src/{{ package }}/features.py"
  - "tests/test_features.py"
  - "notebooks/*.py"
_exclude:
  - "{% if ci != 'github' %}/.github{% endif %}"
  - "{% if ci != 'gitlab' %}/.gitlab-ci.yml{% endif %}"
  - "{% if not docker %}/Dockerfile{% endif %}"

project_name: {type: str, help: "What is it called?", default: Churn}
package: {type: str, help: "Which package?", default: "{{ project_name | lower }}"}
owner: {type: str, help: "Who answers for it?", default: Pricing team}
ci: {type: str, help: "Which CI?", choices: [github, gitlab], default: github}
docker: {type: bool, help: "A container?", default: true}
"""

README = """\
# {{ project_name }}

Tells which customers of {{ project_name }} leave.

## Start

    make setup
    make train

## How it works

Data comes from the warehouse every night.
A model is trained on it every week.
Its scores are written back to the warehouse.

## Who answers

{{ owner }} answers for this repo.

## Rules

Say what you change, and why.
Ask before you deploy on a Friday.
"""

PYPROJECT = """\
[project]
name = "{{ package }}"
version = "0.1.0"
description = "Tells which customers leave."
requires-python = ">=3.11"
dependencies = [
    "numpy>=1.26",
    "pandas>=2.2",
    "pyarrow>=16",
    "scikit-learn>=1.4",
    "typer>=0.12",
]

[project.scripts]
{{ package }} = "{{ package }}.pipelines.train:main"

[dependency-groups]
dev = ["mypy>=1.10", "pytest>=8.2"]

[tool.ruff]
line-length = 100

[tool.ruff.lint]
select = ["E", "F", "I"]
ignore = ["D100", "D203"]

[tool.mypy]
strict = true
warn_unused_ignores = true

[tool.pytest.ini_options]
testpaths = ["tests"]
addopts = "--strict-markers"
"""

HOOKS = """\
# Run by every commit.
repos:
  - repo: https://github.com/pre-commit/pre-commit-hooks
    rev: v4.6.0
    hooks:
      - id: check-yaml
      - id: check-toml
      - id: end-of-file-fixer
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.4.0
    hooks:
      - id: ruff
        args: [--fix]
      - id: ruff-format
"""

WORKFLOW = """\
name: CI
on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    strategy:
      matrix:
        python: ["3.11", "3.12"]
    steps:
      - uses: actions/checkout@v4
      - name: Python
        uses: actions/setup-python@v5
        with:
          python-version: ${{ matrix.python }}
      - name: Install
        run: make setup
      - name: Check
        run: make check
      - name: Test
        run: make test
        env:
          LEVEL: basic
"""

RELEASE = """\
name: Release
on:
  push:
    tags: ["v*"]

jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Build
        run: make build
      - name: Publish
        run: make publish
"""

NIGHTLY = """\
name: Nightly
on:
  schedule:
    - cron: "0 3 * * *"

jobs:
  train:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make train
"""

MAKEFILE = """\
.PHONY: setup check test train build publish

setup:
\tpython -m venv .venv
\t.venv/bin/pip install --editable .

check:
\t.venv/bin/ruff check
\t.venv/bin/mypy

test:
\t.venv/bin/pytest

train:
\t.venv/bin/python -m churn.pipelines.train

build:
\t.venv/bin/python -m build

publish:
\t.venv/bin/twine upload dist/*
"""

PARAMS = """\
# What the pipelines read.
seed: 7

split:
  train: 0.7
  test: 0.3

model:
  kind: gradient-boosting
  trees: 200
  depth: 6
  rate: 0.1

gate:
  threshold: 0.5
  tolerance: 0.01

notify:
  channel: "#churn"
"""

SCHEMA = """\
{
  "title": "scores",
  "type": "object",
  "properties": {
    "customer": {"type": "string"},
    "score": {"type": "number"},
    "month": {"type": "string"}
  },
  "required": ["customer", "score"]
}
"""

RUNBOOK = """\
# Runbook

## The training failed

Read the log of the last run.
Run it again by hand.
Tell the channel what you found.

## The scores look wrong

Compare them with those of last month.
Roll the model back.
Open an incident.

## Somebody asks for a score

Point them to the warehouse.
"""

IGNORED = ".venv/\n__pycache__/\n*.log\nlocal.mk\n.env\nscratch/\ndata/raw/\n"

DOCKERFILE = """\
FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN pip install .
CMD ["{{ package }}"]
"""

LICENCE = "Copyright {{ owner }}\n\nAll rights reserved.\nAsk before you copy.\n"
SHELL = "#!/bin/sh\nset -eu\n"

SETTINGS = """\
from dataclasses import dataclass


@dataclass
class Settings:
    region: str
"""

SITE = """\
site_name: Churn
plugins:
  - search
  - autorefs
markdown_extensions:
  - admonition
  - toc:
      permalink: true
"""

FILES: dict[str, str | bytes] = {
    "README.md": README,
    "pyproject.toml": PYPROJECT,
    "Makefile": MAKEFILE,
    "params.yaml": PARAMS,
    "LICENSE": LICENCE,
    "mkdocs.yml": SITE,
    "VERSION.txt": "1.0.0",
    "Dockerfile": DOCKERFILE,
    ".gitignore": IGNORED,
    ".devcontainer/devcontainer.json": '{\n  "image": "python",\n  "runArgs": ["--rm"]\n}\n',
    ".editorconfig": "root = true\n\n[*]\nindent_style = space\nindent_size = 4\n",
    ".settings.local.toml": "[local]\nverbose = true\nworkers = 2\n",
    ".pre-commit-config.yaml": HOOKS,
    ".github/dependabot.yml": "version: 2\nupdates:\n  - package-ecosystem: pip\n",
    ".github/workflows/ci.yml": WORKFLOW,
    ".github/workflows/release.yml": RELEASE,
    ".github/workflows/nightly.yml": NIGHTLY,
    ".gitlab-ci.yml": "stages: [test]\n\ntest:\n  stage: test\n  script: [make setup, make test]\n",
    "config/base.yaml": "level: info\nregion: north\nworkers: 4\nretries: 3\n",
    "config/prod.yaml": "level: warning\nregion: north\nworkers: 16\nretries: 5\n",
    "config/schema.json": SCHEMA,
    "config/threshold.txt": "lower 0.1\nstart 0.2\nupper 0.9\nstop 0.8\nmiddle 0.5",
    "data/sample.csv": "customer,month,left\r\na1,2024-01,0\r\nb2,2024-01,1\r\nc3,2024-02,0\r\n",
    "data/README.md": "# Data\n\nThe sample is made up.\nReal data stays in the warehouse.\n",
    "docs/requirements.txt": "mkdocs==1.5.0\nmkdocs-material==9.5.0\npymdown-extensions==10.8\n",
    "docs/runbook.md": RUNBOOK,
    "docs/onboarding.md": "# Onboarding\n\nGet a laptop.\nClone this repo.\nAsk for access.\n",
    "docs/model-card.md": "# Model card\n\n## Use\n\nWeekly mails.\n\n## Limits\n\nNewcomers.\n",
    "docs/legacy.txt": "Old notes\n\nThe first model was a table.\nIt was bad.\nKeep this file.\n",
    "docs/adr/0001-record.md": "# 1. Record decisions\n\nWe write them down.\nOne file each.\n",
    "docs/adr/0002-boost.md": "# 2. Boosted trees\n\nThey were best by far.\nThey are fast too.\n",
    "docs/adr/0003-weekly.md": "# 3. Weekly\n\nData changes slowly.\nTraining is cheap.\n",
    "docs/Überblick.md": "# Überblick\n\nDaten, Modell, Wertung.\nMehr im Handbuch.\n\nEnde.\n",
    "docs/how to.md": "# How to\n\nStart with the sample.\nThen take real data.\nThen ask.\n",
    'docs/"quoted".md': '# "Quoted"\n\nA name that needs quotes.\nIt is legal.\nSo it works.\n',
    "docs/images/logo.png": image(10),
    "docs/images/flow.png": image(20),
    "docs/images/icon.png": image(30),
    "scripts/ruff.toml": 'required-version = ">=0.5.0"\nline-length = 88\n',
    "scripts/bootstrap.sh": SHELL + "echo start\npython3 -m venv .venv\necho done\n",
    "scripts/check.sh": SHELL
    + "ruff check\nmypy\nruff format --check\npytest --quiet\necho good\n",
    "scripts/old_report.sh": SHELL + "echo old report\npython3 scripts/report.py\necho sent\n",
    "scripts/report.py": "#!/usr/bin/env python3\n" + module("Reports.", "collect", "tell", "send"),
    "src/churn/__init__.py": '"""{{ project_name }}: which customers leave."""\n',
    "src/churn/py.typed": "",
    "src/churn/settings.py": SETTINGS,
    "src/churn/data.py": module("Loads data.", "load", "clean", "join", "sample", "save"),
    "src/churn/features.py": module("Yours: features.", "age", "spend", "visits"),
    "src/churn/model.py": module("The model.", "fit", "predict", "explain", "calibrate"),
    "src/churn/metrics.py": module("Metrics.", "accuracy", "recall", "precision", "lift"),
    "src/churn/utils.py": module(
        "Odds and ends.", "trim", "fold", "quote", "wrap", "parse", "today", "month", "quarter"
    ),
    "src/churn/helpers/__init__.py": '"""Help for the pipelines."""\n',
    "src/churn/helpers/files.py": module("Files.", "read", "write", "touch"),
    "src/churn/helpers/times.py": module("Times.", "tick", "lap", "stop"),
    "src/churn/helpers/words.py": module("Words.", "upper", "lower", "title"),
    "src/churn/pipelines/__init__.py": "",
    "src/churn/pipelines/train.py": module("Trains.", "prepare", "train", "judge", "main"),
    "src/churn/pipelines/predict.py": module("Predicts.", "read_scores", "score", "write_scores"),
    "src/churn/pipelines/monitor.py": module("Monitors.", "drift", "alert", "retrain"),
    "tests/__init__.py": "",
    "tests/conftest.py": module("What tests share.", "frame", "tiny_model"),
    "tests/test_data.py": module("Tests of data.", "test_load", "test_clean", "test_join"),
    "tests/test_model.py": module("Tests of the model.", "test_fit", "test_predict"),
    "tests/test_features.py": module("Yours: tests.", "test_age", "test_spend"),
    "notebooks/explore.py": module("Yours: a look around.", "look", "plot", "compare"),
}

JINJA = {"README.md", "pyproject.toml", "LICENSE", "Dockerfile", "src/churn/__init__.py"}
EXECUTABLE = {"scripts/bootstrap.sh", "scripts/check.sh", "scripts/old_report.sh"}
LINKS = {"docs/latest.md": "runbook.md", "config/current.yaml": "base.yaml"}

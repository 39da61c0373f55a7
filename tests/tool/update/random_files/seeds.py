"""Files as templates ship them, one or more of each kind that an update merges."""

PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.26", "hatch-vcs"]
build-backend = "hatchling.build"

[project]
name = "churn"
description = "Tells which customers leave."
readme = "README.md"
requires-python = ">=3.11"
classifiers = [
    "Programming Language :: Python :: 3.11",
    "Programming Language :: Python :: 3.12",
    "Typing :: Typed",
]
dependencies = [
    "numpy>=1.26",
    # The next one reads the warehouse.
    "pandas>=2.2,<3",
    "pydantic[email]>=2.7",
    "typer>=0.12",  # the command line
]

[project.optional-dependencies]
plots = ["matplotlib>=3.9", "seaborn>=0.13"]

[project.scripts]
churn = "churn.cli:app"

[dependency-groups]
dev = [
    "mypy>=1.10",
    "pytest>=8.2",
    "ruff==0.5.0",
]

# What the linter looks at.
[tool.ruff]
line-length = 100
target-version = "py311"
required-version = ">=0.5.0"

[tool.ruff.lint]
select = ["B", "E", "F", "I"]
ignore = [
    "D100",
    "D203",  # there are two styles
]

[tool.ruff.lint.per-file-ignores]
"tests/**" = ["S101"]

[tool.mypy]
strict = true
# Third parties have no types.
ignore_missing_imports = true

[tool.pytest.ini_options]
addopts = "--strict-markers"
testpaths = ["tests"]
filterwarnings = [
    "error",
    "ignore::DeprecationWarning",
]

[[tool.mypy.overrides]]
module = "churn.plots"
disallow_untyped_defs = false
"""

HOOKS = """\
# Run by every commit.
default_language_version:
  python: python3.11

repos:
  - repo: https://github.com/pre-commit/pre-commit-hooks
    rev: v4.6.0
    hooks:
      - id: check-yaml
        args: [--unsafe]
      - id: check-toml
      - id: check-added-large-files
        exclude: ^data/

  # Formats and lints.
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.4.0  # keep it as in pyproject.toml
    hooks:
      - id: ruff
        args: [--fix, --exit-non-zero-on-fix]
      - id: ruff-format

  - repo: https://github.com/pre-commit/mirrors-mypy
    rev: v1.10.0
    hooks:
      - id: mypy
        additional_dependencies:
          - pydantic>=2.7
          - types-requests
"""

WORKFLOW = """\
name: CI
on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

env:
  UV_VERSION: 0.5.1

jobs:
  lint:
    runs-on: ubuntu-22.04
    steps:
      - uses: actions/checkout@v4
      - uses: astral-sh/setup-uv@38f3f104447c67c051c4a08e39b64a148898af3a # v4.2.0
        with:
          version: ${{ env.UV_VERSION }}
      - name: Lint
        run: |
          # first the fast one
          uv run ruff check
          uv run mypy

  # Everything that has a result.
  test:
    needs: [lint]
    runs-on: ubuntu-22.04
    timeout-minutes: 15
    strategy:
      fail-fast: false
      matrix:
        python: ["3.11", "3.12"]
        os: [ubuntu-22.04, windows-2022]
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - name: Python
        uses: actions/setup-python@v5
        with:
          python-version: ${{ matrix.python }}

      - name: Test
        run: uv run pytest --cov
        env:
          LEVEL: basic
      - name: Upload
        if: always()
        uses: actions/upload-artifact@v3
        with:
          name: coverage
          path: coverage.xml
"""

PIPELINE = """\
stages: [check, test, deploy]

variables:
  PIP_CACHE: .cache/pip

default:
  image: python:3.11-slim

lint:
  stage: check
  script:
    - pip install ruff==0.5.0
    - ruff check

unit:
  stage: test
  image: python:3.12-slim
  script:
    - pip install --editable .
    - pytest --quiet
  artifacts:
    paths:
      - coverage.xml

deploy:
  stage: deploy
  rules:
    - if: $CI_COMMIT_TAG
  script: [make deploy]
"""

SITE = """\
site_name: Churn
site_url: https://example.org/churn
theme:
  name: material
  features:
    - navigation.tabs
    - content.code.copy
  palette:
    primary: teal

plugins:
  - search
  - autorefs
  - mkdocstrings:
      handlers:
        python:
          paths: [src]
          options:
            show_source: false
  - coverage

markdown_extensions:
  - admonition
  - toc:
      permalink: true
  - pymdownx.highlight

nav:
  - Home: index.md
  - Guide:
      - Start: guide/start.md
      - Data: guide/data.md
  - Changes: changelog.md
"""

SERVICES = """\
services:
  app:
    build: .
    image: registry.example.org/churn:1.4.0
    environment:
      LEVEL: info
      WORKERS: "4"
    ports:
      - "8000:8000"
    depends_on: [db, cache]

  # Holds the scores.
  db:
    image: postgres:15.4
    volumes:
      - scores:/var/lib/postgresql/data

  cache:
    image: redis:7.2-alpine

volumes:
  scores: {}
"""

ENVIRONMENT = """\
name: churn
channels:
  - conda-forge
  - defaults
dependencies:
  - python=3.11
  - numpy>=1.26
  - pandas>=2.2
  - pip
  - pip:
      - churn-lib>=1.0
"""

PACKAGE = """\
{
  "name": "churn-ui",
  "version": "1.0.0",
  "private": true,
  "scripts": {
    "build": "vite build",
    "lint": "eslint src",
    "test": "vitest run"
  },
  "dependencies": {
    "react": "^18.2.0",
    "react-dom": "^18.2.0"
  },
  "devDependencies": {
    "eslint": "^9.1.0",
    "vite": "^5.2.0",
    "vitest": "^1.6.0"
  },
  "files": ["dist", "types"],
  "engines": {"node": ">=20"}
}
"""

CONTAINER = """\
{
  // What the editor opens.
  "name": "churn",
  "image": "mcr.microsoft.com/devcontainers/python:3.11",
  "runArgs": ["--rm", "--init"],
  "customizations": {
    "vscode": {
      "extensions": [
        "charliermarsh.ruff",
        // Types.
        "ms-python.python",
        "tamasfe.even-better-toml"
      ],
      "settings": {
        "editor.formatOnSave": true,
        "python.testing.pytestEnabled": true
      }
    }
  },
  "remoteUser": "vscode",
  "postCreateCommand": "make setup"
}
"""

SETTINGS = '''\
"""Settings of the service."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from churn import data, model

LEVEL = "info"
WORKERS = 4
ROOT = Path(__file__).parent
# Read by the nightly run.
TABLES = [
    "customers",
    "orders",
    "visits",
]


@dataclass
class Settings:
    """What a run needs."""

    region: str
    seed: int = 7
    rate: float = 0.1

    def folder(self) -> Path:
        """Return where results go."""
        name = f"{self.region}-{self.seed}"
        return ROOT / "results" / name


def load(path: Path) -> Settings:
    """Read settings from a file."""
    values = data.read(path)
    if not values:
        raise ValueError(path)
    # The environment wins.
    region = os.environ.get("REGION", values["region"])
    return Settings(region=region, seed=int(values["seed"]))


def train(settings: Settings) -> float:
    """Train a model and return its score."""
    frame = data.load(settings.region)
    fitted = model.fit(frame, rate=settings.rate)
    for name in TABLES:
        fitted.log(name)
    return fitted.score()
'''

SESSIONS = """\
import nox

nox.options.sessions = ["lint", "tests"]
PYTHONS = ["3.11", "3.12"]


@nox.session
def lint(session):
    session.install("ruff==0.5.0")
    session.run("ruff", "check")


@nox.session(python=PYTHONS)
def tests(session):
    session.install(".", "pytest>=8.2")
    session.run("pytest", *session.posargs)


@nox.session
def docs(session):
    session.install("mkdocs>=1.6")
    session.run("mkdocs", "build")
"""

MAKEFILE = """\
UV_VERSION ?= 0.5.1
PYTHON := python3.11
export LEVEL = info

.PHONY: setup check test
# What everybody types first.
setup: ## install everything
\t$(PYTHON) -m venv .venv
\t.venv/bin/pip install --editable .

check: setup
\t# the fast one first
\t.venv/bin/ruff check
\t.venv/bin/mypy src

test: setup
\t.venv/bin/pytest --quiet tests

ifdef CI
REPORT = coverage.xml
endif

build: check test
\t.venv/bin/python -m build
"""

DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG UV_VERSION=0.5.1
FROM ghcr.io/astral-sh/uv:0.5.1 AS uv
FROM python:3.11-slim AS build
ENV LEVEL=info WORKERS=4

# What the wheels need.
RUN apt-get update \\
    && apt-get install --yes build-essential curl \\
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=uv /uv /usr/local/bin/uv
COPY pyproject.toml .
RUN uv sync --no-dev

FROM python:3.11-slim
COPY --from=build /app /app
USER 1000
EXPOSE 8000
CMD ["churn", "serve"]
"""

README = """\
# Churn

[![CI](https://example.org/churn/ci.svg)](https://example.org/churn/ci)

Tells which customers leave, and why they do it.

## Start

Install the tools, then train a first model:

```bash
make setup
make train
```

## How it works

- Data comes from the warehouse every night.
- A model is trained on it every week.
- Its scores are written back to the warehouse.

| what | where |
|---|---|
| settings | `params.yaml` |
| results | `results/` |

## Rules

Say what you change, and why you change it.
Ask before you deploy on a Friday.
"""

GUIDE = """\
# Work on it

Clone the repo and ask for access to the warehouse.

1. Make a branch.
2. Run `make check`.
3. Open a request.

Releases are made by the platform team on Mondays.
They read the changelog first.
"""

IGNORED = """\
# Python
__pycache__/
*.pyc
.venv/

# Results
results/
*.log
!keep.log

# Editors
.idea/
.vscode/
"""

DOCKER_IGNORED = """\
.git
.venv
dist/
*.egg-info
results/
"""

REQUIREMENTS = """\
# What runs.
numpy>=1.26
pandas>=2.2,<3
pydantic[email]>=2.7

# What tests.
pytest>=8.2  # with plugins
ruff==0.5.0
"""

TOX = """\
[tox]
minversion = 4.11
envlist = py311, py312, lint

[testenv]
deps =
    pytest>=8.2
    hypothesis>=6.100
commands =
    pytest {posargs}

# Only the linter.
[testenv:lint]
skip_install = true
deps = ruff==0.5.0
commands = ruff check
"""

SCRIPT = """\
#!/bin/sh
set -eu

# Where things are.
ROOT=$(dirname "$0")/..
LEVEL=${LEVEL:-info}

echo "start"
cd "$ROOT"
if [ -z "${CI:-}" ]; then
    python3 -m venv .venv
fi
python3 -m pip install --editable .
echo "done"
"""

SEEDS = {
    ".devcontainer/devcontainer.json": CONTAINER,
    ".dockerignore": DOCKER_IGNORED,
    ".github/workflows/ci.yml": WORKFLOW,
    ".gitignore": IGNORED,
    ".gitlab-ci.yml": PIPELINE,
    ".pre-commit-config.yaml": HOOKS,
    "CONTRIBUTING.md": GUIDE,
    "Dockerfile": DOCKERFILE,
    "Makefile": MAKEFILE,
    "README.md": README,
    "docker-compose.yml": SERVICES,
    "environment.yml": ENVIRONMENT,
    "mkdocs.yml": SITE,
    "noxfile.py": SESSIONS,
    "package.json": PACKAGE,
    "pyproject.toml": PYPROJECT,
    "requirements.txt": REQUIREMENTS,
    "scripts/bootstrap.sh": SCRIPT,
    "src/churn/settings.py": SETTINGS,
    "tox.ini": TOX,
}
"""Files by the path at which they stand in a repo."""

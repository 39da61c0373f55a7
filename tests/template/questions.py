"""The questions of copier.yml, as tests ask them, and how to render with chosen answers."""

import ast
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import copier
import yaml

SUITE = Path(__file__).parents[2]
TEMPLATE = SUITE / "template" / "model"
ANSWERS = ".copier-answers.yml"

# An answer to each question without choices that is not its default. A new question without
# choices fails its tests until it has one here.
OTHER: dict[str, Any] = {
    "project_name": "Late trains",
    "project_slug": "late-trains",
    "package": "late_trains",
    "description": "Tells which trains are late.",
    "owner": "Rail team",
    "tracking_uri": "https://mlflow.example.com/base",
    "dvc_remote": "s3://team-bucket/late-trains",
    "library_index": "https://packages.example.com/simple",
}

# One address for each kind of storage that `dvc_remote` takes.
REMOTES = {
    "folder": "/mnt/team/data",
    "s3": "s3://team-bucket/path",
    "gs": "gs://team-bucket/path",
    "azure": "azure://container/path",
    "ssh": "ssh://git@host/srv/data",
}


def config() -> dict[str, Any]:
    """Return copier.yml."""
    return deepcopy(_config())


@cache
def _config() -> dict[str, Any]:
    loaded = yaml.safe_load((SUITE / "copier.yml").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def asked() -> dict[str, dict[str, Any]]:
    """Return the questions that a person is asked, by name."""
    found = {name: spec for name, spec in config().items() if not name.startswith("_")}
    return {name: spec for name, spec in found.items() if spec.get("when") is not False}


def choices(question: str) -> list[Any]:
    """Return the answers that a question offers; none where it takes any."""
    offered = asked()[question].get("choices", [])
    return list(offered.values()) if isinstance(offered, dict) else list(offered)


def other_answer(question: str, default: Any) -> Any:
    """Return a good answer that is not the default."""
    offered = [choice for choice in choices(question) if choice != default]
    return offered[0] if offered else OTHER[question]


def recorded(render: Path) -> dict[str, Any]:
    """Return the answers that a render has written down, without Copier's own keys."""
    values = yaml.safe_load((render / ANSWERS).read_text("utf-8"))
    return {name: value for name, value in values.items() if not name.startswith("_")}


def contents(render: Path) -> dict[str, bytes]:
    """Return the content of each file of a render by its path."""
    return {p.relative_to(render).as_posix(): p.read_bytes() for p in walk(render)}


def walk(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, sorted; those of git and of caches are left out."""
    hidden = {".git", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache"}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not hidden.intersection(path.relative_to(folder).parts):
            yield path


def parse(path: Path) -> Any:
    """Return a file as what its suffix says it is; its text where that is nothing special."""
    parsers: dict[str, Callable[[str], Any]] = {
        ".toml": tomllib.loads,
        ".yaml": yaml.safe_load,
        ".yml": yaml.safe_load,
        ".py": ast.parse,
    }
    return parsers.get(path.suffix, str)(path.read_text("utf-8"))


def rendered(suite: Path, target: Path, **answers: Any) -> Path:
    """Render a suite with answers, and return the folder."""
    copier.run_copy(str(suite), target, data=answers, defaults=True, quiet=True)
    return target

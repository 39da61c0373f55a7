"""What copier asks, what may be answered, and which files an answer changes."""

import re
import tempfile
from pathlib import Path
from typing import Any

import yaml
from jinja2 import FileSystemLoader
from jinja2.sandbox import SandboxedEnvironment

from .renders import GENERATED, SUITE, answers, code, render, table

# Another answer to each question without choices; renders with it show which files depend on it.
OTHER = {
    "project_name": "Churn",
    "project_slug": "churn",
    "package": "churn",
    "description": "Predicts which customers leave.",
    "owner": "Pricing team",
    "tracking_uri": "https://mlflow.example.com",
    "dvc_remote": "s3://team-bucket/churn",
    "library_index": "https://packages.example.com/simple",
}
# An answer that every validator refuses: the message says what is allowed.
REFUSED = "\n://\n"
INTRODUCTION = """
# Questions

What `copier copy` asks, in this order. `--data NAME=ANSWER` answers ahead of it, `--defaults`
takes the defaults. `.copier-answers.yml` of the generated repo keeps the answers for updates.
"""


def page(repo: Path) -> str:
    """Return the page; `repo` is a render of the default answers."""
    spec = yaml.safe_load((SUITE / "copier.yml").read_text("utf-8"))
    asked = {n: q for n, q in spec.items() if not n.startswith("_") and q.get("when") is not False}
    sections = [_section(name, question, repo) for name, question in asked.items()]
    return "\n".join([GENERATED + INTRODUCTION, *sections])


def _section(name: str, question: dict[str, Any], repo: Path) -> str:
    given = answers(repo)
    lines = [f"## `{name}`\n", f"{_filled(question['help'], given)}\n"]
    if "choices" in question:
        choices = question["choices"]
        meanings = {a: m for m, a in choices.items()} if isinstance(choices, dict) else {}
        if meanings:
            lines.append(table(["answer", "means"], [[code(a), m] for a, m in meanings.items()]))
        else:
            lines.append(f"One of {', '.join(map(code, choices))}.\n")
        others = [answer for answer in meanings or choices if answer != given[name]]
    else:
        message = _filled(question["validator"], {**given, name: REFUSED}).strip()
        lines.append(f"{message.rstrip('.')}.\n")
        others = [OTHER[name]]
    follows = " (follows from earlier answers)" if "{" in question["default"] else ""
    lines.append(f"Default: {code(given[name]) or 'empty'}{follows}.\n")
    lines.append(f"Changes {', '.join(map(code, _changed(repo, name, others)))}.\n")
    return "\n".join(lines)


def _filled(text: str, given: dict[str, str]) -> str:
    extensions = ["jinja2_ansible_filters.AnsibleCoreFiltersExtension"]
    jinja = SandboxedEnvironment(loader=FileSystemLoader(SUITE), extensions=extensions)
    return jinja.from_string(text).render(given)


def _changed(repo: Path, name: str, others: list[str]) -> list[str]:
    """Return the files that another answer changes while all other answers stay."""
    found = set()
    with tempfile.TemporaryDirectory() as scratch:
        for other in others:
            one, two = _files(repo), _files(render(Path(scratch), **{**answers(repo), name: other}))
            found |= {path for path in {*one, *two} if one.get(path) != two.get(path)}
    return sorted(found - {".copier-answers.yml"})


def _files(repo: Path) -> dict[str, bytes]:
    package = f"src/{answers(repo)['package']}/"
    files = {str(path.relative_to(repo)): path for path in repo.rglob("*") if path.is_file()}
    # The wheel's name has a version in it, which this page need not follow.
    return {
        re.sub(r"vendor/.*", "vendor", name).replace(package, "src/…/"): path.read_bytes()
        for name, path in sorted(files.items())
    }

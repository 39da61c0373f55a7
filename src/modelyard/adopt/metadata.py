"""What a Python project says of itself, in pyproject.toml, setup.cfg and setup.py."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.adopt.evidence import Evidence


@dataclass(frozen=True)
class Metadata:
    """What one place says; "" and () where it says nothing.

    Attributes:
        place: Such as "pyproject.toml [project]".
        people: Name and address of each author, then of each maintainer.
        licence: As written: an SPDX expression, a name, a classifier.
        python: A version specifier.
        packages: Import packages that the build backend is told.
    """

    place: str
    name: str = ""
    description: str = ""
    people: tuple[tuple[str, str], ...] = ()
    licence: str = ""
    python: str = ""
    packages: tuple[str, ...] = ()


def read(evidence: Evidence) -> list[Metadata]:
    """Return what each place says, the most telling first."""
    found = [_project(evidence), _poetry(evidence), _setup_cfg(evidence), _setup_py(evidence)]
    return [one for one in found if one != Metadata(one.place)]


def _project(evidence: Evidence) -> Metadata:
    project, tool = table(evidence.pyproject, "project"), table(evidence.pyproject, "tool")
    people = [*_list(project.get("authors")), *_list(project.get("maintainers"))]
    licence = project.get("license")
    if isinstance(licence, dict):
        licence = licence.get("text")
    scripts = table(project, "scripts").values()
    return Metadata(
        "pyproject.toml [project]",
        _text(project.get("name")),
        _text(project.get("description")),
        tuple((_text(p.get("name")), _text(p.get("email"))) for p in people if isinstance(p, dict)),
        _text(licence) or _classified(_list(project.get("classifiers"))),
        _text(project.get("requires-python")),
        (*_backend(tool), *(_text(s).partition(":")[0].partition(".")[0] for s in scripts)),
    )


def _backend(tool: Mapping[str, Any]) -> Iterator[str]:
    yield from _names(table(tool, "modelyard").get("package"))
    yield from _names(table(table(tool, "uv"), "build-backend").get("module-name"))
    yield from _names(table(table(tool, "flit"), "module").get("name"))
    setuptools = table(tool, "setuptools")
    yield from _names(setuptools.get("packages"))
    wheel = table(table(table(table(tool, "hatch"), "build"), "targets"), "wheel")
    yield from (name.rpartition("/")[2] for name in _names(wheel.get("packages")))


def _poetry(evidence: Evidence) -> Metadata:
    poetry = table(table(evidence.pyproject, "tool"), "poetry")
    packages = [p for p in _list(poetry.get("packages")) if isinstance(p, dict)]
    people = [*_list(poetry.get("authors")), *_list(poetry.get("maintainers"))]
    return Metadata(
        "pyproject.toml [tool.poetry]",
        _text(poetry.get("name")),
        _text(poetry.get("description")),
        tuple(_person(_text(person)) for person in people),
        _text(poetry.get("license")),
        _caret(_text(table(poetry, "dependencies").get("python"))),
        tuple(_text(p.get("include")).rpartition("/")[2] for p in packages),
    )


def _setup_cfg(evidence: Evidence) -> Metadata:
    parser = evidence.setup_cfg
    about = parser["metadata"] if parser.has_section("metadata") else {}
    options = parser["options"] if parser.has_section("options") else {}
    classifiers = about.get("classifiers", "").splitlines()
    return Metadata(
        "setup.cfg [metadata]",
        _literal(about.get("name", "")),
        _literal(about.get("description", "")),
        ((about.get("author", ""), about.get("author_email", "")),) if "author" in about else (),
        about.get("license", "") or _classified(classifiers),
        options.get("python_requires", ""),
        tuple(_names([name.strip() for name in options.get("packages", "").splitlines()])),
    )


def _setup_py(evidence: Evidence) -> Metadata:
    given: dict[str, Any] = {}
    try:
        tree: ast.AST = ast.parse(evidence.text("setup.py"))
    except (SyntaxError, ValueError, RecursionError):
        tree = ast.Module([], [])
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"setup", "setuptools.setup"}:
            for keyword in call.keywords:
                try:
                    given[keyword.arg or ""] = ast.literal_eval(keyword.value)
                except (ValueError, TypeError):
                    continue
    person = (_text(given.get("author")), _text(given.get("author_email")))
    return Metadata(
        "setup.py",
        _text(given.get("name")),
        _text(given.get("description")),
        (person,) if any(person) else (),
        _text(given.get("license")) or _classified(_list(given.get("classifiers"))),
        _text(given.get("python_requires")),
        tuple(_names(given.get("packages"))),
    )


def table(node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return a table below a table; empty where there is none, or it is something else."""
    found = node.get(key)
    return found if isinstance(found, dict) else {}


def _list(node: Any) -> list[Any]:
    return list(node) if isinstance(node, list | tuple) else []


def _text(node: Any) -> str:
    """Return one line of text; "" for anything else."""
    return " ".join(node.split()) if isinstance(node, str) else ""


def _literal(text: str) -> str:
    """Return a value of setup.cfg, unless it says where the value is (`file:`, `attr:`)."""
    return "" if text.startswith(("file:", "attr:")) else _text(text)


def _names(node: Any) -> Iterator[str]:
    for name in [node] if isinstance(node, str) else _list(node):
        if isinstance(name, str) and re.fullmatch(r"[\w./-]+", name):
            yield name.partition(".")[0]


def _person(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*?)\s*(?:<([^>]*)>)?", text)
    return (found[1], found[2] or "") if found else (text, "")


def _classified(classifiers: list[Any]) -> str:
    found = [_text(c) for c in classifiers if _text(c).startswith("License :: ")]
    return found[0].rpartition(" :: ")[2] if found else ""


def _caret(text: str) -> str:
    """Return a constraint of Poetry as a version specifier: `^3.11` is `>=3.11,<4`."""
    found = re.fullmatch(r"[\^~](\d+)(\.\d+)*", text)
    return f">={text[1:]},<{int(found[1]) + 1}" if found else text

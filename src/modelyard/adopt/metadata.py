"""What a Python project says of itself, in pyproject.toml, setup.cfg and setup.py."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from packaging.utils import canonicalize_name

from modelyard.adopt.evidence import Candidate, Evidence, from_ini, get, items, table
from modelyard.adopt.reasons import AdoptReason


def read(evidence: Evidence) -> Mapping[str, Sequence[Candidate]]:
    """Return what each place says by the field of [project], the most telling place first.

    "license" is an expression, a name or a classifier; "packages" are import packages.
    """
    loaded = evidence.parsed("pyproject.toml", tomllib.loads, AdoptReason.NO_TOML)
    projects = {
        "pyproject.toml [project]": _project(loaded),
        "pyproject.toml [tool.poetry]": _poetry(table(loaded, "tool", "poetry")),
        "setup.cfg [metadata]": _setup(evidence.parsed("setup.cfg", _cfg, AdoptReason.NO_INI)),
        "setup.py": _setup(evidence.parsed("setup.py", _call)),
    }
    found: dict[str, list[Candidate]] = {}
    for place, project in projects.items():
        for field, values in _fields(project).items():
            source = f"{place} {field.replace('emails', 'authors')}"
            lines = filter(None, map(_text, values))
            found.setdefault(field, []).extend(Candidate(one, source) for one in lines)
    return found


def _fields(project: Mapping[str, Any]) -> Mapping[str, Sequence[Any]]:
    people = [*items(project.get("authors")), *items(project.get("maintainers"))]
    classifiers = map(_text, items(project.get("classifiers")))
    licences = (one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License :: "))
    licence = get(project, "license", "text") or project.get("license")
    return {
        "name": [project.get("name")],
        "description": [project.get("description")],
        "authors": [get(person, "name") for person in people],
        "emails": [get(person, "email") for person in people],
        "license": [licence, *licences],
        "requires-python": [project.get("requires-python")],
        "packages": [name for names in project["packages"] for name in _packages(names)],
    }


def _project(loaded: Any) -> Mapping[str, Any]:
    """Return [project], with the import packages that build backends are told."""
    tool, project = table(loaded, "tool"), table(loaded, "project")
    packages = [
        get(tool, "modelyard", "package"),
        get(tool, "uv", "build-backend", "module-name"),
        get(tool, "flit", "module", "name"),
        get(tool, "setuptools", "packages"),
        get(tool, "hatch", "build", "targets", "wheel", "packages"),
        *(_text(script).partition(":")[0] for script in table(project, "scripts").values()),
    ]
    return {**project, "packages": packages}


def _poetry(poetry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return [tool.poetry] in the form of [project]."""
    # "Ada Byron <ada@example.com>"
    people = [*items(poetry.get("authors")), *items(poetry.get("maintainers"))]
    parts = [_text(person).removesuffix(">").partition("<") for person in people]
    python = _text(get(poetry, "dependencies", "python"))
    caret = re.fullmatch(r"[\^~](\d{1,3})(\.\d+)*", python)
    return {
        **poetry,
        "authors": [{"name": name, "email": email} for name, _, email in parts],
        "requires-python": f">={python[1:]},<{int(caret[1]) + 1}" if caret else python,
        "packages": [get(package, "include") for package in items(poetry.get("packages"))],
    }


def _setup(given: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the arguments of `setup` in the form of [project]."""
    given = given or {}
    return {
        **given,
        "authors": [{"name": given.get("author"), "email": given.get("author_email")}],
        "requires-python": given.get("python_requires"),
        "packages": [given.get("packages")],
    }


def _cfg(text: str) -> Mapping[str, Any]:
    """Return the arguments of `setup` as setup.cfg has them."""
    sections = from_ini(text)
    given = {**sections.get("metadata", {}), **sections.get("options", {})}
    # What stands in another file is not looked up.
    plain = {key: value for key, value in given.items() if not value.startswith(("file:", "attr:"))}
    lists = {key: plain.get(key, "").splitlines() for key in ("classifiers", "packages")}
    return {**plain, **lists}


def _call(text: str) -> Mapping[str, Any]:
    """Return the arguments of the call of `setup` that are literals."""
    given: dict[str, Any] = {}
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"setup", "setuptools.setup"}:
            for keyword in call.keywords:
                try:
                    given[keyword.arg or ""] = ast.literal_eval(keyword.value)
                except (ValueError, TypeError):
                    continue
    return given


def _text(node: Any) -> str:
    """Return one line of text; "" for anything else."""
    return " ".join(node.split()) if isinstance(node, str) else ""


def _packages(names: Any) -> Iterator[str]:
    """Give the import packages that names, or folders, mean."""
    for name in map(_text, [names] if isinstance(names, str) else items(names)):
        if re.fullmatch(r"[\w./-]+", name):
            yield name.rpartition("/")[2].partition(".")[0]


def missing_packages(ours: str, theirs: str) -> tuple[str, ...]:
    """Return the requirements of one pyproject.toml whose packages another names nowhere."""
    try:
        standard = items(get(tomllib.loads(theirs), "project", "dependencies"))
    except ValueError:
        return ()
    name = r"[A-Za-z0-9][\w.-]*"
    known = {canonicalize_name(one) for one in re.findall(name, re.sub(r"(?m)(^|\s)#.*", "", ours))}
    wanted = ((one, re.match(name, one)) for one in map(_text, standard))
    return tuple(one for one, found in wanted if found and canonicalize_name(found[0]) not in known)

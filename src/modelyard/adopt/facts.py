"""What a repo tells about each kind of question, the most trustworthy first."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from modelyard.adopt import licences, metadata, packages
from modelyard.adopt.addresses import without_login
from modelyard.adopt.evidence import Evidence, from_ini, from_yaml, get, table

CI_FILES = {
    "github": r"\.github/workflows/.+\.ya?ml",
    "gitlab": r"\.gitlab-ci\.ya?ml",
    "circleci": r"\.circleci/config\.ya?ml",
    "azure": r"azure-pipelines\.ya?ml",
    "bitbucket": r"bitbucket-pipelines\.ya?ml",
    "jenkins": r"Jenkinsfile",
    "travis": r"\.travis\.ya?ml",
}
_COOKIECUTTER: Mapping[str, Callable[[str], Any]] = {
    ".cruft.json": json.loads,
    ".cookiecutter.json": json.loads,
    "cookiecutter_replay.json": json.loads,
    "docs/cookiecutter_input.json": json.loads,
    ".cookiecutterrc": from_yaml,
}
_LONGEST = 160
"""A first sentence of more characters describes no project."""
_MINOR = re.compile(r"(?<![\d.])3\.\d{1,2}(?!\d)")
_SETTINGS = r"(.*/)?(\.env[\w.]*|docker-compose[\w.]*\.ya?ml|compose\.ya?ml|Makefile)"
_TRACKING = re.compile(
    r"""(?:MLFLOW_TRACKING_URI[ \t]*(?:[?+]?=|:=?)[ \t]*|set_tracking_uri\()["']?(https?://[^\s"')]+)"""
)
_CI_PYTHON = re.compile(
    r"""(?:python(?:-version)?|PYTHON)["']?:((?:\s*(?:-|\[|,)?\s*["']?3\.\d+["']?)+|.*)"""
)
"""What follows the key, or the name of an image, on its line or as a list of versions below it."""


class Candidate(NamedTuple):
    """A value that may answer a question, and where it was found."""

    value: Any
    source: str


Facts = Mapping[str, list[Candidate]]
"""Candidates by kind of question: "title", "slug", "package" and so on."""


def gather(evidence: Evidence) -> Facts:
    """Look for everything that a question may be about."""
    places = metadata.read(evidence)
    remote = evidence.remote

    def said(field: str) -> list[Candidate]:
        return [
            Candidate(value, f"{one.place} {field}")
            for one in places
            for value in one.fields.get(field, ())
        ]

    of_remote = (
        {key: [Candidate(v, "git remote")] for key, v in remote._asdict().items()} if remote else {}
    )
    names = [
        *said("name"),
        *of_remote.get("name", ()),
        Candidate(evidence.repo.name, "the folder's name"),
    ]
    slugs = [Candidate(packages.slug(one.value), one.source) for one in names]
    imports = [Candidate(packages.import_name(one.value), one.source) for one in names]
    required = said("requires-python")
    return {
        "title": list(_titles(evidence, slugs)),
        # Some templates want a name that Python can import.
        "slug": [*slugs, *imports],
        "package": [*_packages(evidence, places), *imports],
        "description": [*said("description"), *_first_sentence(evidence)],
        "author": said("authors"),
        "email": said("emails"),
        "organisation": of_remote.get("owner", []),
        "url": of_remote.get("url", []),
        "host": of_remote.get("host", []),
        "license": [*_licences(evidence), *_named_licences(said("license"))],
        "python": list(_pythons(evidence)),
        "requires": required,
        "oldest": [
            Candidate(found[1], one.source)
            for one in required
            if (found := re.search(r">=\s*(3\.\d+)", one.value))
        ],
        "ci": _ci(evidence),
        "tracking": list(_tracking(evidence)),
        "dvc": list(_dvc(evidence)),
    }


def cookiecutter(evidence: Evidence) -> Mapping[str, Candidate]:
    """Return the answers to the Cookiecutter template that a repo was made from, by variable."""
    for path, parse in _COOKIECUTTER.items():
        found = evidence.parsed(path, parse)
        for wrapper in ("default_context", "context", "cookiecutter"):
            found = table(found).get(wrapper, found)
        answers = {
            key: Candidate(value, f"{path} {key}")
            for key, value in table(found).items()
            if not key.startswith("_") and isinstance(value, str | int | float | bool)
        }
        if answers:
            return answers
    return {}


def _titles(evidence: Evidence, slugs: list[Candidate]) -> Iterator[Candidate]:
    heading = re.search(r"^#\s+([^\[\]<>!`{}]{2,60}?)\s*#*\s*$", evidence.text("README.md"), re.M)
    if heading and packages.slug(heading[1]) in {one.value for one in slugs}:
        yield Candidate(heading[1], "README.md, its heading")
    for value, source in slugs:
        if words := value.replace("-", " ").strip():
            yield Candidate(words[0].upper() + words[1:], source)
    yield from slugs


def _first_sentence(evidence: Evidence) -> Iterator[Candidate]:
    paragraphs = re.split(r"\n\s*\n", evidence.text("README.md").replace("\r\n", "\n"))
    plain = (" ".join(p.split()) for p in paragraphs if re.match(r"[A-Z][^\[\]<>`|*{}]+$", p))
    sentence = re.split(r"(?<=[.!?]) ", next(plain, ""))[0]
    if sentence and len(sentence) <= _LONGEST:
        yield Candidate(sentence, "README.md, its first sentence")


def _packages(evidence: Evidence, places: list[metadata.Metadata]) -> Iterator[Candidate]:
    folders = packages.importable(evidence.repo.tree)
    there = {PurePosixPath(folder).name: folder for folder in folders}
    for place, fields in places:
        for name in filter(there.__contains__, fields["packages"]):
            yield Candidate(name, f"{place}, and {there[name]}/")
    for place, fields in places:
        for name in filter(there.__contains__, map(packages.import_name, fields["name"])):
            yield Candidate(name, f"{there[name]}/, named as in {place}")
    if len(folders) == 1:
        yield Candidate(PurePosixPath(folders[0]).name, f"{folders[0]}/, the only package")


def _licences(evidence: Evidence) -> Iterator[Candidate]:
    for path in evidence.paths(r"(?i)licen[cs]e[^/]*"):
        if spdx := licences.of_text(evidence.text(path)):
            yield Candidate(spdx, path)


def _named_licences(said: list[Candidate]) -> Iterator[Candidate]:
    for one in said:
        if spdx := licences.of_name(one.value):
            yield Candidate(spdx, one.source)


def _pythons(evidence: Evidence) -> Iterator[Candidate]:
    """Minor versions of Python, such as "3.12"."""
    for path in (".python-version", "runtime.txt"):
        if found := _MINOR.search(evidence.text(path)):
            yield Candidate(found[0], path)
    for path in evidence.paths(r"(.*/)?Dockerfile"):
        if found := re.search(r"^FROM\s+\S*python:(3\.\d+)", evidence.text(path), re.M):
            yield Candidate(found[1], path)
    for path in evidence.paths("|".join(CI_FILES.values())):
        tested = {
            minor
            for said in _CI_PYTHON.findall(evidence.text(path))
            for minor in _MINOR.findall(said)
        }
        for minor in sorted(tested, key=lambda m: int(m.partition(".")[2]), reverse=True):
            yield Candidate(minor, path)


def _ci(evidence: Evidence) -> list[Candidate]:
    host = evidence.remote.host if evidence.remote else ""
    found = [
        Candidate(n, path) for n, pattern in CI_FILES.items() for path in evidence.paths(pattern)
    ]
    # A repo that has moved may have kept the files of its last forge.
    found.sort(key=lambda one: one.value not in host)
    return found or [Candidate(n, "git remote") for n in ("github", "gitlab") if n in host]


def _tracking(evidence: Evidence) -> Iterator[Candidate]:
    for path in [*evidence.paths(_SETTINGS), *evidence.paths(r".*\.py")]:
        for address in _TRACKING.findall(evidence.text(path)):
            yield Candidate(without_login(address), path)


def _dvc(evidence: Evidence) -> Iterator[Candidate]:
    """Find the default remote of DVC, else the only one."""
    sections = evidence.parsed(".dvc/config", from_ini) or {}
    urls = {
        name[1]: without_login(fields["url"])
        for section, fields in sections.items()
        if (name := re.search(r'remote "([^"]*)"', section)) and "url" in fields
    }
    sole = next(iter(urls.values())) if len(urls) == 1 else ""
    yield Candidate(urls.get(get(sections, "core", "remote")) or sole, ".dvc/config")

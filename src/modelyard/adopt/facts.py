"""What a repo tells about each kind of question, the most trustworthy first."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from modelyard.adopt import licences, metadata, packages
from modelyard.adopt.addresses import recordable
from modelyard.adopt.evidence import Candidate, Evidence, from_ini, from_yaml, get, table

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
# The kind of fact, the files that tell it, and how they do.
_TEXTS = (
    ("python", r"\.python-version|runtime\.txt", r"(?<![\d.])(3\.\d{1,2})(?!\d)"),
    ("python", r"(.*/)?Dockerfile", r"(?m)^FROM\s+\S*python:(3\.\d+)"),
    (
        "tracking",
        r"(.*/)?(\.env[\w.]*|docker-compose[\w.]*\.ya?ml|compose\.ya?ml|Makefile)",
        r"MLFLOW_TRACKING_URI[ \t]*(?:[?+]?=|:=?)[ \t]*[\"']?(https?://[^\s\"']+)",
    ),
    ("tracking", r".*\.py", r"set_tracking_uri\([^)]?(https?://[^\s\"')]+)"),
)
# What follows the key, or the name of an image, on its line or as a list of versions below it.
_CI_PYTHON = re.compile(
    r"(?:python(?:-version)?|PYTHON)[\"']?:((?:[\s\[,-]*[\"']?3\.\d+[\"']?)+|.*)"
)
_HEADING = re.compile(r"^#[ \t]+([^\s\[\]<>!`{}][^\n\[\]<>!`{}]{1,60})$", re.M)
_PROSE = re.compile(r"[A-Z][^\[\]<>`|*{}]+$")
_LONGEST = 160
"""A first sentence of more characters describes no project."""

Facts = Mapping[str, Sequence[Candidate]]
"""Candidates by kind of question: "title", "slug", "package" and so on."""


def gather(evidence: Evidence) -> Facts:
    """Look for everything that a question may be about."""
    said, remote = metadata.read(evidence), evidence.remote
    addresses = remote._asdict() if remote else {}
    of_remote = {key: [Candidate(value, "git remote")] for key, value in addresses.items()}
    folder = Candidate(evidence.repo.name, "the folder's name")
    names = [*said["name"], *of_remote.get("name", ()), folder]
    slugs = [Candidate(packages.slug(name), source) for name, source in names]
    imports = [Candidate(packages.import_name(name), source) for name, source in names]
    in_texts = {kind: list(_in_texts(evidence, kind)) for kind, _, _ in _TEXTS}
    licence_names = (Candidate(licences.of_name(name), source) for name, source in said["license"])
    return {
        "title": [*_titles(evidence, slugs), *slugs],
        # Some templates want a name that Python can import.
        "slug": [*slugs, *imports],
        "package": [*_packages(evidence, said), *imports],
        "description": [*said["description"], *_first_sentence(evidence)],
        "author": said["authors"],
        "email": said["emails"],
        "organisation": of_remote.get("owner", []),
        "url": of_remote.get("url", []),
        "host": of_remote.get("host", []),
        "license": [*_licence_texts(evidence), *licence_names],
        "python": [*in_texts["python"], *_tested_pythons(evidence)],
        "requires": said["requires-python"],
        "ci": _ci(evidence),
        "tracking": [Candidate(recordable(url), path) for url, path in in_texts["tracking"]],
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


def _in_texts(evidence: Evidence, wanted: str) -> Iterator[Candidate]:
    for kind, files, pattern in _TEXTS:
        for path in evidence.paths(files) if kind == wanted else ():
            for found in re.finditer(pattern, evidence.text(path)):
                yield Candidate(found[1], path)


def _titles(evidence: Evidence, slugs: Sequence[Candidate]) -> Iterator[Candidate]:
    heading = _HEADING.search(evidence.text("README.md"))
    title = heading[1].rstrip("# \t\r") if heading else ""
    if packages.slug(title) in {slug for slug, _ in slugs}:
        yield Candidate(title, "README.md, its heading")
    for slug, source in slugs:
        words = slug.replace("-", " ").strip()
        yield Candidate(words[:1].upper() + words[1:], source)


def _first_sentence(evidence: Evidence) -> Iterator[Candidate]:
    paragraphs = re.split(r"\n\s*\n", evidence.text("README.md").replace("\r\n", "\n"))
    prose = next((" ".join(one.split()) for one in paragraphs if _PROSE.match(one)), "")
    sentence = re.split(r"(?<=[.!?]) ", prose)[0]
    if len(sentence) <= _LONGEST:
        yield Candidate(sentence, "README.md, its first sentence")


def _packages(evidence: Evidence, said: Facts) -> Iterator[Candidate]:
    folders = packages.importable(evidence.repo.tree)
    there = {PurePosixPath(folder).name: folder for folder in folders}
    for name, source in said["packages"]:
        if name in there:
            yield Candidate(name, f"{source}, and {there[name]}/")
    for name, source in said["name"]:
        if folder := there.get(packages.import_name(name)):
            yield Candidate(packages.import_name(name), f"{folder}/, named as in {source}")
    if len(folders) == 1:
        yield Candidate(PurePosixPath(folders[0]).name, f"{folders[0]}/, the only package")


def _licence_texts(evidence: Evidence) -> Iterator[Candidate]:
    for path in evidence.paths(r"(?i)licen[cs]e[^/]*"):
        yield Candidate(licences.of_text(evidence.text(path)), path)


def _tested_pythons(evidence: Evidence) -> Iterator[Candidate]:
    """Give the minor versions of Python, such as "3.12", in CI, the newest first."""
    for path in evidence.paths("|".join(CI_FILES.values())):
        said = " ".join(_CI_PYTHON.findall(evidence.text(path)))
        minors = {int(minor) for minor in re.findall(r"(?<![\d.])3\.(\d{1,2})(?!\d)", said)}
        yield from (Candidate(f"3.{minor}", path) for minor in sorted(minors, reverse=True))


def _ci(evidence: Evidence) -> Sequence[Candidate]:
    host = evidence.remote.host if evidence.remote else ""
    found = [Candidate(n, path) for n, files in CI_FILES.items() for path in evidence.paths(files)]
    # A repo that has moved may have kept the files of its last forge.
    found.sort(key=lambda one: one.value not in host)
    return found or [Candidate(n, "git remote") for n in ("github", "gitlab") if n in host]


def _dvc(evidence: Evidence) -> Iterator[Candidate]:
    """Find the default remote of DVC, else the only one."""
    sections = table(evidence.parsed(".dvc/config", from_ini))
    urls = {
        name[1]: recordable(fields["url"])
        for section, fields in sections.items()
        if (name := re.search(r'remote "([^"]*)"', section)) and "url" in fields
    }
    sole = next(iter(urls.values())) if len(urls) == 1 else ""
    yield Candidate(urls.get(get(sections, "core", "remote")) or sole, ".dvc/config")

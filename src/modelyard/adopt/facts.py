"""What a repo tells about each kind of question, the most trustworthy first."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from modelyard.adopt import licences, metadata, packages
from modelyard.adopt.evidence import Evidence, walk, without_login
from modelyard.gitrepo import git

_CI = {
    "github": re.compile(r"\.github/workflows/.+\.ya?ml"),
    "gitlab": re.compile(r"\.gitlab-ci\.ya?ml"),
    "circleci": re.compile(r"\.circleci/config\.ya?ml"),
    "azure": re.compile(r"azure-pipelines\.ya?ml"),
    "bitbucket": re.compile(r"bitbucket-pipelines\.ya?ml"),
    "jenkins": re.compile(r"Jenkinsfile"),
    "travis": re.compile(r"\.travis\.ya?ml"),
}
_LONGEST = 160
"""A first sentence of more characters describes no project."""
_MINOR = re.compile(r"(?<![\d.])3\.\d{1,2}(?!\d)")
_SETTINGS = re.compile(r"(.*/)?(\.env[\w.]*|docker-compose[\w.]*\.ya?ml|compose\.ya?ml|Makefile)")
_TRACKING = re.compile(r"MLFLOW_TRACKING_URI\s*[:?+]?=\s*|MLFLOW_TRACKING_URI:\s*")


_SET_TRACKING = "set_tracking_uri\\([^)]?https?://[^\"') ]+"


class Candidate(NamedTuple):
    """A value that may answer a question, and where it was found."""

    value: Any
    source: str


Facts = Mapping[str, list[Candidate]]
"""Candidates by kind: title, slug, package, description, author, email, organisation, license,
python, requires, url, host, ci, tracking, dvc."""


def gather(evidence: Evidence) -> Facts:
    """Look for everything that a question may be about."""
    places = metadata.read(evidence)
    found: dict[str, list[Candidate]] = {
        "title": list(_titles(evidence, places)),
        "slug": list(_slugs(evidence, places)),
        "package": list(_packages(evidence, places)),
        "license": list(_licences(evidence, places)),
        "python": list(_pythons(evidence)),
        "requires": [Candidate(p.python, _at(p, "requires-python")) for p in places if p.python],
        "ci": list(_ci(evidence)),
        "tracking": list(_tracking(evidence)),
        "dvc": list(_dvc(evidence)),
        "description": list(_descriptions(evidence, places)),
    }
    people = [(p, person) for p in places for person in p.people]
    found["author"] = [Candidate(name, _at(p, "authors")) for p, (name, _) in people if name]
    found["email"] = [Candidate(mail, _at(p, "authors")) for p, (_, mail) in people if mail]
    remote = evidence.remote
    for kind, value in zip(
        ("url", "host", "organisation"),
        (remote.url, remote.host, remote.owner) if remote else (),
        strict=False,
    ):
        found[kind] = [Candidate(value, "git remote")]
    return found


def _at(place: metadata.Metadata, key: str) -> str:
    return f"{place.place} {key}"


def _titles(evidence: Evidence, places: list[metadata.Metadata]) -> Iterator[Candidate]:
    slugs = list(_slugs(evidence, places))
    heading = re.search(r"^#\s+([^\[\]<>!`{}]{2,60}?)\s*#*\s*$", evidence.text("README.md"), re.M)
    known = {packages.named(slug.value) for slug in slugs}
    if heading and packages.named(heading[1]) in known:
        yield Candidate(heading[1], "README.md, its heading")
    for slug in slugs:
        words = re.sub(r"[-_.\s]+", " ", slug.value).strip()
        if words:
            yield Candidate(words[0].upper() + words[1:], slug.source)


def _descriptions(evidence: Evidence, places: list[metadata.Metadata]) -> Iterator[Candidate]:
    for place in places:
        if place.description:
            yield Candidate(place.description, _at(place, "description"))
    paragraphs = re.split(r"\n\s*\n", evidence.text("README.md").replace("\r\n", "\n"))
    plain = (" ".join(p.split()) for p in paragraphs if re.match(r"[A-Z][^\[\]<>`|*{}]+$", p))
    if first := next(plain, ""):
        sentence = re.split(r"(?<=[.!?]) ", first)[0]
        if len(sentence) <= _LONGEST:
            yield Candidate(sentence, "README.md, its first sentence")


def _slugs(evidence: Evidence, places: list[metadata.Metadata]) -> Iterator[Candidate]:
    for place in places:
        if place.name:
            yield Candidate(re.sub(r"[-_.\s]+", "-", place.name).lower(), _at(place, "name"))
    if evidence.remote:
        yield Candidate(re.sub(r"[-_.\s]+", "-", evidence.remote.name).lower(), "git remote")
    yield Candidate(re.sub(r"[-_.\s]+", "-", evidence.repo.name).lower(), "the folder's name")


def _packages(evidence: Evidence, places: list[metadata.Metadata]) -> Iterator[Candidate]:
    folders = packages.importable(evidence.repo.tree)
    there = {PurePosixPath(folder).name: folder for folder in folders}
    for place in places:
        for name in place.packages:
            if name in there:
                yield Candidate(name, f"{place.place}, and {there[name]}/")
    for place in places:
        name = packages.named(place.name)
        if name in there:
            yield Candidate(name, f"{there[name]}/, named as in {place.place}")
    if len(folders) == 1:
        yield Candidate(PurePosixPath(folders[0]).name, f"{folders[0]}/, the only package")


def _licences(evidence: Evidence, places: list[metadata.Metadata]) -> Iterator[Candidate]:
    for path in sorted(p for p in evidence.repo.tree if re.fullmatch(r"(?i)licen[cs]e[^/]*", p)):
        if spdx := licences.of_text(evidence.text(path)):
            yield Candidate(spdx, path)
    for place in places:
        if spdx := licences.of_name(place.licence):
            yield Candidate(spdx, _at(place, "license"))


def _pythons(evidence: Evidence) -> Iterator[Candidate]:
    """Minor versions of Python, such as "3.12"."""
    for path in (".python-version", "runtime.txt"):
        if found := _MINOR.search(evidence.text(path)):
            yield Candidate(found[0], path)
    for path in sorted(p for p in evidence.repo.tree if PurePosixPath(p).name == "Dockerfile"):
        if found := re.search(r"^FROM\s+\S*python:(3\.\d+)", evidence.text(path), re.M):
            yield Candidate(found[1], path)
    for path in sorted(p for p in evidence.repo.tree if any(c.fullmatch(p) for c in _CI.values())):
        written = evidence.yaml(path)
        values = [v for k, v in walk(written) if k in {"python-version", "python", "PYTHON"}]
        values += [v for k, v in walk(written) if k == "image" and "python:" in str(v)]
        minors = {minor for value in values for minor in _MINOR.findall(str(value))}
        for minor in sorted(minors, key=lambda m: int(m.partition(".")[2]), reverse=True):
            yield Candidate(minor, path)


def _ci(evidence: Evidence) -> Iterator[Candidate]:
    host = evidence.remote.host if evidence.remote else ""
    found = [
        Candidate(name, path)
        for name, pattern in _CI.items()
        for path in sorted(evidence.repo.tree)
        if pattern.fullmatch(path)
    ]
    # A repo that has moved may have kept the files of its last forge.
    found.sort(key=lambda one: one.value not in host)
    yield from found
    if not found and evidence.remote:
        yield from (Candidate(n, "git remote") for n in ("github", "gitlab") if n in host)


def _tracking(evidence: Evidence) -> Iterator[Candidate]:
    for path in sorted(p for p in evidence.repo.tree if _SETTINGS.fullmatch(p)):
        for line in evidence.text(path).splitlines():
            name = _TRACKING.search(line)
            value = line[name.end() :].strip().strip("\"'") if name else ""
            if value.startswith(("http://", "https://")) and without_login(value):
                yield Candidate(without_login(value.split()[0]), path)
    tree = f"{evidence.repo.head}:{evidence.repo.prefix}"
    words = ["grep", "-z", "-I", "-o", "-E", _SET_TRACKING, tree, "--", "*.py"]
    _, out = git.run(evidence.repo.folder, *words, codes=(0, 1))
    for line in out.decode("utf-8", "replace").splitlines():
        path, _, found = line.removeprefix(tree).removeprefix(":").partition("\0")
        if url := without_login("http" + found.partition("http")[2]):
            yield Candidate(url, path)


def _dvc(evidence: Evidence) -> Iterator[Candidate]:
    """Find the default remote of DVC, else the only one."""
    text = evidence.text(".dvc/config")
    sections = re.split(r"^\s*\[(.*)\]\s*$", text, flags=re.M)
    urls, chosen = {}, ""
    for head, body in zip(sections[1::2], sections[2::2], strict=True):
        values = dict(re.findall(r"^\s*(\w+)\s*=\s*(.*?)\s*$", body, re.M))
        name = re.search(r'remote "([^"]*)"', head)
        if name and "url" in values:
            urls[name[1]] = values["url"]
        chosen = values.get("remote", chosen) if head == "core" else chosen
    url = urls.get(chosen) or (next(iter(urls.values())) if len(urls) == 1 else "")
    if url and without_login(url):
        yield Candidate(without_login(url), ".dvc/config")

"""Matches what a repo tells to the questions of a template, by rules for the names of questions."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.specifiers import SpecifierSet

from modelyard.adopt import facts, licences
from modelyard.adopt.addresses import without_logins
from modelyard.adopt.evidence import Candidate, Evidence, items
from modelyard.adopt.facts import Facts
from modelyard.template import config
from modelyard.template.source import Version

# The first rule that fits a question's name tells which facts may answer it.
_RULES = (
    (r"project_?name|name|(\w+_)?(title|(human|display|friendly)_name)", "title"),
    (r"(\w+_)?slug|repo(sitory)?(_name)?|(dist(ribution)?|pypi|app)(_package)?_?name", "slug"),
    (r"((python|import)_)?(package|pkg|module)(_?(import_)?(name|dir))?|import_name", "package"),
    (r"(\w+_)?(description|summary|tagline)", "description"),
    (r"(\w+_)?e?mail(_address)?", "email"),
    (r"(\w+_)?(author|maintainer)s?(_(full_?)?name)?|full_?name", "author"),
    (r"owner|team", "owner"),
    (r"(\w+_)?(org|organi[sz]ation|namespace|group)(_name)?", "organisation"),
    (r"(github|gitlab|repo(sitory)?|git|vcs)_(user(name)?|owner|handle|account)", "organisation"),
    (r"(\w+_)?licen[cs]e(_(type|name|id))?|open_source_license", "license"),
    (r"(min(imum)?|oldest|lowest)_python(_version)?|python_(min|minimum)(_version)?", "oldest"),
    (r"(\w+_)?python(_version|_interpreter)?", "python"),
    (r"(repo(sitory)?|project|git|github|gitlab|source|home(page)?)_url|url|homepage", "url"),
    (r"(git_|repo(sitory)?_)?(host|forge|provider|platform)", "host"),
    (r"ci|ci_(provider|system|service|platform|tool)|(\w+_)?pipeline_provider", "ci"),
    (r"(mlflow_)?tracking_(uri|url|server)|mlflow_(uri|url|server)", "tracking"),
    (r"(dvc|data)_(remote|storage)(_url)?", "dvc"),
)
_FORGE_ENDINGS = re.compile(r"(actions|ci|cicd|com|org|pipelines|devops)$")


def all_candidates(version: Version, evidence: Evidence) -> Mapping[str, list[Candidate]]:
    """Return what may answer each question of a template, the best first; no secrets."""
    told, cookiecutter = facts.gather(evidence), facts.cookiecutter(evidence)
    settings = config.read(version)
    return {
        name: _candidates(name, about if isinstance(about, dict) else {}, told, cookiecutter)
        for name, about in settings.asked.items()
        if name not in settings.secrets
    }


def _candidates(
    name: str, about: Mapping[str, Any], told: Facts, cookiecutter: Mapping[str, Candidate]
) -> list[Candidate]:
    kind, choices = _kind(name), list(_choices(about.get("choices")))
    found = [*told.get("author" if kind == "owner" else kind, ())]
    if kind == "oldest":
        found += _oldest(told)
    if kind == "python":
        found += _allowed([about.get("default"), *(value for _, value in choices)], told)
    kinds = {kind, "author"} if kind == "owner" else {kind} - {""}
    alike = [key for key in cookiecutter if key != name and _kind(key) in kinds]
    answered = [cookiecutter[key] for key in (name, *alike) if key in cookiecutter]
    # A person chose the title once; everything else is truer where it is used today.
    found = [*answered, *found] if kind == "title" else [*found, *answered]
    if kind == "owner":
        found += told["organisation"]
    fitting: dict[str, Candidate] = {}
    for value, source in (one for one in found if one.value != ""):
        plain = without_logins(value) if isinstance(value, str) else value
        for answer in _fitting(plain, kind, choices) if choices else [plain]:
            taken = [answer] if about.get("multiselect") else answer
            fitting.setdefault(repr(taken), Candidate(taken, source))
    return list(fitting.values())


def _kind(name: str) -> str:
    """Return the kind of facts that answer a question of this name; "" where no rule fits."""
    plain = name.lower().replace("-", "_")
    return next((kind for rule, kind in _RULES if re.fullmatch(rule, plain)), "")


def _choices(written: Any) -> Iterator[tuple[str, Any]]:
    """Give the label and the value of each choice that is written out."""
    pairs = written.items() if isinstance(written, dict) else items(written)
    for pair in pairs:
        label, value = pair if len(items(pair)) == 2 else (pair, pair)
        yield str(label), value.get("value") if isinstance(value, dict) else value


def _fitting(value: Any, kind: str, choices: list[tuple[str, Any]]) -> list[Any]:
    """Return the choices that mean the same as a value."""
    wanted = _plain(value, kind)
    return [v for label, v in choices if wanted in {_plain(v, kind), _plain(label, kind)}][:1]


def _plain(value: Any, kind: str) -> str:
    text = licences.of_name(str(value)) if kind == "license" else ""
    text = (text or str(value)).lower()
    plain = text if re.fullmatch(r"[\d.]+", text) else re.sub(r"[^a-z0-9]", "", text)
    return _FORGE_ENDINGS.sub("", plain) if kind in {"ci", "host"} else plain


def _allowed(minors: list[Any], told: Facts) -> Iterator[Candidate]:
    """Give the template's default where the repo allows it, else the oldest allowed choice."""
    ordered = [*minors[:1], *sorted(minors[1:], key=_minor)]
    for required, source in told["requires"]:
        try:
            specifier = SpecifierSet(required)
            allowed = [one for one in ordered if _minor(one) and specifier.contains(f"{one}.99")]
        except ValueError:
            continue
        yield from (Candidate(minor, source) for minor in allowed)
        if not minors[1:]:
            yield from _oldest(told)


def _oldest(told: Facts) -> Iterator[Candidate]:
    for required, source in told["requires"]:
        if found := re.search(r">=\s*(3\.\d+)", required):
            yield Candidate(found[1], source)


def _minor(value: Any) -> int:
    found = re.fullmatch(r"3\.(\d{1,3})", str(value))
    return int(found[1]) if found else 0

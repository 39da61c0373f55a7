"""From what a repo tells to the answers of a template: rules by the name of a question."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from modelyard.adopt import licences
from modelyard.adopt.facts import Candidate, Facts
from modelyard.adopt.questions import Question

# The first rule that fits a question's name tells which facts may answer it.
_RULES: tuple[tuple[str, str], ...] = (
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
_FORMS = {
    "github": ("githubactions", "gha", "github.com", "actions"),
    "gitlab": ("gitlabci", "gitlab.com", "gitlabcicd"),
    "circleci": ("circle",),
    "azure": ("azurepipelines", "azuredevops"),
    "bitbucket": ("bitbucketpipelines", "bitbucket.org"),
}


def kind_of(name: str) -> str:
    """Return the kind of facts that answer a question of this name; "" where no rule fits."""
    plain = name.lower().replace("-", "_")
    return next((kind for rule, kind in _RULES if re.fullmatch(rule, plain)), "")


def candidates(
    question: Question, facts: Facts, context: tuple[str, Mapping[str, Any]]
) -> list[Candidate]:
    """Return what may answer a question, the best first; each fits its choices.

    Args:
        question: What the template asks.
        facts: What the repo tells.
        context: The file with the answers to a Cookiecutter template, and the answers.
    """
    if question.secret:
        return []
    kind = kind_of(question.name)
    told = list(_told(question, kind, facts))
    kept = list(_kept(question.name, kind, *context))
    # A person chose the title once; everything else is truer where it is used today.
    ordered = [*kept, *told] if kind == "title" else [*told, *kept]
    if kind == "owner":
        ordered += facts.get("organisation", [])
    fitting = [Candidate(_fit(question, kind, _scrubbed(one.value)), one.source) for one in ordered]
    found: dict[str, Candidate] = {}
    for one in fitting:
        if one.value is not None and one.value != "":
            found.setdefault(repr(one.value), one)
    return list(found.values())


def _told(question: Question, kind: str, facts: Facts) -> Iterator[Candidate]:
    if kind == "owner":
        yield from facts["author"]
    elif kind == "oldest":
        yield from _oldest(facts)
    elif kind == "python":
        yield from facts["python"]
        yield from _allowed(question, facts)
    elif kind == "title":
        yield from [*facts["title"], *facts["slug"]]
    elif kind in {"slug", "package"}:
        yield from facts[kind]
        # Some templates want a name that Python can import.
        yield from (Candidate(c.value.replace("-", "_"), c.source) for c in facts["slug"])
    elif kind:
        yield from facts.get(kind, [])


def _kept(name: str, kind: str, path: str, answers: Mapping[str, Any]) -> Iterator[Candidate]:
    kinds = {kind, "author"} if kind == "owner" else {kind} - {""}
    alike = [key for key in answers if key != name and kind_of(key) in kinds]
    for key in [name, *alike]:
        if key in answers:
            yield Candidate(answers[key], f"{path} {key}")


def _oldest(facts: Facts) -> Iterator[Candidate]:
    for one in facts["requires"]:
        if found := re.search(r">=\s*(3\.\d+)", one.value):
            yield Candidate(found[1], one.source)


def _allowed(question: Question, facts: Facts) -> Iterator[Candidate]:
    """Give the template's default where the repo allows it, else the oldest allowed choice."""
    for one in facts["requires"]:
        try:
            allowed = SpecifierSet(one.value)
        except InvalidSpecifier:
            continue
        values = [question.default, *sorted((v for _, v in question.choices), key=_minor)]
        for value in values:
            if re.fullmatch(r"3\.\d+", str(value)) and allowed.contains(f"{value}.99"):
                yield Candidate(value, one.source)
        if not question.choices:
            yield from _oldest(facts)


def _minor(value: Any) -> int:
    found = re.fullmatch(r"3\.(\d+)", str(value))
    return int(found[1]) if found else 0


def _fit(question: Question, kind: str, value: Any) -> Any:
    """Return the choice that means the same as a value; None where there is none."""
    forms = [value]
    if kind == "license" and (spdx := licences.of_name(str(value)) or str(value)):
        forms += licences.names_of(spdx)
    if kind in {"ci", "host"}:
        forms += _FORMS.get(str(value), ())
    if not question.choices:
        return [value] if question.many else value
    plain = [_plain(form) for form in forms]
    fits = [v for label, v in question.choices if _plain(v) in plain or _plain(label) in plain]
    if not fits:
        return None
    return fits[:1] if question.many else fits[0]


def _scrubbed(value: Any) -> Any:
    """Return a value without the logins of the addresses in it."""
    if not isinstance(value, str):
        return value
    value = re.sub(r"(https?://)[^\s/]*@", r"\1", value)
    return re.sub(r"([a-z][a-z0-9+.-]*://[^\s@:/]*):[^\s/]*@", r"\1@", value)


def _plain(value: Any) -> str:
    text = str(value).lower()
    return text if re.fullmatch(r"[\d.]+", text) else re.sub(r"[^a-z0-9]", "", text)

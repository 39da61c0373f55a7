"""The forms in which files pin something: where each occurs, and what of a line is its version.

GitHub's and GitLab's CI, pre-commit, Dockerfiles and compose files, pip, PEP 508, Poetry, conda.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from modelyard.update.resolution.pin_versions import Stated, reference, specifier, value

Reader = Callable[[str, str, str], Stated | None]


@dataclass(frozen=True)
class Form:
    """One form of pin.

    Attributes:
        paths: The files in which it occurs.
        line: What of a line it is, with the groups `version` and, where there are such, `name`,
            `variant` (of a tag) and `digest`.
        read: Reads the version, the digest and the version in the comment.
        alone: Whether nothing but a comment may follow it on its line.
        above: A line further up that names it.
        until: A line between the two that makes that name another one's.
    """

    paths: re.Pattern[str]
    line: re.Pattern[str]
    read: Reader
    alone: bool = True
    above: re.Pattern[str] | None = None
    until: re.Pattern[str] | None = None


def of(path: str) -> list[Form]:
    """Return the forms that occur in a file of this name."""
    return [form for form in _FORMS if form.paths.search(path)]


_HOOKS = r"(?:^|/)\.pre-commit-config\.ya?ml$"
_ACTIONS = (
    r"(?:^|/)\.(?:github|gitea|forgejo)/(?:workflows|actions)/.*\.ya?ml$|(?:^|/)action\.ya?ml$"
)
_GITLAB = r"(?:^|/)(?:\.gitlab-ci[^/]*|\.gitlab/.*)\.ya?ml$"
_CI = (
    rf"{_ACTIONS}|{_GITLAB}|(?:^|/)(?:\.circleci/.*|\.?azure-pipelines[^/]*|bitbucket-pipelines"
    r"|\.travis|\.?appveyor|\.readthedocs|(?:docker-)?compose[^/]*|Taskfile)\.ya?ml$"
)
_DOCKER = r"(?:^|/)(?:[^/]*\.)?(?:Docker|Container|docker)file[^/]*$"
_MAKE = r"(?:^|/)(?:GNUm|M|m)akefile$|\.mk$|(?:^|/)\.env[^/]*$"
_TOML = r"(?:^|/)(?:pyproject|\.?ruff|uv|pixi)\.toml$"
_PYTHON = r"(?:^|/)(?:setup|noxfile)\.py$"
_REQUIREMENTS = (
    r"(?:^|/)(?:[^/]*(?:requirements|constraints|deps)[^/]*|requirements/[^/]*)\.(?:txt|in)$"
)
_CFG = r"(?:^|/)(?:setup\.cfg|tox\.ini)$"
_CONDA = r"(?:^|/)(?:conda-)?env(?:ironment)?[^/]*\.ya?ml$"
_DEVCONTAINER = r"(?:^|/)\.?devcontainer\.json$"
_READTHEDOCS = r"(?:^|/)\.?readthedocs\.ya?ml$"
_ONE_VERSION = r"(?:^|/)\.(?:python|node|ruby|terraform)-version$|(?:^|/)\.nvmrc$"

_REF = r"""["']?(?P<version>[\w./+-]+)["']?(?=\s|$)"""
_VALUE = (
    r"""(?P<quote>["']?)(?P<version>(?:(?:[=><~^!]=?\s*)?v?[0-9][\w.,<>=!*~ +-]*?)|py[0-9]+)"""
    r"""(?P=quote)(?=\s*(?:#|$))"""
)
_NUMBER = r"""(?P<quote>["']?)(?P<version>v?[0-9][\w.+-]*)(?P=quote)(?=\s|$)"""
_PACKAGE = r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?:\s?\[[\w., -]*\])?"
_BOUND = r"(?:===?|~=|!=|>=|<=|>|<)\s*[0-9][\w.*+!-]*"
_BOUNDS = rf"(?P<version>{_BOUND}(?:\s*,\s*{_BOUND})*)"
_ANY_BOUND = r"(?:===?|~=|!=|>=|<=|[><^~])\s*[0-9][\w.*+!-]*"
_IMAGE = (
    r"(?P<name>[\w.-]+(?::[0-9]+(?=/))?(?:/[\w.-]+)*):(?P<version>v?[0-9]+(?:\.[0-9]+)*)"
    r"(?P<variant>(?:-[\w.-]+)?)(?P<digest>(?:@sha256:[0-9a-f]{64})?)"
)


def _tagged(version: str, digest: str, comment: str) -> Stated:
    return reference(version, digest.removeprefix("@"), comment)


def _value(version: str, _digest: str, _comment: str) -> Stated:
    return value(version)


def _bounds(version: str, _digest: str, _comment: str) -> Stated | None:
    return specifier(version)


def _form(
    paths: str, line: str, read: Reader, *, alone: bool = True, above: str = "", until: str = ""
) -> Form:
    """Return a form from the sources of its patterns."""
    named, ended = (re.compile(source) if source else None for source in (above, until))
    return Form(re.compile(paths), re.compile(line), read, alone, named, ended)


_ITEM = r"^\s*-\s"
_KEY = r"""^\s*(?:-\s+)?["']?"""
_FORMS = (
    _form(_ACTIONS, rf"""{_KEY}uses:\s+(?=["']?[\w-]+/)["']?(?P<name>[\w./-]+)@{_REF}""", _tagged),
    _form(_ACTIONS, rf"""{_KEY}uses:\s+["']?docker://{_IMAGE}["']?(?=\s|$)""", _tagged),
    _form(_GITLAB, rf"""{_KEY}component:\s+["']?(?P<name>[\w./$-]+)@{_REF}""", _tagged),
    _form(
        _GITLAB,
        rf"^\s+ref:\s+{_REF}",
        _tagged,
        above=r"""^\s*-\s+project:\s+["']?(?P<name>[\w./$-]+)""",
        until=_ITEM,
    ),
    _form(
        _HOOKS,
        rf"^\s+rev:\s+{_REF}",
        _tagged,
        above=r"""^\s*-\s+repo:\s+["']?(?P<name>[\w.:/@~-]+)""",
        until=_ITEM + r"+repo\b",
    ),
    _form(
        r"\.ya?ml$",
        rf"""{_KEY}(?:image|container)["']?:\s+["']?{_IMAGE}["']?(?=\s|$)""",
        _tagged,
    ),
    _form(
        rf"{_ACTIONS}|{_READTHEDOCS}",
        r"^\s+(?:runs-on|os):\s+(?P<name>ubuntu|macos|windows)-(?P<version>[0-9][0-9.]*)"
        r"(?P<variant>(?:-[\w-]+)?)(?=\s|$)",
        _value,
    ),
    _form(_DEVCONTAINER, rf"""^\s*"image"\s*:\s*"{_IMAGE}"(?=,?\s*$)""", _tagged, alone=False),
    _form(
        _DOCKER,
        rf"(?:^\s*FROM\s+(?:--\S+\s+)?|--from=|,from=){_IMAGE}(?=[\s,]|$)",
        _tagged,
        alone=False,
    ),
    _form(_DOCKER, rf"^\s*(?:ARG|ENV)\s+(?P<name>\w+_VERSION)[= ]{_NUMBER}", _value),
    _form(_CI, rf"^\s+(?:-\s+)?(?P<name>\w[\w-]*[_-](?i:version)):\s+{_VALUE}", _value),
    _form(
        _ACTIONS,
        rf"^\s+version:\s+{_VALUE}",
        _value,
        above=rf"""{_KEY}uses:\s+["']?(?P<name>[\w./-]+)@""",
        until=_ITEM,
    ),
    _form(
        _READTHEDOCS,
        rf"^\s+(?P<name>python|nodejs|golang|rust|ruby):\s+{_NUMBER}",
        _value,
    ),
    _form(_MAKE, rf"^(?:export\s+)?(?P<name>\w+_VERSION)\s*[:?]?=\s*{_NUMBER}", _value),
    _form(
        _TOML,
        r"^(?P<name>required-version|requires-python|python[_-]version|target-version|minversion"
        rf"|requires-[a-z]+)\s*=\s*{_VALUE}",
        _value,
    ),
    _form(
        _TOML,
        r"""^["']?(?P<name>[A-Za-z0-9][\w.-]*)["']?\s*=\s*(?:\{[^}"']*?\bversion\s*=\s*)?"""
        rf"""(?P<quote>["'])(?P<version>{_ANY_BOUND}(?:\s*,\s*{_ANY_BOUND})*)(?P=quote)""",
        _bounds,
        alone=False,
    ),
    _form(
        f"{_TOML}|{_PYTHON}|{_HOOKS}",
        rf"""(?P<quote>["']){_PACKAGE}\s*\(?{_BOUNDS}\)?(?:\s*;(?:(?!(?P=quote)).)*)?(?P=quote)""",
        _bounds,
        alone=False,
    ),
    _form(
        _HOOKS,
        rf"(?:^\s*-\s+|[\[,]\s*){_PACKAGE}(?P<version>{_BOUND})(?=\s*(?:[,\]#]|$))",
        _bounds,
        alone=False,
    ),
    _form(
        _HOOKS,
        r"""(?:^\s*-\s+|[\[,]\s*)["']?(?P<name>@?[a-z0-9][\w./-]*)@(?P<version>[0-9][\w.+-]*)"""
        r"""["']?(?=\s*(?:[,\]#]|$))""",
        _value,
        alone=False,
    ),
    _form(_REQUIREMENTS, rf"^{_PACKAGE}\s*{_BOUNDS}(?:\s*;[^#\\]*)?(?=\s*$|\s+#)", _bounds),
    _form(
        _CFG,
        rf"^(?:[a-z_]+\s*=)?\s*{_PACKAGE}\s*{_BOUNDS}(?:\s*;[^#\\]*)?(?=\s*$|\s+#)",
        _bounds,
    ),
    _form(_CFG, rf"^(?P<name>python_requires)\s*=\s*{_BOUNDS}(?=\s*$)", _bounds),
    _form(
        _CONDA,
        r"""^\s*-\s+["']?(?P<name>(?:[\w.-]+::)?[A-Za-z0-9][\w.-]*?)\s*"""
        rf"""(?P<version>(?:{_BOUND}(?:,{_BOUND})*|=[0-9][\w.*]*))["']?(?=\s|$)""",
        _bounds,
    ),
    _form(_ONE_VERSION, r"^(?P<version>v?[0-9][\w.]*)(?=\s*$)", _value),
    _form(
        r"(?:^|/)\.tool-versions$",
        r"^(?P<name>[a-z][\w-]*)\s+(?P<version>v?[0-9][\w.]*)(?=\s|$)",
        _value,
    ),
)

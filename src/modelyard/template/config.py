"""What a template's copier.yml says beside its files: what to leave out, to hide, to run."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import yaml

from modelyard.errors import BadTemplate
from modelyard.template.answers import DEFAULT_NAME
from modelyard.template.source import Version

_YAML = re.compile(r"\.ya?ml", re.I)

# Copier puts these together where several documents have them, and of others takes the last;
# `_shared` is our own.
_JOINED = frozenset(
    {"_exclude", "_jinja_extensions", "_secret_questions", "_skip_if_exists", "_shared"}
)

# Jinja extensions that somebody has read: tags that compute from the template's own text, and from
# the clock. Each is imported by its name, never from the template.
HARMLESS_EXTENSIONS = frozenset(
    {
        "jinja2.ext.do",
        "jinja2.ext.loopcontrols",
        "jinja2_time.TimeExtension",
        "jinja2_time.jinja2_time.TimeExtension",
    }
)

# What Copier leaves out where a template has neither `_exclude` nor `_subdirectory`.
_USUAL = ("copier.yaml", "copier.yml", "~*", "*.py[co]", "__pycache__", ".git", ".DS_Store", ".svn")


@dataclass(frozen=True)
class Config:
    """The settings of one version of a template that an update has to know.

    Attributes:
        asked: The questions as written, by name and in order; computed values are none.
        secrets: Questions whose answers are not recorded.
        exclude: Patterns of paths that are not rendered.
        external: Files of the project that the template reads.
        code: What the template wants to run: "tasks", "extensions", "migrations".
        tasks: The tasks, as written.
        migrations: The migrations, as written.
        answers_file: Where the template records the answers.
        shared: Patterns of paths that both sides edit (`_shared`, our own setting).
        message: What the template says after a copy.
        message_after_update: What it says after an update.
        subdirectory: The folder of the files that are rendered, as written.
        has_envops: Whether it has settings for Jinja.
        has_suffix: Whether it says by which suffix a file is rendered.
    """

    asked: Mapping[str, Any]
    secrets: frozenset[str]
    exclude: tuple[str, ...]
    external: tuple[str, ...]
    code: tuple[str, ...]
    tasks: tuple[Any, ...]
    migrations: tuple[Any, ...]
    answers_file: str
    shared: tuple[str, ...]
    message: str
    message_after_update: str
    subdirectory: str
    has_envops: bool
    has_suffix: bool

    @property
    def questions(self) -> frozenset[str]:
        """The names of the questions."""
        return frozenset(self.asked)

    def message_of(self, operation: Literal["copy", "update"]) -> str:
        """Return what the template says at the end of an operation."""
        return self.message if operation == "copy" else self.message_after_update


def read(version: Version) -> Config:
    """Return the settings of a version.

    Raises:
        BadTemplate: Its copier.yml cannot be read.
    """
    if "config" not in version.shared:
        version.shared["config"] = _read(version)
    found: Config = version.shared["config"]
    return found


def _read(version: Version) -> Config:
    try:
        return _config(_settings(version))
    except (yaml.YAMLError, UnicodeDecodeError, OSError, RecursionError) as error:
        words = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise BadTemplate(f"{version.title}: copier.yml: {words}") from None
    except (TypeError, ValueError, AttributeError, NotImplementedError) as error:
        raise BadTemplate(
            f"{version.title}: copier.yml has a setting of another kind than Copier takes: {error}"
        ) from None


def _settings(version: Version) -> dict[str, Any]:
    """Return what all parts of copier.yml say together.

    Copier takes a file for its settings by the same rule.
    """
    settings: dict[str, Any] = {}
    for path in sorted(version.checkout.glob("copier.*")):
        if not (path.is_file() and _YAML.match(path.suffix)):
            continue
        for part in _load(_inside(path, version.checkout), version):
            for key, value in part.items():
                settings[key] = [*settings.get(key, ()), *value] if key in _JOINED else value
    return settings


def _config(settings: Mapping[str, Any]) -> Config:
    questions = {key: value for key, value in settings.items() if not key.startswith("_")}
    hidden = {k for k, v in questions.items() if isinstance(v, dict) and v.get("secret")}
    usual = () if settings.get("_subdirectory") else _USUAL
    tasks = tuple(settings.get("_tasks") or ())
    extensions = {str(name) for name in settings.get("_jinja_extensions") or ()}
    wants = {"tasks": tasks, "extensions": extensions - HARMLESS_EXTENSIONS}
    return Config(
        {name: about for name, about in questions.items() if not _is_computed(about)},
        frozenset(hidden | set(settings.get("_secret_questions") or ())),
        tuple(settings.get("_exclude", usual) or ()),
        tuple((settings.get("_external_data") or {}).values()),
        tuple(name for name, found in wants.items() if found),
        tasks,
        tuple(settings.get("_migrations") or ()),
        str(settings.get("_answers_file") or DEFAULT_NAME),
        tuple(settings.get("_shared") or ()),
        str(settings.get("_message_after_copy") or ""),
        str(settings.get("_message_after_update") or ""),
        str(settings.get("_subdirectory") or ""),
        "_envops" in settings,
        "_templates_suffix" in settings,
    )


def _is_computed(about: Any) -> bool:
    return isinstance(about, dict) and about.get("when", True) is False


def matcher(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Return a function that tells whether a path matches one of the patterns of a .gitignore."""
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(patterns)
    return lambda path: bool(spec.match_file(path))


def _load(path: Path, version: Version) -> list[dict[str, Any]]:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!include", partial(_include, version=version))
    found = yaml.load_all(path.read_bytes(), Loader=Loader)
    return list(_flat(found))


def _flat(parts: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Return the mappings among documents, those in lists of lists too."""
    for part in parts:
        if isinstance(part, list):
            yield from _flat(part)
        elif isinstance(part, dict):
            yield part


def _include(loader: yaml.SafeLoader, node: Any, version: Version) -> list[dict[str, Any]]:
    # Copier reads them too, from the same checkout, after this.
    version.part.need_all()
    flat, root = [], version.checkout
    pattern = str(loader.construct_scalar(node))
    if PurePosixPath(pattern).is_absolute():
        raise ValueError(f"!include {pattern}: the path must be relative")
    for path in sorted(root.glob(pattern)):
        flat += _load(_inside(path, root), version)
    return flat


def _inside(path: Path, root: Path) -> Path:
    """Return where a file of the template is; what it would say of a file outside stays unread."""
    place = path.resolve()
    if not place.is_relative_to(root):
        raise ValueError(f"{path.name} is outside of the template")
    return place

"""Renders a version of a template with a repo's answers, into memory.

Two ways lead to the same files: `copier_internal`, on Copier's inner parts, and `copier_public`, on
what Copier promises to keep. Where an inner part is gone the public way is taken; a test holds
them equal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from modelyard.render.clock import Instant
from modelyard.template.source import Version


@dataclass(frozen=True)
class RenderRequest:
    """What to render.

    Attributes:
        recorded: Answers that the repo has on record.
        given: Answers that somebody gives now; they go before the recorded ones.
        answers_path: The answers file, relative to the project.
        folder: Name of the project's folder, which a template may use.
        exclude: Patterns of paths to leave out, beside the template's own.
        files: Files of the project that the template may read as external data.
        trusted: The template may load Jinja extensions and read this machine. It runs no tasks.
        operation: What a template's patterns are told is going on.
        destination: Where the project is, as the template's message is to name it.
        ask: Questions that Copier asks a person, on the terminal.
        defaults: Questions without an answer take their default; else a person is asked them all.
        usual: What this machine's user answers where a template has another default.
        instant: What time it is for the template; what the machine says where it is None.
        before: The version that the project is on, where an update is rendered.
        unchecked: Recorded answers are not held against validators, where Copier's inner parts are
            there: they are what the project was rendered with.
    """

    recorded: Mapping[str, Any]
    given: Mapping[str, Any] = field(default_factory=dict)
    answers_path: str | None = None
    folder: str = "project"
    exclude: Sequence[str] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    trusted: bool = False
    operation: Literal["copy", "update"] = "copy"
    destination: Path = Path()
    ask: Sequence[str] = ()
    defaults: bool = True
    usual: Mapping[str, Any] = field(default_factory=dict)
    instant: Instant | None = None
    before: Version | None = None
    unchecked: bool = False

    @property
    def asks(self) -> bool:
        """A person may be asked something."""
        return bool(self.ask) or not self.defaults


@dataclass(frozen=True)
class Rendered:
    """What a version of a template makes of some answers.

    Attributes:
        files: Mode and content of each file, by path; a symlink's content is its target.
        answers_path: The answers file.
        answers: What the answers file records, or would, where the template has none.
        is_yours: Whether a path is rendered once and kept from then on (`_skip_if_exists`).
        refused: Recorded answers that the template no longer takes, with its words.
        message: What the template says at the end of the operation.
        defaulted: Questions that nobody has answered, each with the default that it took; secrets
            too.
        tasks: The commands that Copier would run for this operation, but for what does nothing.
        migrations: Those that it would run for an update from the version before.
        timed: Whether the template asked for the time or a random value; told at an instant.
        remembered: What an answers file has to record; a template may write another one.
    """

    files: Mapping[str, tuple[str, bytes]]
    answers_path: str
    answers: Mapping[str, Any]
    is_yours: Callable[[str], bool]
    refused: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    defaulted: Mapping[str, Any] = field(default_factory=dict, repr=False)
    tasks: Sequence[str] = ()
    migrations: Sequence[str] = ()
    timed: bool = False
    remembered: Mapping[str, Any] = field(default_factory=dict)


def recorded_in(content: bytes) -> Mapping[str, Any]:
    """Return what an answers file records; nothing where it is no mapping, for it may be text."""
    try:
        loaded = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        return {}
    return {str(key): v for key, v in loaded.items()} if isinstance(loaded, dict) else {}

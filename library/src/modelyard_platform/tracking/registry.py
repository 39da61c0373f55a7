"""Model versions, and the aliases `challenger` and `champion` that say what they are used for."""

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..advice import typed
from ..errors import NotTrusted, SetupError
from ..settings import Project
from . import belonging
from .client import connect, reachable

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

CHAMPION = "champion"
CHALLENGER = "challenger"
RETIRED = "retired"
_HISTORY = "champion_history"


@dataclass(frozen=True)
class Version:
    """One registered version: its number, its run, its tags and its aliases."""

    number: str
    run_id: str
    tags: dict[str, str]
    aliases: tuple[str, ...]

    @property
    def retired(self) -> str:
        """Why it was retired; "" where it was not."""
        return self.tags.get(RETIRED, "")

    @property
    def tagged_dirty(self) -> bool:
        """Whether its tags say that it was trained from uncommitted code. They decide nothing."""
        return self.tags.get("lineage.dirty") == "True"


class Registry:
    """The versions of one project's model."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._client = connect(project)
        with reachable(project):
            belonging.check(project, self._client)

    def register(self, run_id: str, model_uri: str, tags: dict[str, str]) -> Version:
        """Register the model of a run, and return its version."""
        name = self._project.name
        with reachable(self._project):
            self._ensure_model()
            belonging.mark(self._project, self._client)
            made = self._client.create_model_version(
                name, model_uri, run_id, tags=tags, model_id=model_uri.rsplit("/", 1)[-1]
            )
        return self.get(str(made.version))

    def challenge(self, number: str) -> None:
        """Make a version the challenger."""
        with reachable(self._project):
            self._client.set_registered_model_alias(self._project.name, CHALLENGER, number)

    def remove(self, number: str) -> None:
        """Take a version out of the registry."""
        with reachable(self._project):
            self._client.delete_model_version(self._project.name, number)

    def get(self, version: str) -> Version:
        """Return a version by number or alias; SetupError where there is none."""
        found = self.find(version)
        if found is None:
            what = f"{self._project.name} has no version {version}"
            hint = f"{typed('lineage --all')} (lists the versions)"
            if version == CHALLENGER:
                what += ": none has passed the gate"
                hint = f"{typed('train')}; {hint}"
            if version == CHAMPION:
                hint = typed("promote")
            raise SetupError(what, hint)
        return found

    def find(self, version: str) -> Version | None:
        """Return a version by number or alias, or None."""
        from mlflow.exceptions import MlflowException

        name = self._project.name
        try:
            if version.isdecimal():
                return _version(self._client.get_model_version(name, version))
            return _version(self._client.get_model_version_by_alias(name, version))
        except MlflowException as error:
            if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                return None
            with reachable(self._project):
                raise

    def all(self) -> list[Version]:
        """Return every version, newest first."""
        name = self._project.name.replace("'", "")
        with reachable(self._project):
            found = self._client.search_model_versions(f"name = '{name}'")
        numbers = sorted((int(_version(made).number) for made in found), reverse=True)
        return [self.get(str(number)) for number in numbers]

    def tag(self, version: Version, key: str, value: str) -> None:
        """Set a tag on a version."""
        with reachable(self._project):
            self._client.set_model_version_tag(self._project.name, version.number, key, value)

    def promote(self, version: Version) -> None:
        """Make a version the champion, and remember which one it follows."""
        previous = self.find(CHAMPION)
        if previous is not None and previous.number == version.number:
            return
        history = self._history()
        if previous is not None:
            history.append(previous.number)
        self._crown(version.number, history)
        if version.retired:
            with reachable(self._project):
                self._client.delete_model_version_tag(self._project.name, version.number, RETIRED)

    def retire(self, version: Version, reason: str) -> bool:
        """Keep a champion, present or former, from being used, and why; False where it is none."""
        present = self.find(CHAMPION)
        is_champion = present is not None and present.number == version.number
        if not is_champion and version.number not in self._history():
            return False
        self.tag(version, RETIRED, reason)
        for alias in (CHAMPION, CHALLENGER):
            present = self.find(alias)
            if present is not None and present.number == version.number:
                with reachable(self._project):
                    self._client.delete_registered_model_alias(self._project.name, alias)
        return True

    def former(self) -> list[str]:
        """Return the numbers of the champions before the present one, oldest first."""
        return [number for number in dict.fromkeys(self._history()) if _NUMBER.fullmatch(number)]

    def before(self) -> Version:
        """Return the champion before the present one.

        One that has been retired, or taken out of the registry since, is passed over.
        """
        return self._before()[0]

    def rollback(self, version: Version) -> None:
        """Make `version`, which `before` has given, champion again."""
        before, history = self._before()
        if before.number != version.number:
            what = f"version {before.number} has become the champion before the present one"
            raise NotTrusted(what, "rollback, if you agree")
        self._crown(before.number, history)

    def _before(self) -> tuple[Version, list[str]]:
        present, history = self.find(CHAMPION), self._history()
        while history:
            number = history.pop()
            # An alias would be whatever somebody lets it be.
            before = self.find(number) if _NUMBER.fullmatch(number) else None
            if before is None or before.retired:
                continue
            if present is None or present.number != before.number:
                return before, history
        hint = f"{typed('lineage --all')} (lists the versions), and: {typed('promote VERSION')}"
        raise SetupError("there is no champion to go back to", hint)

    def _crown(self, number: str, history: list[str]) -> None:
        name = self._project.name
        with reachable(self._project):
            belonging.mark(self._project, self._client)
            self._client.set_registered_model_tag(name, _HISTORY, json.dumps(history))
            self._client.set_registered_model_alias(name, CHAMPION, number)

    def _history(self) -> list[str]:
        with reachable(self._project):
            tags: dict[str, Any] = self._client.get_registered_model(self._project.name).tags
        try:
            history = json.loads(str(tags.get(_HISTORY, "[]")))
        except (ValueError, RecursionError):  # a tag is anybody's to write
            history = None
        if not isinstance(history, list):
            what = f"the tag {_HISTORY} of {self._project.name} is not what promote writes there"
            raise NotTrusted(what, f"remove it ({typed('ui')}), and: {typed('promote VERSION')}")
        return [str(number) for number in history]

    def _ensure_model(self) -> None:
        from mlflow.exceptions import MlflowException

        try:
            self._client.create_registered_model(self._project.name)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise


def _version(made: "ModelVersion") -> Version:
    """Return a version as the server describes it; NotTrusted where no server numbers one so."""
    number, run_id = str(made.version), made.run_id or ""
    if not _NUMBER.fullmatch(number) or not _RUN.fullmatch(run_id):
        what = f"the registry has a version {number!r} of run {run_id!r}, which is none"
        raise NotTrusted(what, "ask whoever may write to the registry")
    return Version(number, run_id, dict(made.tags), tuple(made.aliases))


_NUMBER = re.compile(r"[0-9]{1,18}")
_RUN = re.compile(r"[A-Za-z0-9_-]{0,64}")

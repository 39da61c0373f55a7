"""`fleet.toml`: which repos, in which waves, behind which gates."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from modelyard.errors import NotReady
from modelyard.fleet import request_branch, request_templates
from modelyard.fleet.identity import Email, Name
from modelyard.fleet.request_branch import Prefix
from modelyard.fleet.request_templates import Message, Text, Title
from modelyard.fleet.reviewer_names import Person
from modelyard.fleet.signed_commits import Sign
from modelyard.fleet.windows import Window
from modelyard.forges.forge import NO_API_SIGNS, ForgeKind, Repository
from modelyard.forges.merging import MergeBy
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo

NAME = "fleet.toml"
# Hours or minutes, and gigabytes: more has no meaning here, and none to the machine.
_MOST_TIME, _MOST_GB = 100_000, 1_000_000
Share = Annotated[float, Field(ge=0, le=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ForgeSettings(_Strict):
    """Where the repos are."""

    kind: ForgeKind
    owner: str
    url: str | None = None


class TemplateSettings(_Strict):
    """What is rolled out. Repos of other templates are left alone.

    `tag_prefix` is what stands before the version in each tag that is a release, such as `models-`;
    without it, the template's own `_tag_prefix`. `answers` are for repos that have none on record
    for a question, or one that the release does not take any more; no valid answer is changed.
    """

    source: str
    also: tuple[str, ...] = ()
    tag_prefix: str | None = None
    answers: dict[str, Any] = {}


class RepoSettings(_Strict):
    """Which repos of the owner belong to the fleet; with nothing said, all of them.

    Each answers file of the template gets a request of its own, in folders too. `answers_files`
    names, for a repo with several, the only one to work on, by its path from the top. `branches`
    are patterns of branches that get requests as well as the default branch, `release/*` say. With
    `join_projects` all projects on a branch have one request together.
    """

    topic: str | None = None
    pattern: str | None = None
    names: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    forks: bool = False
    branches: tuple[str, ...] = ()
    join_projects: bool = False
    answers_files: Mapping[str, str] = {}

    def answers_file(self, name: str) -> str | None:
        """Return the answers file that is named for a repo, if one is."""
        return self.answers_files.get(name) or self.answers_files.get(name.rpartition("/")[2])

    def select(self, repository: Repository) -> bool:
        """Tell whether a repo belongs to the fleet."""
        short = repository.name.rpartition("/")[2]

        def is_like(patterns: Sequence[str]) -> bool:
            return any(fnmatchcase(n, p) for p in patterns for n in (repository.name, short))

        if is_like(self.exclude) or (repository.fork and not self.forks):
            return False
        asked = [
            self.topic is None or self.topic in repository.topics,
            self.pattern is None or is_like([self.pattern]),
        ]
        by_name_only = self.names and not (self.topic or self.pattern)
        return is_like(self.names) or (all(asked) and not by_name_only)


class Wave(_Strict):
    """Repos that get a release together: by name, or a share of all."""

    name: str
    repos: tuple[str, ...] = ()
    share: Share | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Wave":
        if bool(self.repos) == (self.share is not None):
            raise ValueError("a wave has either repos or a share")
        return self


class NoCi(StrEnum):
    """Whether a repo that nothing checks lets a gate on CI pass."""

    PASSES = "passes"
    BLOCKS = "blocks"


class Gates(_Strict):
    """What all waves so far must pass before the next one opens.

    `green` is CI of the requests, `default_branch` CI of the branches that they were merged into.
    A repo without CI is never green: `no_ci` says whether it passes. `soak_hours` count from the
    merge by which the gate `merged` was passed, and not from before the newest wave was opened.
    """

    merged: Share = 0.8
    green: Share = 1.0
    default_branch: Share = 1.0
    conflicts: Share = 0.3
    no_ci: NoCi = NoCi.PASSES
    soak_hours: float = Field(default=0, ge=0, le=_MOST_TIME)


class Limits(_Strict):
    """What one repo may take of a run, more is its own error; and how often a run may write.

    `writes_a_minute` and `writes_an_hour` are for all processes and shards of a run together. On
    github.com they are 80 and 500, as GitHub documents; elsewhere there is none by default.
    """

    minutes: float = Field(default=15, gt=0, le=_MOST_TIME)
    memory_gb: float = Field(default=4, ge=1, le=_MOST_GB)
    file_gb: float = Field(default=2, gt=0, le=_MOST_GB)
    writes_a_minute: int | None = Field(default=None, ge=1)
    writes_an_hour: int | None = Field(default=None, ge=1)


class Exemption(_Strict):
    """A repo that is left out, with a reason, until a date."""

    repo: str
    reason: str = Field(min_length=3)
    until: date


class Bot(_Strict):
    """Who commits, and whose requests count beside those of the token's own account.

    With `sign = "git"` commits are signed as git's configuration on this machine says; with
    `"api"` GitHub makes and signs them, in the name of the token's account.
    """

    name: Name = "modelyard"
    email: Email = "modelyard@localhost"
    accounts: tuple[str, ...] = ()
    sign: Sign = Sign.NO

    def identity(self, **more: str) -> dict[str, str]:
        """Return git's environment for a commit."""
        fields = {"NAME": self.name, "EMAIL": self.email, **more}
        return {
            f"GIT_{role}_{field}": value
            for role in ("AUTHOR", "COMMITTER")
            for field, value in fields.items()
        }

    def identity_as_of(self, repo: Repo) -> dict[str, str]:
        """Return git's environment for a commit at the time of a repo's HEAD.

        So the same merge is the same commit whoever makes it, and a run that was cut off knows its
        own work.
        """
        return self.identity(DATE=git.text(repo.folder, "log", "-1", "--format=%cI", repo.head))


class Ready(StrEnum):
    """When a request without a conflict is offered to its reviewers."""

    GREEN = "green"
    AT_ONCE = "at-once"


class RequestSettings(_Strict):
    """What requests look like. The branch is named after the version, always the same way.

    `title`, `commit` and `body` may have placeholders: {version}, {before}, {template}, {change},
    {repo}, {within} and {verb}. With `ready = "green"` a request is a draft until CI is green, or
    has checked nothing for `no_ci_minutes` after it was opened.

    `reviewers` and `assignees` are accounts, teams (`@org/platform`), `codeowners` for the owners
    of the changed files, or `answer:owner` for those that a repo's answer names. A request asks
    them once, when it does not wait for CI any more or CI fails.

    With `merge = "auto"` the forge merges requests that are ready and green, and in which nothing
    is left to a person: at once, once its rules allow that, or by its merge queue. With `"queue"`
    its merge queue alone does.
    """

    title: Title = request_templates.TITLE
    commit: Message = request_templates.COMMIT
    body: Text = ""
    label: str = Field(default="modelyard", min_length=1)
    branch: Prefix = "modelyard/"
    ready: Ready = Ready.GREEN
    no_ci_minutes: int = Field(default=15, ge=0, le=_MOST_TIME)
    reviewers: tuple[Person, ...] = ()
    assignees: tuple[Person, ...] = ()
    merge: MergeBy = MergeBy.PERSON


class Fleet(_Strict):
    """All of `fleet.toml`."""

    forge: ForgeSettings
    template: TemplateSettings
    repos: RepoSettings = RepoSettings()
    waves: tuple[Wave, ...] = (Wave(name="all", share=1.0),)
    gates: Gates = Gates()
    limits: Limits = Limits()
    windows: tuple[Window, ...] = ()
    exempt: tuple[Exemption, ...] = ()
    bot: Bot = Bot()
    request: RequestSettings = RequestSettings()
    control: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _no_text_ends_early(cls, given: object) -> object:
        """Refuse a NUL in any text: neither git nor a file system takes one."""
        left = [given]
        while left:
            one = left.pop()
            if isinstance(one, dict):
                left += [*one, *one.values()]
            elif isinstance(one, list):
                left += one
            elif isinstance(one, str) and "\0" in one:
                raise ValueError(f"{one!r} has a NUL in it")
        return given

    @model_validator(mode="after")
    def _api_of_github_signs(self) -> "Fleet":
        if self.bot.sign is Sign.API and self.forge.kind is not ForgeKind.GITHUB:
            raise ValueError(NO_API_SIGNS)
        return self

    @model_validator(mode="after")
    def _folders_have_no_accounts(self) -> "Fleet":
        if (self.request.reviewers or self.request.assignees) and not self._has_accounts:
            raise ValueError("reviewers and assignees are for GitHub and GitLab; folders have none")
        return self

    @model_validator(mode="after")
    def _folders_merge_nothing(self) -> "Fleet":
        if self.request.merge is not MergeBy.PERSON and not self._has_accounts:
            raise ValueError(
                "merge is for GitHub and GitLab: a folder has no CI, so nothing is ever green"
            )
        return self

    @property
    def _has_accounts(self) -> bool:
        return self.forge.kind is not ForgeKind.LOCAL

    @model_validator(mode="after")
    def _requests_have_branches_of_their_own(self) -> "Fleet":
        request_branch.refuse_maintained(self.request.branch, self.repos.branches)
        return self

    @model_validator(mode="after")
    def _waves_end_with_all(self) -> "Fleet":
        shares = [wave.share for wave in self.waves if wave.share is not None]
        names = [wave.name for wave in self.waves]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two waves are called {twice[0]!r}; requests say by name which it is")
        if not self.waves or self.waves[-1].share != 1.0:
            raise ValueError("the last wave must have share = 1.0, or some repos are in no wave")
        if shares != sorted(shares):
            raise ValueError("shares are of all repos and include the waves before, so they grow")
        return self

    def exemption(self, name: str, today: date) -> Exemption | None:
        """Return why a repo, or a member of one, is left out today, if it is.

        A name may go without its group: `mono:models/a` is `team/mono:models/a`, and `a` is not.
        """
        repo = re.split("[@:]", name, maxsplit=1)[0]
        short = repo.rpartition("/")[2] + name.removeprefix(repo)
        found = [one for one in self.exempt if one.repo in (name, short) and one.until >= today]
        return found[0] if found else None


def read(path: Path) -> Fleet:
    """Read a fleet file.

    Raises:
        NotReady: There is none, or a setting is wrong; the message names it.
    """
    try:
        loaded = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise NotReady(f"there is no {path}", "modelyard fleet init") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise NotReady(f"{path} cannot be read: {error}", f"edit {path}") from None
    try:
        return Fleet.model_validate(loaded)
    except ValidationError as error:
        lines = [_message(one["loc"], one["msg"]) for one in error.errors()]
        raise NotReady("; ".join([f"{path} is invalid", *lines]), f"edit {path}") from None


def _message(setting: tuple[int | str, ...], text: str) -> str:
    return f"{'.'.join(map(str, setting)) or 'file'}: {text.removeprefix('Value error, ')}"

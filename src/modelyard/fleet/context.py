"""What all work on one fleet shares within a process: settings, forge, templates, the version."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from modelyard.errors import NotReady, Usage
from modelyard.fleet import config, control, windows, withdrawals
from modelyard.fleet.config import Fleet
from modelyard.fleet.marks import Judge
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.sources import Sources
from modelyard.forges.by_kind import open_forge
from modelyard.forges.client_options import ClientOptions, from_env
from modelyard.forges.forge import Forge, Remote
from modelyard.gitrepo.cache import cache_folder
from modelyard.template import refusals
from modelyard.template.source import Template, Templates


@dataclass(frozen=True)
class Context:
    """A fleet at work.

    Attributes:
        fleet: Its settings.
        forge: Where the repos are.
        templates: The templates that are open.
        version: The version that is rolled out.
        today: The day, for exemptions.
        cache: Where clones are kept.
        sources: Which addresses lead to the template.
        answers: Answers for repos that have none on record, or one that is not valid any more.
        control: How git reaches the control repository; None where there is none.
        withdrawn: Versions that were withdrawn, each with the commit that records it.
        goes_back: Repos on a newer version are brought back to this one.
        notes: What was told of the changes between two versions, told once for all repos.
    """

    fleet: Fleet
    forge: Forge
    templates: Templates
    version: str
    today: date
    cache: Path
    sources: Sources
    answers: Mapping[str, Any] = field(default_factory=dict)
    control: Remote | None = None
    withdrawn: Mapping[str, str] = field(default_factory=dict)
    goes_back: bool = False
    notes: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def template(self) -> Template:
        """The template that is rolled out."""
        return self.templates.open(self.fleet.template.source)

    @property
    def judge(self) -> Judge:
        """What tells which requests are the fleet's, and of which the mark counts.

        Raises:
            NotReady: There is no key that lasts.
        """
        keys = self.forge.signing_keys()
        return Judge(self.fleet.request.branch, keys, self.fleet.bot.accounts)

    @property
    def branch(self) -> str:
        """What the branches of requests begin with: every machine names them alike."""
        return f"{self.fleet.request.branch}{self.version}"

    def closed(self, options: RolloutOptions) -> str:
        """Return why nothing may be opened at this time; "" where it may, or nobody opens it."""
        if options.mode is not Mode.ROLLOUT or options.now:
            return ""
        return windows.closed(self.fleet.windows, datetime.now(UTC))

    def is_ours(self, source: str) -> bool:
        """Tell whether a repo's recorded source is the template of this fleet."""
        return self.sources.lead_here(source)

    def moved_to(self, source: str) -> str | None:
        """Return where a repo's recorded template is to be found instead, if anywhere."""
        now = self.fleet.template.source
        return None if _plain(source) == _plain(now) else now


@contextmanager
def open_fleet(
    file: Path,
    to: str | None = None,
    data: Mapping[str, Any] | None = None,
    parts: int = 1,
    goes_back: bool | None = None,
) -> Iterator[Context]:
    """Open the forge and the template of a fleet.

    Args:
        file: The fleet.toml.
        to: The version; the newest release that was not withdrawn where it is None.
        data: Answers that go before those of the fleet.toml.
        goes_back: Repos on a newer version are brought back; by default where one is named.
        parts: How many runs like this one share what may be written.

    Raises:
        Usage: An answer is to no question of the version.
    """
    fleet = config.read(file)
    with Templates() as templates:
        beside, prefix = file.resolve().parent, fleet.template.tag_prefix
        template = templates.open(fleet.template.source, beside, is_setting=True, tag_prefix=prefix)
        if prefix and not template.releases:
            # Without a release the newest version would be whatever the branch holds.
            there = ", ".join(map(repr, list(template.tags.commits)[-5:])) or "none"
            raise NotReady(
                f"{template.source} has no version behind the tag_prefix {prefix!r} of {file}; "
                f"tags that it has: {there}",
                f"edit {file}",
            )
        forge = open_forge(
            fleet.forge.kind, fleet.forge.owner, url=fleet.forge.url, options=_client(fleet, parts)
        )
        where = control.remote_of(fleet, forge)
        withdrawn = withdrawals.names(where)
        chosen = template.version(usual_name(to or withdrawals.newest(template, withdrawn)))
        version = usual_name(chosen.name)
        answers = {**fleet.template.answers, **(data or {})}
        refusals.refuse_unknown(chosen, answers.keys(), Usage)
        today = datetime.now(UTC).date()
        cache = cache_folder("fleet")
        sources = Sources((template.source, *fleet.template.also), beside, forge)
        back = to is not None if goes_back is None else goes_back
        found = (fleet, forge, templates, version, today, cache, sources, answers)
        yield Context(*found, control=where, withdrawn=withdrawn, goes_back=back)


def _client(fleet: Fleet, parts: int) -> ClientOptions:
    limits = fleet.limits
    return replace(
        from_env(os.environ),
        writes_a_minute=limits.writes_a_minute,
        writes_an_hour=limits.writes_an_hour,
        parts=parts,
    )


def usual_name(version: str) -> str:
    """Return a version whose name can stand in a branch, a command and a text, and means no more.

    Raises:
        Usage: It has other characters.
    """
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+/-]{0,99}", version):
        return version
    raise Usage(
        f"{version[:100]!r} cannot be rolled out: the name of a version has letters, digits and "
        "._+-/ alone, at most 100 of them",
        "give the release another tag, and name it with --to",
    )


def _plain(source: str) -> str:
    return source.removeprefix("git+").rstrip("/").removesuffix(".git")

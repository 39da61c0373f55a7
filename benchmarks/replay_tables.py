"""The tables of past updates that were done again: of the measured figures, and of the README."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .public_repos import PublicRepo

TITLE = "Past updates of public repos"
TOOLS = ("copier", "modelyard")
HEAD = """\
| repo | template | updates | need a person: `copier` | `modelyard` | files to decide: `copier` | \
`modelyard` | CPU seconds: `copier` | `modelyard` | skipped |
|---|---|---:|---:|---:|---:|---:|---:|---:|---:|
"""
COPIER_5 = """\
In updates from a version that was written for Copier 5, the first ten of pawamoy/duty, `copier`
counts what today's Copier makes of its `[[ ]]`: plain text."""
WORDS = """\
{updates} past updates of {repos}, done again from the commit before, to
the same version, with the same answers ([how](../how-to/replay.md)). An update that a tool could
not bring to an end is in no column but the last; both had `--trust`, and no task was run.
*Unseen* are repos at whose conflicts nobody looked while the rules of the merge were made; what
is merged there to something else than people committed was read afterwards, and faults that it
showed were mended. Copier's
CPU seconds are those of its command, Copier {copier}, with its start; modelyard's are of one more
update in one process. Repos, commits, and how to run it: `benchmarks/replay.py`. What was merged
to something else than people committed, [file by file](past-updates.md).
{copier_5}

"""


@dataclass(frozen=True)
class Sum:
    """What became of the updates of some repos.

    Attributes:
        updates: Those that both tools brought to an end.
        skipped: The others.
        person: Those that need a person, by tool.
        files: Files to decide, by tool.
        cpu: CPU seconds, by tool.
    """

    updates: int
    skipped: int
    person: Mapping[str, int]
    files: Mapping[str, int]
    cpu: Mapping[str, float]

    @classmethod
    def of(cls, found: Iterable[Mapping[str, Any]]) -> "Sum":
        """Add up what `--json` has printed of some repos."""
        every = list(found)
        done = sum(one["compared"] for one in every)
        updates = sum(len(one["updates"]) + len(one["skipped"]) for one in every)

        def added(name: str) -> dict[str, Any]:
            return {tool: sum(one[tool][name] for one in every) for tool in TOOLS}

        summed = added("needs_a_person"), added("files"), added("cpu_seconds")
        return cls(done, updates - done, *summed)

    @property
    def cells(self) -> list[str]:
        """The figures as cells of a table."""
        person = [str(self.person[tool]) for tool in TOOLS]
        files = [str(self.files[tool]) for tool in TOOLS]
        cpu = [f"{self.cpu[tool]:.0f}" for tool in TOOLS]
        return [str(self.updates), *person, *files, *cpu, str(self.skipped)]


def section(found: Mapping[PublicRepo, Mapping[str, Any]]) -> str:
    """Return the section of the measured figures."""
    rows = HEAD
    for repo, one in found.items():
        link = f"[{repo.name}](https://github.com/{repo.name}/tree/{repo.commit})"
        kind = "" if repo.seen else ", unseen"
        rows += _row(f"{link}{kind}", repo.template, Sum.of([one]))
    for words, chosen in _groups(found).items():
        rows += _row(f"**{words}**", "", Sum.of(chosen))
    every = list(found.values())
    versions = sorted({one["copier_version"] for one in every})
    total = Sum.of(every).updates
    head = WORDS.format(
        updates=total, repos=_repos(len(every)), copier=", ".join(versions), copier_5=COPIER_5
    )
    return head + rows + _skipped(every)


def _repos(count: int) -> str:
    return "one public repo" if count == 1 else f"{count} public repos"


def _row(name: str, template: str, total: Sum) -> str:
    return f"| {' | '.join([name, template, *total.cells])} |\n"


def _groups(
    found: Mapping[PublicRepo, Mapping[str, Any]],
) -> dict[str, list[Mapping[str, Any]]]:
    """Return the repos that are added up, by what they are called together."""
    groups = {
        "all seen": [one for repo, one in found.items() if repo.seen],
        "all unseen": [one for repo, one in found.items() if not repo.seen],
        "all": list(found.values()),
    }
    return {words: chosen for words, chosen in groups.items() if chosen}


def _skipped(every: Sequence[Mapping[str, Any]]) -> str:
    """Tell why updates were skipped, by the names of the reasons in the JSON."""
    reasons = Counter(one["reason"] for repo in every for one in repo["skipped"])
    failed = {tool: sum(repo[tool]["failed"] for repo in every) for tool in TOOLS}
    reasons.update({f"{tool}_failed": count for tool, count in failed.items() if count})
    told = ", ".join(f"{count} `{name}`" for name, count in reasons.most_common())
    return f"\nSkipped: {told}.\n" if told else ""


def readme(found: Mapping[PublicRepo, Mapping[str, Any]]) -> str:
    """Return the table of the README, and what to know of it."""
    about = f"past updates of {_repos(len(found))}, done again"
    lines = [f"| {about} | `copier update` | `modelyard update` |"]
    lines.append("|---|---:|---:|")
    groups = _groups(found)
    for words in ("all seen", "all unseen"):
        if words not in groups:
            continue
        total, kind = Sum.of(groups[words]), words.removeprefix("all ")
        person = [f"{total.person[tool]} of {total.updates}" for tool in TOOLS]
        files = [str(total.files[tool]) for tool in TOOLS]
        lines.append(f"| updates that need a person, {kind} | {' | '.join(person)} |")
        lines.append(f"| files to decide, {kind} | {' | '.join(files)} |")
    cpu = [f"{Sum.of(found.values()).cpu[tool]:.0f} s" for tool in TOOLS]
    lines.append(f"| CPU time | {' | '.join(cpu)} |")
    return "\n".join([*lines, "", COPIER_5])


def between(page: str, content: str) -> str:
    """Return a page with what stands between its two markers of this table replaced."""
    begin, end = "<!-- past updates: written by benchmarks/replay.py -->\n", "<!-- end -->\n"
    before, _, rest = page.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"the page has no line {begin.strip()}, or none that ends it")
    return f"{before}{begin}\n{content}\n\n{end}{after}"

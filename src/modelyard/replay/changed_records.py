"""Lists the commits that changed answers files, and what each made of them.

By git's plumbing: `git log` would obey `log.follow`, `diff.orderFile` and their like of a person,
and with `-G` look into no file that attributes call binary.
"""

import os
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN
from modelyard.replay.options import ReplayOptions
from modelyard.template import projects

# As `projects` finds answers files; git looks at no other file.
_RECORDS = "**/*answers*.y*ml"
# The mode of what is not there.
_NOTHING = "000000"


@dataclass(frozen=True)
class Commit:
    """A commit, the one before, and the day on which it was committed."""

    name: str
    parent: str
    date: str


@dataclass(frozen=True)
class Change:
    """An answers file that a commit changed, perhaps under another name: paths, and blobs."""

    old: str
    new: str
    before: str
    after: str


@dataclass(frozen=True)
class _Row:
    """A line of git's about a file: what has become of it, and its modes before and after."""

    status: str
    modes: frozenset[str]
    change: Change


def changed_records(
    repo: Repo, options: ReplayOptions
) -> Iterator[tuple[Commit, Sequence[Change]]]:
    """Yield each commit that changed an answers file, the newest first; one that is new is none.

    Raises:
        GitError: The history cannot be read.
    """
    named = options.answers_file
    commits = {commit.name: commit for commit in _commits(repo, options)}
    words = ["diff-tree", "--stdin", "-r", "-z", "-M30%", "--no-ext-diff", "--no-textconv"]
    asked = "".join(f"{name}\n" for name in commits).encode()
    _, out = git.run(repo.folder, *words, "--", *_pathspecs(repo, named), data=asked)
    for name, rows in _rows(repo, os.fsdecode(out), commits.keys()).items():
        yield commits[name], [one for one in _paired(rows) if _are_at_top(one, named)]


def _commits(repo: Repo, options: ReplayOptions) -> Iterator[Commit]:
    words = ["rev-list", "--full-history", "--no-merges", "--no-commit-header"]
    words += ["--format=%H|%cs|%P", repo.head, "--", *_pathspecs(repo, options.answers_file)]
    for line in git.text(repo.folder, *words).splitlines():
        name, date, parents = line.split("|")
        if options.since and date < options.since.isoformat():
            continue
        # A first commit has nothing before it; nor has the oldest one of a shallow clone.
        if parents:
            yield Commit(name, parents.split(" ")[0], date)


def _pathspecs(repo: Repo, named: str | None) -> list[str]:
    literal = re.sub(r"([*?\[\\])", r"\\\1", repo.prefix)
    found = [f":(top,glob){literal}{_RECORDS}"]
    return [*found, f":(top,literal){repo.prefix}{named}"] if named else found


def _rows(repo: Repo, listed: str, commits: Container[str]) -> dict[str, list[_Row]]:
    """Return what git lists below each commit."""
    found: dict[str, list[_Row]] = {}
    below: list[_Row] = []
    rest = iter(listed.split("\0")[:-1])
    for about in rest:
        if about in commits:
            below = found.setdefault(about, [])
            continue
        old_mode, mode, before, after, status = about.removeprefix(":").split(" ")
        old = next(rest)
        new = next(rest) if status[0] in "RC" else old
        names = old.removeprefix(repo.prefix), new.removeprefix(repo.prefix)
        modes = frozenset({old_mode, mode})
        below.append(_Row(status[0], modes, Change(*names, before, after)))
    return found


def _paired(rows: Sequence[_Row]) -> list[Change]:
    """Return the changes of files; one that is gone beside a new one is a change as well."""
    files = [row for row in rows if row.modes <= {PLAIN, EXECUTABLE, _NOTHING}]
    found = [row.change for row in files if row.status not in "AD"]
    gone, new = ([row.change for row in files if row.status == status] for status in "DA")
    if len(gone) == len(new) == 1:
        # Renamed, and hardly alike.
        found.append(Change(gone[0].old, new[0].new, gone[0].before, new[0].after))
    return found


def _are_at_top(change: Change, named: str | None) -> bool:
    return all(path == named or projects.is_name(path) for path in (change.old, change.new))

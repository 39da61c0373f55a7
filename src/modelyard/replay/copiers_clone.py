"""The clone that Copier updates: how it is made, and what is read from it afterwards."""

import os
import posixpath
import re
from pathlib import Path

import yaml

from modelyard.gitrepo import git, own
from modelyard.gitrepo.blobs import Blobs
from modelyard.gitrepo.repo import Repo, read_tree
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, SYMLINK, Tree
from modelyard.replay.committed import by_place, compared, decision
from modelyard.replay.result import DecidedFile, ReplayStatus, ToolReplay
from modelyard.replay.task import Task
from modelyard.template import places, written_yaml
from modelyard.template.answers import Answers
from modelyard.template.source import Template
from modelyard.update.by_copier import unmerged

_WHO = {
    f"GIT_{role}_{part}": "modelyard"
    for role in ("AUTHOR", "COMMITTER")
    for part in ("NAME", "EMAIL")
}
# What Copier labels the end of the template's side with.
_MARKER = b">>>>>>> after updating"
_REJECTED = ".rej"
# As Copier tells an address of git's from a path.
_COPIER_ASKS_GIT = re.compile(
    r"^(?:git@|git://|git\+|gh:|gl:|https://github\.com/|https://gitlab\.com/)|\.git$"
)
_ON_SERVER = re.compile(r"(?:https?|ssh|git)://[^-]|\w[\w.-]*@\w[\w.-]*:[^-]")


def make(clone: Path, task: Task) -> None:
    """Make a clone with the files of a repo as it was, in one commit without a history.

    It names the template by where that is, where its own record would lead nowhere.
    """
    past, recorded = task.past, task.recorded
    more = "\tsymlinks = false\n" if _leads_out(past) else ""
    own.make(clone / ".git", own.configuration(past.algorithm, more, bare=False), [past.objects])

    def run(*words: str, data: bytes | None = None) -> str:
        return git.run(clone, *words, data=data, env=_WHO, isolated=True)[1].decode().strip()

    run("read-tree", past.head)
    if content := _moved_record(past, recorded, task.template):
        blob = run("hash-object", "-w", "--stdin", data=content)
        file = past.tree[recorded.path]
        run("update-index", "--cacheinfo", f"{file.mode},{blob},{past.prefix}{recorded.path}")
    run("update-ref", "HEAD", run("commit-tree", run("write-tree"), "-m", "As it was"))
    run("checkout-index", "--all", "--force")


def _leads_out(past: Repo) -> bool:
    """Tell whether a link leads out of the repo: then none is made, for Copier follows them."""
    links = {path: file.oid for path, file in past.tree.items() if file.mode == SYMLINK}
    blobs = Blobs(past.folder)
    try:
        for path, oid in links.items():
            target = os.fsdecode(blobs.read(oid))
            place = posixpath.normpath(posixpath.join(past.prefix, posixpath.dirname(path), target))
            if posixpath.isabs(target) or place.startswith(".."):
                return True
    finally:
        blobs.close()
    return False


def _moved_record(past: Repo, recorded: Answers, template: Template) -> bytes | None:
    """Return an answers file that names the template by where it is; None where it does so.

    What Copier hands to git as the address of a server is led there by git. Whatever else it takes
    for a path from the clone, where the repo may have a template of its own.
    """
    address = places.expanded(recorded.source)
    if _COPIER_ASKS_GIT.search(recorded.source) and _ON_SERVER.match(address):
        return None
    bare = git.text(template.folder, "rev-parse", "--is-bare-repository") == "true"
    if places.local_path(address, None) == template.folder and address.startswith("/") and not bare:
        return None
    blobs = Blobs(past.folder)
    try:
        content = blobs.read(past.tree[recorded.path].oid)
    finally:
        blobs.close()
    # Written anew, for a key may be written in many ways.
    _, values = written_yaml.loaded(content)
    values["_src_path"] = f"git+{template.folder.as_uri()}"
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False).encode()


def result(clone: Path, task: Task) -> ToolReplay:
    """Return what Copier left in a clone: what is decided by people, and what is not."""
    prefix = task.past.prefix
    start = _files(clone, "HEAD", prefix)
    stages = unmerged(clone, prefix)
    others = os.fsdecode(git.run(clone, "ls-files", "--others", "-z", "--", prefix or ".")[1])
    rejected = {path for path in others.split("\0") if path.endswith(_REJECTED)}
    git.run(clone, "add", "--all")
    after = _files(clone, git.text(clone, "write-tree"), prefix)
    new = {path.removeprefix(prefix) for path in rejected}
    after = {path: file for path, file in after.items() if path not in new}
    disputed = {stage.path for stage in stages}
    disputed |= {path.removesuffix(_REJECTED) for path in new}
    disputed |= _with_markers(clone, start, after)
    sides, committed = by_place(stages), task.committed
    files = tuple(
        DecidedFile(path, decision(path, start, committed, sides)) for path in sorted(disputed)
    )
    found = compared(start, after, committed, {*disputed, *task.records})
    status = ReplayStatus.CONFLICT if files else ReplayStatus.CLEAN
    return ToolReplay(status, files, found.equal, found.differs)


def _files(clone: Path, treeish: str, prefix: str) -> Tree:
    return read_tree(clone, f"{treeish}:{prefix}")


def _with_markers(clone: Path, start: Tree, after: Tree) -> set[str]:
    """Return the files into which Copier has written the markers of a conflict."""
    found, blobs = set(), Blobs(clone)
    try:
        for path, file in after.items():
            if file == start.get(path) or file.mode not in {PLAIN, EXECUTABLE}:
                continue
            if _MARKER in (content := blobs.read(file.oid)) and any(
                line.rstrip() == _MARKER for line in content.splitlines()
            ):
                found.add(path)
    finally:
        blobs.close()
    return found

"""Where Copier's own update is clean and loses nothing, ours gives the same tree, byte for byte.

A sample of the corpus; all of it with MODELYARD_LONG=1.
"""

import os
import shutil
from pathlib import Path

import pytest

from modelyard.template.source import Templates
from tests.repos import git
from tests.tool.update.corpus.kinds import ANY, KINDS
from tests.tool.update.corpus.runner import Bench, Updater, by_copier
from tests.tool.update.corpus.updaters import Modelyard
from tests.tool.update.oracle import Verdict
from tests.tool.worlds import without_commit

CASES = [(name, step) for name in sorted(KINDS) for step in ANY]
if not os.environ.get("MODELYARD_LONG"):
    # A stride that no three divides, so that it meets every step.
    CASES = CASES[::79]


def updated(bench: Bench, name: str, step: str, updater: Updater) -> tuple[Verdict, set[str]]:
    """Return the verdict, and the entries of the tree that a commit of everything would have."""
    verdict = bench.judge(KINDS[name], step, updater)
    root = bench.root / "cases" / f"{name}-{step}"
    # Which commit the version is, beside its name, is ours alone.
    for record in root.rglob(".copier-answers.yml"):
        record.write_bytes(without_commit(record.read_bytes()))
    git(root, "add", "--all")
    tree = git(root, "write-tree").strip()
    listed = git(root, "ls-tree", "-r", "-z", tree)
    shutil.rmtree(root)
    return verdict, set(filter(None, listed.split("\0")))


@pytest.mark.parametrize(("name", "step"), CASES, ids=[f"{n}-{s}" for n, s in CASES])
def test_same_tree_as_copier(bench: Bench, name: str, step: str) -> None:
    kind = KINDS[name]
    verdict, theirs = updated(bench, name, step, by_copier)
    if verdict.status != "clean" or verdict.lost or verdict.missing or step in kind.conflict:
        pytest.skip("Copier does not get this right, or hides that two people disagree")
    with Templates() as templates:
        verdict, ours = updated(bench, name, step, Modelyard(templates))
    differing = {entry.partition("\t")[2] for entry in ours ^ theirs}
    inside = {Path(path).relative_to(kind.folder).as_posix() for path in differing}
    told = f"\n{verdict.told}\n"
    assert not {p for p in inside if f"\n{p}: " not in told and f" {p} " not in told}, told

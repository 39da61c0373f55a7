"""Every kind of edit, in steps of a template that does everything: nothing is ever lost.

Each kind in one step of the three, in turns; in all of them with MODELYARD_LONG=1.
"""

import os
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from modelyard.template.source import Templates
from tests.tool.update import oracle
from tests.tool.update.corpus.kinds import ANY, KINDS
from tests.tool.update.corpus.runner import Bench
from tests.tool.update.corpus.updaters import Modelyard
from tests.tool.update.corpus.versions import TAGS

# What these put into a repo, a fresh render of the new version has too.
SAME_AS_A_RENDER = {
    "added_equally",
    "constant_equal",
    "deleted_by_both",
    "image_deleted",
    "image_equal",
    "mode_of_both",
    "pin_equal",
    "provider_switch",
    "renamed_equally",
    "untouched",
}


@pytest.fixture(scope="module")
def fresh(bench: Bench) -> oracle.Seen:
    return oracle.look(bench.repo("3"))


@pytest.fixture(scope="module")
def modelyard() -> Iterator[Modelyard]:
    with Templates() as templates:
        yield Modelyard(templates)


def test_there_are_kinds_enough() -> None:
    assert len(KINDS) >= 60


@pytest.mark.parametrize("old, new", [*pairwise(TAGS)])
def test_what_a_version_brings_is_in_its_render_and_not_before(
    bench: Bench, old: str, new: str
) -> None:
    before, after = (oracle.look(bench.repo(version[1])) for version in (old, new))
    for witness in bench.brings[new]:
        # Git ignores this one, so a committed repo does not show it.
        if not isinstance(witness, oracle.Disk):
            assert witness.shows(after), witness
        assert not witness.shows(before), witness


@pytest.mark.parametrize("name", KINDS)
def test_an_edit_is_not_what_a_render_has(
    bench: Bench, fresh: oracle.Seen, tmp_path: Path, name: str
) -> None:
    """Were an update to take the template's files and nothing else, the oracle would see it."""
    work = bench.work(KINDS[name], "13", tmp_path / "repo")
    kept = [w for w in work.mine if w.holds(fresh) and not isinstance(w, oracle.Disk)]
    assert len(kept) < len(work.mine) or name in SAME_AS_A_RENDER


STEPS = [(name, step) for name in KINDS for step in ANY]
if not os.environ.get("MODELYARD_LONG"):
    STEPS = [(name, ANY[place % 3]) for place, name in enumerate(KINDS)]


@pytest.mark.parametrize(("name", "step"), STEPS, ids=[f"{n}-{s}" for n, s in STEPS])
def test_nothing_is_lost(bench: Bench, modelyard: Modelyard, name: str, step: str) -> None:
    verdict = bench.judge(KINDS[name], step, modelyard)
    assert verdict.status == KINDS[name].expected(step), verdict.told
    assert not verdict.lost, verdict.told
    assert not verdict.missing and not verdict.unnamed, verdict.told
    shutil.rmtree(bench.root / "cases")


def test_an_update_that_does_nothing_brings_nothing(bench: Bench) -> None:
    verdict = bench.judge(KINDS["untouched"], "13", lambda *_: {})
    assert len(verdict.missing) == len(bench.arriving("13", {}))


def test_an_update_that_overwrites_is_found_out(bench: Bench) -> None:
    def overwrite(path: Path, to: str, data: object) -> dict[str, str]:
        fresh = bench.repo(to[1])
        for file in fresh.rglob("*"):
            if file.is_file() and ".git" not in file.relative_to(fresh).parts:
                target = path / file.relative_to(fresh)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                shutil.copy2(file, target, follow_symlinks=False)
        return {}

    for name in ("constant", "function_in_middle", "image_replaced", "ignored_then_shipped"):
        assert bench.judge(KINDS[name], "13", overwrite).lost, name

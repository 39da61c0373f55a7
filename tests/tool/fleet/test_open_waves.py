"""No wave opens but by a person or a gate, whatever changes after the first one has opened."""

import re
import shutil
from pathlib import Path

import pytest

from modelyard.fleet.next_wave import next_wave, retry
from modelyard.fleet.options import Mode
from modelyard.fleet.rollout import rollout
from tests.repos import git
from tests.tool.fleet.worlds import Yard, labels, make, observed, open_next, silent
from tests.tool.worlds import World

COUNT = 6
WAVES = """
[[waves]]
name = "early"
share = 0.2

[[waves]]
name = "rest"
share = 1.0
"""
EXEMPT = '\n[[exempt]]\nrepo = "{repo}"\nreason = "audit"\nuntil = 2999-01-01\n'


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Yard:
    """Six repos, of which `early` has two, and it has opened."""
    folder = tmp_path_factory.mktemp("prepared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        made = make(folder, count=COUNT)
        text = made.file.read_text()
        made.file.write_text(f"{text[: text.index('[[waves]]')]}{WAVES}[gates]\nmerged = 0.5\n")
        open_next(made.options())
    assert len(begun(made)) == 2
    return made


@pytest.fixture
def yard(prepared: Yard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """A copy of it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = Yard(World(tmp_path))
    shutil.copytree(prepared.forge, made.forge)
    made.file.write_text(prepared.file.read_text().replace(str(prepared.forge), str(made.forge)))
    return made


def begun(yard: Yard) -> set[str]:
    """The repos that have a request."""
    names = (path.stem for path in yard.forge.glob("*.git"))
    return {name for name in names if (yard.bare(name) / "modelyard-requests.json").exists()}


def settings(yard: Yard, pattern: str, by: str) -> None:
    text = yard.file.read_text()
    made = re.sub(pattern, by, text, count=1)
    assert made != text
    yard.file.write_text(made)


def exempt_one(yard: Yard) -> None:
    yard.file.write_text(yard.file.read_text() + EXEMPT.format(repo=min(begun(yard))))


def exempt_another(yard: Yard) -> None:
    other = next(f"r{n}" for n in range(COUNT) if f"r{n}" not in begun(yard))
    yard.file.write_text(yard.file.read_text() + EXEMPT.format(repo=other))


def add_some(yard: Yard) -> None:
    for number in range(3):
        git(yard.forge, "clone", "--quiet", "--bare", str(yard.bare("r5")), f"new{number}.git")


def archive_one(yard: Yard) -> None:
    """A folder knows no archive; without a branch it is as little to be worked on."""
    git(yard.bare(min(begun(yard))), "symbolic-ref", "HEAD", "refs/heads/none")


def halve_the_share(yard: Yard) -> None:
    settings(yard, "share = 0.2", "share = 0.1")


def raise_the_share(yard: Yard) -> None:
    settings(yard, "share = 0.2", "share = 0.7")


def rename_the_wave(yard: Yard) -> None:
    settings(yard, '"early"', '"second"')


def drop_the_wave(yard: Yard) -> None:
    settings(yard, r'\[\[waves\]\]\nname = "early"\nshare = 0.2\n', "")


def break_the_marks(yard: Yard) -> None:
    """And take a repo out of the fleet, so that the others would be in other waves."""
    for name in begun(yard):
        stored = yard.bare(name) / "modelyard-requests.json"
        stored.write_text(stored.read_text().replace("<!-- modelyard", "<!-- gone"))
    exempt_one(yard)


def rename_a_repo(yard: Yard) -> None:
    name = min(begun(yard))
    yard.bare(name).rename(yard.bare("another-name"))


CHANGES = [
    exempt_one,
    exempt_another,
    archive_one,
    halve_the_share,
    raise_the_share,
    rename_the_wave,
    drop_the_wave,
    break_the_marks,
    rename_a_repo,
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_after_a_wave_has_opened_opens_no_other(yard: Yard, change: object) -> None:
    change(yard)  # type: ignore[operator]  # one of CHANGES
    before = len(begun(yard))
    ahead = next_wave(yard.options(mode=Mode.PLAN), silent)
    assert ahead.verdict.wave is not None and not ahead.verdict.passed
    assert "merged" in [gate.name for gate in ahead.verdict.gates if not gate.passed]
    retry(yard.options(), silent)
    assert len(begun(yard)) == before


def test_a_new_repo_opens_no_other_wave(yard: Yard) -> None:
    """Each of them may be in the wave that is open, by its own name, and moves nobody else."""
    add_some(yard)
    assert next_wave(yard.options(mode=Mode.PLAN), silent).open == ("early",)
    before = begun(yard)
    retry(yard.options(), silent)
    assert {name for name in begun(yard) - before if not name.startswith("new")} == set()


def test_all_views_show_a_repo_in_the_wave_that_it_was_opened_in(yard: Yard) -> None:
    early = begun(yard)
    exempt_one(yard)
    for found in (observed(yard.options()), observed(yard.options(), Mode.STATUS)):
        waves = {one.name: one.wave for one in found}
        assert [name for name in early if waves[name] == "early"] == [max(early)]
        assert list(waves.values()).count("rest") == COUNT - 2
    assert labels(rollout(yard.options(wave="rest"), silent)).keys().isdisjoint({min(early)})


def test_an_open_request_keeps_its_wave_when_it_is_refreshed(yard: Yard) -> None:
    name = min(begun(yard))
    raise_the_share(yard)
    body = yard.pull_requests(name)[0].body
    yard.push(name, own_txt="more\n")
    assert labels(rollout(yard.options(), silent))[name] == "updated"
    after = yard.pull_requests(name)[0].body
    for field in ("wave", "reach"):
        told = [re.findall(f'"{field}": "([^"]+)"', text) for text in (body, after)]
        assert told[0] and told[0] == told[1]


def test_a_canary_that_failed_its_check_counts(yard: Yard) -> None:
    """One of the wave has no request, since `--verify` failed, and the other one is merged."""
    failed, merged = sorted(begun(yard))
    (yard.bare(failed) / "modelyard-requests.json").unlink()
    git(yard.bare(failed), "branch", "--quiet", "-D", "modelyard/v1.1.0")
    yard.merge(merged, "modelyard/v1.1.0")
    settings(yard, "merged = 0.5", "merged = 0.8")
    verdict, _ = open_next(yard.options())
    gate = {one.name: one for one in verdict.gates}["merged"]
    assert (verdict.wave, gate.passed) == ("rest", False)
    assert gate.value == "1 of 2, 1 without a request"
    assert [(one.repo, one.why) for one in gate.held_by] == [(failed, "no request")]
    # One that needs nothing of the version holds up nobody.
    assert labels(retry(yard.options(), silent)) == {failed: "opened"}
    yard.merge(failed, "modelyard/v1.1.0")
    (yard.bare(failed) / "modelyard-requests.json").unlink()
    assert open_next(yard.options())[0].passed


def test_a_merge_that_was_taken_back_is_not_merged(yard: Yard) -> None:
    for name in begun(yard):
        yard.merge(name, "modelyard/v1.1.0")
        work = yard.work(name)
        git(work, "revert", "--no-edit", "--mainline", "1", "HEAD")
        git(work, "push", "--quiet", "origin", "main:main")
    verdict, _ = open_next(yard.options())
    gate = {one.name: one for one in verdict.gates}["merged"]
    assert (gate.value, gate.passed) == ("0 of 2, 2 reverted", False)

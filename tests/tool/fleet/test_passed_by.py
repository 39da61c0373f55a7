"""No wave opens behind one that nobody could judge; what people decided is kept on the way back."""

import json
from pathlib import Path

import pytest

from modelyard.errors import Unreachable
from modelyard.fleet import clones
from modelyard.fleet.next_wave import NextWave, next_wave
from modelyard.fleet.options import Mode
from modelyard.fleet.rollout import rollout
from modelyard.fleet.states import Outcome, RepoState
from modelyard.fleet.withdraw import withdraw
from modelyard.forges.local import Local
from tests.repos import git
from tests.tool.fleet.worlds import Yard, labels, make, observed, silent
from tests.tool.worlds import lines

ONE, TWO = "modelyard/v1.1.0", "modelyard/v1.2.0"
NAMED = '[[waves]]\nname = "{name}"\nrepos = ["{repo}"]\n'


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """Three repos: `canary` is r0, `early` is r1, `rest` is r2; the canary is open."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = make(tmp_path, count=3, control=True)
    text = made.file.read_text()
    named = NAMED.format(name="canary", repo="r0") + NAMED.format(name="early", repo="r1")
    begin, end = text.index("[[waves]]"), text.index('[[waves]]\nname = "rest"')
    made.file.write_text(text[:begin] + named + text[end:])
    rollout(made.options(wave="canary"), silent)
    return made


def go_on(yard: Yard) -> NextWave:
    return next_wave(yard.options(jobs=1), silent)


def release_another(yard: Yard) -> None:
    yard.world.release("v1.2.0", {"a.txt": lines(20, l3="THREE", l9="NINE")})


def state(yard: Yard, name: str, branch: str) -> str:
    return next(one.state for one in yard.pull_requests(name) if one.branch == branch)


def put(yard: Yard, name: str, branch: str, state: str) -> None:
    """Close a request, or open it again, as a person does."""
    stored = yard.bare(name) / "modelyard-requests.json"
    found = [json.loads(line) for line in stored.read_text().splitlines()]
    for one in found:
        if one["branch"] == branch:
            one["state"], one["ended"] = state, "" if state == "open" else one["opened"]
    stored.write_text("".join(json.dumps(one) + "\n" for one in found))


def test_a_canary_that_cannot_be_read_is_not_passed_by(yard: Yard) -> None:
    (yard.bare("r0") / "HEAD").write_text("ref: \n[")
    (yard.bare("r0") / "config").write_text("[broken\n")
    ahead = go_on(yard)
    assert (ahead.verdict.wave, labels(ahead.results)) == ("canary", {"r0": "failed"})
    assert yard.pull_requests("r1") == []
    done = withdraw(yard.file, "v1.1.0", "bad", silent)
    assert labels(done.results) == {"r0": "failed"}, "and it is told"


def test_a_merge_that_nobody_can_look_at_is_no_answer(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard.merge("r0", ONE)
    real = clones.clone

    def lost(remote: object, *given: object, **more: object) -> Path:
        if "r0.git" in str(remote):
            raise Unreachable("r0 does not answer", "")
        return real(remote, *given, **more)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(clones, "clone", lost)
    gate = {one.name: one for one in go_on(yard).verdict.gates}["merged"]
    assert (gate.value, gate.passed) == ("0 of 1, 1 without an answer", False)


def test_a_wave_that_gave_no_answer_at_first_is_not_passed_by(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is merged, so a visit finds nothing to do; but no gate has judged it."""
    rollout(yard.options(wave="early"), silent)
    for name in ("r0", "r1"):
        yard.merge(name, ONE)
    real = Local.pull_requests
    asked: list[int] = []

    def once_lost(self: Local, repository: object, *given: str) -> object:
        if getattr(repository, "name", "") == "r1" and not asked:
            asked.append(1)
            raise Unreachable("r1 does not answer", "")
        return real(self, repository, *given)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(Local, "pull_requests", once_lost)
    ahead = go_on(yard)
    assert (ahead.verdict.wave, labels(ahead.results)) == ("early", {"r1": "current"})
    assert yard.pull_requests("r2") == []


def test_an_older_request_that_is_merged_late_takes_nobody_out_of_the_gates(yard: Yard) -> None:
    yard.push("r0", ONE, own_txt="theirs\n")
    release_another(yard)
    rollout(yard.options(wave="canary"), silent)
    yard.merge("r0", TWO)
    work = yard.work("r0")
    git(work, "merge", "--quiet", "--no-ff", "-X", "ours", "-m", "Late", f"origin/{ONE}")
    git(work, "push", "--quiet", "origin", "main:main")
    assert state(yard, "r0", ONE) == "merged"
    ahead = next_wave(yard.options(mode=Mode.PLAN), silent)
    gate = {one.name: one for one in ahead.verdict.gates}["merged"]
    assert (ahead.open, ahead.verdict.wave, gate.value) == (("canary",), "early", "1 of 1")


def test_a_canary_on_a_withdrawn_version_is_not_passed_by(yard: Yard) -> None:
    release_another(yard)
    rollout(yard.options(wave="canary"), silent)
    yard.merge("r0", TWO)
    withdraw(yard.file, "v1.2.0", "bad", silent)
    ahead = go_on(yard)
    assert (ahead.verdict.wave, labels(ahead.results)) == ("canary", {"r0": "withdrawn"})
    assert yard.pull_requests("r1") == []
    back = next_wave(yard.options(to="v1.1.0"), silent)
    assert (back.verdict.wave, labels(back.results)) == ("canary", {"r0": "opened"})
    seen = {one.name: one.state for one in observed(yard.options(), Mode.STATUS)}
    assert seen["r0"] is RepoState.OPEN


def test_who_opens_a_request_again_and_closes_it_has_declined(yard: Yard) -> None:
    release_another(yard)
    rollout(yard.options(wave="canary"), silent)
    assert state(yard, "r0", ONE) == "closed"
    put(yard, "r0", ONE, "open")
    for _ in range(2):
        rollout(yard.options(wave="canary"), silent)
        assert state(yard, "r0", ONE) == "open", "it is somebody's by now"
    put(yard, "r0", ONE, "closed")
    withdraw(yard.file, "v1.2.0", "bad", silent)
    found = rollout(yard.options(wave="canary", to="v1.1.0"), silent)
    assert labels(found) == {"r0": "declined"}


def test_a_withdrawn_request_that_somebody_opened_again_stays_open(yard: Yard) -> None:
    assert withdraw(yard.file, "v1.1.0", "bad", silent).results[0].outcome is Outcome.CLOSED
    git(yard.bare("r0"), "branch", "--force", ONE, yard.pull_requests("r0")[0].head)
    put(yard, "r0", ONE, "open")
    assert withdraw(yard.file, "v1.1.0", "bad", silent).results[0].outcome is Outcome.LEFT_ALONE
    assert state(yard, "r0", ONE) == "open"

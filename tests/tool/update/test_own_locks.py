"""A lock that is the user's own is a file like any other; only the template's is compiled."""

from pathlib import Path

import pytest

from modelyard.update.options import Relock
from tests.tool.update.threes import Book, Outcome, Threes, link

PROJECT = '[project]\nname = "x"\nversion = "1"\ndependencies = {}\n'
OLD, NEW = PROJECT.format([]), PROJECT.format(["nothing-of-that-name"])
OWN = "numpy==1.26.4  # mine\n"


@pytest.fixture(scope="module")
def threes(tmp_path_factory: pytest.TempPathFactory) -> Threes:
    return Threes(Path(tmp_path_factory.mktemp("threes"), "repo"))


@pytest.fixture(autouse=True)
def nothing_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    def compile(*given: object, **more: object) -> None:
        raise AssertionError("a lock would have been compiled")

    monkeypatch.setattr("modelyard.lockfiles.relock.compile", compile)


def updated(threes: Threes, base: Book, ours: Book, theirs: Book) -> Outcome:
    outcome = threes.update(base, ours, theirs, relock=Relock.FROM_WHEELS)
    assert outcome.losses == ()
    return outcome


@pytest.mark.parametrize("folder", ["", "service/"])
@pytest.mark.parametrize("lock", ["requirements.lock", "uv.lock", "poetry.lock"])
def test_an_own_lock_is_not_touched(threes: Threes, folder: str, lock: str) -> None:
    project = f"{folder}pyproject.toml"
    ours: Book = {project: OLD, f"{folder}{lock}": OWN}
    outcome = updated(threes, {project: OLD}, ours, {project: NEW})
    assert (outcome.status, outcome.notices) == ("clean", ())
    assert outcome.text(f"{folder}{lock}") == OWN
    assert outcome.text(project) == NEW


def test_a_template_that_ships_a_lock_for_the_first_time(threes: Threes) -> None:
    ours: Book = {"pyproject.toml": OLD, "requirements.lock": OWN}
    theirs: Book = {"pyproject.toml": NEW, "requirements.lock": "theirs==1\n"}
    outcome = updated(threes, {"pyproject.toml": OLD}, ours, theirs)
    assert (outcome.status, outcome.told) == ("conflict", {("requirements.lock", "BOTH_ADDED")})


def test_a_template_that_stops_shipping_a_lock_that_the_user_changed(threes: Threes) -> None:
    base: Book = {"pyproject.toml": OLD, "requirements.lock": "a==1\n"}
    ours: Book = {"pyproject.toml": OLD, "requirements.lock": f"a==1\n{OWN}"}
    outcome = updated(threes, base, ours, {"pyproject.toml": NEW})
    assert outcome.told == {("requirements.lock", "CHANGED_AND_DELETED")}


def test_a_lock_that_the_user_moved_is_kept_and_told(threes: Threes) -> None:
    base: Book = {"pyproject.toml": OLD, "requirements.lock": "a==1\nb==1\nc==1\n"}
    ours: Book = {"pyproject.toml": OLD, "locks/requirements.lock": "a==1\nb==1\nc==1\n"}
    theirs: Book = {"pyproject.toml": NEW, "requirements.lock": "a==2\nb==1\nc==1\n"}
    outcome = updated(threes, base, ours, theirs)
    assert (outcome.status, outcome.told) == ("clean", {("locks/requirements.lock", "LOCK_MOVED")})
    assert outcome.text("locks/requirements.lock") == "a==1\nb==1\nc==1\n"
    assert "requirements.lock" not in outcome.files


@pytest.mark.parametrize("name", ["requirements.lock", "Chart.lock", "poetry.lock"])
def test_a_lock_without_a_project_is_merged_as_any_file(threes: Threes, name: str) -> None:
    chart, path = "- name: a\n- name: b\n- name: c\n", f"chart/{name}"
    outcome = updated(threes, {path: chart}, {path: f"mine\n{chart}"}, {path: f"{chart}theirs\n"})
    assert (outcome.status, outcome.text(path)) == ("clean", f"mine\n{chart}theirs\n")
    both = updated(threes, {path: chart}, {path: f"{chart}mine\n"}, {path: f"{chart}theirs\n"})
    assert both.told == {(path, "CONTENT")}


@pytest.mark.parametrize("who", ["user", "template"])
def test_a_lock_that_somebody_made_a_link(threes: Threes, who: str) -> None:
    base: Book = {"pyproject.toml": OLD, "requirements.lock": "a==1\n"}
    linked: Book = {"requirements.lock": link("others.lock"), "others.lock": "a==1\n"}
    mine: Book = linked if who == "user" else {"requirements.lock": f"a==1\n{OWN}"}
    other: Book = {"requirements.lock": "a==2\n"} if who == "user" else linked
    ours: Book = {"pyproject.toml": OLD, **mine}
    outcome = updated(threes, base, ours, {"pyproject.toml": NEW, **other})
    assert outcome.told == {("requirements.lock", "DISTINCT_TYPES")}

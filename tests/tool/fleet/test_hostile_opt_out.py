"""Nobody gets out of a rollout unsaid: what is not updated has a state, or is told in a request."""

from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.errors import Usage
from modelyard.fleet.model import Observation
from modelyard.fleet.options import Mode
from modelyard.fleet.rollout import rollout
from tests.repos import git
from tests.tool.fleet.worlds import Yard, labels, make, observed, silent
from tests.tool.in_turns import LONG
from tests.tool.worlds import commit, lines

LOCK = "a==1\nb==2\n"
PROJECT = '[project]\nname = "x"\nversion = "1"\ndependencies = []\n'
FILES = {"requirements.lock": LOCK, "pyproject.toml": PROJECT, "b.txt": "b\n"}


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """A fleet of two, whose next release changes `a.txt` alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return make(tmp_path, count=2)


def change(yard: Yard, files: dict[str, bytes | None], name: str = "r0") -> None:
    work = yard.work(name)
    for path, content in files.items():
        (work / path).unlink() if content is None else (work / path).write_bytes(content)
    commit(work, "Somebody's")
    git(work, "push", "--quiet", "origin", "main:main")


def answers(yard: Yard, old: str, new: str) -> None:
    text = (yard.work("r0") / ".copier-answers.yml").read_text()
    assert old in text
    change(yard, {".copier-answers.yml": text.replace(old, new).encode()})


def found(yard: Yard) -> Observation:
    (first, other, *_) = observed(yard.options(), Mode.STATUS)
    assert other.state == "clean", "one repo stops no other"
    return first


NULS: list[Callable[[bytes], bytes]] = [
    lambda text: text + b"\0",
    lambda text: b"\0" + text,
    lambda text: text.replace(b"line 3", b"\0"),
    lambda text: b"\0",
    lambda text: text.decode().encode("utf-16"),
    lambda text: text + b"#" * 9000 + b"\0\n",
]


@pytest.mark.parametrize("spoil", NULS)
def test_a_nul_in_a_file_of_the_release_is_no_way_out(
    yard: Yard, spoil: Callable[[bytes], bytes]
) -> None:
    change(yard, {"a.txt": spoil((yard.work("r0") / "a.txt").read_bytes())})
    seen = found(yard)
    assert seen.state == "conflict" or (seen.state == "clean" and seen.update)
    assert seen.conflicts == ("a.txt",) or (seen.update and "a.txt" in seen.update.changes)


# Which bytes make a file no text is asked in one place: all of them are tried in the test above.
@pytest.mark.parametrize("spoil", NULS if LONG else [NULS[0], NULS[4]])
def test_a_nul_in_a_lock_is_told_in_a_request_where_the_lock_is_all_that_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yard = make(tmp_path, count=0)
    yard.world.release("v1.2.0", FILES)
    seed = yard.world.repo("v1.2.0", name="locked")
    git(tmp_path, "clone", "--quiet", "--bare", str(seed), str(yard.bare("r0")))
    yard.world.release("v1.3.0", {**FILES, "requirements.lock": LOCK.replace("b==2", "b==3")})
    change(yard, {"requirements.lock": spoil(LOCK.encode())})
    (seen,) = observed(yard.options())
    assert seen.state != "current"
    rollout(yard.options(), silent)
    (request,) = yard.pull_requests("r0")
    assert "`requirements.lock`" in request.body


@pytest.mark.parametrize(
    ("files", "path"),
    [({"a.txt": None}, "a.txt"), ({".gitignore": b"new.txt\n"}, "new.txt")],
)
def test_what_somebody_deleted_or_ignores_is_told_in_a_request(
    yard: Yard, files: dict[str, bytes | None], path: str
) -> None:
    yard.world.release("v1.2.0", {path: lines(20, l5="FIVE")})
    if path == "new.txt":
        git(yard.world.template, "tag", "--delete", "v1.1.0")
        yard.world.release("v1.2.1", {"a.txt": lines(20)})
    change(yard, files)
    assert found(yard).state == "clean"
    rollout(yard.options(), silent)
    assert f"- `{path}`: " in yard.pull_requests("r0")[0].body


@pytest.mark.parametrize("moving", ["HEAD", "main", "refs/heads/main", "v1.1.0~0"])
def test_a_commit_on_record_that_moves_is_not_always_the_newest(yard: Yard, moving: str) -> None:
    answers(yard, "_commit: v1.0.0", f'_commit: "{moving}"')
    seen = found(yard)
    assert seen.state == "broken" and moving in seen.detail and "it moves" in seen.detail


@pytest.mark.parametrize(
    ("version", "state", "why"),
    [
        ("v9.9.9", "refused", "has no version 'v9.9.9'"),
        ("v1.1.0\\0", "broken", "_commit has control characters"),
        ("v1.0.0\\n::error::x", "broken", "_commit has control characters"),
        ("v1.0.0\\e[2J", "broken", "_commit has control characters"),
        ("v" + "1" * 100_000, "broken", "more than 2000"),
        ("--output=x", "refused", "has no version"),
    ],
)
def test_a_version_that_is_none_is_told(yard: Yard, version: str, state: str, why: str) -> None:
    answers(yard, "_commit: v1.0.0", f'_commit: "{version}"')
    seen = found(yard)
    assert seen.state == state and why in seen.detail
    assert len(seen.detail) < 3000


def test_a_template_with_a_nul_in_its_name_is_broken(yard: Yard) -> None:
    answers(yard, "_src_path: ", '_src_path: "a\\0b" #')
    seen = found(yard)
    assert seen.state == "broken" and "_src_path has control characters" in seen.detail


def test_a_foreign_template_is_told_by_its_name(yard: Yard) -> None:
    answers(yard, "_src_path: ", "_src_path: https://elsewhere.example/t #")
    seen = found(yard)
    assert (seen.state, seen.detail) == ("foreign", "https://elsewhere.example/t")


def test_a_repo_that_only_says_it_is_on_the_version_shows_what_it_has_not(yard: Yard) -> None:
    answers(yard, "_commit: v1.0.0", "_commit: v1.1.0")
    seen = found(yard)
    assert (seen.state, tuple(seen.edited)) == ("current", ("a.txt",))


def test_a_version_with_odd_characters_is_not_rolled_out(yard: Yard) -> None:
    git(yard.world.template, "tag", "fixes-#1@team", "v1.1.0")
    git(yard.world.template, "tag", "--delete", "v1.1.0")
    with pytest.raises(Usage, match="cannot be rolled out"):
        rollout(yard.options(to="fixes-#1@team"), silent)


def test_usual_repos_are_as_before(yard: Yard) -> None:
    assert labels(rollout(yard.options(), silent)) == {"r0": "opened", "r1": "opened"}

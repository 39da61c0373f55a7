"""A standard of one's own: a fork that merges our releases, and takes over repos made from ours."""

from pathlib import Path

import pytest

from modelyard.cli import fleet_console
from modelyard.fleet.rollout import rollout
from tests.repos import git
from tests.tool.fleet.worlds import Yard, make, observed, silent
from tests.tool.worlds import lines


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """Repos of our v1.0.0, and a fleet of a fork that has added a file and taken our v1.1.0."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yard = make(tmp_path)
    ours, fork = yard.world.template, tmp_path / "fork"
    git(tmp_path, "clone", "--quiet", str(ours), str(fork))
    git(fork, "reset", "--quiet", "--hard", "v1.0.0")
    (fork / "template" / "deploy.yml").write_text("ours: true\n")
    git(fork, "add", "--all")
    git(fork, "commit", "--quiet", "--message", "Deploy")
    git(fork, "fetch", "--quiet", "--tags")
    git(fork, "merge", "--quiet", "--no-edit", "v1.1.0")
    git(fork, "tag", "v2027.1.0")
    text = yard.file.read_text()
    moved = f'source = "{fork}"\nalso = ["{ours}"]'
    yard.file.write_text(text.replace(f'source = "{ours}"', moved))
    return yard


def test_repos_of_our_releases_move_to_the_fork(yard: Yard) -> None:
    rollout(yard.options(), silent)
    branch = "modelyard/v2027.1.0"
    assert yard.show("r0", branch, "deploy.yml") == "ours: true\n"
    assert yard.show("r0", branch, "a.txt") == lines(20, l3="THREE")
    assert f"_src_path: {yard.world.folder / 'fork'}" in yard.show(
        "r0", branch, ".copier-answers.yml"
    )


def test_without_also_they_are_of_another_template_and_listed(
    yard: Yard, capsys: pytest.CaptureFixture[str]
) -> None:
    text = yard.file.read_text()
    yard.file.write_text("\n".join(x for x in text.splitlines() if not x.startswith("also")))
    done = rollout(yard.options(), silent)
    assert {one.state for one in done} == {"foreign"}
    assert fleet_console.rolled_out(done, None, as_json=False) == 0
    said = "".join(capsys.readouterr().out.split())
    assert f"foreign:4repos r0, r1, r2, r3 from {yard.world.template}".replace(" ", "") in said


def test_the_fork_needs_the_tag_that_they_are_on(yard: Yard) -> None:
    git(yard.world.folder / "fork", "tag", "--delete", "v1.0.0")
    found = observed(yard.options())
    assert {one.state for one in found} == {"refused"}
    assert "v1.0.0" in found[0].detail

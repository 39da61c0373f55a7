"""Law 2: a path's folder says who owns it, and no release takes a yours path away."""

import itertools
import re
import shutil
from pathlib import Path

import copier
import pytest
from pathspec import GitIgnoreSpec

from tests.repos import git
from tests.template.owners import OWNERS, owners, rendered_once, rules, taken_away, yours
from tests.template.questions import SUITE, config, contents, recorded, rendered


@pytest.fixture(scope="module", params=["classification", "regression", "forecasting"])
def made(
    request: pytest.FixtureRequest, suite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A render for each task."""
    return rendered(suite, tmp_path_factory.mktemp("owners") / "repo", task=request.param)


# The only paths of yours that a release has ever claimed, by the release before it. They told what
# the standard does, in files that no update could keep true: docs/team.md is where a team writes.
CLAIMED = {"v0.2.0": {"docs/onboarding.md", "docs/runbook.md"}}


def releases() -> dict[str, str]:
    """Return the release commits of this suite by their tag, oldest first."""
    log = ["log", "--reverse", "--format=%s %H", "--grep", "^Release v[0-9]"]
    return dict(line.split()[1:] for line in git(SUITE, *log).splitlines())


def test_every_path_has_exactly_one_owner(made: Path) -> None:
    found = owners(made)
    assert {path: of for path, of in found.items() if len(of) != 1} == {}
    assert {of for (of,) in found.values()} == set(OWNERS)


def test_every_path_that_the_readme_lists_is_there(made: Path) -> None:
    for entry in itertools.chain(*rules(made).values()):
        assert (made / entry).exists(), entry


def test_an_update_keeps_away_from_yours_and_from_nothing_else(made: Path) -> None:
    assert rendered_once(made) == yours(made)


def test_what_both_edit_is_known_to_check(made: Path) -> None:
    shared = GitIgnoreSpec.from_lines(config()["_shared"])
    found = {path for path in contents(made) if shared.match_file(path)}
    assert found == {path for path, of in owners(made).items() if of == ["shared"]}


def test_the_five_files_to_replace_are_yours(made: Path) -> None:
    listed = re.findall(r"^\| `(\w+\.py)` \|", (made / "README.md").read_text("utf-8"), re.M)
    package = recorded(made)["package"]
    assert len(listed) == 5
    assert {f"src/{package}/{name}" for name in listed} <= yours(made)


def test_no_release_takes_a_yours_path_away(suite: Path, tmp_path: Path) -> None:
    """Each release against the one before, and what is to be the next one against the last."""
    renders = [rendered(suite, tmp_path / "next")]
    for tag, commit in releases().items():
        target = tmp_path / tag
        copier.run_copy(str(SUITE), target, defaults=True, quiet=True, vcs_ref=commit)
        renders.insert(-1, target)
    for before, after in itertools.pairwise(renders):
        claimed = CLAIMED.get(before.name, set())
        assert taken_away(before, after) == claimed, f"{before.name} to {after.name}"
        # A path that the standard claims is still there: claimed is not deleted.
        assert claimed <= contents(after).keys()


@pytest.mark.parametrize(
    "change",
    [
        ("mv", "src/{{ package }}/data.py.jinja", "src/{{ package }}/source.py.jinja"),
        ("mv", "src/{{ package }}/data.py.jinja", "vendor/data.py.jinja"),
        ("mv", "docs", "handbook"),
        ("rm", "-r", "data"),
    ],
)
def test_a_release_that_moves_a_yours_path_is_caught(
    change: tuple[str, ...], suite: Path, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", str(suite), "suite")
    git(tmp_path / "suite", "-C", "template/model", *change)
    git(tmp_path / "suite", "commit", "--quiet", "--all", "--message", "Release v0.2.0")
    git(tmp_path / "suite", "tag", "v0.2.0")
    before = rendered(suite, tmp_path / "before")
    after = rendered(tmp_path / "suite", tmp_path / "after")
    assert taken_away(before, after)
    assert taken_away(before, before) == set()


def test_a_release_that_adds_a_path_is_fine(suite: Path, tmp_path: Path) -> None:
    before = rendered(suite, tmp_path / "before")
    after = tmp_path / "after"
    shutil.copytree(before, after)
    (after / "docs" / "faq.md").write_text("# Questions\n", "utf-8")
    assert len(contents(after)) == len(contents(before)) + 1
    assert taken_away(before, after) == set()

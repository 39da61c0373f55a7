"""An end that never comes, or that is over by now, is refused where the template is known."""

from pathlib import Path

import pytest

from modelyard.check.check import check
from modelyard.check.kept import KeptState
from modelyard.errors import Usage
from modelyard.keep import verb
from tests.repos import git
from tests.tool.worlds import CONFIG, World, commit, lines, write


@pytest.mark.parametrize(
    ("until", "why"),
    [
        ("x-2.0", "never end"),
        ("models/v3", "never end"),
        ("v1", "over already"),
        ("0.9", "over already"),
    ],
)
def test_an_end_of_no_use_is_refused(world: World, until: str, why: str) -> None:
    repo = world.repo()
    with pytest.raises(Usage, match=why):
        verb.keep(repo, "a.txt", until=until)
    assert verb.listed(repo).entries == ()


@pytest.mark.parametrize("until", ["v2", "2", "v9.1rc1"])
def test_a_version_to_come_is_taken(world: World, until: str) -> None:
    assert verb.keep(world.repo(), "a.txt", until=until).entries[0].until == until


def test_of_a_template_out_of_reach_nothing_is_known(world: World) -> None:
    repo = world.repo()
    world.template.rename(world.folder / "elsewhere")
    assert verb.keep(repo, "a.txt", until="x-2.0").entries[0].until == "x-2.0"


@pytest.mark.parametrize(
    ("config", "until", "state"),
    [
        ("", "v2.0", KeptState.ENDLESS),
        ("", "x-2.0", KeptState.ENDLESS),
        ("_tag_prefix: x-\n", "y-2.0", KeptState.ENDLESS),
        ("_tag_prefix: x-\n", "v2.0", KeptState.DEVIATES),
        ("_tag_prefix: x-\n", "x-2.0", KeptState.DEVIATES),
    ],
)
def test_check_names_an_end_that_tags_with_a_prefix_never_reach(
    tmp_path: Path, config: str, until: str, state: KeptState
) -> None:
    made = World(tmp_path)
    made.release("x-1.0", {"a.txt": lines(3)}, CONFIG + config)
    repo = made.repo("x-1.0")
    entry = f'[[keep]]\npath = "a.txt"\nuntil = "{until}"\n'
    write(repo, {".modelyard.toml": entry, "a.txt": "mine\n"})
    commit(repo)
    assert git(made.template, "tag").split() == ["x-1.0"]
    assert [one.state for one in check(repo).kept] == [state]

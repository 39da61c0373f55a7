"""`check` lists what a repo keeps on purpose, and takes it for no edit."""

from pathlib import Path

import pytest

from modelyard.check.check import check
from modelyard.check.kept import KeptState
from modelyard.errors import NotReady
from tests.tool.cli.test_cli import modelyard
from tests.tool.schemas import valid
from tests.tool.worlds import World, commit, lines, write

TOML = "[t]\nx = 1\n\n[u]\ny = {}\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.release("v1", {"a.txt": lines(9), "b.toml": TOML.format(1), "d/x.txt": "x\n"})
    made.release("v2", {"a.txt": lines(9, l3="THREE"), "b.toml": TOML.format(2)})
    return made


def keeping(repo: Path, text: str, **files: str) -> None:
    settings = "".join(f"[[keep]]\n{entry}\n" for entry in text.split("\n\n"))
    write(repo, {".modelyard.toml": settings})
    write(repo, {path.replace("_", "."): content for path, content in files.items()})
    commit(repo)


def states(repo: Path) -> list[tuple[str, str]]:
    return [(one.name, str(one.state)) for one in check(repo).kept]


def test_a_recorded_deviation_is_no_edit(world: World) -> None:
    repo = world.repo("v2")
    mine = {"a_txt": lines(9, l3="mine"), "b_toml": TOML.format("'mine'")}
    keeping(repo, 'path = "a.txt"\nbecause = "faster"\n\npath = "b.toml"\nkey = "u.y"', **mine)
    found = check(repo)
    assert (found.drifts, found.ok(strict=True)) == ((), True)
    assert [(one.name, one.because, one.state) for one in found.kept] == [
        ("a.txt", "faster", KeptState.DEVIATES),
        ("b.toml:u.y", "", KeptState.DEVIATES),
    ]
    write(repo, {"b.toml": TOML.format("'mine'").replace("x = 1", "x = 2")})
    commit(repo)
    found = check(repo)
    assert [one.path for one in found.drifts] == ["b.toml"], "more than the key"
    assert not found.ok(strict=True)


def test_what_can_be_dropped(world: World) -> None:
    repo = world.repo("v2")
    keeping(
        repo,
        'path = "a.txt"\n\npath = "b.toml"\nkey = "t.x"\n\npath = "b.toml"\nkey = "t.z"\n\n'
        'path = "mine.txt"\n\npath = "nobody"\n\npath = "d"\nuntil = "v2"\n\npath = "d/x.txt"\n\n'
        'path = "a.txt"\nkey = "t"',
        mine_txt="mine\n",
    )
    (repo / "d/x.txt").unlink()
    commit(repo)
    assert states(repo) == [
        ("a.txt", "equal"),
        ("b.toml:t.x", "equal"),
        ("b.toml:t.z", "nothing"),
        ("mine.txt", "nothing"),
        ("nobody", "nothing"),
        ("d", "ended"),
        ("d/x.txt", "deviates"),
        ("a.txt:t", "not_cut"),
    ]


def test_an_entry_that_is_over_explains_nothing(world: World) -> None:
    repo = world.repo("v2")
    keeping(repo, 'path = "a.txt"\nuntil = "v2"', a_txt=lines(9, l3="mine"))
    assert [one.path for one in check(repo).drifts] == ["a.txt"]


def test_a_file_that_was_moved_here_deviates(world: World) -> None:
    repo = world.repo("v2")
    (repo / "a.txt").rename(repo / "mine.txt")
    keeping(repo, 'path = "mine.txt"')
    assert states(repo) == [("mine.txt", "deviates")]


def test_a_release_that_changes_only_what_is_kept_is_nothing_to_take(world: World) -> None:
    repo = world.repo("v1")
    keeping(repo, 'path = "a.txt"\n\npath = "b.toml"\nkey = "u"')
    found = check(repo)
    assert (found.behind, found.changes) == (False, ())
    keeping(repo, 'path = "a.txt"\nuntil = "v2"\n\npath = "b.toml"\nkey = "u"')
    assert check(repo).changes == ("a.txt",)


def test_settings_that_cannot_be_read(world: World) -> None:
    repo = world.repo("v1")
    keeping(repo, "file = 1")
    with pytest.raises(NotReady, match="line 1"):
        check(repo)


def test_console_and_json(world: World) -> None:
    repo = world.repo("v2")
    hostile = 'path = "a.txt"\nbecause = "[red]::error::x"\nuntil = "v9"\n\npath = "d"'
    keeping(repo, hostile, a_txt=lines(9, l3="mine"))
    said = modelyard("check", repo, "--strict").stdout
    assert "kept on purpose" in said and "a.txt (until v9): [red]" in said
    assert "::error" not in said
    assert "d: no reason\n    as the standard has it: it can be dropped" in said
    found = valid("check", modelyard("check", repo, "--json").stdout)
    assert found["kept"][0] == {
        "path": "a.txt",
        "key": "",
        "because": "[red]::error::x",
        "until": "v9",
        "state": "deviates",
    }

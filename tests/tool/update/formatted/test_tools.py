"""Each formatter that is known, run as a repo's people run it, with a release over it."""

from pathlib import Path

import pytest

from modelyard.reasons import NoticeReason
from modelyard.update import update
from modelyard.update.formatted import hooks, tools
from tests.tool.update.formatted.worlds import LOAD, MODULE, REPORT, changed, released, run
from tests.tool.worlds import World, commit, write


def hook(*given: str) -> str:
    return "repos:\n- repo: x\n  hooks:\n" + "".join(f"  - {{{one}}}\n" for one in given)


def test_black_with_arguments_of_its_hook(tmp_path: Path) -> None:
    world = released(tmp_path, REPORT)
    repo = world.repo()
    mine = "id: black, args: [-l, '50', --skip-string-normalization, --config=/etc/passwd]"
    write(repo, {"m.py": changed(MODULE, LOAD), ".pre-commit-config.yaml": hook(mine)})
    run(repo, "black", "-l", "50", "--skip-string-normalization", "m.py")
    commit(repo)
    outcome = update(repo)
    assert outcome.status == "clean"
    assert ("m.py", "black") in {
        (n.path, n.about) for n in outcome.notices if n.reason is NoticeReason.FORMATTED
    }
    run(repo, "black", "-l", "50", "--skip-string-normalization", "--check", "m.py")


def test_black_by_its_own_settings(tmp_path: Path) -> None:
    repo = released(tmp_path, REPORT).repo()
    write(repo, {"pyproject.toml": "[tool.black]\nline-length = 44\n"})
    # Its people wrote what black keeps as it is, and ruff would not.
    write(repo, {"m.py": changed(MODULE, LOAD) + "\n\nassert xs, f'{a}' f'{b}'\n"})
    run(repo, "black", "m.py")
    commit(repo)
    outcome = update(repo)
    assert outcome.status == "clean"
    assert "FORMATTED" in {notice.reason.name for notice in outcome.notices}
    run(repo, "black", "--check", "m.py")


def test_the_formatter_of_the_template_itself_by_its_hook(tmp_path: Path) -> None:
    entry = "id: format, language: system, entry: .venv/bin/ruff format --line-length 50"
    repo = released(tmp_path, REPORT).repo()
    write(repo, {"m.py": changed(MODULE, LOAD), ".pre-commit-config.yaml": hook(entry)})
    run(repo, "ruff", "format", "--isolated", "--no-cache", "--line-length", "50", "m.py")
    commit(repo)
    assert update(repo).status == "clean"
    run(repo, "ruff", "format", "--isolated", "--check", "--line-length", "50", "m.py")


def test_imports_of_both_are_sorted_as_the_repo_sorts_them(tmp_path: Path) -> None:
    world = World(tmp_path)
    first = "import sys, os\nimport b_module\nfrom mine import x\nimport a_module\n\nprint(x)\n"
    second = first.replace("import b_module", "import zlib\nimport b_module")
    kept = {"src/mine/__init__.py": "x = 1\n"}
    world.release("v1", {"m.py": first, **kept})
    world.release("v2", {"m.py": second.replace("import sys, os", "import sys, os, re"), **kept})
    repo = world.repo("v1")
    write(repo, {"pyproject.toml": '[tool.ruff.lint]\nextend-select = ["I"]\n'})
    write(repo, {"m.py": first.replace("import a_module", "import a_module, json")})
    run(repo, "ruff", "check", "--no-cache", "--select", "I", "--fix-only", "--exit-zero", ".")
    run(repo, "ruff", "format", "--no-cache", ".")
    commit(repo)
    outcome = update(repo)
    assert outcome.status == "clean"
    assert (repo / "m.py").read_text() == (
        "import json\nimport os\nimport re\nimport sys\nimport zlib\n\n"
        "import a_module\nimport b_module\n\nfrom mine import x\n\nprint(x)\n"
    )


def test_json_as_its_hook_writes_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    first = '{"name": "a", "steps": [{"run": "one", "with": {"b": 1, "a": 2}}, {"run": "two"}]}\n'
    world.release("v1", {"a.json": first})
    world.release("v2", {"a.json": first.replace('"run": "two"', '"run": "two", "if": "always"')})
    repo = world.repo("v1")
    args = "id: pretty-format-json, args: [--autofix, --indent, '4']"
    write(repo, {".pre-commit-config.yaml": hook(args), "a.json": first.replace("one", "1st")})
    run(repo, "pretty-format-json", "--autofix", "--indent", "4", "a.json", codes=(1,))
    commit(repo)
    outcome = update(repo)
    assert outcome.status == "clean"
    run(repo, "pretty-format-json", "--indent", "4", "a.json")
    text = (repo / "a.json").read_text()
    assert '"1st"' in text and '"always"' in text


def test_blanks_and_the_end_of_a_text(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.md": "Title  \nOne  \ntwo  \n\n\n"})
    world.release("v2", {"a.md": "Title  \nOne  \ntwo, and more  \n\n\n"})
    repo = world.repo("v1")
    both = hook("id: trailing-whitespace", "id: end-of-file-fixer")
    write(repo, {".pre-commit-config.yaml": both})
    run(repo, "trailing-whitespace-fixer", "a.md", codes=(1,))
    run(repo, "end-of-file-fixer", "a.md", codes=(1,))
    commit(repo)
    outcome = update(repo)
    assert outcome.status == "clean"
    assert (repo / "a.md").read_text() == "Title\nOne\ntwo, and more\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("id: ruff-format, args: [--line-length=79, --config, x]", ("--line-length=79",)),
        (
            "id: black, args: [-l, '79', -S, --code, x, -t, py311]",
            ("-l", "79", "-S", "-t", "py311"),
        ),
        ("id: black, args: [-l, '79; rm -rf /', '--line-length']", ()),
        ("id: ruff, args: [--fix, --select, 'E,I']", ()),
        ("id: isort, args: [--profile, black, --line-length=79]", ("--line-length=79",)),
        ("id: x, entry: uv run ruff check --fix --extend-select=I001", ()),
        (
            "id: pretty-format-json, args: [--indent=4, --no-sort-keys]",
            ("--indent=4", "--no-sort-keys"),
        ),
    ],
)
def test_known_arguments_of_hooks_are_taken(text: str, wanted: tuple[str, ...]) -> None:
    (found,) = hooks.read(hook(text).encode())
    assert found.arguments == wanted
    if "ruff check" in text or "id: ruff," in text or "isort" in text:
        assert found.role is tools.Role.IMPORTS


@pytest.mark.parametrize(
    "text",
    [
        "repos: 1",
        "[",
        "repos: [{hooks: [1, {id: [black]}, {entry: 'ruff \"'}, {id: ruff, args: [--fix]}]}]",
        "a: &a [x]\nb: &b [*a, *a]\nrepos: *b",
        "repos: " + "[" * 5000,
        "!!python/object/apply:os.system ['touch /tmp/never']",
        "#" * 300_000 + "\nrepos: [{hooks: [{id: black}]}]",
    ],
)
def test_what_is_no_configuration_has_no_hooks(text: str) -> None:
    assert hooks.read(text.encode()) == []

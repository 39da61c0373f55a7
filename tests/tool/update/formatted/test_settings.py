"""Settings of a formatter are a member's: what of them reaches a program, and what does not."""

import sys
from pathlib import Path

import pytest

from modelyard.gitrepo.trees import PLAIN, SYMLINK, File, blob_id
from modelyard.reasons import NoticeReason
from modelyard.update import update
from modelyard.update.formatted import programs, workspace
from modelyard.update.formatted.settings import Settings
from tests.tool.update.formatted.worlds import REPORT, SETTINGS, reformatted, released
from tests.tool.worlds import commit, state, write


def read(files: dict[str, str], links: dict[str, str] | None = None) -> Settings:
    contents = {**files, **(links or {})}
    tree = {path: File(PLAIN, blob_id(text.encode())) for path, text in files.items()}
    tree |= {path: File(SYMLINK, blob_id(text.encode())) for path, text in (links or {}).items()}
    return Settings(tree, lambda path: contents[path].encode(), ["src/a/m.py"])


@pytest.mark.parametrize(
    "extended",
    [
        "/etc/passwd",
        "../../etc/passwd",
        "~/x.toml",
        "$HOME/x.toml",
        "%HOME%/x.toml",
        "m.py",
        "no.toml",
    ],
)
def test_no_path_of_settings_leads_elsewhere(extended: str) -> None:
    text = f'extend = "{extended}"\nline-length = 60\nexclude = ["{extended}", "build"]\n'
    made = read({"ruff.toml": text, "m.py": 'extend = "/etc/passwd"'}).files["ruff.toml"]
    assert "extend" not in made and made["line-length"] == 60
    assert made["exclude"] == ["m.py", "build"] if extended == "m.py" else ["build"]


def test_settings_of_the_same_commit_are_extended() -> None:
    made = read({"src/ruff.toml": 'extend = "../a.toml"', "a.toml": 'extend = "src/ruff.toml"'})
    assert made.files["src/ruff.toml"]["extend"] == "../a.toml"
    assert made.files["a.toml"]["extend"] == "src/ruff.toml"


def test_a_link_is_not_followed() -> None:
    links = {"ruff.toml": "/etc/passwd", "base.toml": "/etc/passwd"}
    made = read({"pyproject.toml": '[tool.ruff]\nextend = "base.toml"\n'}, links)
    assert list(made.files) == ["pyproject.toml"]
    assert "extend" not in made.files["pyproject.toml"]["tool"]["ruff"]


def test_what_is_more_than_form_is_left_out() -> None:
    text = """
cache-dir = "/tmp/x"
required-version = "==0.0.1"
output-format = "github"
fix = true
line-length = 70
[lint]
select = ["I"]
external = ["X"]
[lint.isort]
required-imports = ["import os"]
force-single-line = true
[format]
docstring-code-format = true
quote-style = "single"
"""
    made = read({".ruff.toml": text})
    assert made.sorts
    assert made.files[".ruff.toml"] == {
        "line-length": 70,
        "format": {"quote-style": "single"},
        "lint": {"isort": {"force-single-line": True}},
    }


@pytest.mark.parametrize(
    "hostile",
    [
        '[tool.ruff]\nextend = "/etc/passwd"\nline-length = 60\nformat.quote-style = "single"\n',
        f'{SETTINGS}\n[tool.ruff.lint]\nselect = ["{"I" * 100_000}"]\n',
        f"{SETTINGS}\n[tool.black]\nline-length = {'9' * 100_000}\n",
        SETTINGS.replace("[tool.ruff]", '[tool.ruff]\nrequired-version = ">=999"\ncache-dir = "/"'),
    ],
)
def test_hostile_settings_end_in_a_merge_or_a_conflict(tmp_path: Path, hostile: str) -> None:
    repo = reformatted(released(tmp_path, REPORT))
    write(repo, {"pyproject.toml": hostile})
    commit(repo)
    outcome = update(repo, dry_run=True)
    told = {notice.reason for notice in outcome.notices}
    assert outcome.status == "conflict" or NoticeReason.FORMATTED in told or not told


@pytest.mark.parametrize("text", ["line-length = true", 'line-length = "' + "1" * 900_000 + '"'])
def test_settings_that_no_formatter_reads_change_nothing(tmp_path: Path, text: str) -> None:
    repo = reformatted(released(tmp_path, REPORT))
    write(repo, {"ruff.toml": text})
    commit(repo)
    assert not [one for one in update(repo).notices if "FORMATTED" in one.reason.name]


def test_a_settings_file_in_conflict_is_not_read_as_it_is(tmp_path: Path) -> None:
    world = released(tmp_path, REPORT, settings="[tool.ruff]\nline-length = 100  \n")
    write(world.template, {"template/pyproject.toml": "[tool.ruff]\nline-length = 101\n"})
    commit(world.template)
    world.release("v3", {})
    repo = reformatted(world, settings=SETTINGS)
    hooks = "repos:\n- {repo: x, hooks: [{id: trailing-whitespace}, {id: end-of-file-fixer}]}\n"
    write(repo, {".pre-commit-config.yaml": hooks})
    commit(repo)
    outcome = update(repo)
    assert [one.path for one in outcome.conflicts] == ["pyproject.toml"]
    told = {one.path: one.about for one in outcome.notices}
    assert told["m.py"] == "ruff format"


def test_a_program_of_the_repo_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = reformatted(released(tmp_path, REPORT))
    own = repo / ".venv/bin"
    write(repo, {".gitignore": ".venv\n", ".venv/bin/ruff": "#!/bin/sh\ntouch /tmp/never\n"})
    (own / "ruff").chmod(0o755)
    commit(repo)
    outside = tmp_path / "bin"
    outside.mkdir()
    (outside / "ruff").symlink_to(own / "ruff")
    monkeypatch.setattr(programs.sys, "executable", str(tmp_path / "nothing/python"))
    for folder in (own, outside):
        monkeypatch.setenv("PATH", str(folder))
        assert programs.find("ruff", [repo]) is None
    assert programs.find("ruff", [tmp_path / "else"]) == str(outside / "ruff")


def test_without_a_formatter_all_is_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = reformatted(released(tmp_path, REPORT))
    monkeypatch.setattr(programs, "find", lambda program, places: None)
    assert not [one for one in update(repo).notices if "FORMATTED" in one.reason.name]


def test_a_formatter_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = reformatted(released(tmp_path, REPORT))
    slow = tmp_path / "slow"
    slow.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    slow.chmod(0o755)
    monkeypatch.setattr(programs, "find", lambda program, places: str(slow))
    monkeypatch.setattr(workspace, "SECONDS", 0.5)
    before = state(repo)
    outcome = update(repo, dry_run=True)
    assert outcome.status in {"clean", "conflict"} and state(repo) == before


def test_a_formatter_sees_nothing_of_the_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = reformatted(released(tmp_path, REPORT))
    seen = tmp_path / "seen"
    spy = tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\nenv > {seen}\npwd >> {seen}\n")
    spy.chmod(0o755)
    monkeypatch.setenv("FORGE_TOKEN", "a-secret")
    monkeypatch.setenv("RUFF_CONFIG", "/etc/passwd")
    monkeypatch.setattr(programs, "find", lambda program, places: str(spy))
    update(repo, dry_run=True)
    text = seen.read_text()
    assert "a-secret" not in text and "RUFF" not in text
    assert str(Path.home()) not in [line.partition("=")[2] for line in text.splitlines()]
    assert str(repo) not in text

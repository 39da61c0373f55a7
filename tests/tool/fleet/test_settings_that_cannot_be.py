"""Settings that no run could go by are errors when they are read, with a sentence each."""

import subprocess
from pathlib import Path

import pytest
from pydantic import ValidationError

from modelyard.errors import NotReady
from modelyard.fleet import config
from modelyard.fleet.config import Bot, RequestSettings

_HEAD = '[forge]\nkind = "github"\nowner = "x"\n[template]\nsource = "x"\n'
# By the rules of git, and what it takes.
NO_BRANCHES = ["a..b/", "-x/", "a b/", "a~", "/x", "x//", ".x/", "a/.x", "x.lock/", "a@{", "x\x7f/"]
BRANCHES = ["modelyard/", "chore/standard-", "feature/#42-", "a.b/", "@", "mödell/", "x.lock"]


def read(tmp_path: Path, text: str) -> config.Fleet:
    file = tmp_path / "fleet.toml"
    file.write_text(f"{_HEAD}{text}\n")
    return config.read(file)


@pytest.mark.parametrize("prefix", [*NO_BRANCHES, *BRANCHES])
def test_a_branch_is_one_that_git_takes(prefix: str) -> None:
    command = ["git", "check-ref-format", f"refs/heads/{prefix}v1.2.0"]
    takes = subprocess.run(command, check=False).returncode == 0 and not prefix.startswith("-")
    assert takes == (prefix in BRANCHES)
    if takes:
        assert RequestSettings(branch=prefix).branch == prefix
        return
    with pytest.raises(ValidationError, match="git has no branch with"):
        RequestSettings(branch=prefix)


@pytest.mark.parametrize(
    ("prefix", "pattern"), [("release/", "release/*"), ("release/", "release/1.x"), ("x/", "*")]
)
def test_branches_that_get_requests_are_called_otherwise(
    tmp_path: Path, prefix: str, pattern: str
) -> None:
    said = f'[repos]\nbranches = ["{pattern}"]\n[request]\nbranch = "{prefix}"'
    with pytest.raises(NotReady, match="need branches of their own"):
        read(tmp_path, said)


@pytest.mark.parametrize(
    "said",
    [
        "[limits]\nminutes = inf",
        "[limits]\nmemory_gb = inf",
        "[limits]\nfile_gb = 1e300",
        "[gates]\nsoak_hours = 1e300",
        "[request]\nno_ci_minutes = 99999999999999999999",
        f'[request]\nbody = "{"x" * 20_000}"',
    ],
)
def test_a_number_that_the_machine_has_no_room_for_is_told(tmp_path: Path, said: str) -> None:
    with pytest.raises(NotReady, match=r"less than or equal|longer than 10,000"):
        read(tmp_path, said)


@pytest.mark.parametrize("text", ["", " ", "a\nb", "a <b>", "..."])
def test_who_commits_is_somebody_whom_git_can_write_down(text: str) -> None:
    for field in ("name", "email"):
        with pytest.raises(ValidationError):
            Bot.model_validate({field: text})
    assert Bot(name="ACME Inc.").name == "ACME Inc."
    with pytest.raises(ValidationError, match="git would take away"):
        Bot(email=" bot@example.com")


@pytest.mark.parametrize("title", ["Draft: {version}", "[draft] {version}", " (DRAFT) x"])
def test_a_title_makes_no_draft(title: str) -> None:
    with pytest.raises(ValidationError, match="for a draft, for ever"):
        RequestSettings(title=title)

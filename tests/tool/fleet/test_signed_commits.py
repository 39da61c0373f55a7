"""Commits are signed by a real key of git's configuration, or by the forge's API."""

import subprocess
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.fleet import config, pr_metadata, signed_commits
from modelyard.fleet.options import RolloutOptions
from modelyard.fleet.rollout import rollout
from modelyard.forges.forge import ForgeKind
from tests.repos import git
from tests.tool.fleet.hosted_fleet import BRANCH, FleetOn
from tests.tool.fleet.worlds import silent
from tests.tool.forges.hosted import Hosted
from tests.tool.forges.served import Served
from tests.tool.forges.serving import Answer, Asked
from tests.tool.worlds import World


@pytest.fixture
def forge(fleet_on: FleetOn) -> Served:
    made = fleet_on(ForgeKind.GITHUB)
    made.repo("r0").require_signatures()
    return made


@pytest.fixture
def repo(forge: Served) -> Hosted:
    return forge.repo("r0")


@pytest.fixture
def options(forge: Served, tmp_path: Path) -> RolloutOptions:
    return RolloutOptions(tmp_path / "fleet.toml")


def sign(options: RolloutOptions, how: str) -> None:
    text = options.file.read_text()
    options.file.write_text(f'{text}\n[bot]\nsign = "{how}"\n')


def told(options: RolloutOptions) -> tuple[str, str]:
    (found,) = rollout(options, silent)
    return found.label, found.detail


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key of ssh, and git's configuration that signs with it; returns who may sign."""
    file, settings, signers = (tmp_path / name for name in ("key", "gitconfig", "signers"))
    made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bot", "-f", str(file)]
    subprocess.run(made, check=True)
    settings.write_text(f"[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = {file}\n")
    signers.write_text(f"modelyard@localhost {file.with_suffix('.pub').read_text()}")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    return signers


def verify(repo: Hosted, commit: str, signers: Path) -> bool:
    allowed = ["-c", f"gpg.ssh.allowedSignersFile={signers}"]
    command = ["git", "-C", str(repo.folder), *allowed, "verify-commit", commit]
    return subprocess.run(command, capture_output=True).returncode == 0


def test_without_a_signature_the_rule_is_told(repo: Hosted, options: RolloutOptions) -> None:
    label, detail = told(options)
    assert label == "failed" and 'sign = "api"' in detail and not repo.tip(BRANCH)


def test_git_signs_with_the_key_of_this_machine_and_the_merge_stays_one_commit(
    repo: Hosted,
    options: RolloutOptions,
    key: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sign(options, "git")
    assert told(options)[0] == "opened"
    commit = repo.tip(BRANCH)
    assert verify(repo, commit, key)
    repo.pulls.clear()
    git(repo.folder, "update-ref", "-d", f"refs/heads/{BRANCH}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another machine"))
    assert told(options)[0] == "opened" and repo.tip(BRANCH) == commit


def test_a_key_that_is_not_there_is_told(
    repo: Hosted, options: RolloutOptions, key: Path, tmp_path: Path
) -> None:
    sign(options, "git")
    (tmp_path / "key").unlink()
    (tmp_path / "key.pub").unlink()
    label, detail = told(options)
    assert label == "failed" and "could not sign" in detail and "user.signingkey" in detail
    assert not repo.tip(BRANCH)


def test_the_api_signs_and_what_it_committed_is_the_merge(
    forge: Served, repo: Hosted, options: RolloutOptions
) -> None:
    sign(options, "api")
    left = signed_commits.branch_for("modelyard/", BRANCH)
    forge.push("r0", f"{left}-1-0", {"a.txt": "left behind by a run that was cut off\n"})
    assert told(options)[0] == "opened"
    commit, (pull,) = repo.tip(BRANCH), repo.pulls
    raw = git(repo.folder, "cat-file", "commit", commit)
    assert "gpgsig" in raw and f"parent {repo.tip('main')}" in raw
    assert raw.endswith("Signed-off-by: modelyard <modelyard@localhost>\n")
    assert "THREE" in git(repo.folder, "show", f"{commit}:a.txt")
    assert git(repo.folder, "for-each-ref", "refs/heads/modelyard/signing") == ""
    found = pr_metadata.find(pull.body)
    assert found and found.metadata.head == commit
    assert told(options)[0] == "waits" and repo.tip(BRANCH) == commit
    forge.push("r0", "main", {"own.txt": "more\n"})
    assert told(options)[0] == "updated" and repo.tip(BRANCH) != commit
    assert (pull.state, repo.signed) == ("open", 2)


def test_the_api_deletes_and_renames_too(
    repo: Hosted, options: RolloutOptions, tmp_path: Path
) -> None:
    world = World(tmp_path)
    world.release("v1.2.0", {"b.txt": None, "a.txt": None, "a.txt/moved": "1\n"})
    sign(options, "api")
    assert told(options)[0] == "opened"
    names = git(repo.folder, "ls-tree", "-r", "--name-only", "modelyard/v1.2.0").split()
    assert names == [".copier-answers.yml", "a.txt/moved", "own.txt"]


def test_the_branch_that_the_api_commits_to_is_the_one_of_its_whole_name(
    forge: Served, repo: Hosted, options: RolloutOptions
) -> None:
    theirs = forge.push("r0", "fix", {"own.txt": "theirs\n"})
    sign(options, "api")
    with options.file.open("a") as file:
        file.write('[request]\nbranch = "fix#"\n')
    assert told(options)[0] == "opened"
    branches = git(repo.folder, "for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    assert branches == ["fix", "fix#v1.1.0", "main"] and repo.tip("fix") == theirs


def test_two_runs_that_sign_at_once_do_not_disturb_each_other(
    forge: Served, repo: Hosted, options: RolloutOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(options, "api")
    api, others = forge.server.api, iter([True])
    found: list[tuple[str, str]] = []

    def between(asked: Asked) -> Answer:
        if "createCommitOnBranch" in str(asked.data) and next(others, False):
            found.append(told(options))
        return api(asked)

    monkeypatch.setattr(forge.server, "api", between)
    found.append(told(options))
    assert found[0][0] == "opened" and found[1][0] == "left alone"
    assert "another run" in found[1][1]
    assert git(repo.folder, "for-each-ref", "refs/heads/modelyard/signing") == ""
    assert len(repo.pulls) == 1 and told(options)[0] == "waits"


def test_what_the_api_refuses_leaves_no_branch_behind(
    forge: Served, repo: Hosted, options: RolloutOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(options, "api")
    api = forge.server.api
    no = Answer(data={"data": None, "errors": [{"type": "FORBIDDEN", "message": "no signing"}]})

    def refuse(asked: Asked) -> Answer:
        return no if "createCommitOnBranch" in str(asked.data) else api(asked)

    monkeypatch.setattr(forge.server, "api", refuse)
    label, detail = told(options)
    assert label == "failed" and "no signing" in detail
    assert git(repo.folder, "for-each-ref", "refs/heads/modelyard") == ""


def test_a_run_that_was_cut_off_knows_the_commit_of_the_api(
    forge: Served, repo: Hosted, options: RolloutOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELYARD_PATIENCE", "1")
    sign(options, "api")
    forge.trouble(500, on="POST .*/pulls$", times=99)
    assert told(options)[0] == "failed"
    commit = repo.tip(BRANCH)
    forge.troubles.clear()
    assert told(options)[0] == "opened"
    assert (repo.tip(BRANCH), repo.signed) == (commit, 1)


def test_somebody_elses_commit_by_a_button_of_the_page_is_theirs(
    forge: Served, repo: Hosted, options: RolloutOptions
) -> None:
    sign(options, "api")
    told(options)
    repo.commit_signed(BRANCH, repo.tip(BRANCH), "Fix\n", {"a.txt": b"theirs\n"}, ())
    theirs = repo.tip(BRANCH)
    assert told(options)[0] == "left alone" and repo.tip(BRANCH) == theirs


def test_what_the_api_cannot_commit_is_told_before_anything_is_written(
    forge: Served, repo: Hosted, options: RolloutOptions, tmp_path: Path
) -> None:
    sign(options, "api")
    world = World(tmp_path)
    script = world.template / "template" / "run.sh"
    script.write_text("echo\n")
    script.chmod(0o755)
    world.release("v1.2.0", {"b.txt": "2\n"})
    label, detail = told(options)
    assert label == "failed" and "run.sh is executable" in detail and 'sign = "git"' in detail
    assert not repo.signed and repo.pulls == []


def test_only_github_signs_by_its_api(forge: Served, options: RolloutOptions) -> None:
    sign(options, "api")
    options.file.write_text(options.file.read_text().replace('kind = "github"', 'kind = "gitlab"'))
    with pytest.raises(NotReady, match='elsewhere git signs: "git"'):
        config.read(options.file)

"""Lineages are signed where there is a key, and what is not signed well is told or refused."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from modelyard_platform.errors import NotTrusted, SetupError
from modelyard_platform.lineage import record as lineage
from modelyard_platform.lineage import signature as signing
from modelyard_platform.lineage.signature import State
from modelyard_platform.settings import Project
from modelyard_platform.tracking import client, records, registry

Command = Callable[..., tuple[int, str, str]]
Verb = Callable[..., tuple[int, Any]]
Edit = Callable[..., Project]
Folder = Callable[[Project, str], Path]
NAMES = {"allowed_signers": "signers"}


def new_key(path: Path) -> str:
    """Make a key without a passphrase, and return its public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path.with_suffix(".pub").read_text("utf-8")


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A key that is allowed to sign, one that is not, and the file that says so."""
    ours, other, signers = tmp_path / "ours", tmp_path / "other", tmp_path / "signers"
    signers.write_text(f"ci@example.com {new_key(ours)}")
    new_key(other)
    return ours, other, signers


def test_a_signature_proves_who_signed_which_bytes(keys: tuple[Path, Path, Path]) -> None:
    ours, other, signers = keys
    made = signing.sign(b"lineage", ours)
    good = signing.verify(b"lineage", made, signers)
    assert (good.state, good.signer) == (State.GOOD, "ci@example.com")
    for content, signature, state in (
        (b"another", made, State.BAD),
        (b"lineage", b"no signature", State.BAD),
        (b"lineage", b"-" * (signing.MOST_BYTES + 1), State.BAD),
        (b"lineage", None, State.NONE),
        (b"lineage", signing.sign(b"lineage", other), State.UNKNOWN),
    ):
        assert signing.verify(content, signature, signers).state is state


def test_what_the_key_signs_elsewhere_is_no_lineage(keys: tuple[Path, Path, Path]) -> None:
    ours, _, signers = keys
    command = ["ssh-keygen", "-Y", "sign", "-q", "-n", "git", "-f", str(ours)]
    made = subprocess.run(command, input=b"lineage", capture_output=True, check=True).stdout
    assert signing.verify(b"lineage", made, signers).state is State.BAD


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("alice@example.com,ci@example.com KEY", State.GOOD),
        ('ci@example.com namespaces="modelyard-lineage" KEY', State.GOOD),
        ('ci@example.com namespaces="git" KEY', State.UNKNOWN),
        ('ci@example.com valid-before="20200101" KEY', State.UNKNOWN),
        ("ci@example.com cert-authority KEY", State.UNKNOWN),
        ("# ci@example.com KEY", State.UNKNOWN),
        ("", State.UNKNOWN),
    ],
)
def test_a_line_of_the_allowed_signers_means_what_it_says(
    keys: tuple[Path, Path, Path], line: str, state: State
) -> None:
    ours, _, signers = keys
    key = signers.read_text("utf-8").partition(" ")[2].strip()
    signers.write_text(f"{line.replace('KEY', key)}\n")
    assert signing.verify(b"lineage", signing.sign(b"lineage", ours), signers).state is state


def test_without_ssh_keygen_it_is_said(
    keys: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="ssh-keygen is not installed"):
        signing.sign(b"lineage", keys[0])


@pytest.mark.parametrize("settings", [{}, {"allowed_signers": "not-there"}])
def test_a_key_whose_signatures_nobody_could_verify_is_told_before_the_work(
    project: Project,
    edit: Edit,
    verb: Verb,
    keys: tuple[Path, Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, str],
) -> None:
    monkeypatch.setenv(signing.KEY, str(keys[0]))
    edit(project, params={"lineage": settings})
    code, error = verb("train", "--direct")
    assert code == 5
    assert "allowed_signers" in error["error"]


def test_a_signature_that_is_asked_for_needs_signers(project: Project, edit: Edit) -> None:
    with pytest.raises(SetupError, match="require_signature needs allowed_signers"):
        edit(project, params={"lineage": {"require_signature": True}})


@pytest.fixture
def signed(
    crowned: Project,
    edit: Edit,
    keys: tuple[Path, Path, Path],
    run_folder: Folder,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Project]:
    """The champion is signed, its repo says by whom, and the key is at hand."""
    ours, _, signers = keys
    shutil.copyfile(signers, crowned.root / "signers")
    monkeypatch.setenv(signing.KEY, str(ours))
    project = edit(crowned, params={"lineage": NAMES | {"require_signature": True}})
    run_id = registry.Registry(project).get("1").run_id
    with client.run(project, run_id):
        records.log(project, records.of_run(project, run_id).lineage)
    yield project


def test_a_signed_version_is_promoted_and_stays_signed(
    signed: Project, verb: Verb, run_folder: Folder
) -> None:
    assert verb("predict")[0] == 0
    assert verb("promote", "1")[0] == 0
    found = verb("lineage", "1")[1]
    assert found["signature"] == "signed by ci@example.com"


@pytest.mark.parametrize(
    ("attack", "says"),
    [
        ("changed", "it was changed"),
        ("unsigned", "version 1 is not signed"),
        ("other key", "not among the allowed signers"),
        ("unbound", "its lineage is of"),
    ],
)
def test_a_version_without_a_good_signature_is_refused(
    signed: Project,
    verb: Verb,
    run_folder: Folder,
    keys: tuple[Path, Path, Path],
    attack: str,
    says: str,
) -> None:
    path = run_folder(signed, "1") / lineage.ARTIFACT
    signature = path.with_name(records.SIGNATURE)
    if attack == "changed":
        path.write_text(path.read_text("utf-8").replace('"gate": "passed"', '"gate": "refused"'))
    elif attack == "unsigned":
        signature.unlink()
    elif attack == "other key":
        signature.write_bytes(signing.sign(path.read_bytes(), keys[1]))
    else:  # signed by the right key, for another run
        found = replace(lineage.from_json(path.read_text("utf-8")), run="of-another")
        path.write_text(found.to_json())
        signature.write_bytes(signing.sign(path.read_bytes(), keys[0]))
    for words in (["predict"], ["promote", "1"], ["reproduce", "1"]):
        code, error = verb(*words)
        assert code == NotTrusted.exit_code
        assert says in error["error"]


def test_where_it_is_not_asked_for_a_missing_signature_is_told(
    signed: Project, edit: Edit, command: Command, run_folder: Folder
) -> None:
    edit(signed, params={"lineage": NAMES})
    (run_folder(signed, "1") / records.SIGNATURE).unlink()
    code, _, told = command("predict")
    assert code == 0
    assert "! version 1 is not signed" in told


def test_a_lineage_that_was_not_signed_is_not_signed_by_whoever_judges_it(
    signed: Project, edit: Edit, verb: Verb, run_folder: Folder
) -> None:
    edit(signed, params={"lineage": NAMES})
    path = run_folder(signed, "1") / lineage.ARTIFACT
    path.with_name(records.SIGNATURE).unlink()
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"template": "forged"}))
    assert verb("promote", "1")[0] == 0
    assert not path.with_name(records.SIGNATURE).exists()


def test_without_the_key_a_signed_lineage_stays_as_it_is(
    signed: Project, edit: Edit, command: Command, run_folder: Folder, monkeypatch: Any
) -> None:
    monkeypatch.delenv(signing.KEY)
    path = run_folder(signed, "1") / lineage.ARTIFACT
    before = path.read_bytes()
    edit(signed, params={"gate": {"floors": {"roc_auc": 0.01}, "tolerance": 0.5}})
    code, _, told = command("promote", "1")
    assert code == 0
    assert f"{signing.KEY} is not set" in told
    assert path.read_bytes() == before

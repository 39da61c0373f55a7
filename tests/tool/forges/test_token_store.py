"""Secrets leave the environment of the process that they were given to, and what it starts."""

import os
import subprocess
import sys

import pytest

from modelyard.forges import token_store
from modelyard.forges.by_kind import open_forge
from modelyard.forges.forge import ForgeKind

# Begins anew, then says what it holds, what its own environment and that of /proc are, and whether
# others of the same user may look into it.
SAY = """
import ctypes, os, subprocess, sys
from modelyard.forges import token_store
token_store.begin_without_secrets()
print(sorted(token_store.held().items()))
print([name for name in (*token_store.SECRETS, token_store.HANDOVER) if name in os.environ])
print(b"s3cr3t" in open("/proc/self/environ", "rb").read())
print(subprocess.run(["env"], capture_output=True, text=True).stdout.count("s3cr3t"))
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
print(sys.argv[1:], sys.flags.isolated)
"""
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def said(env: dict[str, str]) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if name not in token_store.SECRETS}
    command = [sys.executable, "-c", SAY, "rollout", "--to", "v1"]
    done = subprocess.run(command, env={**kept, **env}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@LINUX
def test_a_command_that_begins_anew_holds_what_its_environment_had() -> None:
    env = {"GITHUB_TOKEN": "s3cr3t-1", "MODELYARD_FLEET_KEY": "s3cr3t=\u00e4\n2"}
    held, left, shown, inherited, dumpable, arguments = said(env)
    assert held == repr(sorted(env.items()))
    assert (left, shown, inherited, dumpable) == ("[]", "False", "0", "0")
    assert arguments == "['rollout', '--to', 'v1'] 0"


@LINUX
def test_a_command_without_secrets_goes_on_as_it_is() -> None:
    held, *_, dumpable, _ = said({})
    assert (held, dumpable) == ("[]", "1")


@LINUX
@pytest.mark.parametrize("descriptor", ["", "none", "-1", "999", "9" * 30, "0", "1", "2", "²"])
def test_a_handover_that_is_none_hands_over_nothing(descriptor: str) -> None:
    held, left, *_ = said({token_store.HANDOVER: descriptor})
    assert (held, left) == ("[]", "[]")


@LINUX
def test_a_handover_of_somebody_leaves_no_token_in_what_proc_shows() -> None:
    held, left, shown, *_ = said({"GITHUB_TOKEN": "s3cr3t-1", token_store.HANDOVER: "999"})
    assert (held, left, shown) == (repr([("GITHUB_TOKEN", "s3cr3t-1")]), "[]", "False")


@LINUX
def test_a_worker_that_is_given_a_token_is_looked_into_by_nobody() -> None:
    code = """
import ctypes
from modelyard.forges import token_store
token_store.hold({"GITHUB_TOKEN": "s3cr3t-1"})
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "0\n"


@LINUX
def test_what_is_too_long_for_a_token_does_not_block_and_is_inherited_by_nobody() -> None:
    _, left, _, inherited, *_ = said({"GITHUB_TOKEN": "s3cr3t" * 10_000})
    assert (left, inherited) == ("[]", "0")


def test_opening_a_forge_takes_its_token_out_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "s3cr3t")
    for _ in "twice":
        open_forge(ForgeKind.GITHUB, "team")
        assert "GITHUB_TOKEN" not in os.environ


def test_every_kind_of_forge_has_its_variables_there() -> None:
    assert set(token_store.VARIABLES) == set(ForgeKind)

"""While a template is rendered the environment holds no secret, and afterwards all is as it was."""

import os

import pytest
from plumbum.machines import local

from modelyard.render.environment import without_secrets


def test_no_secret_is_there_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "planted-secret")
    with without_secrets():
        assert "planted-secret" not in {*os.environ.values(), *dict(local.env).values()}
        with without_secrets():
            assert "GITHUB_TOKEN" not in os.environ
        assert "GITHUB_TOKEN" not in os.environ
    assert os.environ["GITHUB_TOKEN"] == "planted-secret"  # noqa: S105 (it is none)


def test_what_copier_starts_git_with_is_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(local.env)
    monkeypatch.setenv("GIT_DIR", "/dev/null/nowhere")
    with pytest.raises(ValueError, match="ended"), without_secrets():
        raise ValueError("ended")
    assert dict(local.env) == before

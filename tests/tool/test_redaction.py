"""No secret is in a text that leaves the process, in whatever form it got there."""

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from modelyard import redaction
from modelyard.cli import json_output
from modelyard.errors import NotReady
from modelyard.gitrepo.git import GitError

PLANTED = 'S3sam"e<open>/&+now'


@pytest.mark.parametrize(
    "variable",
    [
        "GITHUB_TOKEN",
        "PGPASSWORD_PASSWORD",
        "AWS_SECRET_ACCESS_KEY",
        "UV_INDEX_X_PASSWORD",
        "token",
    ],
)
@pytest.mark.parametrize(
    "form",
    [
        str,
        lambda secret: quote(secret, safe=""),
        lambda secret: json.dumps({"x": secret}),
        html.escape,
        lambda secret: base64.b64encode(secret.encode()).decode(),
        lambda secret: f"https://me:{quote(secret, safe='')}@host/x",
    ],
)
def test_a_secret_of_the_environment_is_in_no_text(
    variable: str, form: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, PLANTED)
    said = redaction.redact(f"before {form(PLANTED)} after")
    assert said.startswith("before ") and said.endswith(" after")
    assert form(PLANTED) not in said and PLANTED not in said


def test_the_password_of_an_address_in_the_environment_is_a_secret_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UV_INDEX_URL", "https://me:open%2Fsesame1@index.example.com/simple")
    assert redaction.redact("it said open/sesame1") == "it said ***"


def test_what_is_no_secret_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "short")
    monkeypatch.setenv("KEYBOARD", "layout-of-a-keyboard")
    text = "short layout-of-a-keyboard me@example.com https://host/a@b"
    assert redaction.redact(text) == text


@pytest.mark.parametrize(
    "token", ["ghp_" + "a" * 36, "github_pat_" + "b" * 40, "glpat-" + "c-" * 10, "AKIA" + "D" * 16]
)
def test_a_token_is_known_by_its_form(token: str) -> None:
    assert redaction.redact(f"with {token}!") == "with ***!"


def test_no_error_repeats_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", PLANTED)
    error = NotReady(f"it says {PLANTED}", f"export X={PLANTED}")
    asked = GitError(("fetch", f"https://x:{PLANTED}@host"), 1, f"fatal: {PLANTED}")
    for one in (error, asked):
        said = f"{one} {one.args} {vars(one)} {one!r}"
        assert "S3sam" not in said


def test_no_json_repeats_a_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", PLANTED)
    json_output.write({"detail": f"it says {PLANTED}", "address": "https://me:pw@host/x"})
    said = json.loads(capsys.readouterr().out)
    assert said == {"detail": "it says ***", "address": "https://host/x"}

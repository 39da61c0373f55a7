"""No secret is in a text that leaves the process, in whatever form it got there."""

import base64
import html
import json
import re
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


@pytest.mark.parametrize(
    "form",
    [
        lambda secret: quote(secret),
        lambda secret: re.sub("%..", lambda found: found[0].lower(), quote(secret, safe="")),
        lambda secret: html.escape(secret, quote=False),
        lambda secret: repr(secret),
        lambda secret: repr(secret.encode()),
        lambda secret: json.dumps(secret, ensure_ascii=False),
        *(
            lambda secret, before=before, encode=encode: encode(
                f"{before}{secret}:more".encode()
            ).decode()
            for before in ("", "u", "me", "me:", "a-user:")
            for encode in (base64.b64encode, base64.urlsafe_b64encode)
        ),
    ],
)
def test_a_secret_in_the_midst_of_something_is_in_no_text(
    form: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", PLANTED)
    said = redaction.redact(form(PLANTED))
    assert "***" in said and PLANTED[4:] not in said
    for before in range(3):
        core = base64.b64encode(b"x" * before + PLANTED.encode()).decode()[6:-6]
        assert core not in said


def test_a_password_with_an_at_sign_is_taken_out_whole() -> None:
    said = redaction.redact("fatal: https://me:p@ss@w0rd@host/x and https://me:p%40@host:8/y@z")
    assert said == "fatal: https://host/x and https://host:8/y@z"


@pytest.mark.parametrize(
    "variable", ["PGPASSWORD", "MYSQL_PWD", "SSHPASS", "NPMTOKEN", "SMTP_PASS"]
)
def test_names_of_secrets_without_an_underscore_count(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "open-sesame-1")
    assert redaction.redact("x open-sesame-1") == "x ***"

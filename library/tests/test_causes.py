"""An error says its cause in the cause's own words, and a hint only where its type is known."""

import errno
import os
import pwd
import re
import sqlite3
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from modelyard_platform import doctor, git, user
from modelyard_platform.causes import chain, first_line, root
from modelyard_platform.data import causes as of_storage
from modelyard_platform.data import dvc, snapshots
from modelyard_platform.errors import Busy, ProjectError, SetupError, Unreachable
from modelyard_platform.settings import Project, load_project
from modelyard_platform.tracking import causes as of_tracker
from modelyard_platform.tracking import client

Verb = Callable[..., tuple[int, Any]]


@pytest.fixture
def untrusted(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An https server whose certificate nobody has signed; its address and the certificate."""
    made, key = tmp_path / "server.pem", tmp_path / "server.key"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    command = [*new, "-keyout", str(key), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Healthy) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_port}", made
        server.shutdown()


class _Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_an_untrusted_certificate_is_named(
    untrusted: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, certificate = untrusted
    with pytest.raises(
        Unreachable, match=r"certificate of .* is not trusted: .*self-signed"
    ) as got:
        client.ping(url)
    assert "MLFLOW_TRACKING_SERVER_CERT_PATH" in got.value.hint
    monkeypatch.setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", str(certificate))
    client.ping(url)


@pytest.mark.parametrize(
    ("uri", "says", "kind"),
    [
        ("http://127.0.0.1:1", "no MLflow server answers .*Connection refused", Unreachable),
        ("http://nowhere.invalid", "no MLflow server answers .*(not known|resol)", Unreachable),
        ("http://", "no address of a server: Invalid URL", SetupError),
    ],
)
def test_a_server_that_cannot_be_reached_is_told_with_the_reason(
    uri: str, says: str, kind: type[ProjectError]
) -> None:
    with pytest.raises(kind, match=says) as got:
        client.ping(uri)
    assert "object at 0x" not in str(got.value)


@pytest.mark.parametrize(
    ("status", "says"), [(200, "not in a valid JSON format"), (403, "error code 403")]
)
def test_the_doctor_takes_no_other_server_for_a_registry(
    project: Project, monkeypatch: pytest.MonkeyPatch, status: int, says: str
) -> None:
    class Other(_Healthy):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/health" else status)
            self.end_headers()
            self.wfile.write(b"<html>Log in</html>")

    with ThreadingHTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{server.server_port}")
        found = {f.about: f for f in doctor.examine(load_project(project.root))}
        server.shutdown()
    assert (found["registry"].state, says in found["registry"].message) == ("broken", True)


@pytest.mark.parametrize(
    ("uri", "says", "kind"),
    [
        ("postgresql+pg8001://me:hunter2@127.0.0.1/x", "none that SQLAlchemy knows", SetupError),
        (
            "mysql://me:hunter2@127.0.0.1:1/x",
            "driver of .* is not installed: .*MySQLdb",
            SetupError,
        ),
        ("sqlite+pysqlite:////none/x.db", "does not answer: unable to open", Unreachable),
        ("htp://me:hunter2@x", "unsupported URI", SetupError),
        ("file:/tmp/none", "filesystem tracking backend", SetupError),
    ],
)
def test_an_address_that_is_no_registry_is_told_by_doctor_and_verbs(
    project: Project, monkeypatch: pytest.MonkeyPatch, uri: str, says: str, kind: type[ProjectError]
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    other = load_project(project.root)
    found = {f.about: f for f in doctor.examine(other)}["registry"]
    assert found.state == "broken" and re.search(says, found.message)
    with pytest.raises(kind, match=says) as told:
        client.connect(other)
    assert "hunter2" not in f"{found} {told.value} {told.value.hint}"


@pytest.mark.parametrize(
    ("code", "kind", "hint"),
    [
        (sqlite3.SQLITE_NOTADB, SetupError, "back from a copy"),
        (sqlite3.SQLITE_READONLY, SetupError, "you may write to"),
        (sqlite3.SQLITE_BUSY, Busy, "wait"),
        (sqlite3.SQLITE_CONSTRAINT, SetupError, ""),
    ],
)
def test_what_a_database_raises_has_the_hint_of_its_code(
    project: Project, code: int, kind: type[ProjectError], hint: str
) -> None:
    error = sqlite3.OperationalError("its own words")
    error.sqlite_errorcode = code
    wrapped = RuntimeError("another library's words")
    wrapped.__context__ = error
    found = of_tracker.error_of(project, wrapped)
    assert type(found) is kind
    assert "its own words" in str(found)
    assert hint in found.hint and bool(hint) == bool(found.hint)


def test_what_has_no_known_cause_has_no_hint(project: Project) -> None:
    assert of_tracker.error_of(project, RuntimeError("odd")).hint == ""
    found = of_storage.error_of("s3://bucket", KeyError("odd"), KeyError("odd"))
    assert (str(found), found.hint) == ("DVC: 'odd'", "")


def foreign(name: str, base: type[Exception] = Exception) -> Exception:
    """Return an error of a class of that full name, as a library would raise it."""
    module, _, word = name.rpartition(".")
    return type(word, (base,), {"__module__": module})("its own words")


@pytest.mark.parametrize(
    ("error", "kind", "hint"),
    [
        (foreign("dvc.lock.LockError"), Busy, "other dvc command"),
        (foreign("dvc.config.ConfigError"), SetupError, ".dvc/config"),
        (foreign("botocore.exceptions.NoCredentialsError"), Unreachable, "asks for"),
        (foreign("dvc_objects.fs.errors.AuthError"), Unreachable, "asks for"),
        (PermissionError(errno.EACCES, "its own words"), Unreachable, "does not allow"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "its own words"), Unreachable, "remote list"),
        (ssl.SSLCertVerificationError("its own words"), Unreachable, "ssl_verify"),
        (KeyError("getpwuid(): uid not found: 54321, its own words"), Unreachable, ""),
    ],
)
def test_what_storage_raises_has_the_hint_of_its_type(
    error: Exception, kind: type[ProjectError], hint: str
) -> None:
    found = of_storage.error_of("s3://bucket", RuntimeError("1 file failed"), error)
    assert type(found) is kind
    assert str(found).startswith("DVC: 1 file failed: ") and "its own words" in str(found)
    assert hint in found.hint and bool(hint) == bool(found.hint)


def test_a_dvc_file_that_is_none_is_a_matter_of_settings(landed: Project) -> None:
    (landed.root / ".dvc" / "config").write_text("[core]\n    remote = gone\n", "utf-8")
    with pytest.raises(SetupError, match="gone") as got:
        dvc.push(landed, [snapshots.landed(landed)[0].path])
    assert "credentials" not in got.value.hint


def test_the_whole_chain_is_looked_through() -> None:
    deep = ConnectionRefusedError(errno.ECONNREFUSED, "refused")
    middle = RuntimeError("middle")
    middle.reason = deep  # type: ignore[attr-defined]  # as urllib3 does
    top = ValueError(middle)
    assert [*chain(top)] == [top, middle, deep]
    assert root(top) is deep
    assert first_line(Exception()) == "Exception"
    assert first_line(Exception("a list:\n  one\n  two")) == "a list: one"


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user that no file of the machine knows."""

    def unknown(uid: int) -> Any:
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOGNAME", "")


def test_a_user_without_a_name_can_ingest(
    project: Project, months: list[str], nobody: None, monkeypatch: pytest.MonkeyPatch, verb: Verb
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.delenv("LOGNAME")
    code, landed = verb("ingest", "--until", months[0])
    assert (code, list(landed)) == (0, [months[0]]), landed
    assert user.name() == f"uid-{os.getuid()}"
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("STORE")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    code, error = verb("doctor")
    assert (code, "set STORE" in error["hint"]) == (5, True)


def test_signs_of_urls_in_paths_are_signs_of_paths(
    landed: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np
    from modelyard_platform.lineage import record as lineage
    from modelyard_platform.tracking import logging

    desk = tmp_path / "100%25 of a?b #1"
    landed.root.rename(desk)
    monkeypatch.chdir(desk)
    monkeypatch.setenv("STORE", str(tmp_path / "st%20o?re#1"))
    project = load_project()
    client.connect(project)
    found = snapshots.landed(project)
    with client.run(project) as run_id:
        logging.log_inputs(project, found[0].read(), lineage.capture(project, found), 1)
        logging.log_bytes(np.arange(3).tobytes(), "numbers.bin")
    assert client.artifact_bytes(project, run_id, "numbers.bin") == np.arange(3).tobytes()
    assert (project.store / "mlflow" / "mlflow.db").stat().st_size
    assert [*project.store.glob("mlflow/artifacts/*/artifacts/lineage.json")]
    assert not (tmp_path / "st%20o").exists()
    dvc.push(project, [found[0].path])
    found[0].path.unlink()
    dvc.pull(project, [found[0].path])
    assert found[0].path.exists()
    assert git.git(desk, "status", "--porcelain") == ""
    assert sys.modules["mlflow"].get_tracking_uri().endswith("/mlflow.db")


def test_a_commit_that_git_cannot_sign_is_made_and_told(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    root = project.root
    for name, value in (("commit.gpgSign", "true"), ("gpg.program", "false")):
        git.git(root, "config", name, value)
    hook = root / ".git" / "hooks" / "prepare-commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    hook.chmod(0o755)
    (root / "pointer.dvc").write_text("outs: []\n", "utf-8")
    git.commit_only(root, [root / "pointer.dvc"], "Land one")
    assert git.git(root, "log", "-1", "--format=%s").strip() == "Land one"
    assert "git could not sign the commit" in capfd.readouterr().err

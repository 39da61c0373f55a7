"""A forge that sends its clients elsewhere: the token goes to the forge's own address alone."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from modelyard.errors import ModelyardError, Unreachable
from modelyard.fleet import clones
from modelyard.forges.forge import ForgeKind
from tests.tool.forges.served import HOSTED
from tests.tool.forges.serving import Answer, Asked
from tests.tool.forges.worlds import bad_forge


class Elsewhere(ThreadingHTTPServer):
    """A server of somebody else's; it keeps what it is told."""

    daemon_threads = True

    def __init__(self, port: int = 0, address: str = "127.0.0.1") -> None:
        super().__init__((address, port), Listener)
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Listener(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        self.server.asked.append(f"{self.command} {self.path} {self.headers}")
        body, kind = b"[]", "application/json"
        if self.path.endswith("git-upload-pack"):
            # As an empty repository answers it, so that a client goes on to ask for more.
            kind = "application/x-git-upload-pack-advertisement"
            body = b"001e# service=git-upload-pack\n0000000eversion 2\n000cls-refs\n0000"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PATCH = do_PUT = do_GET  # noqa: N815 (so it is called)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    server = Elsewhere()
    yield server
    server.shutdown()
    server.server_close()


# What begins like the forge's own address may be somebody else's all the same.
@pytest.mark.parametrize("next_page", ["{other}/next", "{forge}@{host}/api/v4/x", "{other}/api/v4"])
def test_the_next_page_of_a_listing_is_the_forges_own(
    next_page: str, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bad_forge(tmp_path, ForgeKind.GITLAB) as bad:
        forge, host = bad.server.url, elsewhere.url.removeprefix("http://")
        link = next_page.format(forge=forge, other=elsewhere.url, host=host)
        repository, honest = bad.repository, bad.server.server.api
        listing = Answer(data=[], headers={"Link": f'<{link}>; rel="next"'})

        def answer(asked: Asked) -> Answer:
            listed = asked.path.endswith("/merge_requests") and asked.query.get("page") is None
            return listing if listed else honest(asked)

        monkeypatch.setattr(bad.server.server, "api", answer)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        # What looks like another name of the same API is asked for at the known one.
        with suppress(Unreachable):
            bad.client(tries=0).pull_requests(repository, "l")
        assert elsewhere.asked == []


@pytest.mark.parametrize("kind", HOSTED)
def test_a_redirect_to_elsewhere_is_not_followed(
    kind: ForgeKind, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bad_forge(tmp_path, kind) as bad:
        repository = bad.repository
        for status in (301, 302, 303, 307, 308):
            moved = Answer(status, None, {"Location": f"{elsewhere.url}/api/v4/secret"})
            monkeypatch.setattr(bad.server.server, "api", lambda asked, moved=moved: moved)
            for call in (
                lambda: bad.client(tries=0).repository("team/churn"),
                lambda: bad.client(tries=0).open(repository, "b", "t", "", draft=True, label="l"),
            ):
                with pytest.raises(ModelyardError):
                    call()
        assert elsewhere.asked == []


@pytest.mark.parametrize("status", [301, 302, 307])
def test_git_is_not_sent_elsewhere_with_the_token(
    status: int, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Sends(Listener):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Location", f"{elsewhere.url}{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with bad_forge(tmp_path, ForgeKind.GITLAB) as bad:
        remote = bad.forge.remote(bad.repository)
        monkeypatch.setattr(bad.server.server, "RequestHandlerClass", Sends)
        with pytest.raises(Unreachable):
            clones.tips(remote, "modelyard/")
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://git.example.com/api/v3/repos/team/churn/pulls/1",
        "http://git.example.com:80/api/v3/x",
        "https://other.git.example.com/x",
        "http://other.git.example.com:8080/x",
    ],
)
def test_an_address_in_an_answer_of_github_gets_no_token_but_at_the_forges_own(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelyard.forges.by_kind import open_forge

    sent = []
    monkeypatch.setattr(
        requests.adapters.HTTPAdapter, "send", lambda self, request, **more: sent.append(request)
    )
    forge = open_forge(
        ForgeKind.GITHUB, "team", url="https://git.example.com", env={"GITHUB_TOKEN": "s3cr3t-1"}
    )
    requester = forge._client.requester  # type: ignore[attr-defined]
    with pytest.raises((requests.exceptions.InvalidURL, AssertionError)):
        requester.requestJsonAndCheck("PATCH", url, input={"body": "x"})
    assert sent == []

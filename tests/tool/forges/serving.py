"""HTTP of the test forge: keeps connections, checks tokens, hands pushes to git, misbehaves."""

import base64
import functools
import json
import os
import re
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_GIT = re.compile(r"/(?P<name>.+?)\.git/(info/refs|git-upload-pack|git-receive-pack|HEAD)$")


@dataclass(frozen=True)
class Seen:
    """A request as it came in; the bodies of git's are left out."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Trouble:
    """What is to go wrong with the next requests that match."""

    what: int | str
    times: int
    on: re.Pattern[str]
    skip: int = 0
    done: bool = False
    retry_after: int | None = None
    seconds: float = 30.0


@dataclass(frozen=True)
class Answer:
    """What an API answers."""

    status: int = 200
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What an API is asked."""

    method: str
    path: str
    query: dict[str, str]
    data: Any
    raw: str = ""


class Server(ThreadingHTTPServer):
    """Serves a forge; `api` answers what is not git's."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, forge: Any, api: Callable[[Asked], Answer], tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        if tls:
            # Who shakes no hands keeps no other from coming in.
            wrapped = tls.wrap_socket(self.socket, True, do_handshake_on_connect=False)
            self.socket = wrapped
        self.forge, self.api = forge, api
        self.over = threading.Event()
        self.guard = threading.Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""


class Handler(BaseHTTPRequestHandler):
    """Handles one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def do_GET(self) -> None:
        """Answer any method."""
        time.sleep(self.server.forge.latency)
        split = urlsplit(self.path)
        path, git = unquote(split.path), _GIT.match(unquote(split.path))
        trouble = self._trouble(f"{self.command} {self.path}")
        if trouble is not None and trouble.what == "drop" and not trouble.done:
            # In the midst of what is sent: half of it is read.
            self._record(self.rfile.read(int(self.headers.get("Content-Length", 0)) // 2), git)
            return self._drop()
        body = self._read()
        self._record(body, git)
        if trouble is not None and not trouble.done:
            if trouble.what == "hang":
                self.server.over.wait(trouble.seconds)
                return self._drop()
            later = trouble.retry_after
            headers = {} if later is None else {"Retry-After": str(later)}
            return self._json(Answer(int(trouble.what), _words(int(trouble.what)), headers))
        if not self._allowed():
            return self._json(
                Answer(401, self.server.forge.unauthorised, {"WWW-Authenticate": "Basic"})
            )
        if git:
            payload = self._git(git, path, split.query, body)
        else:
            data = json.loads(body) if body else None
            asked = Asked(self.command, path, dict(parse_qsl(split.query)), data, split.path)
            payload = _payload(self.server.api(asked))
        if trouble is not None:
            return self._drop()
        self._send(*payload)
        return None

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def _record(self, body: bytes, git: re.Match[str] | None) -> None:
        if self.server.forge.record:
            seen = Seen(self.command, self.path, dict(self.headers.items()), b"" if git else body)
            self.server.forge.seen.append(seen)

    def _trouble(self, line: str) -> Trouble | None:
        with self.server.guard:
            for trouble in self.server.forge.troubles:
                if not trouble.on.search(line) or not trouble.times:
                    continue
                if trouble.skip:
                    trouble.skip -= 1
                    continue
                trouble.times -= 1
                return trouble
        return None

    def _allowed(self) -> bool:
        forge = self.server.forge
        said = self.headers.get("Authorization", "")
        scheme, _, value = said.partition(" ")
        if scheme.lower() == "basic":
            value = base64.b64decode(value).decode().partition(":")[2]
        token = self.headers.get("PRIVATE-TOKEN") or value.strip()
        with self.server.guard:
            if forge.left is not None:
                forge.left -= 1
                if forge.left < 0:
                    return False
        return bool(token == forge.token)

    def _read(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        whole = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return whole

    def _git(
        self, found: re.Match[str], path: str, query: str, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        forge = self.server.forge
        repo = forge.find(found["name"])
        if repo is None:
            return 404, {"Content-Type": "text/plain"}, b"Repository not found."
        pushes = "git-receive-pack" in f"{path}?{query}"
        if pushes and (repo.archived or not repo.writable):
            return 403, {"Content-Type": "text/plain"}, b"You may not push here."
        env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
            "GIT_PROJECT_ROOT": str(forge.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path.replace(found["name"], repo.name, 1),
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": "bot",
            "REMOTE_ADDR": "127.0.0.1",
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "uploadpack.allowFilter",
            "GIT_CONFIG_VALUE_0": "true",
            "GIT_CONFIG_KEY_1": "uploadpack.allowReachableSHA1InWant",
            "GIT_CONFIG_VALUE_1": "true",
        }
        done = subprocess.run([forge.backend], input=body, capture_output=True, env=env)
        if pushes and self.command == "POST":
            repo.seen()
        head, _, payload = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        status = int(headers.pop("Status", "200").split()[0])
        return status, headers, payload

    def _json(self, answer: Answer) -> None:
        self._send(*_payload(answer))

    def _send(self, status: int, headers: dict[str, str], payload: bytes) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def _payload(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    headers = {"Content-Type": "application/json; charset=utf-8", **answer.headers}
    return answer.status, headers, b"" if answer.status == 204 else json.dumps(answer.data).encode()


def _words(status: int) -> dict[str, str]:
    limited = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    )
    return {"message": limited if status in {403, 429} else "Server Error"}


@functools.cache
def backend() -> str:
    """Return where git keeps its HTTP server."""
    where = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True)
    return str(Path(where.stdout.strip()) / "git-http-backend")

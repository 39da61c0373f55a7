"""A package index on loopback that remembers each request, whoever it was meant for."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class RecordingIndex:
    """An index at `url`; `requests` has path and headers of each request, as text."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files, self.requests = dict(files), list[str]()
        index = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                index.requests.append(f"{self.command} {self.path}\n{self.headers}")
                code, content = index.answer(self.path)
                self.send_response(code)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content if self.command == "GET" else b"")

            do_HEAD = do_POST = do_GET  # noqa: N815

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}/simple"

    def answer(self, path: str) -> tuple[int, bytes]:
        """Return the answer to a path: a file, or the links to the files of a package."""
        last = path.strip("/").rpartition("/")[2]
        if last in self.files:
            return 200, self.files[last]
        links = [
            f'<a href="/files/{name}#sha256={hashlib.sha256(content).hexdigest()}">{name}</a>'
            for name, content in self.files.items()
            if name.partition("-")[0].replace("_", "-") == last
        ]
        return (200, "".join(links).encode()) if links else (404, b"")


@contextmanager
def recording_index(files: Mapping[str, bytes]) -> Iterator[RecordingIndex]:
    """Serve files by their names while the block runs."""
    index = RecordingIndex(files)
    thread = threading.Thread(target=index.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield index
    finally:
        index.server.shutdown()
        index.server.server_close()
        thread.join()

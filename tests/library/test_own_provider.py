"""The how-to "A source, a tracker and an alert of your own", run from top to bottom."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from tests.pages import blocks, type_in
from tests.repos import Repo
from tests.template.long_runs import LONG

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "own-provider.md"


@contextmanager
def chat_room() -> Iterator[tuple[str, list[str]]]:
    """Run a webhook on loopback; yield its URL and what was posted."""
    posted: list[str] = []

    class Room(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append(json.loads(body)["text"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Room)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", posted
    server.shutdown()


def extracts(repo: Repo, months: int) -> None:
    """Put the first months of the sample onto the share."""
    share = repo.root.parent / "extracts"
    with ZipFile(repo.root / "data" / "sample" / "flights-2013.zip") as sample:
        for name in sorted(sample.namelist())[:months]:
            sample.extract(name, share)


def follow(page: Path, repo: Repo) -> str:
    """Write the files of a page, type its commands, and return what the last ones showed."""
    place, shown = repo.root.parent, ""
    for block in blocks(page):
        if block.title == "params.yaml":
            settings = yaml.safe_load((repo.root / "params.yaml").read_text("utf-8"))
            settings |= yaml.safe_load(block.text)
            (repo.root / "params.yaml").write_text(yaml.safe_dump(settings), "utf-8")
            repo.commit("Use what Acme has")
        elif block.title:
            path = repo.root.parent / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        else:
            shown = type_in(block.text, repo, place)
            place = repo.root if "cd flight-delays" in block.text else place
    return shown


@LONG
@pytest.mark.life
def test_the_page_works_from_top_to_bottom(make_repo: Callable[..., Repo], tmp_path: Path) -> None:
    plain = make_repo(tmp_path, "flight-delays")
    extracts(plain, 3)
    ledger = tmp_path / "ledger.jsonl"
    with chat_room() as (url, posted):
        repo = plain.on({"ACME_LEDGER": str(ledger), "ACME_CHAT": url})
        shown = follow(PAGE, repo)
        assert posted == ["flight-delays: version 1 is champion"]
    assert "! flight-delays: version 1 is champion" in shown
    (line,) = map(json.loads, ledger.read_text("utf-8").splitlines())
    assert (line["model"], line["version"], line["verdict"]) == ("flight-delays", "1", "passed")
    assert {"roc_auc", "brier"} < set(line["metrics"])
    assert "roc.png" in line["plots"]
    chain = repo.json("lineage")["lineage"]
    assert chain["train_snapshots"] == ["2013-01", "2013-02"]
    assert line["commit"] == chain["git_commit"]

    # The room is closed now: that is told, and undoes nothing.
    gone = repo.verb("train", "--direct")
    assert gone.returncode == 0
    done = repo.verb("promote")
    assert "the alert acme-chat was not sent" in done.stderr
    assert repo.json("lineage")["version"] == "2"

    settings = (repo.root / "params.yaml").read_text("utf-8")
    (repo.root / "params.yaml").write_text(settings.replace("acme-ledger", "acme-book"), "utf-8")
    told = repo.verb("train", "--direct", code=5)
    assert "no installed package has 'acme-book' among its trackers" in told.stderr
    assert "acme-ledger" in told.stderr

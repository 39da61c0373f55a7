"""A forge on loopback for tests and benchmarks: real bare repositories, real git over HTTP, and the
part of GitHub's or GitLab's API that clients call.

    with served(tmp_path, kind=ForgeKind.GITHUB) as forge:
        forge.add("churn", files={"README.md": "Hello\\n"})   # or source=<a repo to clone>
        cli("fleet", "rollout", env=forge.env)      # the token, and loopback unproxied
        fleet = open_forge(ForgeKind.GITHUB, forge.owner, url=forge.url, env=forge.env)

Repositories lie in `folder/<owner>/<name>.git`; those that are there already are served too. Names
may be given without the owner.

- `forge.repo(name)`: a `Hosted`; set `.archived`, `.writable`, `.fork`, `.topics`, `.gone`; call
  `.tip(branch)`, `.push(branch, {path: text})` (somebody else's commit), `.merge(number)`,
  `.rename_default(new)`, `.protect("modelyard/*")`; `.pulls` are its requests
  (`.labels`, `.comments`, `.state`, `.draft` …).
- `forge.merge(name, number, squash=False)`, `forge.push(name, branch, files)`,
  `forge.check(name, commit, "success" | "failure" | "pending")`, `forge.vanish(name)`;
  `forge.personal = True` makes GitLab's owner a user, not a group.
- `forge.trouble(what, …)`: the next requests go wrong: a status (500, 502, 429, 403 …), "hang" or
  "drop". `on` is a pattern for "METHOD /path", such as "git-receive-pack" or "POST .*/pulls$";
  `times` and `skip` count matching requests; `done=True` drops after the work is done (the reply is
  lost); `retry_after` is sent along; a hang ends after `seconds`, or with the forge.
- `forge.account` is whose the token is, and `pull.author` who has opened a request: what comes
  through the API is the account's, and what `repo.open(…)` makes is somebody's.
- `forge.expire(after=N)`: the token is refused after N more requests; `forge.renew()` gives out
  another one.
- `forge.seen`: every request (`Seen`), for searching; `forge.leaks(secret)` says in which a secret
  is anywhere but in a header for logging in. Turn it off for long runs: `served(…, record=False)`.

In a process of its own: `python -m tests.tool.forges.served FOLDER [KIND]` prints one line of JSON
(`url`, `owner`, `env`) and runs until its input ends. Merge and check there as one does on the real
ones: by `PUT …/pulls/N/merge` and `POST …/statuses/COMMIT`.
"""

import json
import re
import shutil
import ssl
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from modelyard.forges.forge import TOKENS, ForgeKind
from tests.tool.forges.github_api import GithubApi
from tests.tool.forges.gitlab_api import GitlabApi
from tests.tool.forges.hosted import Hosted, git
from tests.tool.forges.serving import Seen, Server, Trouble, backend

_LOGIN = {"authorization", "private-token"}
_APIS: Mapping[ForgeKind, Callable[["Served"], GithubApi | GitlabApi]] = {
    ForgeKind.GITHUB: GithubApi,
    ForgeKind.GITLAB: GitlabApi,
}
# Those with a token: tests take each, so one without a test forge fails them.
HOSTED = [kind for kind in ForgeKind if TOKENS[kind]]


class Served:
    """A running forge; see the module."""

    def __init__(
        self,
        folder: Path,
        kind: ForgeKind,
        owner: str,
        record: bool,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.scheme = "https" if tls else "http"
        self.folder, self.kind, self.owner, self.record = folder, kind, owner, record
        self.token = f"s3cr3t-{uuid4().hex}"
        self.personal = False
        # Seconds that each request is on its way.
        self.latency = 0.0
        # Of an app, it ends in "[bot]".
        self.account = "fleet-bot"
        self.left: int | None = None
        self.made = 0
        self.repos: dict[str, Hosted] = {}
        # Names of before, in small letters: a forge leads on from them.
        self.moved: dict[str, str] = {}
        self.seen: list[Seen] = []
        self.troubles: list[Trouble] = []
        self.backend = backend()
        self.server = Server(self, _APIS[kind](self), tls)
        for inner in sorted(folder.glob("**/*.git")):
            self._host(str(inner.relative_to(folder).with_suffix("")))

    @property
    def url(self) -> str:
        """Where the forge is."""
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}"

    @property
    def is_app(self) -> bool:
        """Whether the token is that of an app's installation."""
        return self.account.endswith("[bot]")

    @property
    def env(self) -> dict[str, str]:
        """What a client needs in its environment."""
        return {TOKENS[self.kind][0]: self.token, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}

    @property
    def unauthorised(self) -> dict[str, str]:
        """What the forge says to who has no token."""
        return {
            "message": "Bad credentials" if self.kind is ForgeKind.GITHUB else "401 Unauthorized"
        }

    def add(
        self,
        name: str,
        *,
        source: Path | None = None,
        files: Mapping[str, str] | None = None,
        topics: Sequence[str] = (),
    ) -> Hosted:
        """Make a repository: a clone of `source`, with `files`, empty, or what is there already."""
        name, target = self._full(name), self.place(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source is not None:
            git(
                target.parent,
                "clone",
                "--quiet",
                "--bare",
                "--no-hardlinks",
                str(source),
                str(target),
            )
        elif not target.exists():
            git(
                target.parent,
                "init",
                "--quiet",
                "--bare",
                "--template=",
                "--initial-branch",
                "main",
                str(target),
            )
        hosted = self._host(name)
        hosted.topics = topics
        if files:
            hosted.push("main", files, "Start")
        return hosted

    def place(self, name: str) -> Path:
        """Return the folder of a repository."""
        return self.folder / f"{self._full(name)}.git"

    def repo(self, name: str) -> Hosted:
        """Return a repository."""
        return self.repos[self._full(name)]

    def find(self, name: str) -> Hosted | None:
        """Return a repository as a client finds it."""
        hosted = self.repos.get(name) or self._folded(name)
        return None if hosted is None or hosted.gone else hosted

    def _folded(self, name: str) -> Hosted | None:
        """Return a repository by other capitals; only an old name leads on to where it is now."""
        name = self.moved.get(name.lower(), name).lower()
        return next((one for one in self.repos.values() if one.name.lower() == name), None)

    def vanish(self, name: str) -> None:
        """Delete a repository."""
        hosted = self.repos.pop(self._full(name))
        hosted.gone = True
        shutil.rmtree(hosted.folder)

    def merge(self, name: str, number: int, *, squash: bool = False) -> str:
        """Merge a request, as its button does."""
        return self.repo(name).merge(number, squash=squash)

    def push(self, name: str, branch: str, files: Mapping[str, str | None]) -> str:
        """Push a commit of somebody else's, and return it."""
        return self.repo(name).push(branch, files)

    def check(self, name: str, commit: str, state: str) -> None:
        """Let CI say of a commit: "success", "failure" or "pending"."""
        self.repo(name).check(commit, state)

    def trouble(
        self,
        what: int | str,
        *,
        times: int = 1,
        on: str = "",
        skip: int = 0,
        done: bool = False,
        retry_after: int | None = None,
        seconds: float = 30.0,
    ) -> Trouble:
        """Let the next matching requests go wrong."""
        made = Trouble(what, times, re.compile(on), skip, done, retry_after, seconds)
        self.troubles.append(made)
        return made

    def expire(self, after: int = 0) -> None:
        """Refuse the token after some more requests."""
        self.left = after

    def renew(self) -> None:
        """Give out a new token; the old one stays refused."""
        self.token, self.left = f"s3cr3t-{uuid4().hex}", None

    def leaks(self, secret: str) -> list[str]:
        """Return the requests in which a secret is where no secret belongs."""
        found = []
        for seen in self.seen:
            headers = {k: v for k, v in seen.headers.items() if k.lower() not in _LOGIN}
            if secret in f"{seen.path} {json.dumps(headers)} {seen.body!r}":
                found.append(f"{seen.method} {seen.path}")
        return found

    def _full(self, name: str) -> str:
        return name if "/" in name else f"{self.owner}/{name}"

    def _host(self, name: str) -> Hosted:
        self.made += 1
        self.repos[name] = Hosted(name, self.folder / f"{name}.git", self.made)
        return self.repos[name]


@contextmanager
def served(
    folder: Path,
    kind: ForgeKind = ForgeKind.GITHUB,
    *,
    owner: str = "team",
    record: bool = True,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Served]:
    """Run a forge over a folder until the block ends; see the module."""
    forge = Served(folder.resolve(), kind, owner, record, tls)
    thread = threading.Thread(target=forge.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        forge.server.over.set()
        forge.server.shutdown()
        forge.server.server_close()
        thread.join()


def main(folder: str, kind: str = ForgeKind.GITHUB) -> None:
    """Run a forge until the standard input ends."""
    with served(Path(folder), ForgeKind(kind), record=False) as forge:
        print(json.dumps({"url": forge.url, "owner": forge.owner, "env": forge.env}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A repository on the test forge: a real bare one, and what the forge knows beside git."""

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

_WHO = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]


def git(
    folder: Path,
    *arguments: str,
    data: bytes = b"",
    codes: Sequence[int] = (0,),
    index: Path | None = None,
) -> str:
    """Run git as somebody, whatever git's environment of the caller is, and return what it says."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    command = ["git", "-C", str(folder), *_WHO, *arguments]
    done = subprocess.run(
        command,
        input=data,
        capture_output=True,
        env={**kept, **({"GIT_INDEX_FILE": str(index)} if index else {})},
    )
    assert done.returncode in codes, f"{command}: {done.stdout!r} {done.stderr!r}"
    return done.stdout.decode() if done.returncode == 0 else ""


def _remove(folder: Path, path: str, index: Path) -> None:
    """Take a file out of an index; a repository without a work tree knows only this way."""
    entry = f"0 {'0' * 40}\t{path}\n".encode()
    git(folder, "update-index", "--index-info", data=entry, index=index)


@dataclass
class Pull:
    """A pull or merge request."""

    number: int
    branch: str
    base: str
    head: str
    title: str
    body: str
    draft: bool
    opened: datetime
    labels: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    state: str = "open"
    ended: datetime | None = None
    cross: bool = False
    looked: tuple[str, str] = ("", "")
    author: str = "somebody"
    # As GitHub calls it: "approved", "changes_requested", "review_required".
    review: str = ""
    # The newest commit of it that anything has checked, as GitLab's head pipeline is.
    checked: str = ""
    # What reviewers said last, also where no review is required; as GitHub calls it.
    opinions: list[str] = field(default_factory=list)
    # Who lets the forge merge it, once that is allowed or by its queue.
    merged_for: str = ""
    queued: bool = False
    # Who has closed it last.
    closed_by: str = ""

    def end(self, state: str, by: str = "somebody") -> None:
        """Merge or close it, as an account."""
        self.merged_for, self.queued = "", False
        self.state, self.ended = state, datetime.now(UTC).replace(microsecond=0)
        self.closed_by = by if state == "closed" else ""


@dataclass
class Ticket:
    """An issue."""

    number: int
    title: str
    body: str
    author: str
    labels: list[str]
    state: str = "open"


@dataclass
class Hosted:
    """A repository; set `archived`, `writable`, `fork`, `topics`, `drafts` … to make it so.

    `checks` is what CI says of a commit, `statuses` what clients say of it, each by a name.
    Without `may_read_ci` GitLab refuses to tell of pipelines; with `ci_off` it has none there.
    With `several`, GitLab takes more than one reviewer.
    With `merged_results`, pipelines of GitLab's merge requests run on a merge with the target.
    Requests are merged in `methods`, `needs_review` first; with `queue` by a queue or train alone.
    """

    name: str
    folder: Path
    number: int = 0
    topics: Sequence[str] = ()
    archived: bool = False
    writable: bool = True
    fork: bool = False
    gone: bool = False
    drafts: bool = True
    may_write_statuses: bool = True
    may_read_ci: bool = True
    ci_off: bool = False
    signed: int = 0
    pulls: list[Pull] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    checks: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, dict[str, str]] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    merged_results: bool = False
    # Accounts with access, and teams of the organization by their short names.
    people: set[str] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)
    several: bool = True
    methods: Sequence[str] = ("merge", "squash", "rebase")
    needs_review: bool = False
    auto_merge: bool = True
    queue: bool = False
    may_merge: bool = True
    # Why a merge that was begun with fails: GitLab answers as if it had not.
    merge_error: str = ""
    # So many answers do not know yet whether a request can be merged.
    unsettled: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def default(self) -> str:
        """The name of the default branch."""
        return (self.folder / "HEAD").read_text().strip().removeprefix("ref: refs/heads/")

    def tip(self, branch: str) -> str:
        """Return the commit of a branch, or ""; from the files, for it is asked a lot."""
        loose = self.folder / "refs/heads" / branch
        if loose.is_file():
            return loose.read_text().strip()
        packed = self.folder / "packed-refs"
        if packed.is_file():
            for line in packed.read_text().splitlines():
                if line.endswith(f" refs/heads/{branch}"):
                    return line.split()[0]
        return ""

    def check(self, commit: str, state: str) -> None:
        """Let CI say of a commit: "success", "failure" or "pending"."""
        self.checks[commit] = state
        for pull in self.pulls:
            pull.checked = commit if pull.head == commit else pull.checked

    def merge_result(self, pull: Pull, head: str) -> str:
        """Return the commit that a pipeline of merged results runs on: a merge with the base."""
        tree = git(self.folder, "rev-parse", f"{head}^{{tree}}").strip()
        parents = ["-p", self.tip(pull.base), "-p", head]
        return git(self.folder, "commit-tree", tree, *parents, "-m", "Merged result").strip()

    def contains(self, branch: str, commit: str) -> bool:
        """Say whether a branch contains a commit."""
        command = ["merge-base", "--is-ancestor", commit, f"refs/heads/{branch}"]
        done = subprocess.run(["git", "-C", str(self.folder), *command], capture_output=True)
        return done.returncode == 0

    def open(
        self, branch: str, title: str, body: str, draft: bool, base: str = "", author: str = ""
    ) -> Pull:
        """Open a request, as a forge does once it has nothing against it; somebody's if unsaid."""
        with self.lock:
            number = 1 + max((pull.number for pull in self.pulls), default=0)
            now = datetime.now(UTC).replace(microsecond=0)
            head, base = self.tip(branch), base or self.default
            made = Pull(number, branch, base, head, title, body, draft, now)
            made.author = author or made.author
            self.pulls.append(made)
            return made

    def pull(self, number: int) -> Pull | None:
        """Return the request of a number."""
        return next((pull for pull in self.pulls if pull.number == number), None)

    def seen(self) -> None:
        """Take notice of what was pushed, as forges do: heads move, merged is merged."""
        with self.lock:
            for pull in self.pulls:
                if pull.state != "open":
                    continue
                tip = self.tip(pull.branch)
                if not tip:
                    pull.end("merged" if self.contains(pull.base, pull.head) else "closed")
                    continue
                looked = (tip, self.tip(pull.base))
                if pull.looked == looked:
                    continue
                if pull.head != tip and pull.queued:
                    # What was pushed leaves the queue.
                    pull.merged_for, pull.queued = "", False
                pull.head, pull.looked = tip, looked
                if self.contains(pull.base, tip):
                    pull.end("merged")

    def push(
        self, branch: str, files: Mapping[str, str | None], message: str = "Somebody's"
    ) -> str:
        """Commit files on a branch (a new one starts at the default branch); None deletes."""
        with self.lock:
            parent = self.tip(branch) or self.tip(self.default)
            index = self.folder / "somebody.index"
            git(self.folder, "read-tree", *([parent] if parent else ["--empty"]), index=index)
            for path, content in files.items():
                if content is None:
                    _remove(self.folder, path, index)
                    continue
                blob = git(self.folder, "hash-object", "-w", "--stdin", data=content.encode())
                entry = f"100644,{blob.strip()},{path}"
                git(self.folder, "update-index", "--add", "--cacheinfo", entry, index=index)
            tree = git(self.folder, "write-tree", index=index).strip()
            parents = ["-p", parent] if parent else []
            commit = git(self.folder, "commit-tree", tree, *parents, "-m", message).strip()
            git(self.folder, "update-ref", f"refs/heads/{branch}", commit)
            self.seen()
            return commit

    def merge_state(self, pull: Pull) -> str:
        """Return what stands in the way of a request's merge, as GitHub calls it."""
        if self.unsettled:
            self.unsettled -= 1
            return "UNKNOWN"
        ends = (self.tip(pull.base), pull.head)
        if not git(self.folder, "merge-tree", "--write-tree", *ends, codes=(0, 1)):
            return "DIRTY"
        if pull.draft or (self.needs_review and pull.review != "approved"):
            return "BLOCKED"
        is_green = self.checks.get(pull.head, "success") in {"success", "skipped"}
        return "CLEAN" if is_green else "UNSTABLE"

    def approve(self, number: int) -> None:
        """Approve a request; if somebody has let the forge merge it, it does."""
        pull = self.pull(number)
        assert pull
        pull.review = "approved"
        if pull.merged_for and not pull.queued:
            self.merge(number)

    def work_through_queue(self) -> None:
        """Merge what is in the queue."""
        for pull in self.pulls:
            if pull.queued:
                self.merge(pull.number)

    def merge(self, number: int, *, squash: bool = False) -> str:
        """Merge a request into its base, as the button does; return the commit.

        Raises:
            ValueError: It is a draft, not open, or in conflict: the button would be grey.
        """
        with self.lock:
            pull = self.pull(number)
            if pull is None or pull.state != "open" or pull.draft:
                raise ValueError(f"{self.name}#{number} cannot be merged: {pull}")
            base = self.tip(pull.base)
            said = git(self.folder, "merge-tree", "--write-tree", base, pull.head, codes=(0, 1))
            if not said:
                raise ValueError(f"{self.name}#{number} is in conflict with {pull.base}")
            parents = ["-p", base] + ([] if squash else ["-p", pull.head])
            words = f"{pull.title} (#{number})"
            commit = git(self.folder, "commit-tree", said.split()[0], *parents, "-m", words).strip()
            git(self.folder, "update-ref", f"refs/heads/{pull.base}", commit)
            pull.end("merged")
            self.seen()
            return commit

    def commit_signed(
        self,
        branch: str,
        parent: str,
        message: str,
        additions: Mapping[str, bytes],
        deletions: Sequence[str],
    ) -> str:
        """Commit to a branch as the API does: plain files, a signature, and the forge's name.

        Raises:
            ValueError: The branch is elsewhere, or there is none.
        """
        with self.lock:
            if self.tip(branch) != parent:
                raise ValueError(f"Expected branch to point to {parent!r}")
            index = self.folder / "signed.index"
            git(self.folder, "read-tree", parent, index=index)
            for path in deletions:
                _remove(self.folder, path, index)
            for path, content in additions.items():
                blob = git(self.folder, "hash-object", "-w", "--stdin", data=content).strip()
                entry = f"100644,{blob},{path}"
                git(self.folder, "update-index", "--add", "--cacheinfo", entry, index=index)
            tree = git(self.folder, "write-tree", index=index).strip()
            self.signed += 1
            text = (
                f"tree {tree}\nparent {parent}\n"
                f"author fleet-bot <fleet@example.com> 17000000{self.signed:02} +0000\n"
                f"committer GitHub <noreply@github.com> 17000000{self.signed:02} +0000\n"
                "gpgsig -----BEGIN PGP SIGNATURE-----\n \n the forge's own\n"
                f" -----END PGP SIGNATURE-----\n\n{message}"
            )
            made = git(
                self.folder, "hash-object", "-t", "commit", "-w", "--stdin", data=text.encode()
            ).strip()
            git(self.folder, "update-ref", f"refs/heads/{branch}", made)
            self.seen()
            return made

    def require_signatures(self) -> None:
        """Refuse commits without a signature, as a ruleset of GitHub does."""
        hook = self.folder / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(
            "#!/bin/sh\nwhile read old new ref; do\n"
            'for one in $(git rev-list "$new" --not --all); do\n'
            'git cat-file commit "$one" | grep -q "^gpgsig" && continue\n'
            'echo "error: GH013: Repository rule violations found for $ref." >&2\n'
            'echo "- Commits must have verified signatures." >&2; exit 1\ndone; done\n'
        )
        hook.chmod(0o755)

    def rename_default(self, new: str) -> None:
        """Give the default branch another name."""
        old = self.default
        git(self.folder, "branch", "-m", old, new)
        git(self.folder, "symbolic-ref", "HEAD", f"refs/heads/{new}")
        for pull in self.pulls:
            if pull.base == old:
                pull.base = new

    def protect(self, pattern: str) -> None:
        """Refuse pushes to branches of a pattern of the shell's, as protected branches do."""
        hook = self.folder / "hooks" / "update"
        hook.parent.mkdir(exist_ok=True)
        words = f"Protected branch update failed for {pattern}"
        hook.write_text(
            f'#!/bin/sh\ncase "$1" in refs/heads/{pattern}) echo "{words}" >&2; exit 1;; esac\n'
        )
        hook.chmod(0o755)

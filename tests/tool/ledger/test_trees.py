"""Random trees whose files are edited, moved, deleted and added on both sides, merged by git."""

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.ledger.audit import audit
from modelyard.merged import Conflict, Merged, Stage
from modelyard.reasons import ConflictReason
from tests.tool.ledger.audits import BLOBS, put

Book = dict[str, tuple[str, tuple[str, ...]]]
FOLDERS = ("", "a/", "b/", "c/")
SEEDS = (*range(16), 39, 138, 236)


class Git:
    """A bare repo, and merges of trees in it, as anyone would do them by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run("init", "--quiet", "--bare", ".")

    def run(self, *words: str, feed: bytes = b"", also: int = 0) -> bytes:
        who = {
            f"GIT_{role}_{key}": "x"
            for role in ("AUTHOR", "COMMITTER")
            for key in ("NAME", "EMAIL")
        }
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        command = ["git", "-c", "merge.directoryRenames=true", *words]
        env = {**os.environ, **who, **quiet}
        done = subprocess.run(
            command, cwd=self.folder, input=feed, capture_output=True, env=env, check=False
        )
        assert done.returncode in (0, also), done.stderr
        return done.stdout

    def merge(self, base: Tree, ours: Tree, theirs: Tree) -> Merged:
        feed = []
        for name, tree in (("base", base), ("ours", ours), ("theirs", theirs)):
            feed.append(f"reset refs/heads/{name}\n".encode())
            feed.append(f"commit refs/heads/{name}\ncommitter x <x> 0 +0000\ndata 0\n".encode())
            feed.append(b"deleteall\n" if name == "base" else b"from refs/heads/base\ndeleteall\n")
            for path, (mode, oid) in tree.items():
                data = BLOBS[oid]
                feed.append(f"M {mode} inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
        self.run("fast-import", "--quiet", "--force", feed=b"".join(feed))
        told = self.run(
            "merge-tree", "--write-tree", "-z", "--no-messages", "ours", "theirs", also=1
        )
        name, *entries = told.decode().split("\0")
        stages = []
        for entry in filter(None, entries):
            kind, path = entry.split("\t", 1)
            mode, oid, stage = kind.split()
            stages.append(Stage(path, int(stage), mode, oid))
        tree = {}
        for entry in filter(None, self.run("ls-tree", "-rz", name).decode().split("\0")):
            kind, path = entry.split("\t", 1)
            mode, _, oid = kind.split()
            tree[path] = File(mode, oid)
        made = [*(one.oid for one in stages), *(one.oid for one in tree.values())]
        for oid in set(made) - BLOBS.keys():
            BLOBS[oid] = self.run("cat-file", "blob", oid)
        paths = dict.fromkeys(stage.path for stage in stages)
        return Merged(
            tree, tuple(Conflict(path, ConflictReason.CONTENT) for path in paths), tuple(stages)
        )


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Git]:
    yield Git(tmp_path_factory.mktemp("git"))


def first(chance: random.Random) -> Book:
    return {
        f"{folder}f{chance.randint(0, 6)}": (
            PLAIN,
            tuple(f"line {chance.randint(0, 10**6)}" for _ in range(chance.randint(5, 14))),
        )
        for folder in FOLDERS
        for _ in range(chance.randint(1, 4))
    }


def edit(chance: random.Random, lines: tuple[str, ...], tag: str) -> tuple[str, ...]:
    at = chance.randint(0, len(lines))
    new = (f"{tag} {chance.randint(0, 10**6)}",)
    return (*lines[:at], *new, *lines[at + chance.randint(0, 1) :])


def changed(chance: random.Random, book: Book, tag: str) -> Book:
    book = dict(book)
    for _ in range(chance.randint(1, 5)):
        path = chance.choice(sorted(book))
        mode, lines = book[path]
        name = path.rsplit("/", maxsplit=1)[-1]
        match chance.choice(["edit", "edit", "move", "delete", "add", "mode", "folder"]):
            case "edit":
                book[path] = (mode, edit(chance, lines, tag))
            case "move":
                del book[path]
                book.setdefault(
                    chance.choice(["a/", "d/"]) + name, (mode, edit(chance, lines, tag))
                )
            case "delete" if len(book) > 1:
                del book[path]
            case "add":
                new = f"{chance.choice(FOLDERS)}new{chance.randint(0, 3)}"
                book.setdefault(new, (PLAIN, edit(chance, (), tag)))
            case "mode":
                book[path] = (EXECUTABLE if mode == PLAIN else PLAIN, lines)
            case "folder":
                old, new = chance.choice(["a/", "b/", "c/"]), chance.choice(["e/", "f/"])
                moved = {new + p.removeprefix(old): f for p, f in book.items() if p.startswith(old)}
                rest = {p: f for p, f in book.items() if not p.startswith(old)}
                book = {**moved, **rest}
    return book


def files(book: Book) -> dict[str, File]:
    return {
        path: put("".join(f"{line}\n" for line in lines), mode)
        for path, (mode, lines) in book.items()
    }


def versions(seed: int) -> tuple[Tree, Tree, Tree]:
    chance = random.Random(seed)  # noqa: S311
    base = first(chance)
    return files(base), files(changed(chance, base, "mine")), files(changed(chance, base, "theirs"))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_git_merges_balances_and_what_is_tampered_with_does_not(git: Git, seed: int) -> None:
    base, ours, theirs = versions(seed)
    merged = git.merge(base, ours, theirs)
    read = BLOBS.__getitem__
    assert audit(base, ours, merged, theirs, read).losses == ()
    if merged.conflicts:
        return
    result = merged.tree
    lies: dict[str, Tree] = {}
    for path, file in result.items():
        lies[f"{path} dropped"] = {p: f for p, f in result.items() if p != path}
        lies[f"{path} moved"] = {**lies[f"{path} dropped"], f"z/{path}": file}
        other = EXECUTABLE if file.mode == PLAIN else PLAIN
        lies[f"{path} in another mode"] = {**result, path: file._replace(mode=other)}
        for name, side in (("base", base), ("ours", ours), ("theirs", theirs)):
            if side.get(path, file) != file:
                lies[f"{path} as in {name}"] = {**result, path: side[path]}
    for name, side in (("base", base), ("ours", ours), ("theirs", theirs)):
        for path in side.keys() - result.keys():
            lies[f"{path} back from {name}"] = {**result, path: side[path]}
    missed = [
        name
        for name, tree in lies.items()
        if not audit(base, ours, Merged(tree), theirs, read).losses
    ]
    assert missed == []

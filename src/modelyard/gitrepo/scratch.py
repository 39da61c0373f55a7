"""A throw-away repository that sees the user's objects and keeps new ones to itself.

Merges happen in it. What they make reaches the user's repository in one step, when all is well.
"""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from modelyard.gitrepo import git, own, unreadable
from modelyard.gitrepo.blobs import Blobs
from modelyard.gitrepo.refused_paths import refuse_paths
from modelyard.gitrepo.repo import Repo, read_tree
from modelyard.gitrepo.trees import File, Tree, blob_id

# Everything that changes what a merge gives is set here, so no machine's configuration does. What
# is imported stays in one pack: a file for each object takes several times as long to write.
_CONFIG = """\
	fsync = none
	commitGraph = false
[gc]
	auto = 0
[fastimport]
	unpackLimit = 1
[merge]
	renames = true
	directoryRenames = true
	conflictStyle = diff3
"""


class Scratch:
    """Objects and commits on top of a user's repository; a context manager."""

    def __init__(self, repo: Repo) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="modelyard-merge-")
        self.folder = Path(self._temporary.name, "merge.git")
        self._repo = repo
        self._algorithm = repo.algorithm
        self._present = {file.oid for file in repo.tree.values()}
        self._new: dict[str, bytes] = {}
        self._known: dict[str, bytes] = {}
        self._blobs = Blobs(self.folder, isolated=True)
        self.attributes = b""
        # What git-lfs is to keep, by the id of the pointer: the path and the bytes.
        self.large: dict[str, tuple[str, bytes]] = {}
        own.make(self.folder, own.configuration(repo.algorithm, _CONFIG), [repo.objects])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._blobs.close()
        self._temporary.cleanup()

    def git(
        self, *arguments: str, data: bytes | None = None, codes: tuple[int, ...] = (0,)
    ) -> tuple[int, bytes]:
        """Run git in this repository, with no configuration but its own."""
        return git.run(self.folder, *arguments, data=data, codes=codes, isolated=True)

    def set_attributes(self, rules: bytes, settings: str = "") -> None:
        """Have git follow these rules here, whatever is in the trees; `settings` are kept.

        Args:
            rules: Attributes, as in a .gitattributes file at the top.
            settings: Lines of configuration that the rules need.
        """
        info = self.folder / "info"
        info.mkdir(exist_ok=True)
        (info / "attributes").write_bytes(rules)
        self.attributes = rules
        if settings:
            with (self.folder / "config").open(
                "a", encoding="utf-8", errors="surrogateescape"
            ) as c:
                c.write(settings)

    def attribute(self, name: str, paths: Iterable[str]) -> dict[str, str]:
        """Return what the rules say of an attribute, by path; git's words where they say none."""
        asked = b"\0".join(os.fsencode(path) for path in paths)
        if not self.attributes or not asked:
            return {}
        _, out = self.git("check-attr", "-z", "--stdin", name, data=asked)
        words = os.fsdecode(out).split("\0")
        return dict(zip(words[::3], words[2::3], strict=False))

    def put(self, content: bytes) -> str:
        """Take a new blob, and return its id."""
        oid = blob_id(content, self._algorithm)
        self._known[oid] = content
        if oid not in self._present:
            self._new[oid] = content
        return oid

    def tree(self, files: Mapping[str, tuple[str, bytes]]) -> dict[str, File]:
        """Take files by mode and content, and return them as a tree."""
        return {path: File(mode, self.put(content)) for path, (mode, content) in files.items()}

    def read(self, oid: str) -> bytes:
        """Return the content of a blob, of the user's or a new one.

        Raises:
            NotReady: The user's repository lacks it.
        """
        if oid not in self._known:
            try:
                self._known[oid] = self._blobs.read(oid)
            except git.GitError:
                named = next((p for p, file in self._repo.tree.items() if file.oid == oid), oid)
                raise unreadable.lacks(self._repo.folder, named) from None
        return self._known[oid]

    def glance(self, oid: str) -> bytes:
        """Return the content of a blob that is looked at once, and is not kept in memory."""
        return self._known[oid] if oid in self._known else self._blobs.read(oid)

    def sizes(self, oids: Iterable[str]) -> dict[str, int]:
        """Return the sizes of blobs; those of the user are not read for it."""
        wanted = list(oids)
        sizes = self._blobs.sizes(oid for oid in wanted if oid not in self._known)
        return {oid: sizes[oid] if oid in sizes else len(self._known[oid]) for oid in wanted}

    def commit(self, commits: Iterable[tuple[str, Tree, str | None]]) -> None:
        """Write commits: each a branch's name, its files, and the branch that it follows."""
        stream = [b"blob\ndata %d\n%s\n" % (len(c), c) for c in self._new.values()]
        self._present |= self._new.keys()
        self._new.clear()
        for name, tree, parent in commits:
            head = f"commit refs/heads/{name}\ncommitter modelyard <modelyard@localhost> 0 +0000\n"
            follows = f"from refs/heads/{parent}\n" if parent else ""
            stream.append(f"{head}data 0\n{follows}deleteall\n".encode())
            stream += [_modify(path, file) for path, file in tree.items()]
        self.git("fast-import", "--quiet", "--force", data=b"".join(stream))

    def tree_of(self, treeish: str) -> Mapping[str, File]:
        """Return the files of a commit or tree in this repository."""
        return read_tree(self.folder, treeish)

    def write_tree(self, repo: Repo, tree: Tree) -> str:
        """Write the tree that the user's repository is to have, and return its id.

        Where the project is a folder of the repository, everything around it stays.

        Raises:
            NotReady: It has a path that no git would check out.
        """
        refuse_paths(tree)
        if repo.prefix:
            everything = read_tree(repo.folder, repo.head)
            around = {p: f for p, f in everything.items() if not p.startswith(repo.prefix)}
            tree = {**around, **{repo.prefix + path: file for path, file in tree.items()}}
            self._present |= {file.oid for file in around.values()}
        self.commit([("result", tree, None)])
        return self.git("rev-parse", "refs/heads/result^{tree}")[1].decode().strip()

    def deliver(self, repo: Repo, tree: str) -> None:
        """Copy what a tree needs into the user's repository. Nothing there refers to it yet."""
        wanted = f"{tree}\n^{repo.head}^{{tree}}\n".encode()
        _, pack = self.git("pack-objects", "--revs", "--stdout", "--quiet", data=wanted)
        git.run(repo.folder, "unpack-objects", "-q", data=pack)


def _modify(path: str, file: File) -> bytes:
    name = os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'M %s %s "%s"\n' % (file.mode.encode(), file.oid.encode(), name)

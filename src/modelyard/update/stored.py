"""Turns a render into what git would store of it: line ends, encodings and filters applied.

A render has the bytes that stand in a work tree. What is committed may be others, by the rules of
the repo's .gitattributes: without this, each such file would look edited in a repo that nobody has
touched. Settings of this machine such as `core.autocrlf` decide nothing; of its filters the
programs run, as they do when such a file is added.
"""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from modelyard.errors import NotReady
from modelyard.gitrepo import git, lfs
from modelyard.gitrepo.environment import Settings
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, Tree, algorithm_of, blob_id

Files = Mapping[str, tuple[str, bytes]]

_FILTERED = re.compile(rb"(?<![^ \t])(?:filter|working-tree-encoding)=")
_ENDS = re.compile(rb"(?<![^ \t])(?:text|eol|crlf)\b")
_IDENT = re.compile(rb"(?<![^ \t])ident\b")
_MACHINE: Settings = (
    ("core.autocrlf", "false"),
    ("core.safecrlf", "false"),
    ("core.attributesFile", os.devnull),
)


def stored(scratch: Scratch, files: Files, ours: Tree) -> dict[str, tuple[str, bytes]]:
    """Return files as git would store them by the rules that a scratch repository follows.

    Args:
        scratch: A repository that knows the rules.
        files: A render.
        ours: What is committed; a file that is there as it was rendered stays so.

    Raises:
        NotReady: A filter of this machine failed.
    """
    made = dict(files)
    changes = [path for path, one in files.items() if _may_change(scratch, path, one, ours)]
    changing = {path: files[path][1] for path in changes}
    if not changing:
        return made
    has_filters = _FILTERED.search(scratch.attributes)
    said = scratch.attribute("filter", changing) if has_filters else {}
    large = {p for p in changing if said.get(p) == lfs.FILTER and not _is_whole(scratch, p, ours)}
    for path in large:
        content = lfs.pointer(changing[path])
        algorithm = next((algorithm_of(file.oid) for file in ours.values()), "sha1")
        scratch.large[blob_id(content, algorithm)] = (path, changing[path])
        made[path] = (made[path][0], content)
    cleaned = _cleaned(scratch, {p: content for p, content in changing.items() if p not in large})
    made.update({path: (made[path][0], content) for path, content in cleaned.items()})
    return made


def _is_whole(scratch: Scratch, path: str, ours: Tree) -> bool:
    """Tell whether a file is committed with its bytes, whatever a rule says that came later."""
    return path in ours and not lfs.is_pointer(scratch, ours[path].oid)


def _may_change(scratch: Scratch, path: str, file: tuple[str, bytes], ours: Tree) -> bool:
    mode, content = file
    rules = scratch.attributes
    if mode not in {PLAIN, EXECUTABLE} or not (
        _FILTERED.search(rules)
        or (b"\r\n" in content and _ENDS.search(rules))
        or (b"$Id:" in content and _IDENT.search(rules))
    ):
        return False
    mine = ours.get(path)
    return mine is None or mine.oid != blob_id(content, algorithm_of(mine.oid))


def _cleaned(scratch: Scratch, contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return contents as git makes them while it adds the files of a work tree."""
    if not contents:
        return {}
    paths = list(contents)
    with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
        for path in paths:
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(contents[path])
        where = (f"--git-dir={scratch.folder}", "-c", "core.bare=false", "--work-tree=.")
        words = (*where, "hash-object", "-w", "--stdin-paths")
        asked = b"".join(_line(path) for path in paths)
        alone = {"GIT_ATTR_NOSYSTEM": "1"}
        try:
            _, out = git.run(Path(folder), *words, data=asked, env=alone, settings=_MACHINE)
        except git.GitError as error:
            raise NotReady(
                f"a filter that .gitattributes names failed on what the template ships: "
                f"{error.words}",
                "git config --get-regexp 'filter.*' lists the filters of this machine",
            ) from None
    oids = out.decode().split()
    return {path: scratch.read(oid) for path, oid in zip(paths, oids, strict=True)}


def _line(path: str) -> bytes:
    """Return a path as a line; one that would not be a line stands between quotes."""
    name = os.fsencode(path)
    if b"\n" not in name and not name.startswith(b'"'):
        return name + b"\n"
    escaped = name.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"\n'

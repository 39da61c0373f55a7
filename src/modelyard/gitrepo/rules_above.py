"""What the .gitattributes files above a project say, where it is a folder of a repository."""

import os
from pathlib import PurePosixPath

from modelyard.gitrepo import attributes, git
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import File


def rules_above(repo: Repo, scratch: Scratch, paths: list[str]) -> bytes:
    """Return a rule for each of the project's paths that a file above it says something of."""
    if not repo.prefix:
        return b""
    above = [str(folder / attributes.NAME) for folder in PurePosixPath(repo.prefix, "x").parents]
    places = [path for path in above if path != repo.prefix + attributes.NAME]
    words = ("ls-tree", "-z", "--full-tree", repo.head, "--", *places)
    listed = os.fsdecode(git.run(repo.folder, *words)[1]).split("\0")[:-1]
    tree = {}
    for line in listed:
        about, _, path = line.partition("\t")
        mode, _, oid = about.split(" ")
        tree[path] = File(mode, oid)
    rules = attributes.as_one(attributes.files(tree, scratch.read))
    if not rules:
        return b""
    before = scratch.attributes
    scratch.set_attributes(rules)
    asked = b"\0".join(os.fsencode(repo.prefix + path) for path in paths)
    said = scratch.git("check-attr", "-z", "--stdin", "--all", data=asked)[1].split(b"\0")
    scratch.set_attributes(before)
    found: dict[bytes, list[bytes]] = {}
    for place, name, value in zip(said[::3], said[1::3], said[2::3], strict=False):
        short = {b"set": name, b"unset": b"-" + name}
        mine = place.removeprefix(os.fsencode(repo.prefix))
        found.setdefault(mine, []).append(short.get(value, name + b"=" + value))
    return b"".join(attributes.exactly(path, b" ".join(rule)) for path, rule in found.items())

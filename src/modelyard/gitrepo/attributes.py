"""The .gitattributes files of a tree, as one file that holds in a bare repository too.

Git of the versions that are supported reads such files from a work tree or an index alone; what
`info/attributes` of a repository says it reads always.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, Read, Tree

NAME = ".gitattributes"
BUILT_IN = frozenset({"text", "binary", "union"})
"""The ways to merge a file that git has without any setting."""

_LARGEST = 1 << 20
_LONGEST_LINE = 2048
"""Git ignores a longer one."""
_READABLE_MARKERS = range(7, 201)
_BLANKS = b" \t\r\n"
_DRIVER = re.compile(rb"(?<![^ \t])merge=([^ \t\r\n]+)")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"[ \t]')


def files(tree: Tree, read: Read) -> Mapping[str, bytes]:
    """Return the attribute files of a tree by path; git follows no link to one."""
    found = {
        path: read(file.oid)
        for path, file in tree.items()
        if path.endswith(NAME)
        and PurePosixPath(path).name == NAME
        and file.mode in {PLAIN, EXECUTABLE}
    }
    return {path: content for path, content in found.items() if len(content) <= _LARGEST}


def as_one(found: Mapping[str, bytes]) -> bytes:
    """Return the rules of all files in one, in which the nearest to a path comes last as well."""
    order = sorted(found, key=lambda path: (path.count("/"), path))
    rules = (rule for path in order for rule in _rules(path, found[path]))
    return b"".join(rule + b"\n" for rule in rules)


def drivers(rules: bytes) -> Iterable[bytes]:
    """Return the names of the ways to merge that rules name and git does not have."""
    named = dict.fromkeys(_DRIVER.findall(rules))
    return [name for name in named if name.decode("utf-8", "replace") not in BUILT_IN]


def exactly(path: bytes, attributes: bytes) -> bytes:
    """Return the rule that gives attributes to one path and to no other."""
    return b'"/%s" %s\n' % (_quoted(_literal(path)), attributes)


def _rules(path: str, content: bytes) -> Iterable[bytes]:
    folder = path.encode("utf-8", "surrogateescape").rpartition(b"/")[0]
    for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        rule = line.strip(_BLANKS)
        if rule and not rule.startswith(b"#") and len(line) < _LONGEST_LINE:
            pattern, attributes = _split(rule)
            placed = _placed(folder, pattern) if folder else pattern
            if placed:
                yield b" ".join((placed, *filter(_is_usable, attributes.split())))


def _split(rule: bytes) -> tuple[bytes, bytes]:
    if quoted := _QUOTED.match(rule + b" "):
        return rule[: quoted.end() - 1], rule[quoted.end() :]
    pattern, _, attributes = rule.replace(b"\t", b" ").partition(b" ")
    return pattern, attributes


def _is_usable(attribute: bytes) -> bool:
    """Tell whether an attribute is to hold: markers that no reader would find are git's usual."""
    name, _, value = attribute.partition(b"=")
    if name != b"conflict-marker-size":
        return True
    return value.isdigit() and len(value) < 9 and int(value) in _READABLE_MARKERS


def _placed(folder: bytes, pattern: bytes) -> bytes:
    """Return a pattern of a folder as one of the top; nothing where it has no meaning there."""
    if pattern.startswith((b"[attr]", b"!")):
        return b""
    is_quoted = pattern.startswith(b'"') and pattern.endswith(b'"') and len(pattern) > 1
    inner = pattern[1:-1] if is_quoted else _quoted(pattern)
    between = b"/" if b"/" in inner else b"/**/"
    return b'"/%s%s%s"' % (_quoted(_literal(folder)), between, inner.removeprefix(b"/"))


def _literal(path: bytes) -> bytes:
    """Return a pattern that matches one path alone."""
    return re.sub(rb"([\\*?\[])", rb"\\\1", path)


def _quoted(pattern: bytes) -> bytes:
    """Return a pattern as git takes it between quotes, as C does."""

    def escaped(found: re.Match[bytes]) -> bytes:
        return b"\\%03o" % found[0][0]

    return re.sub(rb'[\x00-\x1f"\\\x7f]', escaped, pattern)

"""Gives a file one line end on all three sides, so that a merge sees only what else changed.

The user's choice goes first, then the template's. A file that one side renamed is compared with
what it was: git sees no rename where each line differs by its end.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.update.attributes import is_text

_TEXT = {PLAIN, EXECUTABLE}
_LEAST_ALIKE = 0.5
_LF, _CRLF = b"\n", b"\r\n"
# A line end may double a line, and half of a file may be new.
_LARGEST_GROWTH = 4


def make_alike(
    base: dict[str, File], ours: Tree, theirs: dict[str, File], scratch: Scratch
) -> dict[str, File]:
    """Return the files of the user that are merged with other line ends than they have.

    The template alone has turned those; base and theirs are changed in place.
    """
    turned: dict[str, File] = {}
    for old, mine, other in _triples(base, ours, theirs, scratch):
        files = (base.get(old), ours[mine], theirs[other])
        if len({file.oid for file in files if file}) < 2 or files[1] == files[0]:
            continue
        if any(file.mode not in _TEXT for file in files if file):
            continue
        ends = [line_end(scratch.read(file.oid)) if file else b"" for file in files]
        chosen = _chosen(*ends)
        differs = any(end not in {b"", chosen} for end in ends)
        if not chosen or not differs or not is_text(scratch, mine):
            continue
        for side, place, file, end in zip(
            (base, turned, theirs), (old, mine, other), files, ends, strict=True
        ):
            if file and end and end != chosen:
                side[place] = _with_end(file, end, chosen, scratch)
    return turned


def line_end(content: bytes) -> bytes:
    """Return the line end that a text has throughout; nothing where they are mixed."""
    ends, windows = content.count(_LF), content.count(_CRLF)
    if b"\0" in content or not ends or windows not in {0, ends}:
        return b""
    return _CRLF if windows else _LF


def _chosen(base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """Return the line end of a merge; nothing where there is nothing to choose."""
    if not ours or (not base and not theirs):
        return b""
    if not base or base != ours:
        return ours
    return theirs or ours


def _with_end(file: File, end: bytes, chosen: bytes, scratch: Scratch) -> File:
    return File(file.mode, scratch.put(scratch.read(file.oid).replace(end, chosen)))


def _triples(
    base: Tree, ours: Tree, theirs: Tree, scratch: Scratch
) -> Iterator[tuple[str, str, str]]:
    """Yield where a file is on each side; files that one side does not have are left out."""
    # What one side moved and the other did not change needs no comparison.
    by_user = [p for p in base if p in theirs and p not in ours and theirs[p] != base[p]]
    by_template = [p for p in base if p in ours and p not in theirs and ours[p] != base[p]]
    by_both = [p for p in base if p not in ours and p not in theirs]
    mine = _moved([*by_user, *by_both], base, ours, theirs, scratch)
    others = _moved([*by_template, *by_both], base, theirs, ours, scratch)
    moved = [(path, mine[path], path) for path in by_user if path in mine]
    moved += [(path, path, others[path]) for path in by_template if path in others]
    moved += [(p, mine[p], others[p]) for p in by_both if p in mine and p in others]
    yield from moved
    done = {place for _, *places in moved for place in places}
    yield from ((p, p, p) for p in ours if p in theirs and (p in base or p not in done))


def _moved(
    gone: list[str], base: Tree, side: Tree, other: Tree, scratch: Scratch
) -> Mapping[str, str]:
    """Return where one side moved files: to the most alike of its new ones, line ends aside.

    Only files whose line ends somebody may have turned are followed; git follows all others.
    """
    lost = [path for path in gone if base[path].mode in _TEXT]
    new = {path: f for path, f in side.items() if path not in base and f.mode in _TEXT}
    if not lost or not new:
        return {}
    there = dict(_candidates(new, [base[path] for path in lost], scratch))
    ends = {line_end(content) for content in there.values()}

    def may_be_turned(path: str) -> bool:
        if path not in other:
            return True
        files = (base[path], other[path])
        return len({line_end(scratch.read(file.oid)) for file in files} | ends) > 1

    lines = {p: _lines(scratch.read(base[p].oid)) for p in lost if may_be_turned(p)}
    known = {line for counted in lines.values() for line in counted}
    found: list[tuple[float, bool, str, str]] = []
    for place, content in there.items() if lines else ():
        counted = _lines(content)
        total = counted.total()
        shared = Counter({line: n for line, n in counted.items() if line in known})
        for path, old in lines.items():
            alike = (old & shared).total() / max(old.total(), total, 1)
            same_name = PurePosixPath(path).name == PurePosixPath(place).name
            if alike >= _LEAST_ALIKE:
                found.append((-alike, not same_name, path, place))
    moved: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, path, place in sorted(found):
        if path not in moved and place not in taken:
            moved[path] = place
            taken.add(place)
    return moved


def _candidates(
    new: Mapping[str, File], lost: Iterable[File], scratch: Scratch
) -> Iterator[tuple[str, bytes]]:
    """Yield the new files that have about the size of a lost one; no other one is read."""
    sizes = scratch.sizes(file.oid for file in lost)
    least, most = min(sizes.values()) / _LARGEST_GROWTH, max(sizes.values()) * _LARGEST_GROWTH
    there = scratch.sizes(file.oid for file in new.values())
    for path, file in new.items():
        if least <= there[file.oid] <= most:
            yield path, scratch.glance(file.oid)


def _lines(content: bytes) -> Counter[bytes]:
    return Counter(content.replace(_CRLF, _LF).split(_LF))

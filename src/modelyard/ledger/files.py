"""Judges one file of a merge against its three versions: kind, mode, endings and lines."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple, TypeVar

from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, SUBMODULE, File, Read
from modelyard.ledger.conflicts import OPEN
from modelyard.ledger.lines import NOBODYS, TEMPLATES, YOURS, Fault, Threeway
from modelyard.ledger.texts import conflict_faults, is_binary, lines_of, text_faults

T = TypeVar("T")

# Files that a merge by meaning may have written: the template's blocks may stand elsewhere there.
STRUCTURED = frozenset({".toml", ".yaml", ".yml", ".json", ".py", ".cfg", ".ini"})
SHOWN = 3

SAYS = {
    (YOURS, "missing"): "your lines are missing",
    (YOURS, "out of place"): "your lines are out of place",
    (YOURS, "back"): "lines that you removed are back",
    (TEMPLATES, "missing"): "the template's lines are not applied",
    (TEMPLATES, "out of place"): "the template's lines are out of place",
    (TEMPLATES, "back"): "lines that the template removed are still there",
    (NOBODYS, "missing"): "lines that both sides keep are missing",
    (NOBODYS, "out of place"): "lines that both sides keep are out of place",
    (NOBODYS, "extra"): "lines came from nowhere, or once too often",
}


class Problem(NamedTuple):
    """What is wrong with a file, in words, and the user's lines that it is about."""

    what: str
    lines: tuple[str, ...] = ()


class Versions(NamedTuple):
    """One file on its way: what it was, and what each side made of it."""

    base: File | None
    ours: File | None
    theirs: File | None


def agreed(base: T, ours: T, theirs: T) -> tuple[bool, T]:
    """Say whether at most one side changed a value, or both alike, and what to."""
    if ours == base:
        return True, theirs
    return theirs in (base, ours), ours


def shown(lines: Iterable[object]) -> tuple[str, ...]:
    """Make lines readable."""
    return tuple(x.decode(errors="replace") for x in lines if isinstance(x, bytes))


def describe(found: Iterable[Fault]) -> list[Problem]:
    """Turn faults into sentences, one for each kind."""
    kinds: dict[tuple[str, str], list] = {}
    for fault in found:
        kinds.setdefault((fault.whose, fault.what), []).append(fault.item)
    problems = []
    for (whose, what), items in kinds.items():
        texts = shown(items)
        more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
        quoted = ", ".join(repr(text) for text in texts[:SHOWN])
        lost = texts if what == "missing" and whose != TEMPLATES else ()
        problems.append(Problem(f"{SAYS[whose, what]}: {quoted}{more}", lost))
    return problems


def _crlf(content: bytes) -> bool | None:
    ends = content.count(b"\n")
    return content.count(b"\r\n") * 2 > ends if ends else None


def _ending_problems(versions: tuple[bytes, bytes, bytes], result: bytes) -> list[Problem]:
    base, ours, theirs = versions
    problems = []
    mine, other = _crlf(ours), _crlf(theirs)
    fixed, wanted = agreed(_crlf(base), mine, other)
    # A version without any line end has no say.
    if None not in (mine, other, _crlf(result)) and _crlf(result) != (wanted if fixed else mine):
        whose = "your" if wanted == mine else "the template's"
        problems.append(Problem(f"{whose} line endings are lost"))
    ends = [content.endswith(b"\n") for content in (base, ours, theirs, result)]
    last = lines_of(result)[-1:]
    # Whose last line ends the result decides; where both do, the one who changed it.
    if last == lines_of(ours)[-1:] == lines_of(theirs)[-1:]:
        wrong = ends[3] != agreed(ends[0], ends[1], ends[2])[1]
    else:
        wrong = last == lines_of(ours)[-1:] and ends[1] != ends[0] and ends[3] != ends[1]
    if wrong:
        problems.append(Problem("the newline at the end of the file is not as it was chosen"))
    return problems


def _mode_problems(file: Versions, result: File, disputed: bool) -> list[Problem]:
    modes = [one.mode if one else None for one in file]
    fixed, wanted = agreed(*modes)
    if fixed and wanted is not None:
        whose = "your" if modes[1] != modes[0] else "the template's"
        lost = result.mode != wanted
        return [Problem(f"{whose} mode {wanted} is lost; it is {result.mode}")] if lost else []
    if disputed or result.mode == EXECUTABLE:
        return []
    return [Problem(f"both chose a mode, {modes[1]} and {modes[2]}; it is {result.mode}")]


def compare(
    file: Versions,
    result: File,
    path: str,
    read: Read,
    disputed: bool = False,
    backed: bool = False,
) -> list[Problem]:
    """Return what is wrong with `result` as the merge of the versions; nothing if it balances.

    Args:
        file: The versions; a side that is None counts as empty.
        result: What the merge made of it.
        path: Where it is: its suffix tells whether a merge by meaning is possible.
        read: Gives the blobs.
        disputed: Whether the path is in conflict, so that markers are read as such.
        backed: Whether the index will hold both versions of it in full.

    """
    fixed, wanted = agreed(*file)
    if fixed and result == wanted:
        return []
    if any(one.mode not in (PLAIN, EXECUTABLE) for one in (*file, result) if one):
        whose = "your" if wanted == file.ours else "the template's"
        what = f"{whose} change is lost" if fixed else "both changed it, and only one side is kept"
        return [Problem(f"a link or a submodule: {what}")]
    problems = _mode_problems(file, result, disputed)
    oids = [one.oid if one else None for one in file]
    same, oid = agreed(*oids)
    if same and result.oid == oid:
        return problems
    contents = [read(one.oid) if one else b"" for one in (*file, result)]
    if any(map(is_binary, contents)):
        return [*problems, Problem(_binary(oids[1], oid if same else None))]
    *before, now = [lines_of(content) for content in contents]
    base, ours, theirs = before
    structured = PurePosixPath(path).suffix in STRUCTURED
    if disputed and any(line.startswith(OPEN) for line in now):
        return [*problems, *describe(conflict_faults(base, ours, theirs, now, backed))]
    problems += describe(text_faults(base, ours, theirs, now, structured))
    if file.base is None and file.ours is None:
        # A new file of the template may take the line endings that the user has.
        return problems
    problems += _ending_problems((contents[0], contents[1], contents[2]), contents[3])
    if same and not problems:
        whose = "your" if oid == oids[1] else "the template's"
        problems.append(Problem(f"{whose} content is not kept byte by byte"))
    return problems


def _binary(ours: str | None, wanted: str | None) -> str:
    if wanted is None:
        return "a binary that both changed, and only one side is kept"
    whose = "your" if wanted == ours else "the template's"
    return f"a binary: {whose} content is lost"


def user_lines(file: Versions, read: Read) -> tuple[str, ...]:
    """Return the lines that the user added to a text: what is lost when the file is."""
    if any(one.mode == SUBMODULE for one in (file.base, file.ours) if one):
        return ()
    contents = [read(one.oid) if one else b"" for one in (file.base, file.ours)]
    if any(map(is_binary, contents)):
        return ()
    base, ours = map(lines_of, contents)
    merge = Threeway(base, ours, base)
    return shown(line for line, new in zip(ours, merge.ours_added, strict=True) if new)

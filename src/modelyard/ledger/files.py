"""Judges one file of a merge against its three versions: kind, mode, endings and lines."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple, TypeVar

from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, SUBMODULE, File, Read
from modelyard.ledger.conflicts import opens
from modelyard.ledger.lines import Fault, FaultKind, Threeway
from modelyard.ledger.loss import Loss, LossKind, Owner
from modelyard.ledger.placed import is_placed
from modelyard.ledger.texts import conflict_faults, is_binary, lines_of, text_faults

T = TypeVar("T")

# Files that a merge by meaning may have written: the template's blocks may stand elsewhere there.
STRUCTURED = frozenset({".toml", ".yaml", ".yml", ".json", ".jsonc", ".code-workspace", ".py"})
STRUCTURED_NAMES = frozenset(
    {
        *(".gitignore", ".dockerignore", ".dvcignore", ".helmignore"),
        *(".npmignore", ".prettierignore"),
    }
)
SHOWN = 3

KINDS = {
    (Owner.USER, FaultKind.MISSING): LossKind.USER_LINES_MISSING,
    (Owner.USER, FaultKind.MISPLACED): LossKind.USER_LINES_MISPLACED,
    (Owner.USER, FaultKind.BACK): LossKind.USER_LINES_BACK,
    (Owner.TEMPLATE, FaultKind.MISSING): LossKind.TEMPLATE_LINES_MISSING,
    (Owner.TEMPLATE, FaultKind.MISPLACED): LossKind.TEMPLATE_LINES_MISPLACED,
    (Owner.TEMPLATE, FaultKind.BACK): LossKind.TEMPLATE_LINES_BACK,
    (Owner.NOBODY, FaultKind.MISSING): LossKind.COMMON_LINES_MISSING,
    (Owner.NOBODY, FaultKind.MISPLACED): LossKind.COMMON_LINES_MISPLACED,
    (Owner.NOBODY, FaultKind.EXTRA): LossKind.EXTRA_LINES,
}


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


def losses(found: Iterable[Fault]) -> list[Loss]:
    """Gather faults, one loss for each kind."""
    kinds: dict[LossKind, list] = {}
    for fault in found:
        kinds.setdefault(KINDS[fault.owner, fault.kind], []).append(fault.item)
    made = []
    for kind, items in kinds.items():
        texts = shown(items)
        more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
        quoted = ", ".join(repr(text) for text in texts[:SHOWN])
        is_gone = kind in {LossKind.USER_LINES_MISSING, LossKind.COMMON_LINES_MISSING}
        made.append(Loss(kind, f"{quoted}{more}", texts if is_gone else ()))
    return made


def _has_links(*files: File | None) -> bool:
    return any(one.mode not in (PLAIN, EXECUTABLE) for one in files if one)


def _crlf(content: bytes) -> bool | None:
    ends = content.count(b"\n")
    return content.count(b"\r\n") * 2 > ends if ends else None


def _ending_problems(versions: tuple[bytes, bytes, bytes], result: bytes) -> list[Loss]:
    base, ours, theirs = versions
    problems = []
    mine, other = _crlf(ours), _crlf(theirs)
    fixed, wanted = agreed(_crlf(base), mine, other)
    # A version without any line end has no say.
    if None not in (mine, other, _crlf(result)) and _crlf(result) != (wanted if fixed else mine):
        kind = LossKind.USER_ENDINGS if wanted == mine else LossKind.TEMPLATE_ENDINGS
        problems.append(Loss(kind))
    ends = [content.endswith(b"\n") for content in (base, ours, theirs, result)]
    last = lines_of(result)[-1:]
    # Whose last line ends the result decides; where both do, the one who changed it.
    if last == lines_of(ours)[-1:] == lines_of(theirs)[-1:]:
        wrong = ends[3] != agreed(ends[0], ends[1], ends[2])[1]
    else:
        wrong = last == lines_of(ours)[-1:] and ends[1] != ends[0] and ends[3] != ends[1]
    if wrong:
        problems.append(Loss(LossKind.LAST_NEWLINE))
    return problems


def _mode_problems(file: Versions, result: File, disputed: bool) -> list[Loss]:
    modes = [one.mode if one else None for one in file]
    fixed, wanted = agreed(*modes)
    if fixed and wanted is not None:
        kind = LossKind.USER_MODE if modes[1] != modes[0] else LossKind.TEMPLATE_MODE
        is_lost = result.mode != wanted
        return [Loss(kind, f"{wanted} became {result.mode}")] if is_lost else []
    if disputed or result.mode == EXECUTABLE:
        return []
    return [Loss(LossKind.BOTH_MODES, f"{modes[1]} and {modes[2]} became {result.mode}")]


def compare(
    file: Versions,
    result: File,
    path: str,
    read: Read,
    disputed: bool = False,
    backed: bool = False,
) -> list[Loss]:
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
    if file.ours and file.theirs and not _has_links(*file[1:], result):
        # A link that both made a file is no past of it.
        file = file._replace(base=None) if _has_links(file.base) else file
    if _has_links(*file, result):
        kind = LossKind.USER_LINK if wanted == file.ours else LossKind.TEMPLATE_LINK
        return [Loss(kind if fixed else LossKind.BOTH_LINK)]
    problems = _mode_problems(file, result, disputed)
    oids = [one.oid if one else None for one in file]
    same, oid = agreed(*oids)
    if same and result.oid == oid:
        return problems
    contents = [read(one.oid) if one else b"" for one in (*file, result)]
    if any(map(is_binary, contents)):
        return [*problems, Loss(_binary(oids[1], oid if same else None))]
    *before, now = [lines_of(content) for content in contents]
    base, ours, theirs = before
    structured = PurePosixPath(path).suffix in STRUCTURED or (
        PurePosixPath(path).name in STRUCTURED_NAMES or "requirements" in path
    )
    if disputed and any(opens(line, own) for own in [{*base, *ours, *theirs}] for line in now):
        return [*problems, *losses(conflict_faults(base, ours, theirs, now, backed, structured))]
    structured = structured and is_placed(path, contents[:3], contents[3])
    problems += losses(text_faults(base, ours, theirs, now, structured))
    if file.base is None and file.ours is None:
        # A new file of the template may take the line endings that the user has.
        return problems
    problems += _ending_problems((contents[0], contents[1], contents[2]), contents[3])
    if same and not problems:
        kind = LossKind.USER_BYTES if oid == oids[1] else LossKind.TEMPLATE_BYTES
        problems.append(Loss(kind))
    return problems


def _binary(ours: str | None, wanted: str | None) -> LossKind:
    if wanted is None:
        return LossKind.BOTH_BINARY
    return LossKind.USER_BINARY if wanted == ours else LossKind.TEMPLATE_BINARY


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

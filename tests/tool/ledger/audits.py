"""Hand-made trees, and the audit of a merge of them."""

from collections.abc import Mapping

from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, SUBMODULE, SYMLINK, File, blob_id
from modelyard.ledger.audit import Audit, audit
from modelyard.merged import Conflict, Merged, Notice, Stage
from modelyard.reasons import ConflictReason, Reason

Content = str | bytes | File
Book = Mapping[str, Content]

BLOBS: dict[str, bytes] = {}
"""All blobs that any test made, by id: ids name contents, so tests can share them."""


def put(content: Content, mode: str = PLAIN) -> File:
    if isinstance(content, File):
        return content
    data = content.encode() if isinstance(content, str) else content
    BLOBS[blob_id(data)] = data
    return File(mode, blob_id(data))


def script(text: str) -> File:
    return put(text, EXECUTABLE)


def link(target: str) -> File:
    return put(target, SYMLINK)


def submodule(digit: str) -> File:
    return File(SUBMODULE, digit * 40)


def tree(book: Book) -> dict[str, File]:
    return {path: put(content) for path, content in book.items()}


def stages(path: str, *sides: Content | None) -> tuple[Stage, ...]:
    files = [(number, put(side)) for number, side in enumerate(sides, 1) if side is not None]
    return tuple(Stage(path, number, *file) for number, file in files)


def check(
    base: Book,
    ours: Book,
    theirs: Book,
    result: Book,
    conflicts: tuple[str, ...] = (),
    held: tuple[Stage, ...] = (),
    named: Mapping[str, Reason] | None = None,
) -> Audit:
    disputes = tuple(Conflict(path, ConflictReason.CONTENT) for path in conflicts)
    merged = Merged(tree(result), disputes, held)
    notices = {path: Notice(path, reason) for path, reason in (named or {}).items()}
    return audit(tree(base), tree(ours), merged, tree(theirs), BLOBS.__getitem__, named=notices)


def texts(found: Audit) -> tuple[str, ...]:
    return tuple(loss.text for loss in found.losses)

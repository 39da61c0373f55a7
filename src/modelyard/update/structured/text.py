"""Line endings, and what a merge of texts must not lose: untouched lines and comments."""

from collections import Counter
from collections.abc import Iterable

from modelyard.update.structured.sequences import opcodes
from modelyard.update.structured.values import Disagreement


def decode(content: bytes) -> str:
    r"""Return the text with `\n` as line ending and one at its end.

    Raises:
        Disagreement: It has two kinds of line endings, or other control characters.
        UnicodeDecodeError: It is not UTF-8.
    """
    text = content.decode("utf-8")
    lines = text.replace("\r\n", "\n")
    if "\r" in lines or "\0" in lines or "\ufeff" in lines:
        raise Disagreement("control characters")
    if "\r\n" in text and lines.count("\n") != text.count("\r\n"):
        raise Disagreement("two kinds of line endings")
    return lines if lines.endswith("\n") else lines + "\n"


def lines(text: str) -> list[str]:
    r"""Cut a text behind each `\n`, and nowhere else: Python's own lines end at more characters."""
    found = text.split("\n")
    return [f"{line}\n" for line in found[:-1]] + ([found[-1]] if found[-1] else [])


def encode(text: str, like: bytes) -> bytes:
    """Return `text` with the line endings of `like`, and its way to end."""
    if not like.endswith(b"\n"):
        text = text.removesuffix("\n")
    return text.replace("\n", "\r\n" if b"\r\n" in like else "\n").encode()


def finish(text: str, base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """Return a merged text with the line endings of ours, and the way to end that was chosen.

    Where the last line is that of all three, and ours ends as the base did, theirs has chosen.
    """
    last = {content.rstrip(b"\r\n").rpartition(b"\n")[2] for content in (base, ours, theirs)}
    unchanged = ours.endswith(b"\n") == base.endswith(b"\n")
    by_theirs = unchanged and last == {text.rstrip("\n").rpartition("\n")[2].encode()}
    ends = (theirs if by_theirs else ours).endswith(b"\n")
    crlf = b"\r\n" in ours
    found = encode(text, b"\r\n" if crlf else b"\n")
    return found if ends else found.removesuffix(b"\r\n" if crlf else b"\n")


def check_lines(base: str, ours: str, theirs: str, merged: str) -> None:
    """Refuse a result that lacks a line of ours which theirs did not touch.

    A comma at the end of a line is not counted: it comes and goes with the item behind it. Nor is a
    line that ours only moved and theirs changed, or behind which theirs writes a comment.

    Raises:
        Disagreement: A line is gone, changed or stands elsewhere.
    """
    sides = [[line.rstrip().rstrip(",") for line in t.split("\n")] for t in (base, ours, theirs)]
    touched: set[int] = set()
    changed = {line.partition("#")[0].rstrip().rstrip(",") for line in {*sides[2]} - {*sides[0]}}
    for kind, start, end, _, _ in opcodes(sides[0], sides[2]):
        if kind != "equal":
            touched.update(range(start, end))
        if kind == "replace":
            changed.update(sides[0][start:end])
    result = iter(line.rstrip().rstrip(",") for line in merged.split("\n"))
    for kind, start, end, low, high in opcodes(sides[0], sides[1]):
        for at in range(low, high):
            old = {start + at - low} if kind == "equal" else set(range(start, end))
            line = sides[1][at]
            if kind != "equal" and line in changed:
                continue
            if line and not old & touched and line not in result:
                raise Disagreement("a line of ours would be lost")


def check_comments(
    base: Iterable[str], ours: Iterable[str], theirs: Iterable[str], merged: Iterable[str]
) -> None:
    """Refuse a result whose comments are not ours with the changes that theirs made to the base's.

    Raises:
        Disagreement: A comment is lost, or comes twice.
    """
    old, mine, yours, found = (
        Counter(comment.rstrip() for comment in side) for side in (base, ours, theirs, merged)
    )
    for comment in old | mine | yours | found:
        b, o, t = old[comment], mine[comment], yours[comment]
        want = t if o == b else o if t in (b, o) else o + t - b
        if found[comment] != want:
            raise Disagreement("a comment would be lost or doubled")

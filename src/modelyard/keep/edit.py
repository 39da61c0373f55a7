"""Adds, changes and drops entries in the text of `.modelyard.toml`; all else stays as written."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from modelyard.errors import NotReady
from modelyard.settings.repo_settings import NAME, Kept, parse
from modelyard.update.structured import text, toml_file
from modelyard.update.structured.pieces import Piece
from modelyard.update.structured.values import Disagreement

_BY_HAND = "git diff    # and write it by hand"


def with_entry(content: bytes, entry: Kept) -> bytes:
    """Return the settings with an entry: in the place of the one of that path and key, if any.

    A new one stands where it belongs by its path, so that two branches that add one each rarely
    do so at the same line.

    Raises:
        NotReady: It cannot be edited.
    """
    before = parse(content).keep
    known = next((at for at, one in enumerate(before) if _same(one, entry)), None)
    if known is None:
        made = _edited(content, lambda source: _added(source, before, entry))
    else:
        made = _edited(content, lambda source: _changed(source, known, entry))
    rest = [one for one in before if not _same(one, entry)]
    return _checked(made, [*rest, entry])


def without_entry(content: bytes, entry: Kept) -> bytes:
    """Return the settings without an entry and the comment right above it.

    Raises:
        NotReady: It cannot be edited.
    """
    before = parse(content).keep
    at = before.index(entry)
    made = _edited(content, lambda source: _dropped(source, at))
    return _checked(made, [one for one in before if one != entry])


def _same(one: Kept, other: Kept) -> bool:
    return (one.path, one.parts) == (other.path, other.parts)


def _checked(content: bytes, wanted: Sequence[Kept]) -> bytes:
    if set(parse(content).keep) != set(wanted):
        raise NotReady(f"{NAME} is written so that it cannot be edited here", _BY_HAND)
    return content


def _edited(content: bytes, edit: Callable[[str], str]) -> bytes:
    try:
        source = text.decode(content) if content else ""
        return text.encode(edit(source), content or b"\n")
    except (Disagreement, ValueError) as error:
        raise NotReady(f"{NAME} cannot be edited here: {error}", _BY_HAND) from None


@dataclass(frozen=True)
class _Span:
    """Where an entry stands: the comment right above it, its first line, its end; and itself."""

    comment: int
    start: int
    end: int
    piece: Piece


def _spans(source: str) -> list[_Span]:
    return list(_each_span(source))


def _each_span(source: str) -> Iterator[_Span]:
    at = 0
    for piece in toml_file.split(source).children or ():
        if piece.key == ("keep",) and piece.flow:
            raise Disagreement("keep is a list in brackets; write each entry below [[keep]]")
        for entry in piece.children or () if piece.key == ("keep",) else ():
            start = at + len(entry.lead)
            lines = text.lines(entry.lead)
            own = len(lines)
            while own and lines[own - 1].strip():
                own -= 1
            yield _Span(start - len("".join(lines[own:])), start, at + len(entry.text), entry)
            at += len(entry.text)
        if piece.key != ("keep",):
            at += len(piece.text)


def _added(source: str, entries: Sequence[Kept], entry: Kept) -> str:
    spans = _spans(source)
    order = (entry.path, entry.key)
    later = (at for at, one in enumerate(entries) if (one.path, one.key) > order)
    at = next(later, None)
    if at is not None:
        place = spans[at].comment
        return f"{source[:place]}{_block(entry)}\n{source[place:]}"
    end = spans[-1].end if spans else len(source)
    above = "\n" if source[:end].strip() else ""
    below = "\n" if source[end:].strip() and not source[end:].startswith("\n") else ""
    return f"{source[:end]}{above}{_block(entry)}{below}{source[end:]}"


def _block(entry: Kept) -> str:
    names = [name for name in ("path", "key", "because", "until") if getattr(entry, name)]
    return "[[keep]]\n" + "".join(_line(entry, name) for name in names)


def _line(entry: Kept, name: str) -> str:
    return f"{name} = {_quoted(getattr(entry, name))}\n"


def _quoted(value: str) -> str:
    # Of what is printable, JSON and TOML write all alike.
    return json.dumps(value, ensure_ascii=False)


def _changed(source: str, at: int, entry: Kept) -> str:
    span = _spans(source)[at]
    text = span.piece.head
    written = set()
    for child in span.piece.children or ():
        (name,) = child.key if isinstance(child.key, tuple) else (child.key,)
        written.add(name)
        if name not in ("because", "until"):
            text += child.text
        elif value := getattr(entry, str(name)):
            text += child.lead + child.head + _quoted(value) + child.after
    missing = [n for n in ("because", "until") if n not in written and getattr(entry, n)]
    text += "".join(_line(entry, name) for name in missing)
    return source[: span.start] + text + source[span.end :]


def _dropped(source: str, at: int) -> str:
    span = _spans(source)[at]
    before, after = source[: span.comment], source[span.end :]
    if not after.strip():
        return f"{before.rstrip()}\n" if before.strip() else ""
    return before + (after.lstrip("\n") if not before.strip() or before.endswith("\n\n") else after)

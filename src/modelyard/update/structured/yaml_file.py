"""YAML, cut into pieces at the marks of PyYAML."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from modelyard.update.structured import flow, yaml_nodes
from modelyard.update.structured.lists import DOCUMENTS
from modelyard.update.structured.pieces import Piece
from modelyard.update.structured.values import Disagreement

ROOT: tuple[str, ...] = (DOCUMENTS,)
ORDERED = True
# Tags such as `!!python/name:`, of which a loader that is safe makes nothing.
_PYTHON = "tag:yaml.org,2002:python/"
_TEXT, _TRUTH = "tag:yaml.org,2002:str", "tag:yaml.org,2002:bool"
_REST = re.compile(r"[ \t]*(?:\#[^\n]*)?\n")
_BLANK = re.compile(r"(?:([ \t]*)(?:\#[^\n]*)?\n)")
_COMMENT = re.compile(r"#[^\n]*")


def value(text: str) -> Any:
    """Return the documents in a text, in a list.

    Raises:
        Disagreement: There are anchors or aliases, which a merge could move away from each other;
            or it is nested so deeply that parsers may not live through it.
        Exception: What PyYAML raises for a text that is not YAML.
    """
    import yaml

    _refuse_anchors(text)

    class Loader(yaml_nodes.parser()):  # type: ignore[misc]  # its base is known at run time only
        """Refuses keys that stand twice; keeps tags that it does not know."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            found: dict[Any, Any] = super().construct_mapping(node, deep=True)
            if len(found) < len(node.value):
                raise Disagreement("a key stands twice")
            return found

    def tagged(loader: Any, suffix: str, node: Any) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return {"!" + suffix: node.value}
        if isinstance(node, yaml.SequenceNode):
            return {"!" + suffix: loader.construct_sequence(node, deep=True)}
        return {"!" + suffix: loader.construct_mapping(node, deep=True)}

    Loader.add_multi_constructor("!", tagged)
    Loader.add_multi_constructor(_PYTHON, tagged)
    return list(yaml.load_all(text, Loader))  # its base is a safe loader


def _refuse_anchors(text: str) -> None:
    import yaml

    for event in yaml_nodes.events(text):
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            raise Disagreement("an anchor or alias")


def comments(text: str) -> list[str]:
    """Return the comments in a text that is YAML: what stands behind a `#` and in no token."""
    return [text[start:end] for start, end in comment_spans(text)]


def comment_spans(text: str) -> list[tuple[int, int]]:
    """Return where the comments stand in a text that is YAML."""
    found: list[tuple[int, int]] = []
    at = 0
    for token in tokens(text):
        found += [hit.span() for hit in _COMMENT.finditer(text, at, token.start_mark.index)]
        at = max(at, token.end_mark.index)
    return found


def tokens(text: str) -> Iterator[Any]:
    """Yield the tokens of PyYAML's scanner.

    Raises:
        Exception: What PyYAML raises for a text that is not YAML.
    """
    import yaml

    yield from yaml.scan(text, Loader=yaml_nodes.parser())


def split(text: str) -> Piece:
    """Cut a stream of documents.

    Raises:
        Disagreement: It cannot be cut.
        Exception: What PyYAML raises for a text that is not YAML.
    """
    found, at = [], 0
    for node in yaml_nodes.documents(text):
        piece, at = _block(text, at, node, -1)
        found.append(piece)
    values = [piece.value for piece in found]
    return Piece(None, values, tail=text[at:], children=tuple(found))


def _block(text: str, at: int, node: Any, outside: int) -> tuple[Piece, int]:
    """Cut a block mapping or sequence whose first line begins at `at`.

    Args:
        text: The source.
        at: Where the lines of the node begin, comments ahead of them included.
        node: What PyYAML made of it.
        outside: The column of the block around this one.
    """
    named = _kind(node) == "Mapping"
    if _is_leaf(node) or node.flow_style:
        raise Disagreement("not a block")
    children = []
    for item in node.value:
        key, inner = item if named else (None, item)
        if key is not None:
            if _kind(key) != "Scalar":
                raise Disagreement("a key that is not a scalar")
            begin, name = key.start_mark.index, _plain(key)
            opened = text.index(":", key.end_mark.index) + 1
        else:
            begin = text.rindex("-", at, inner.start_mark.index + 1)
            name, opened = None, begin + 1
        piece, end = _entry(text, begin, opened, inner)
        children.append(replace(piece, key=name, lead=text[at:begin]))
        at = end
    column = children[0].indent
    end = _dangling(text, at, column) if column > outside else at
    tail = text[at:end]
    return Piece(None, _plain(node), tail=tail, children=tuple(children), named=named), end


def _entry(text: str, begin: int, opened: int, node: Any) -> tuple[Piece, int]:
    """Cut `key: value` or `- value` with the rest of its last line."""
    column = begin - text.rfind("\n", 0, begin) - 1
    start = node.start_mark.index
    if _kind(node) == "Scalar" and start == node.end_mark.index:
        start = opened
    if not _is_leaf(node) and not node.flow_style:
        rest = _REST.match(text, opened)
        at = rest.end() if rest else start
        if rest is None and text[opened:start].strip():
            raise Disagreement("cannot be cut")
        piece, end = _block(text, at, node, column)
        return replace(piece, head=text[begin:at], indent=column), end
    piece, stop = _inline(text, start, node)
    piece = replace(piece, head=text[begin:start] + piece.head, indent=column)
    if text[stop - 1] == "\n" and stop > start:
        return piece, stop
    rest = _REST.match(text, stop)
    if rest is None:
        raise Disagreement("cannot be cut")
    return replace(piece, after=rest[0]), rest.end()


def _inline(text: str, start: int, node: Any) -> tuple[Piece, int]:
    """Cut a scalar or what stands in brackets."""
    end = node.end_mark.index if start == node.start_mark.index else start
    if _is_leaf(node):
        if getattr(node, "style", None) in ("|", ">") and "+" not in text[start:end].split("\n")[0]:
            end = start + len(text[start:end].rstrip("\n")) + 1
        return Piece(None, _plain(node), tail=text[start:end]), end
    named = _kind(node) == "Mapping"
    items = []
    for item in node.value:
        key, inner = item if named else (item, item)
        piece, stop = _inline(text, inner.start_mark.index, inner)
        if named:
            head = text[key.start_mark.index : inner.start_mark.index]
            piece = replace(piece, key=_plain(key), head=head + piece.head)
        items.append((piece, key.start_mark.index, stop))
    found = flow.assemble(text, start + 1, items, end - 1)
    found = replace(found, head=text[start], tail=found.tail + text[end - 1])
    return replace(found, value=_plain(node), named=named), end


def _dangling(text: str, at: int, column: int) -> int:
    """Return the end of the comments behind a block that are indented as it is."""
    end = at
    while found := _BLANK.match(text, at):
        at = found.end()
        if found[0].strip():
            if len(found[1]) < column:
                break
            end = at
    return end


def _kind(node: Any) -> str:
    return type(node).__name__.removesuffix("Node")


def _is_word(tag: str, value: str) -> bool:
    """Tell whether YAML 1.1 alone takes a word for a truth value: the key `on` of a workflow."""
    return tag == _TRUTH and value.lower() not in ("true", "false")


def _is_leaf(node: Any) -> bool:
    tag = str(node.tag)
    is_plain = tag.startswith("tag:yaml.org") and not tag.startswith(_PYTHON)
    return _kind(node) == "Scalar" or not is_plain


def _plain(node: Any) -> Any:
    """Return a plain value of a node; scalars that are not text keep their tag."""
    if _kind(node) == "Scalar":
        tag = str(node.tag)
        return node.value if tag == _TEXT or _is_word(tag, node.value) else (tag, node.value)
    if _kind(node) == "Sequence":
        found: Any = [_plain(item) for item in node.value]
    else:
        found = {_plain(key): _plain(item) for key, item in node.value}
    return found if not _is_leaf(node) else {str(node.tag): found}

"""Python, cut into pieces by libcst: modules and classes into statements, functions likewise."""

import ast
import io
import re
import tokenize
from dataclasses import replace
from typing import Any

from modelyard.update.structured import flow
from modelyard.update.structured.commute import Statement
from modelyard.update.structured.lists import BLOCK, BODY
from modelyard.update.structured.pieces import Piece
from modelyard.update.structured.python_meaning import statement, value
from modelyard.update.structured.sets import EXPORTS, NAMES
from modelyard.update.structured.values import Disagreement

__all__ = ["ORDERED", "ROOT", "comments", "split", "value"]

ROOT: tuple[str, ...] = ()
ORDERED = True
_FOR_ALL = re.compile(r"#!|#.*coding[:=]")


def comments(text: str) -> list[str]:
    """Return the comments in a text that is Python."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def split(text: str) -> Piece:
    """Cut a module.

    Raises:
        Disagreement: It cannot be cut.
        Exception: What libcst raises for a text that is not Python.
    """
    import libcst
    from libcst import metadata

    meaning = value(text)  # before libcst: refuses what is nested too deeply for it
    wrapper = metadata.MetadataWrapper(libcst.parse_module(text), unsafe_skip_copy=True)
    inclusive = wrapper.resolve(metadata.WhitespaceInclusivePositionProvider)
    exact = wrapper.resolve(metadata.PositionProvider)
    cutter = _Cutter(text, inclusive, exact)
    body = wrapper.module.body
    if not body:
        raise Disagreement("an empty module")
    start, stop = cutter.begin(body[0]), cutter.end(body[-1])
    children = cutter.statements(body)
    head, lead = _own_comments(cutter.part(1, start))
    children = (replace(children[0], lead=lead + children[0].lead), *children[1:])
    tail = cutter.part(stop, len(cutter.lines) + 1)
    return Piece(None, meaning, head=head, tail=tail, children=children, step=(BODY,))


def _own_comments(head: str) -> tuple[str, str]:
    """Cut the comments right above the first statement off what libcst takes for the file's."""
    lines = head.splitlines(keepends=True)
    at = len(lines)
    while at and lines[at - 1].startswith("#") and not (at <= 2 and _FOR_ALL.match(lines[at - 1])):
        at -= 1
    return "".join(lines[:at]), "".join(lines[at:])


class _Cutter:
    """The lines of one module and where libcst sees its nodes. Lines count from 1."""

    def __init__(self, text: str, inclusive: Any, exact: Any) -> None:
        self.lines = [line + "\n" for line in text.split("\n")[:-1]]
        self.inclusive = inclusive
        self.exact = exact

    def part(self, start: int, stop: int) -> str:
        return "".join(self.lines[start - 1 : stop - 1])

    def begin(self, node: Any) -> int:
        return int(self.inclusive[node].start.line)

    def end(self, node: Any) -> int:
        place = self.inclusive[node].end
        return int(place.line) + (1 if place.column else 0)

    def statements(self, body: Any, in_class: bool = False) -> tuple[Piece, ...]:
        ends = [*(self.begin(node) for node in body[1:]), self.end(body[-1])]
        found = []
        for at, (node, end) in enumerate(zip(body, ends, strict=True)):
            start = self.begin(node)
            code = start + len(node.leading_lines)
            piece = self.statement(node, code, end, at == 0, in_class)
            found.append(replace(piece, lead=self.part(start, code)))
        return tuple(found)

    def statement(self, node: Any, start: int, stop: int, first: bool, in_class: bool) -> Piece:
        import libcst

        source = self.part(start, stop)
        indent = len(source) - len(source.lstrip(" "))
        meaning = _meaning(source, first, in_class)
        leaf = Piece(meaning["key"], meaning, tail=source, indent=indent)
        step = BODY if BODY in meaning else BLOCK
        if step in meaning:
            if not isinstance(node.body, libcst.IndentedBlock):
                return leaf
            body = node.body.body
            first_line, last_line = self.begin(body[0]), self.end(body[-1])
            head, tail = self.part(start, first_line), self.part(last_line, stop)
            children = self.statements(body, in_class=step == BODY)
            return replace(leaf, head=head, tail=tail, children=children, step=(step,))
        if not isinstance(node, libcst.SimpleStatementLine):
            return leaf
        try:
            return self.names(node.body[0], leaf, start, stop)
        except Disagreement:
            return leaf

    def names(self, node: Any, leaf: Piece, start: int, stop: int) -> Piece:
        """Cut the names of an import, or the strings of a list."""
        import libcst

        if isinstance(node, libcst.ImportFrom) and not isinstance(node.names, libcst.ImportStar):
            nodes: list[Any] = list(node.names)
            step, closed = NAMES, node.lpar is not None
        elif isinstance(node, libcst.Assign) and isinstance(node.value, libcst.List):
            nodes = [element.value for element in node.value.elements]
            step, closed = EXPORTS if EXPORTS in leaf.value else "items", True
        else:
            return leaf
        items = []
        if not nodes or step not in leaf.value or len(nodes) != len(leaf.value[step]):
            return leaf
        for name, meaning in zip(nodes, leaf.value[step], strict=True):
            place = self.exact[name]
            begin, end = (self.offset(spot, start) for spot in (place.start, place.end))
            items.append((Piece(None, meaning, tail=leaf.tail[begin:end]), begin, end))
        return _bracketed(leaf, items, closed, step)

    def offset(self, place: Any, start: int) -> int:
        return sum(len(line) for line in self.lines[start - 1 : place.line - 1]) + place.column


def _bracketed(leaf: Piece, items: list[tuple[Piece, int, int]], closed: bool, step: str) -> Piece:
    source = leaf.tail
    opened, stop = items[0][1], items[-1][2]
    if closed:
        opened = source.index("(" if step == NAMES else "[") + 1
        stop = flow.closer(source, stop)
    found = flow.assemble(source, opened, items, stop)
    leaf = replace(leaf, head=source[:opened], tail=found.tail + source[stop:], step=(step,))
    return replace(leaf, children=found.children, flow=True, comma=found.comma)


def _meaning(source: str, first: bool, in_class: bool) -> Statement:
    inside = source[:1] == " " or source[:1] == "\t"
    (found,) = ast.parse("if 1:\n" + source if inside else source).body
    if inside:
        assert isinstance(found, ast.If)  # noqa: S101
        (found,) = found.body
    return statement(found, first, in_class)

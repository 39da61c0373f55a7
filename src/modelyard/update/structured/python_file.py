"""Python, cut into pieces of whole lines: modules and classes into statements, functions likewise.

A comment belongs to the statement below it, or, indented further than what follows, to the block
that it stands in.
"""

import ast
import io
import re
import tokenize
from collections.abc import Sequence
from dataclasses import replace

from modelyard.update.structured import flow
from modelyard.update.structured.commute import Statement
from modelyard.update.structured.lists import BLOCK, BODY
from modelyard.update.structured.pieces import Piece
from modelyard.update.structured.python_meaning import parse, statements, value
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
        SyntaxError: It is not Python, or does not compile.
    """
    body = parse(text).body
    if not body:
        raise Disagreement("an empty module")
    if "\r" in text:
        raise Disagreement("a line end that Python counts and others do not")
    meaning = {BODY: statements(body)}
    cutter = _Cutter(text)
    start, last = _first_line(body[0]), len(cutter.lines) + 1
    stop = cutter.end(body[-1], last)
    head, lead = _own_comments(cutter.part(1, start))
    children = cutter.statements(body, meaning[BODY], start, last)
    children = (replace(children[0], lead=lead), *children[1:])
    tail = cutter.part(stop, last)
    return Piece(None, meaning, head=head, tail=tail, children=children, step=(BODY,))


def _own_comments(head: str) -> tuple[str, str]:
    """Cut the comments right above the first statement off those that are about the file."""
    lines = head.splitlines(keepends=True)
    at = len(lines)
    while at and lines[at - 1].startswith("#") and not (at <= 2 and _FOR_ALL.match(lines[at - 1])):
        at -= 1
    return "".join(lines[:at]), "".join(lines[at:])


def _first_line(node: ast.stmt) -> int:
    """Return the line on which a statement begins, with its decorators."""
    return min([node.lineno, *(found.lineno for found in getattr(node, "decorator_list", ()))])


class _Cutter:
    """The lines of one module. Lines count from 1, and `stop` is the first that is not meant."""

    def __init__(self, text: str) -> None:
        self.lines = [line + "\n" for line in text.split("\n")[:-1]]

    def part(self, start: int, stop: int) -> str:
        return "".join(self.lines[start - 1 : stop - 1])

    def end(self, node: ast.stmt, stop: int) -> int:
        """Return where a statement ends, with the comments that end its last block.

        Args:
            node: The statement.
            stop: Where the code behind it begins.
        """
        last = node.end_lineno or node.lineno
        if isinstance(getattr(node, "body", None), list) or isinstance(node, ast.Match):
            for line in range(last + 1, stop):
                text = self.lines[line - 1].lstrip(" \t")
                if text[0] == "#":
                    if len(self.lines[line - 1]) - len(text) <= node.col_offset:
                        break
                    last = line
        return last + 1

    def statements(
        self, body: Sequence[ast.stmt], meanings: Sequence[Statement], start: int, stop: int
    ) -> tuple[Piece, ...]:
        """Cut the statements of a block that begins at `start`; what is behind it, at `stop`."""
        codes = [_first_line(node) for node in body]
        found = []
        for node, meaning, code, behind in zip(
            body, meanings, codes, [*codes[1:], stop], strict=True
        ):
            if code < start or self.lines[code - 1][: node.col_offset].strip():
                raise Disagreement("several statements, or a decorator's bracket, in a line")
            end = self.end(node, behind)
            piece = self.statement(node, meaning, code, end)
            found.append(replace(piece, lead=self.part(start, code)))
            start = end
        return tuple(found)

    def statement(self, node: ast.stmt, meaning: Statement, start: int, stop: int) -> Piece:
        source = self.part(start, stop)
        indent = len(source) - len(source.lstrip(" "))
        leaf = Piece(meaning["key"], meaning, tail=source, indent=indent)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            return self.block(node, leaf, start, stop)
        try:
            return self.names(node, leaf, start)
        except Disagreement:
            return leaf

    def block(
        self,
        node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
        leaf: Piece,
        start: int,
        stop: int,
    ) -> Piece:
        """Cut what stands in a class or a function; one in a line stays whole."""
        begin = _first_line(node.body[0])
        if self.lines[begin - 1][: node.body[0].col_offset].strip():
            return leaf
        while self.lines[begin - 2].lstrip(" \t")[0] in "#\n":
            begin -= 1
        step = BODY if BODY in leaf.value else BLOCK
        children = self.statements(node.body, leaf.value[step], begin, stop)
        head, tail = self.part(start, begin), self.part(self.end(node.body[-1], stop), stop)
        return replace(leaf, head=head, tail=tail, children=children, step=(step,))

    def names(self, node: ast.stmt, leaf: Piece, start: int) -> Piece:
        """Cut the names of an import, or the strings of a list."""
        nodes: list[ast.alias | ast.expr]
        if isinstance(node, ast.ImportFrom) and node.names[0].name != "*":
            nodes, step = [*node.names], NAMES
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
            nodes, step = [*node.value.elts], EXPORTS if EXPORTS in leaf.value else "items"
        else:
            return leaf
        if not nodes or step not in leaf.value:
            return leaf
        items = []
        for name, meaning in zip(nodes, leaf.value[step], strict=True):
            begin = self.offset(name.lineno, name.col_offset, start)
            end = self.offset(name.end_lineno or 0, name.end_col_offset or 0, start)
            items.append((Piece(None, meaning, tail=leaf.tail[begin:end]), begin, end))
        return _bracketed(leaf, items, step)

    def offset(self, line: int, column: int, start: int) -> int:
        """Return the place in the text from `start` on; columns are bytes of UTF-8."""
        ahead = len(self.lines[line - 1].encode()[:column].decode())
        return sum(map(len, self.lines[start - 1 : line - 1])) + ahead


def _bracketed(leaf: Piece, items: list[tuple[Piece, int, int]], step: str) -> Piece:
    source, bracket = leaf.tail, "(" if step == NAMES else "["
    opened, stop = items[0][1], items[-1][2]
    if bracket in source[:opened]:
        opened = source.index(bracket) + 1
        stop = flow.closer(source, stop)
    found = flow.assemble(source, opened, items, stop)
    leaf = replace(leaf, head=source[:opened], tail=found.tail + source[stop:], step=(step,))
    return replace(leaf, children=found.children, flow=True, comma=found.comma)

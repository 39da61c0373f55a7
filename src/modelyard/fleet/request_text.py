"""Makes texts of others harmless where a forge reads them, and keeps them readable.

A forge does things for who writes: it tells whom a text mentions, links what it refers to, closes
what it "fixes", runs the quick actions at the start of a line, fetches images, and hides comments.
All of that would be done in the name of the fleet. The rule:

- Outside of code, what could be markup is escaped, and an address is shown as code: no link, no
  image, no HTML, no table. Of Markdown's own, `markdown` leaves headings, lists, emphasis and code.
- What a forge looks for in plain text is broken up by a space without width, for it also looks
  behind escapes and entities. In code it looks for words that close issues, and for nothing else.
- Control characters, and marks that turn the direction of a text, are replaced by one that shows.
"""

import re
import unicodedata
from collections.abc import Mapping

_SPACE = "\u200b"
_MOST = 300
_KEPT = {"\n", "\t", "\u200d"}
_ODD = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# What closes an issue on GitHub, or by GitLab's pattern, which is held against the raw text.
_CLOSING = re.compile(
    r"(?<![A-Za-z0-9])(clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?)"
    r"(?=:?\s+(?:issues?\s+)?(?:[\w./-]*[#!&]\d|[A-Za-z][A-Za-z0-9_\\]+-\d|\w+://))",
    re.I,
)
_ADDRESS = r"[A-Za-z][A-Za-z0-9+.-]{0,19}://[^\s`<>\[\]|]*[^\s`<>\[\]|.,;:!?)'\"*_]"
_CODE = r"(?<!`)(?P<fence>`+)(?!`)(?P<code>.+?)(?<!`)(?P=fence)(?!`)"
_LINK = r"!?\[(?P<label>(?:(?!://)[^\[\]`])*)\]\((?P<target>[^\s()<>`]+)[^()`]*\)"
# From the left to the right, as Markdown reads it: what is escaped begins nothing.
_SEGMENT = re.compile(
    rf"\\(?P<escaped>[!-/:-@\[-`{{-~])|{_CODE}|{_LINK}|(?P<address>{_ADDRESS})|(?P<other>.)",
    re.S,
)
_PLAIN_SEGMENT = re.compile(rf"(?P<address>{_ADDRESS})|(?P<other>.)", re.S)
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {one: f"\\{one}" for one in "\\`[]|"}
_ALL_ESCAPES = _ESCAPES | {one: f"\\{one}" for one in "*_{}~"}
# An account; and by GitLab's signs an issue, a request, an epic, a snippet, a milestone, a label.
_REFERENCE = re.compile(r"(?<=@)(?=\S)|(?<=[#!$%~^])(?=[\w\"\\])|(?<=&)(?=\d)|(?<=&amp;)(?=\d)")
# Behind an underscore too, which may be emphasis.
_BY_WORD = re.compile(r"(?<![A-Za-z0-9])(GH-|www\.)(?=\w)", re.I)
_FENCE = re.compile(r"^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(`{3,}|~{3,})([^`]*)$")
_LINE = re.compile(r"^(\s*)(#{1,6}\s+|[-*+]\s+|\d{1,9}[.)]\s+)?(.*)$", re.S)
_ACTION = re.compile(r"^(\s*)/(?=[A-Za-z])", re.M)
# Others, such as `mermaid` or `suggestion`, are not shown but done.
_LANGUAGES = {"bash", "console", "diff", "ini", "json", "py", "python", "sh", "sql", "toml", "yaml"}


def clean(text: str) -> str:
    """Return a text with one kind of line end, and a sign for each character that does not show."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(
        "�" if unicodedata.category(one) in _ODD and one not in _KEPT else one for one in text
    )


def one_line(text: str) -> str:
    """Return a text for a title or the message of a commit, where nothing is markup.

    The name of a version or a template is what it was; CI is not skipped either.
    """
    text = " ".join(clean(text).split())[:_MOST].replace("<!--", f"<{_SPACE}!--")
    text = re.sub(r"(?<=://)|(?<=\[)(?=[A-Za-z])", _SPACE, text)
    return _broken_up(text)


def plain(text: str) -> str:
    """Return a text as one line of Markdown in which nothing is markup."""
    line = " ".join(clean(text).split())
    return _shown(line, _PLAIN_SEGMENT, _ALL_ESCAPES)


def code(text: str) -> str:
    """Return a text as inline code, whatever backticks it has; a name is not cut out of sight."""
    line = re.sub(r"[\n\t]", "�", clean(text))
    line = line if len(line) <= _MOST else f"{line[:_MOST]}…"
    return _span(line) if line else ""


def cell(text: str) -> str:
    """Return a text as code in a table: a backslash before a bar means one thing here or there."""
    return code(text).replace("|", "¦" if "\\" in text else "\\|")


def block(text: str, language: str = "text") -> str:
    """Return a text as a block of code that nothing in it can end."""
    lines = _in_code(clean(text))
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", lines)), default=0))
    known = language if language in _LANGUAGES else "text"
    return f"{fence}{known}\n{lines}\n{fence}"


def markdown(text: str) -> list[str]:
    """Return the pieces of a Markdown text, made harmless: lines, and whole blocks of code.

    Cut between two of them, what is left is harmless too.
    """
    pieces = []
    lines = iter(clean(text).split("\n"))
    for line in lines:
        if begun := _FENCE.match(line):
            end = re.compile(rf"^\s*{re.escape(begun[1][0])}{{{len(begun[1])},}}\s*$")
            inner = []
            for each in lines:
                if end.match(each):
                    break
                inner.append(each)
            pieces += ["", block("\n".join(inner), begun[2].strip().lower()), ""]
        else:
            pieces.append(_line(line))
    return pieces


def _line(line: str) -> str:
    found = _LINE.match(line)
    if found is None:
        return ""
    indent, marker = found[1].expandtabs(4)[:20], found[2] or ""
    if marker.startswith("#"):
        # Below the chapters of the request itself, so that nobody takes it for one of them.
        marker = marker.strip().rjust(3, "#") + " "
    shown = _shown(found[3], _SEGMENT, _ESCAPES)
    # At the start of a line: a quick action, GitLab's directive that includes a file, and what
    # makes a heading of the line above.
    is_directive = not marker and re.match(r"/|::|(=+|-+)\s*$", shown)
    return indent + marker + ("\\" if is_directive else "") + shown


def _shown(line: str, segment: re.Pattern[str], escapes: Mapping[str, str]) -> str:
    """Return a line of Markdown: its code as code, its addresses as code, and all else escaped."""
    shown, prose = [], []
    for found in segment.finditer(line):
        named = found.groupdict()
        if named["other"]:
            prose.append(escapes.get(named["other"], named["other"]))
        elif one := named.get("escaped"):
            prose.append(escapes.get(one, f"\\{one}" if one in "*_~" else one))
        elif target := named.get("target"):
            label = "".join(escapes.get(one, one) for one in named["label"])
            shown += [_broken_up("".join([*prose, label, " ("])), _span(target)]
            prose = [")"]
        else:
            # Two spans side by side would be read as one.
            beside = line[found.start() - 1 : found.start()], line[found.end() : found.end() + 1]
            left, right = (_SPACE if one == "`" and named["address"] else "" for one in beside)
            span = _span(named["address"] or named["code"])
            shown += [_broken_up("".join(prose)), left, span, right]
            prose = []
    return "".join([*shown, _broken_up("".join(prose))])


def _span(text: str) -> str:
    text = _in_code(text)
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def _in_code(text: str) -> str:
    text = _unclosing(text).replace("<!--", f"<{_SPACE}!--")
    return _ACTION.sub(rf"\1{_SPACE}/", text)


def without_actions(text: str) -> str:
    """Return a text in which no line is a quick action of a forge."""
    return _ACTION.sub(rf"\1{_SPACE}/", text)


def _unclosing(text: str) -> str:
    return _CLOSING.sub(rf"\1{_SPACE}", text)


def _broken_up(text: str) -> str:
    text = _BY_WORD.sub(rf"\1{_SPACE}", _unclosing(text))
    return _REFERENCE.sub(_SPACE, text)

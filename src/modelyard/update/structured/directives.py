"""Comments that a program reads: they are values, whatever they look like."""

import re

_TOOLS = (
    "black|bandit|checkov|codeql|codespell|coverage|cspell|deptry|editorconfig|eslint|flake8|fmt"
    "|frozen|hadolint|isort|jscpd|keep-sorted|kics|lgtm|markdownlint|mypy|nopycln|pin|pre-commit"
    "|prettier|prettier-ignore|pylint|pyre|pyrefly|pyright|pytype|ratchet|renovate|ruff|schema"
    "|semgrep|shellcheck|spell-checker|tag|taplo|tfsec|tool|trivy|ts|tslint|ty|type|vale|vim|vi"
    "|yaml-language-server|yapf|yamlfmt|zizmor"
)
_ANYWHERE = re.compile(
    r"\b(?:noqa|nosec|nosemgrep|noinspection|nopep8|noreorder|nosonar|no\s?cover|spdx-[\w-]+"
    r"|dependabot|yamllint|actionlint|copyright|auto-?generated|do not edit|pragma\b|doctest"
    r"|skipcq|nolint|sourcery|x-release-please|local variables:|all rights reserved|licen[cs]e)"
    r"|©|\(c\)\s*\d"  # a lawyer reads it, too
    r"|\b(?:hadolint|shellcheck)\s+\w+="
    r"|\b(?:istanbul|c8|v8|coverage)\s+ignore\b"
    r"|@\w|@?(?:formatter|prettier)[:-]|\bkeep-sorted\b|-\*-|--8<--|coding[:=]|///|[<>{}\[]{3,}|\{\{|\{%"
    rf"|(?:^|[#;/*\s])(?:{_TOOLS})\s*[:=]"
    r"|\b(?:ignore|disable|enable|skip|allow)(?:-\w+)*\s*[:=\[]"
    r"|[\w\]:-](?::|-|_)(?:start|end|begin|stop|on|off|ignore|disable|enable|next-line)\b",
    re.IGNORECASE,
)
_FROM_THE_START = re.compile(
    r"!"  # which program runs the file
    # The name of a tool, of which there are too many to list.
    r"|\s*(?!(?:note|todo|fixme|hack|xxx|warning|example|see)\b)@?[\w.-]+(?:\([^)]*\))?:(?!\S*//)"
    r"|:"  # Taplo's `#:schema`
    r"|\s*%%|\s*\+(?:\s|$)|\s*-\s*$|\s*In\s?\["  # cells of a notebook
    r"|(?-i:[A-Z]{3,})\s+-|\$\s*-"  # the options of a job of a cluster
    r"|\s*(?:syntax|escape|check|language)\s*="
    r"|\s*\[?(?:(?-i:BEGIN|END|START|STOP|ANCHOR)|(?:end)?region)\b"
    r"|\s*(?:release/)?v?\d+(?:\.\w+)*\s*$"  # the version behind a pinned commit
    r"|\s*\[[^\]]*\]\s*$",
    re.IGNORECASE,
)
_COMMIT = re.compile(r"\b[0-9a-f]{40}\b|\bsha256:[0-9a-f]{64}\b")


def is_directive(comment: str, code: str) -> bool:
    """Say whether a program may read a comment; in doubt it may.

    Args:
        comment: The comment with the sign that opens it.
        code: What stands before it on its line.
    """
    opened = comment.removeprefix("/")[1:]
    if code and _COMMIT.search(code):
        return True
    return bool(_FROM_THE_START.match(opened) or _ANYWHERE.search(comment))

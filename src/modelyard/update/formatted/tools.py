"""The formatters that are known, and which of the repo's arguments each of them gets.

An argument or a setting that is not known is left out. Whether what is left is what the repo's
people ran shows in their file: only one that the formatter leaves as it is counts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import PurePosixPath

PYTHON = frozenset({".py", ".pyi"})
"""The files of the formatters that read settings; no settings file has such a name."""


class Role(Enum):
    """What a formatter decides; a file has at most one formatter of each role."""

    IMPORTS = "the order of imports"
    LAYOUT = "the layout"
    BLANKS = "blanks at the ends of lines"
    END = "the end of the file"

    @property
    def done_by(self) -> tuple["Role", ...]:
        """The roles of which one formatter is enough: a layout has no blanks at line ends."""
        return (self, Role.LAYOUT) if self in {Role.BLANKS, Role.END} else (self,)


@dataclass(frozen=True)
class Tool:
    """A formatter.

    Attributes:
        name: What people call it.
        role: What it decides.
        program: The name of its program.
        command: The arguments that it always gets.
        suffixes: Which files it formats; none stands for each text.
        options: The options of a repo that it may get, each with the form of its value; None for
            one without a value.
        arguments: Those that it gets.
    """

    name: str
    role: Role
    program: str
    command: tuple[str, ...]
    suffixes: frozenset[str] = frozenset()
    options: tuple[tuple[str, str | None], ...] = ()
    arguments: tuple[str, ...] = field(default=())

    def takes(self, path: str) -> bool:
        """Tell whether a file is of a kind that it formats."""
        return not self.suffixes or PurePosixPath(path).suffix in self.suffixes

    def given(self, arguments: Sequence[str]) -> "Tool":
        """Return the formatter with those of a repo's arguments that are known."""
        return replace(self, arguments=tuple(_known(dict(self.options), arguments)))


def _known(options: dict[str, str | None], arguments: Sequence[str]) -> Iterable[str]:
    waiting = iter(arguments)
    for argument in waiting:
        name, assigned, value = argument.partition("=")
        if name not in options:
            continue
        form = options[name]
        if form is None:
            if not assigned:
                yield name
            continue
        value = value if assigned else next(waiting, "")
        if re.fullmatch(form, value):
            yield from (f"{name}={value}",) if name.startswith("--") else (name, value)


_NUMBER, _WORD, _WORDS = r"\d{1,4}", r"[\w.-]{1,40}", r"[\w.,*-]{1,400}"

RUFF_FORMAT = Tool(
    "ruff format",
    Role.LAYOUT,
    "ruff",
    ("format", "--no-cache", "--quiet", "--force-exclude", "--no-respect-gitignore"),
    PYTHON,
    (("--line-length", _NUMBER), ("--target-version", _WORD), ("--preview", None)),
)
RUFF_IMPORTS = Tool(
    "ruff check --select I001",
    Role.IMPORTS,
    "ruff",
    (
        *("check", "--select=I001", "--fix-only", "--exit-zero"),
        *("--no-cache", "--quiet", "--force-exclude", "--no-respect-gitignore"),
    ),
    PYTHON,
    (("--line-length", _NUMBER), ("--target-version", _WORD), ("--preview", None)),
)
BLACK = Tool(
    "black",
    Role.LAYOUT,
    "black",
    ("--quiet", "--safe", "--workers=1", "--config=../black.toml"),
    PYTHON,
    (
        *(("-l", _NUMBER), ("--line-length", _NUMBER), ("-t", _WORD), ("--target-version", _WORD)),
        *(("-S", None), ("--skip-string-normalization", None)),
        *(("-C", None), ("--skip-magic-trailing-comma", None)),
        *(("--preview", None), ("--unstable", None)),
    ),
)
JSON = Tool(
    "pretty-format-json",
    Role.LAYOUT,
    "pretty-format-json",
    ("--autofix",),
    frozenset({".json"}),
    (
        *(("--indent", _NUMBER), ("--top-keys", _WORDS)),
        *(("--no-ensure-ascii", None), ("--no-sort-keys", None)),
    ),
)
BLANKS = Tool(
    "trailing-whitespace",
    Role.BLANKS,
    "trailing-whitespace-fixer",
    (),
    options=(("--markdown-linebreak-ext", _WORDS),),
)
END = Tool("end-of-file-fixer", Role.END, "end-of-file-fixer", ())

BY_HOOK = {
    "ruff-format": RUFF_FORMAT,
    "black": BLACK,
    "black-jupyter": BLACK,
    "pretty-format-json": JSON,
    "trailing-whitespace": BLANKS,
    "end-of-file-fixer": END,
}
"""The formatters by the names of the hooks that run them."""

ORDER = (Role.IMPORTS, Role.LAYOUT, Role.BLANKS, Role.END)
"""In which order a file's formatters run."""

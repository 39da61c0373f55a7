"""Finds what is defined twice in files of variables and in Makefiles, line by line."""

import re
from collections import Counter
from collections.abc import Iterator

_ENV = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=")
_VARIABLE = re.compile(r"(?:(?:export|override|private)\s+)*([^\s:#=+?!]+)\s*(?:::?:?|!)?=(?!=)")
# One colon: rules of two colons may be many for one target.
_RULE = re.compile(r"([^\t#:=][^:=]*?)\s*&?:(?![:=])(.*)", re.DOTALL)
_OPENS = re.compile(r"\s*(?:ifeq|ifneq|ifdef|ifndef)\b")
_CLOSES = re.compile(r"\s*endif\b")


def in_env(source: str) -> Iterator[tuple[str, int]]:
    """Yield each variable that is set more than once, exported or not, and how often."""
    found = (_ENV.match(line) for line in source.splitlines())
    yield from _twice(Counter(one[1] for one in found if one))


def in_makefile(source: str) -> Iterator[tuple[str, int]]:
    """Yield each variable and each target with a recipe that is defined more than once.

    Of two recipes make takes the last one. Rules without a recipe only add what a target needs,
    a pattern may have several rules, and what stands under a condition may be the other case.
    """
    found: Counter[str] = Counter()
    targets: list[str] = []
    for line in _unconditional(source):
        if line.startswith("\t"):
            found.update(targets)
            targets = []
        elif variable := _VARIABLE.match(line):
            found[variable[1]] += 1
            targets = []
        elif rule := _RULE.match(line):
            targets = [name for name in rule[1].split() if "%" not in name]
            if ";" in rule[2].partition("#")[0]:
                found.update(targets)
                targets = []
        elif line.strip() and not line.lstrip().startswith("#"):
            targets = []
    yield from _twice(found)


def _unconditional(source: str) -> Iterator[str]:
    """Yield the lines that hold in any case, each with those that continue it."""
    depth, is_text = 0, False
    for line in re.sub(r"\\\n", " ", source).split("\n"):
        if is_text or re.match(r"\s*(?:override\s+|export\s+)*define\b", line):
            is_text = not re.match(r"\s*endef\b", line)
        elif _OPENS.match(line) and not line.startswith("\t"):
            depth += 1
        elif _CLOSES.match(line) and not line.startswith("\t"):
            depth -= 1
        elif not depth:
            yield line


def _twice(found: Counter[str]) -> Iterator[tuple[str, int]]:
    yield from ((name, times) for name, times in found.items() if times > 1)

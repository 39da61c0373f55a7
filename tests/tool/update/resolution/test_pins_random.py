import os
import random
import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelyard.ledger.loss import Owner
from modelyard.update.resolution import pins
from modelyard.update.resolution.decision import Resolved

LONG = bool(os.environ.get("MODELYARD_LONG"))
FILES = {
    ".github/workflows/ci.yml": [
        "    runs-on: ubuntu-{}",
        "      - uses: actions/checkout@{}",
        "      - uses: astral-sh/setup-uv@{}",
        "        with:",
        "          version: '{}'",
        "          python-version: '{}'",
        "      - run: make check",
    ],
    ".pre-commit-config.yaml": [
        "  - repo: https://github.com/astral-sh/ruff-pre-commit",
        "    rev: {}",
        "    hooks: [{{id: ruff}}]",
        "        additional_dependencies: [a=={}, b=={}]",
    ],
    "pyproject.toml": [
        'requires-python = ">={}"',
        "dependencies = [",
        '    "a>={},<{}",',
        '    "b[c]=={}",  # for c',
        "]",
        'requires = ["d>={}", "e>={}"]',
    ],
    "Dockerfile": ["FROM python:{}-slim AS build", "RUN make", "ARG UV_VERSION={}"],
    "requirements.txt": ["a=={}", "b~={} ; os_name == 'nt'", "c"],
}
EDITS = ("raise", "raise", "raise", "lower", "hash", "indent", "insert", "delete", "remark", "word")
VERSION = re.compile(r"(?<![\w.])v?[0-9]+(?:\.[0-9]+)+(?![\w.])")

profile = settings(
    max_examples=5000 if LONG else 150,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def edit(kind: str, lines: list[str], dice: random.Random) -> None:
    """Change a line as people do."""
    if not lines:
        return
    at = dice.randrange(len(lines))
    line = lines[at]
    new = f"{dice.randint(0, 3) if kind == 'lower' else dice.randint(4, 9)}.{dice.randint(0, 12)}"
    if kind in ("raise", "lower"):
        lines[at] = VERSION.sub(lambda found: new, line, count=dice.randint(1, 2))
    elif kind == "hash" and "uses:" in line:
        digest = f"{dice.getrandbits(160):040x}"
        lines[at] = re.sub(r"@\S+.*", f"@{digest}  # v{new}", line)
    elif kind == "indent":
        lines[at] = f"  {line}"
    elif kind == "insert":
        lines.insert(at, f"# words of {dice.randint(0, 99)}")
    elif kind == "delete":
        del lines[at]
    elif kind == "remark" and "#" not in line:
        lines[at] = f"{line}  # {new} fails"
    elif kind == "word":
        lines[at] = line.replace(" ", "  ", 1)


def files(seed: int, ours: list[str], theirs: list[str]) -> tuple[str, list[list[str]]]:
    """Return a path, and a file of its kind as both sides began with it and as they have it."""
    dice = random.Random(seed)  # noqa: S311
    path = dice.choice(sorted(FILES))
    forms = FILES[path] * dice.randint(1, 3)
    base = [
        form.format(*(f"{dice.randint(2, 5)}.{dice.randint(0, 9)}" for _ in "ab")) for form in forms
    ]
    sides = [base, list(base), list(base)]
    for side, kinds in zip(sides[1:], (ours, theirs), strict=True):
        for kind in kinds:
            edit(kind, side, dice)
    return path, sides


def check_decisions(before: list[str], after: list[str], made: Resolved, owner: Owner) -> None:
    assert len(before) == len(after)
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    told = [(d.given_up[0], d.taken[0]) for d in made.decisions if d.owner is owner]
    assert Counter(changed) == Counter(told)


def is_clean(base: list[str], ours: list[str], theirs: list[str]) -> bool:
    """Return whether git merges the three without a conflict."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, lines in (("ours", ours), ("base", base), ("theirs", theirs)):
            names.append(str(Path(folder, name)))
            Path(names[-1]).write_text("\n".join(lines) + "\n")
        command = ["git", "merge-file", "--quiet", "--stdout", *names]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


some = st.lists(st.sampled_from(EDITS), min_size=1, max_size=12)


@profile
@given(seed=st.integers(0, 2**32), ours=some, theirs=some)
def test_each_change_is_told_and_nothing_else_changes(
    seed: int, ours: list[str], theirs: list[str]
) -> None:
    path, (base, mine, yours) = files(seed, ours, theirs)
    made = pins.resolve(path, base, mine, yours)
    if made is None:
        return
    assert made.decisions
    check_decisions(mine, made.ours, made, Owner.USER)
    check_decisions(yours, made.theirs, made, Owner.TEMPLATE)
    known = {word for line in (*base, *mine, *yours) for word in re.findall(r"\w+|\S", line)}
    taken = {word for d in made.decisions for word in re.findall(r"\w+|\S", d.taken[0])}
    assert taken <= known
    assert not is_clean(base, mine, yours)


@profile
@given(seed=st.integers(0, 2**32), ours=some, theirs=some)
def test_neither_side_is_preferred_and_once_is_enough(
    seed: int, ours: list[str], theirs: list[str]
) -> None:
    path, (base, mine, yours) = files(seed, ours, theirs)
    made, turned = pins.resolve(path, base, mine, yours), pins.resolve(path, base, yours, mine)
    if made is None or turned is None:
        assert made is turned
        return
    assert (made.ours, made.theirs) == (turned.theirs, turned.ours)
    assert pins.resolve(path, base, made.ours, made.theirs) is None


@profile
@given(
    text=st.lists(st.text(alphabet="ab1.=>@#-:'\"[],v\0\r /{}", max_size=40), max_size=6),
    seed=st.integers(0, 99),
)
def test_no_text_ends_in_an_error(text: list[str], seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    path = dice.choice(sorted(FILES))
    sides = [dice.sample(text, len(text)) for _ in range(3)]
    made = pins.resolve(path, *sides)
    assert made is None or made.decisions


def test_random_files_end_in_each_kind_of_decision() -> None:
    reasons = set()
    for seed in range(200):
        path, (base, mine, yours) = files(seed, ["raise", "hash"] * 6, ["raise", "indent"] * 6)
        if made := pins.resolve(path, base, mine, yours):
            reasons |= {decision.reason.name for decision in made.decisions}
    assert reasons == {"PIN_RAISED", "PIN_KEPT", "PIN_WITHOUT_HASH", "PIN_IN_CHANGED_LINE"}


def test_a_file_of_equal_lines_ends_soon() -> None:
    sides = [[f"a=={version}"] * 15_000 for version in ("1.0", "1.1", "1.2")]
    made = pins.resolve("requirements.txt", *sides)
    assert made is not None
    assert len(made.decisions) == 15_000


def test_a_file_that_is_too_large_is_left_alone() -> None:
    sides = [[f"a=={version}"] * 25_000 for version in ("1.0", "1.1", "1.2")]
    assert pins.resolve("requirements.txt", *sides) is None


def test_a_line_that_never_ends_ends_soon() -> None:
    for piece in ("a>=1,", "a" * 10, "[a,", "=1 ", '"a', "-", " ", "1.", "@1"):
        for path in FILES:
            line = piece * (490 // len(piece))
            pins.resolve(path, [line + "1"] * 20, [line + "2"] * 20, [line + "3"] * 20)

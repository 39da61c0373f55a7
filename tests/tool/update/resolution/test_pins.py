import re
import tomllib
from typing import NamedTuple

import pytest

from modelyard.ledger.loss import Owner
from modelyard.reasons import NoticeReason, Reason
from modelyard.update.resolution import pins
from modelyard.update.resolution.decision import Decision
from modelyard.update.structured import by_meaning

A, B, C = "a" * 40, "b" * 40, "c" * 40
D, E = "d" * 64, "e" * 64
CI, HOOKS, DOCKER = ".github/workflows/ci.yml", ".pre-commit-config.yaml", "Dockerfile"
PYPROJECT, COMPOSE = "pyproject.toml", "compose.yaml"
RAISED, KEPT = NoticeReason.PIN_RAISED, NoticeReason.PIN_KEPT
NO_HASH = NoticeReason.PIN_WITHOUT_HASH


class Case(NamedTuple):
    path: str
    form: str
    base: str
    ours: str
    theirs: str


def settle(case: Case) -> tuple[str, Reason] | None:
    """Return the line that both sides end with, and why; None where it stays in conflict."""
    sides = [f"before\n{case.form.format(pin)}\nafter".split("\n") for pin in case[2:]]
    made = pins.resolve(case.path, *sides)
    if made is None:
        return None
    assert made.ours == made.theirs
    (decision,) = made.decisions
    changed = made.ours if decision.owner is Owner.USER else made.theirs
    given = sides[1] if decision.owner is Owner.USER else sides[2]
    start = case.form.partition("{}")[0].count("\n") + 1
    assert decision.given_up == (given[start],)
    assert decision.taken == (changed[start],)
    return changed[start], decision.reason


ACTION = "      - uses: actions/checkout@{}"
HOOK = "  - repo: https://github.com/astral-sh/ruff-pre-commit\n    rev: {}"
WITH = "      - uses: astral-sh/setup-uv@v6\n        with:\n          version: {}"


@pytest.mark.parametrize(
    ("case", "stands", "reason"),
    [
        (Case(CI, ACTION, "v3", "v4", "v5"), "v5", RAISED),
        (Case(CI, ACTION, "v3", "v5", "v4"), "v5", KEPT),
        (Case(CI, ACTION, "v3", f"{A} # v4.1.0", "v5"), "v5", NO_HASH),
        (Case(CI, ACTION, "v3", f"{A}  # v5.0.1", "v4"), f"{A}  # v5.0.1", KEPT),
        (Case(CI, ACTION, "v3", f"{A} # v4.1.0", "v4"), f"{A} # v4.1.0", KEPT),
        (Case(CI, ACTION, "v3", "v4", f"{A} # v4.1.0"), f"{A} # v4.1.0", RAISED),
        (Case(CI, ACTION, "v4", f"{A} # v4.1.0", "v5"), "v5", NO_HASH),
        (Case(CI, ACTION, f"{A} # v3", f"{B} # v4.0.0", f"{C} # v4.1.0"), f"{C} # v4.1.0", RAISED),
        (Case(CI, ACTION, f"{A} # tag=v3", "v5", f"{C} # v4"), "v5", NO_HASH),
        (Case(CI, ACTION, "v3.0.0", "4.0.0", "v4.1.0"), "v4.1.0", RAISED),
        (Case(CI, ACTION, "v9", "v10", "v11"), "v11", RAISED),
        (Case(CI, ACTION, "release/v1", f"{A} # v1.12.0", "release/v2"), "release/v2", NO_HASH),
        (Case(CI, ACTION, "v3", "v5-beta", "v4-beta"), "v5-beta", KEPT),
        (Case("action.yml", ACTION, "v3", "v4", "v5"), "v5", RAISED),
        (Case(CI, "  - uses: 'a/b@{}' # own", "v3", "v4", "v5"), "v5", RAISED),
        (Case(CI, "    uses: docker://a/b:{}", "3", "4", "5"), "5", RAISED),
        (Case(CI, "    container: python:{}-slim", "3.11", "3.12", "3.13"), "3.13", RAISED),
        (Case(CI, "  python-version: '{}'", "3.9", "3.10", "3.11"), "3.11", RAISED),
        (Case(CI, "  UV_VERSION: {} # tool", "0.5.1", "0.6", "0.5.9"), "0.6", KEPT),
        (Case(CI, "    runs-on: ubuntu-{}", "20.04", "22.04", "24.04"), "24.04", RAISED),
        (Case(HOOKS, '          - "@a/b@{}"', "1.2.0", "1.2.1", "1.3.0"), "1.3.0", RAISED),
        (Case(CI, WITH, "'0.4.x'", "'0.5.x'", "'0.6.x'"), "'0.6.x'", RAISED),
        (Case(CI, WITH, '">=0.4"', '">=0.5"', '">=0.6"'), '">=0.6"', RAISED),
        (
            Case(".gitlab-ci.yml", "  - component: $H/a/b@{}", "1.0.0", "1.1.0", "1.2.0"),
            "1.2.0",
            RAISED,
        ),
        (Case(".gitlab-ci.yml", "  - project: a/b\n    ref: {}", "v1", "v2", "v3"), "v3", RAISED),
        (Case(".gitlab-ci.yml", "image: a.b:5000/c:{}", "1.0", "1.1", "1.2"), "1.2", RAISED),
        (Case(HOOKS, HOOK, "v0.4.0", "v0.5.10", "v0.5.9"), "v0.5.10", KEPT),
        (
            Case(HOOKS, HOOK, "v0.4.0", f"{A}  # frozen: v0.5.0", "v0.5.0"),
            f"{A}  # frozen: v0.5.0",
            KEPT,
        ),
        (Case(HOOKS, "    additional_dependencies: [a=={}, 'b>=1']", "1", "2", "3"), "3", RAISED),
        (Case(HOOKS, "        - types-x=={}", "1.0", "1.1", "1.2"), "1.2", RAISED),
        (Case(DOCKER, "FROM python:{} AS build", "3.11", "3.12", "3.13"), "3.13", RAISED),
        (
            Case(DOCKER, "FROM python:{}", "3.11-slim", f"3.12-slim@sha256:{D}", "3.12-slim"),
            f"3.12-slim@sha256:{D}",
            KEPT,
        ),
        (
            Case(DOCKER, "FROM python:{}", "3.11-slim", f"3.12-slim@sha256:{D}", "3.13-slim"),
            "3.13-slim",
            NO_HASH,
        ),
        (
            Case(DOCKER, "COPY --from=a.io/b/uv:{} /uv /bin/", "0.4.1", "0.5.1", "0.5.2"),
            "0.5.2",
            RAISED,
        ),
        (Case(DOCKER, "ARG UV_VERSION={}", "0.4", "0.5", "0.6"), "0.6", RAISED),
        (Case(COMPOSE, "    image: postgres:{}", "15", "16", "17"), "17", RAISED),
        (
            Case(".devcontainer/devcontainer.json", '  "image": "a/b:{}",', "1", "2", "3"),
            "3",
            RAISED,
        ),
        (Case("Makefile", "UV_VERSION ?= {}", "0.4", "0.5", "0.6"), "0.6", RAISED),
        (Case(".readthedocs.yaml", '    python: "{}"', "3.9", "3.11", "3.12"), "3.12", RAISED),
        (Case(PYPROJECT, '    "a>={}",  # why', "1.2", "1.10", "1.9"), "1.10", KEPT),
        (
            Case(PYPROJECT, "    \"a[b, c]>={}; python_version < '3.11'\",", "1", "2", "3"),
            "3",
            RAISED,
        ),
        (Case(PYPROJECT, '    "a>={}",', "1.2,<2", "1.3,<2", "1.4,<3"), "1.4,<3", RAISED),
        (
            Case(PYPROJECT, '    "a>={}",', "1,!=1.5,<2", "2,!=1.5,<3", "3,!=1.5,<4"),
            "3,!=1.5,<4",
            RAISED,
        ),
        (Case(PYPROJECT, '    "a (>={})",', "1", "2", "3"), "3", RAISED),
        (Case(PYPROJECT, 'requires = ["a>=1", "b>={}"]', "1", "2", "3"), "3", RAISED),
        (Case(PYPROJECT, 'requires-python = ">={}"', "3.9", "3.10", "3.11"), "3.11", RAISED),
        (Case(PYPROJECT, 'required-version = ">={}"', "0.5", "0.6", "0.7"), "0.7", RAISED),
        (Case(PYPROJECT, 'a = "^{}"', "1.2", "1.3", "1.4"), "1.4", RAISED),
        (Case(PYPROJECT, 'a = {{ version = "^{}", extras = ["b"] }}', "1", "2", "3"), "3", RAISED),
        (Case("ruff.toml", 'target-version = "{}"', "py39", "py310", "py311"), "py311", RAISED),
        (Case("requirements-dev.txt", "a=={}", "1.2", "1.3", "1.4"), "1.4", RAISED),
        (Case("devdeps.txt", "a~={} ; os_name == 'nt'", "1.2", "1.3", "1.4"), "1.4", RAISED),
        (Case("setup.cfg", "    a>={}", "1.2", "1.3", "1.4"), "1.4", RAISED),
        (Case("setup.cfg", "python_requires = >={}", "3.9", "3.10", "3.11"), "3.11", RAISED),
        (Case("setup.py", "    install_requires=['a>={}', 'b'],", "1", "2", "3"), "3", RAISED),
        (Case("environment.yml", "  - python={}", "3.9", "3.10", "3.11"), "3.11", RAISED),
        (Case("environment.yml", "  - conda-forge::a>={}", "1", "2", "3"), "3", RAISED),
        (Case(".python-version", "{}", "3.9", "3.10", "3.11"), "3.11", RAISED),
        (Case(".tool-versions", "python {}", "3.9.1", "3.10.1", "3.11.1"), "3.11.1", RAISED),
        (Case(PYPROJECT, '    "a>={}",', "1.2", "2024.1.0", "1.9"), "2024.1.0", KEPT),
    ],
)
def test_the_higher_stands(case: Case, stands: str, reason: NoticeReason) -> None:
    line = case.form.format(stands).split("\n")[-1]
    assert settle(case) == (line, reason)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(Case(CI, ACTION, "v4", "v3", "v5"), id="went back"),
        pytest.param(Case(CI, ACTION, f"{A} # v4", "v4", "v5"), id="without its hash"),
        pytest.param(Case(CI, ACTION, "v3", A, "v5"), id="hash of unknown version"),
        pytest.param(Case(CI, ACTION, A, "v4", "v5"), id="from unknown version"),
        pytest.param(Case(CI, ACTION, "v3", f"{A} # v4", f"{B} # v4.1"), id="two hashes"),
        pytest.param(Case(CI, ACTION, "v3", "main", "v4"), id="branch"),
        pytest.param(Case(CI, ACTION, "main", "v3", "v4"), id="from a branch"),
        pytest.param(Case(CI, ACTION, "v3", "v4.0.0", "4.0.0"), id="neither says more"),
        pytest.param(Case(CI, ACTION, "v3", "py-v4", "v5"), id="another scheme of tags"),
        pytest.param(Case(CI, ACTION, "v3", "v4", "v5-beta"), id="pre-release"),
        pytest.param(Case(CI, ACTION, "v3", "v4 # 5 fails on Windows", "v5"), id="own remark"),
        pytest.param(Case(CI, "    container: a:{}", "1", "2-slim", "3"), id="other variant"),
        pytest.param(
            Case(CI, "    container: a:{}", "20240101", "20240301", "20240501"), id="date"
        ),
        pytest.param(Case(CI, "    container: a:{}", "latest", "3.12", "3.13"), id="latest"),
        pytest.param(
            Case(DOCKER, "FROM a:3@sha256:{}", "c" * 64, D, E), id="digests of one version"
        ),
        pytest.param(Case(CI, "    - {}", "a/b@v3", "a/b@v4", "a/b@v5"), id="no pin"),
        pytest.param(Case(CI, "version: {}", "1", "2", "3"), id="version of nothing"),
        pytest.param(Case(PYPROJECT, 'version = "{}"', "1.0", "1.1", "1.2"), id="of the project"),
        pytest.param(Case(PYPROJECT, '  "a{}",', ">=1", "==2", ">=3"), id="other operator"),
        pytest.param(Case(PYPROJECT, '  "a{}",', "<1", "<2", "<3"), id="upper bounds"),
        pytest.param(Case(PYPROJECT, '  "a{}",', ">=1", ">=2,<3", ">=3"), id="bound added"),
        pytest.param(
            Case(PYPROJECT, '  "a{}",', ">=1,<2", ">=1.5,<2", ">=1,<3"), id="ranges cross"
        ),
        pytest.param(
            Case(PYPROJECT, '  "a{}",', "~=1.2", "~=1.2.3", "~=1.3"),
            id="an implied bound went back",
        ),
        pytest.param(Case(PYPROJECT, "a = '{}'", "~1", "~1.2", "~2"), id="the same of Poetry"),
        pytest.param(
            Case("environment.yml", "  - {}", "c::a=1", "mine::a=2", "c::a=3"), id="other channel"
        ),
        pytest.param(Case(PYPROJECT, '  "a>={}",', "1.2", "1.2.0", "1.2.0.0 "), id="odd form"),
        pytest.param(Case(PYPROJECT, '  "{}",', "a>=1", "b>=2", "a>=3"), id="other name"),
        pytest.param(Case("requirements.txt", "a=={} \\", "1", "2", "3"), id="hash on next line"),
        pytest.param(Case("requirements.txt", "a=={}  # via b", "1", "2", "3"), id="compiled"),
        pytest.param(
            Case("requirements.txt", "a=={}\n    # via b", "1", "2", "3"), id="compiled by uv"
        ),
        pytest.param(Case("README.md", "a=={}", "1", "2", "3"), id="other file"),
    ],
)
def test_a_person_is_asked(case: Case) -> None:
    assert settle(case) is None


def test_equal_pins_are_matched_by_place() -> None:
    form = "a:\n  uses: x/y@{}\nb:\n  uses: x/y@{}\nc:\n  uses: x/y@{}"
    base, ours, theirs = (
        form.format(*versions).split("\n")
        for versions in (("v1", "v1", "v1"), ("v3", "v1", "v2"), ("v2", "v2", "v3"))
    )
    made = pins.resolve(CI, base, ours, theirs)
    assert made is not None
    assert made.ours == form.format("v3", "v1", "v3").split("\n")
    assert made.theirs == form.format("v3", "v2", "v3").split("\n")
    assert [decision.about for decision in made.decisions] == [
        "x/y: v3 (yours) instead of v2",
        "x/y: v3 (the template's) instead of v2",
    ]


def test_equal_pins_of_several_versions_of_which_one_is_gone_are_not_told_apart() -> None:
    base = ["python-version: 3.9", "python-version: 3.12"]
    ours = ["python-version: 3.13"]
    theirs = ["python-version: 3.10", "python-version: 3.13"]
    assert pins.resolve(CI, *([f"  {x}" for x in side] for side in (base, ours, theirs))) is None


def test_the_rest_of_the_line_stays() -> None:
    base, theirs = ['  "a>=1", "b>=1", "c>=1",'], ['  "a>=3", "b>=1", "c>=1.5",']
    made = pins.resolve(PYPROJECT, base, ["    'a>=2', 'c>=2', # mine"], theirs)
    assert made is not None
    # The comment may be the reason for the versions beside it.
    assert made.ours == ["    'a>=2', 'c>=2', # mine"]
    made = pins.resolve(PYPROJECT, base, ["    'a>=2', 'c>=2',"], theirs)
    assert made is not None
    assert made.ours == ["    'a>=3', 'c>=2',"]
    assert made.theirs == ['  "a>=3", "b>=1", "c>=2",']


def test_a_line_of_which_one_side_changed_pins_alone_is_the_other_sides_with_the_pins() -> None:
    base, theirs = ['requires = ["a>=64", "b[c]>=6.2"]'], ['requires = ["a>=64", "b[c]>=8"]']
    made = pins.resolve(PYPROJECT, base, ['requires = ["a>=64", "b[c]>=6.2", "wheel"]'], theirs)
    assert made is not None
    assert made.ours == made.theirs == ['requires = ["a>=64", "b[c]>=8", "wheel"]']
    about = "b: >=8 (the template's) instead of >=6.2"
    told = [(decision.owner, decision.reason, decision.about) for decision in made.decisions]
    assert told == [
        (Owner.USER, NoticeReason.PIN_IN_CHANGED_LINE, about),
        (Owner.TEMPLATE, NoticeReason.PIN_IN_CHANGED_LINE, about),
    ]


def test_a_line_changed_otherwise_keeps_a_higher_pin_of_its_own() -> None:
    base, ours, theirs = ["a>=1"], ["a[x]>=3"], ["a>=2"]
    made = pins.resolve("requirements.txt", base, ours, theirs)
    assert made is not None
    assert made.ours == made.theirs == ours
    (decision,) = made.decisions
    assert (decision.owner, decision.reason) == (Owner.TEMPLATE, KEPT)
    assert pins.resolve("requirements.txt", base, ["a[x]>=0.5"], theirs) is None


def test_a_pin_that_one_side_took_back_is_a_conflict_in_a_changed_line_too() -> None:
    base, ours = ["a>=2"], ["a[x]>=2"]
    assert pins.resolve("requirements.txt", base, ours, ["a>=1"]) is None
    assert pins.resolve("requirements.txt", base, ["# a>=2"], ["a>=3"]) is None
    assert pins.resolve("requirements.txt", base, ["a>=2  # 3 fails"], ["a>=3"]) is None


def test_two_pins_of_one_line_are_one_decision() -> None:
    sides = (
        ['requires = ["a>=1", "b>=1"]'],
        ['requires = ["a>=2", "b>=2"]'],
        ['requires = ["a>=3", "b>=10"]'],
    )
    made = pins.resolve(PYPROJECT, *sides)
    assert made is not None
    assert made.ours == made.theirs == sides[2]
    (decision,) = made.decisions
    assert (
        decision.about
        == "a: >=3 (the template's) instead of >=2; b: >=10 (the template's) instead of >=2"
    )
    assert (decision.given_up, decision.taken) == (tuple(sides[1]), tuple(sides[2]))


def test_a_comment_above_that_its_side_wrote_may_be_the_reason() -> None:
    base, theirs = ['  "a>=1",'], ['  "a>=3",']
    assert pins.resolve(PYPROJECT, base, ["  # 3 is too slow", '  "a>=2",'], theirs) is None
    assert pins.resolve(PYPROJECT, base, ['  "a>=2",'], ["  # security fix", *theirs]) is not None


def test_a_pin_that_one_side_changed_is_left_to_the_merge() -> None:
    assert pins.resolve(CI, ["uses: x/y@v1"], ["uses: x/y@v1"], ["uses: x/y@v2"]) is None
    assert pins.resolve(CI, ["uses: x/y@v1"], ["uses: x/y@v2"], ["uses: x/y@v2"]) is None


def test_a_renamed_repository_of_hooks_is_another_pin() -> None:
    base, ours, theirs = (
        [f"  - repo: https://{name}", f"    rev: {rev}", "    hooks: []"]
        for name, rev in (("a/b", "v1"), ("a/b", "v2"), ("c/d", "v3"))
    )
    assert pins.resolve(HOOKS, base, ours, theirs) is None


def test_a_requirement_beside_an_addition_merges_by_meaning_once_its_pin_is_decided() -> None:
    base, ours, theirs = (
        f'[project]\nname = "x"\ndependencies = [\n{lines}\n]\n'
        for lines in ('  "a>=1",', '  "a>=2",\n  "mine",', '  "theirs",\n  "a>=3",')
    )
    assert by_meaning.merge(PYPROJECT, base.encode(), ours.encode(), theirs.encode()) is None
    made = pins.resolve(PYPROJECT, *(side.split("\n") for side in (base, ours, theirs)))
    assert made is not None
    sides = ("\n".join(made.ours).encode(), "\n".join(made.theirs).encode())
    merged = by_meaning.merge(PYPROJECT, base.encode(), *sides)
    assert merged is not None
    assert tomllib.loads(merged.decode())["project"]["dependencies"] == ["theirs", "a>=3", "mine"]


def test_a_version_keeps_its_quotes() -> None:
    base, ours = ["  python-version: 3.9"], ['  python-version: "3.10"']
    made = pins.resolve(CI, base, ours, ["  python-version: 3.9.1"])
    assert made is not None
    assert made.ours == made.theirs == ours


ITEMS = "[project.optional-dependencies]\ndev = [\n  'a>=1',\n{}]\n"


def added(ours: str, theirs: str, base: str = "", path: str = PYPROJECT) -> list[Decision]:
    """Return what is decided about lines that both put at the end of a list."""
    sides = [ITEMS.format(lines).splitlines() for lines in (base, ours, theirs)]
    made = pins.resolve(path, *sides)
    return list(made.decisions) if made else []


@pytest.mark.parametrize(
    ("ours", "theirs", "owner"),
    [
        ("  'b>=1.13.0',\n", "  'b>=1.13',\n", Owner.TEMPLATE),
        ("  'b>=1.13',\n", "  'b>=1.13.0',\n", Owner.USER),
        ("  'b>=2',\n", "  'b>=1.13',\n  'c',\n", Owner.TEMPLATE),
        ("  'm',\n  'b>=1',\n", "  'b>=1.13'\n", Owner.USER),
    ],
)
def test_of_a_pin_that_both_added_the_higher_stands(ours: str, theirs: str, owner: Owner) -> None:
    (decision,) = added(ours, theirs)
    assert decision.owner is owner
    lost, won = (theirs, ours) if owner is Owner.TEMPLATE else (ours, theirs)
    assert decision.given_up[0] in lost.splitlines()
    version = re.search("[0-9.]+", next(x for x in won.splitlines() if "b>" in x))
    assert version and version[0] in decision.taken[0]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("  'b>=2',\n", "  'b==1',\n"),
        ("  'b>=2',\n", "  'b',\n"),
        ("  'b>=1',  # 2 fails\n", "  'b>=2',\n"),
        ("  # 2 fails\n  'b>=1',\n", "  'b>=2',\n"),
        ("  'b>=1', 'm',\n", "  'b>=2',\n"),
        ("  'b>=1; os_name == \"nt\"',\n", "  'b>=2',\n"),
        ("  'a>=2',\n", "  'a>=3',\n"),
        ("  'b>=1',\n  'b>=2; x',\n", "  'b>=3',\n"),
    ],
)
def test_a_pin_that_both_added_otherwise_is_for_a_person(ours: str, theirs: str) -> None:
    assert added(ours, theirs) == []


def test_a_pin_that_both_added_apart_is_left_to_the_merge() -> None:
    base = [str(number) for number in range(9)]
    ours, theirs = ["b>=1", *base], [*base, "b>=2"]
    assert pins.resolve("requirements.txt", base, ours, theirs) is None


JOBS = "jobs:\n  a:\n    runs-on: x\n{}"
JOB = "  {}:\n    env:\n      UV_VERSION: {}\n    steps:\n      - uses: a/b@v{}\n"


@pytest.mark.parametrize(
    ("path", "text", "ours", "theirs"),
    [
        (CI, JOBS, JOB.format("mine", 1, 1), JOB.format("yours", 2, 2)),
        (PYPROJECT, "[a]\nx = 1\n{}", '[m]\npython = ">=3.9"\n', '[t]\npython = ">=3.12"\n'),
        (PYPROJECT, "[a]\nx = 1\n{}", "m = [\n  'b>=1',\n]\n", "t = [\n  'b>=2',\n]\n"),
        (CI, JOBS, JOB.format("mine\n\n# x", 1, 1), JOB.format("yours\n\n# x", 2, 2)),
        (DOCKER, "FROM a\n{}", "FROM m\nARG X_VERSION=1\n", "FROM t\nARG X_VERSION=2\n"),
    ],
)
def test_pins_that_both_added_to_different_things_are_two(
    path: str, text: str, ours: str, theirs: str
) -> None:
    sides = [text.format(lines).splitlines() for lines in ("", ours, theirs)]
    assert pins.resolve(path, *sides) is None


@pytest.mark.parametrize("job", [JOB, JOB.replace("env:", "\n# about it\n    env:")])
def test_a_pin_that_both_added_to_one_thing_is_one(job: str) -> None:
    added = (job.format("a2", 1, 1), job.format("a2", 2, 2))
    made = pins.resolve(CI, *(JOBS.format(lines).splitlines() for lines in ("", *added)))
    assert made and made.ours == made.theirs


def test_a_line_in_which_both_raised_a_pin_alike_has_what_one_side_changed_more() -> None:
    base, ours, theirs = (
        ITEMS.format(f"  {item},\n").splitlines()
        for item in ("'b==0.6.4'", "'b==0.6.5'", "'b[c]==0.6.5'")
    )
    made = pins.resolve(PYPROJECT, base, ours, theirs)
    assert made is not None
    assert made.ours == made.theirs == theirs
    assert [one.reason for one in made.decisions] == [NoticeReason.PIN_IN_CHANGED_LINE]

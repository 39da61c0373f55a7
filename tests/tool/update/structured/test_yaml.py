"""Merges of hooks, workflows, settings and other YAML."""

import pytest

from modelyard.update.structured.by_meaning import merge
from tests.tool.update.structured.cases import Case, check, named

HOOKS = """\
# run on every commit
repos:
  - repo: https://example.org/ruff
    rev: v1.0  # kept by a bot
    hooks:
      - id: ruff
        args: [--fix]
      - id: format

  # without the network
  - repo: local
    hooks:
      - id: lock
        entry: make lock
        files: ^pyproject.toml$
"""
FORMAT, FILES = "      - id: format\n", "        files: ^pyproject.toml$\n"

HOOKS_CASES = [
    Case(
        "ours adds a hook, theirs bumps the entry",
        [(FORMAT, FORMAT + "      - id: mine  # of mine\n        args: ['x']\n")],
        [("v1.0", "v2.0"), ("[--fix]", "[--fix, --quiet]")],
        [
            ("v1.0", "v2.0"),
            ("[--fix]", "[--fix, --quiet]"),
            (FORMAT, FORMAT + "      - id: mine  # of mine\n        args: ['x']\n"),
        ],
    ),
    Case(
        "ours adds a hook, theirs adds a setting to the hook before",
        [(FORMAT, FORMAT + "      - id: mine\n")],
        [(FORMAT, FORMAT + "        verbose: true\n")],
        [(FORMAT, FORMAT + "        verbose: true\n      - id: mine\n")],
    ),
    Case(
        "both add a hook to one entry at one place",
        [(FORMAT, FORMAT + "      - id: mine\n")],
        [(FORMAT, FORMAT + "      - id: yours\n")],
        None,
    ),
    Case(
        "both append an entry",
        [(FILES, FILES + "\n  - repo: mine\n    rev: '1'\n    hooks: [{id: m}]\n")],
        [(FILES, FILES + "  # yours\n  - repo: yours\n    rev: 1.0\n    hooks: [{id: y}]\n")],
        None,
    ),
    Case("both bump one entry apart", [("v1.0", "v1.1")], [("v1.0", "v2.0")], None),
    Case("both add an argument", [("--fix", "--fix, -m")], [("--fix", "--fix, -y")], None),
    Case(
        "a hook dropped by one, changed by the other",
        [(FORMAT, "")],
        [(FORMAT, FORMAT + "        verbose: true\n")],
        None,
    ),
    Case(
        "an entry dropped by theirs with a comment of ours in it",
        [("      - id: lock\n", "      - id: lock  # mine\n"), ("v1.0", "v1.1")],
        [(HOOKS[HOOKS.index("\n  # without") :], ""), ("--fix", "-x")],
        None,
    ),
    Case(
        "theirs moves hooks, ours edits one",
        [("[--fix]", "[--fix, --mine]")],
        [
            ("      - id: ruff\n        args: [--fix]\n      - id: format\n", ""),
            (
                "    hooks:\n\n",
                "    hooks:\n      - id: format\n      - id: ruff\n        args: [--fix]\n\n",
            ),
        ],
        [
            ("      - id: ruff\n        args: [--fix]\n      - id: format\n", ""),
            (
                "    hooks:\n\n",
                "    hooks:\n      - id: format\n"
                "      - id: ruff\n        args: [--fix, --mine]\n\n",
            ),
        ],
    ),
]

WORKFLOW = """\
---
# checks
name: CI
on:
  push:
    branches: [main]
jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: ["3.11", "3.12"]
    steps:
      - uses: actions/checkout@v4  # pinned
      - name: Test
        run: |
          make test
          # not a comment
      - run: make docs

  # last
  done:
    needs: [test]
    steps:
      - run: "echo done"
"""
DOCS = "      - run: make docs\n"

WORKFLOW_CASES = [
    Case(
        "ours adds a step and a branch, theirs bumps an action and adds a job",
        [(DOCS, DOCS + "      - run: mine  # mine\n"), ("[main]", "[main, dev]")],
        [
            ("@v4", "@v5"),
            ("[main]", "[main, 'rel/*']"),
            ("\n  # last\n", "\n  # new\n  lint:\n    steps: []\n\n  # last\n"),
        ],
        [
            ("@v4", "@v5"),
            (DOCS, DOCS + "      - run: mine  # mine\n"),
            ("[main]", "[main, dev, 'rel/*']"),
            ("\n  # last\n", "\n  # new\n  lint:\n    steps: []\n\n  # last\n"),
        ],
    ),
    Case(
        "both add a step at one place",
        [(DOCS, DOCS + "      - run: mine\n")],
        [(DOCS, DOCS + "      - run: yours\n")],
        None,
    ),
    Case(
        "steps at two places",
        [(DOCS, DOCS + "      - run: mine\n")],
        [("      - name: Test\n", "      - run: yours\n      - name: Test\n"), ("v4", "v5")],
        [
            ("v4", "v5"),
            (DOCS, DOCS + "      - run: mine\n"),
            ("      - name: Test\n", "      - run: yours\n      - name: Test\n"),
        ],
    ),
    Case("a step replaced and dropped", [("make docs", "make all")], [(DOCS, "")], None),
    Case("a script apart", [("make test", "make mine")], [("make test", "make yours")], None),
    Case(
        "a script and the line behind it",
        [("make test\n", "make test\n          make more\n")],
        [(DOCS, "      - run: make site\n")],
        [("make test\n", "make test\n          make more\n"), ("make docs", "make site")],
    ),
    Case("matrix, the same item apart", [('"3.12"', '"3.13"')], [('"3.12"', '"3.14"')], None),
    Case(
        "a version and a name",
        [("name: CI", "name: Checks")],
        [("on:\n", "# when\non:\n"), ("ubuntu-latest", "ubuntu-24.04")],
        [("name: CI\non:", "name: Checks\n# when\non:"), ("ubuntu-latest", "ubuntu-24.04")],
    ),
]

PARAMS = """\
seed: 1
split:
  days: 30  # a month
  # from the newest
  holdout: 7
gate:
  floor: {auc: 0.7, slices: [a, b]}
"""

PARAMS_CASES = [
    Case(
        "neighbours and comments",
        [("days: 30", "days: 60"), ("{auc: 0.7,", "{auc: 0.8,")],
        [
            ("  # from the newest\n  holdout: 7", "  # from the last day\n  holdout: 14"),
            ("b]", "b, c]"),
        ],
        [
            ("days: 30", "days: 60"),
            ("{auc: 0.7, slices: [a, b]", "{auc: 0.8, slices: [a, b, c]"),
            ("  # from the newest\n  holdout: 7", "  # from the last day\n  holdout: 14"),
        ],
    ),
    Case("delete and change", [("  holdout: 7\n", "")], [("holdout: 7", "holdout: 14")], None),
    Case("a key twice", [("seed: 1\n", "seed: 1\nseed: 2\n")], [("days: 30", "days: 60")], None),
    Case(
        "anchors",
        [("split:\n", "split: &s\n"), ("seed: 1", "seed: 2")],
        [("split:\n", "# x\nsplit:\n")],
        None,
    ),
    Case(
        "text and number are not equal",
        [("seed: 1\n", 'seed: "1"\n')],
        [("seed: 1\nsplit:", "seed: 2\nsplit:")],
        None,
    ),
    Case(
        "ours wrote the file in another way",
        [
            ("seed: 1\n", "seed: 0x1\n"),
            ("  days: 30  # a month\n  # from the newest\n  holdout: 7\n", ""),
            (
                "split:\n",
                "split:\n    days: 30  # a month\n    # from the newest\n    holdout: 7\n",
            ),
        ],
        [("holdout: 7\n", "holdout: 7\n  more: [1]\n"), ("seed: 1\n", "seed: 1\nnew: é\n")],
        [
            ("seed: 1\n", "seed: 0x1\nnew: é\n"),
            ("  days: 30  # a month\n  # from the newest\n  holdout: 7\n", ""),
            (
                "split:\n",
                "split:\n    days: 30  # a month\n    # from the newest\n"
                "    holdout: 7\n    more: [1]\n",
            ),
        ],
    ),
]


@named(HOOKS_CASES)
def test_hooks(case: Case) -> None:
    check(".pre-commit-config.yaml", HOOKS, case)


@named(WORKFLOW_CASES)
def test_workflow(case: Case) -> None:
    check(".github/workflows/ci.yml", WORKFLOW, case)


@named(PARAMS_CASES)
def test_params(case: Case) -> None:
    check("params.yaml", PARAMS, case)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("a: 1\n---\nb: 1\n", "a: 2\n---\nb: 1\n", "a: 1\n---\nb: 2\n", "a: 2\n---\nb: 2\n"),
        ("a: 1\n---\nb: 1\n", "a: 2\n---\nb: 1\n", "a: 1\n---\nb: 1\n---\nc: 1\n", None),
        ("a:\nb: 1\n", "a:\nb: 2\n", "a: 3\nb: 1\n", "a: 3\nb: 2\n"),
        ("a: !x 1\nb: 1\n", "a: !x 2\nb: 1\n", "a: !x 1\nb: 2\n", "a: !x 2\nb: 2\n"),
        ("a: !x 1\nb: 1\n", "a: !y 1\nb: 2\n", "a: !z 1\nb: 1\n", None),
        (
            "a: |+\n  x\n\nb: 1\n",
            "a: |+\n  x\n\nb: 2\n",
            "a: |+\n  y\n\nb: 1\n",
            "a: |+\n  y\n\nb: 2\n",
        ),
        ("- a\n- b\n", "- a\n- b\n- m\n", "- a\n- b\n- y\n", None),
        ("- a\n- b\n", "- a\n- b\n- m\n", "- y\n- a\n- b\n", "- y\n- a\n- b\n- m\n"),
        ("run:\n- a\n", "run:\n- a\n- m\n", "run:\n- a\n- y\n", None),
        ("a: [x]\nb: 1\n", "a: [x]\nb: 2\n", "a:\n- x\n- y\nb: 1\n", "a:\n- x\n- y\nb: 2\n"),
        ("a: [x]\nb: 1\n", "a: [x, m]\nb: 2\n", "a:\n- x\n- y\nb: 1\n", None),
        ("{a: 1, b: 2}\n", "{a: 3, b: 2}\n", "{a: 1, b: 4}\n", None),
        ("a: 1\n", "a: [\n", "a: 2\n", None),
        ("a: 1\nb: on\n", "a: 2\nb: on\n", "a: 1\nb: off\n", "a: 2\nb: off\n"),
        ("_target_: a\nb: 1\n", "_target_: a\nb: 2\n", "_target_: c\nb: 1\n", None),
        (
            "_target_: a\nb: 1\n",
            "_target_: c\nb: 2\n",
            "_target_: c\nb: 1\n",
            "_target_: c\nb: 2\n",
        ),
        ("uses: a/b@v1\nb: 1\n", "uses: a/b@v1\nb: 2\n", "uses: c/d@v1\nb: 1\n", None),
        (
            "uses: a/b@v1\nb: 1\n",
            "uses: a/b@v1\nb: 2\n",
            "uses: a/b@v2\nb: 1\n",
            "uses: a/b@v2\nb: 2\n",
        ),
        ("a: 'x'\nb: 1\n", 'a: "x"\nb: 2\n', "a: 'y'\nb: 1\n", "a: 'y'\nb: 2\n"),
    ],
)
def test_small(base: str, ours: str, theirs: str, merged: str | None) -> None:
    found = merge("x.yaml", base.encode(), ours.encode(), theirs.encode())
    assert found == (None if merged is None else merged.encode())


STEPS = "s:\n- name: Get\n  uses: a/get@v4\n  with:\n    depth: 0\n- name: Test\n  run: t\n"


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        (
            ("name: Get", "name: Mine"),
            ("@v4", "@v5"),
            (("name: Get", "name: Mine"), ("@v4", "@v5")),
        ),
        (
            ("name: Get\n  uses", "uses"),
            ("@v4", "@v5"),
            (("name: Get\n  uses", "uses"), ("@v4", "@v5")),
        ),
        (
            ("depth: 0", "depth: 1"),
            ("name: Get", "name: Set"),
            (("depth: 0", "depth: 1"), ("Get", "Set")),
        ),
        (("name: Get", "name: Mine"), ("name: Get", "name: Set"), None),
        (("name: Get\n  uses: a/get", "name: Mine\n  uses: b/get"), ("@v4", "@v5"), None),
        (("name: Get\n", "name: Mine\n  uses: a/get@v4\n- name: Again\n"), ("@v4", "@v5"), None),
        (
            (
                "Get\n  uses: a/get@v4\n  with:\n    depth: 0",
                "Put\n  uses: a/get@v4\n  with:\n    to: x",
            ),
            ("Get\n", "Get\n  if: failure()\n"),
            None,
        ),
    ],
)
def test_a_renamed_step(
    ours: tuple[str, str], theirs: tuple[str, str], merged: tuple[tuple[str, str], ...] | None
) -> None:
    path = ".github/workflows/ci.yml"
    found = merge(
        path, *(s.encode() for s in (STEPS, STEPS.replace(*ours), STEPS.replace(*theirs)))
    )
    expected = STEPS
    for change in merged or ():
        expected = expected.replace(*change)
    assert found == (expected.encode() if merged else None)

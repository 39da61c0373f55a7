"""What has an order is never put together by us: both sides add at one place, a person decides."""

import pytest

from modelyard.update.structured.by_meaning import merge

CI, HATCH, COMPOSE = ".github/workflows/ci.yml", "pyproject.toml", "docker-compose.yml"


def grown(path: str, before: str, one: str, two: str, after: str = "") -> bytes | None:
    """Merge two sides that each put something between two texts."""
    base, ours, theirs = (f"{before}{new}{after}".encode() for new in ("", one, two))
    return merge(path, base, ours, theirs)


LISTS = {
    "arguments of a container": (
        ".devcontainer/devcontainer.json",
        '{"runArgs": ["--rm"',
        ', "-v", "a"',
        ', "-v", "b"',
        "]}\n",
    ),
    "hatch scripts": (
        HATCH,
        '[tool.hatch.envs.default.scripts]\nall = ["lint"',
        ', "mine"',
        ', "yours"',
        "]\n",
    ),
    "tasks of poe": (HATCH, '[tool.poe.tasks]\nall = ["lint"', ', "mine"', ', "yours"', "]\n"),
    "uv indexes": (
        HATCH,
        '[[tool.uv.index]]\nname = "a"\nurl = "https://a"\n',
        '\n[[tool.uv.index]]\nname = "mine"\nurl = "https://m"\n',
        '\n[[tool.uv.index]]\nname = "yours"\nurl = "https://y"\n',
    ),
    "sources of poetry": (
        HATCH,
        '[[tool.poetry.source]]\nname = "a"\n',
        '\n[[tool.poetry.source]]\nname = "mine"\n',
        '\n[[tool.poetry.source]]\nname = "yours"\n',
    ),
    "overrides of mypy": (
        HATCH,
        '[[tool.mypy.overrides]]\nmodule = ["a.*"]\n',
        '\n[[tool.mypy.overrides]]\nmodule = ["b.*"]\nstrict = true\n',
        '\n[[tool.mypy.overrides]]\nmodule = ["*.b"]\nstrict = false\n',
    ),
    "warning filters": (
        HATCH,
        '[tool.pytest.ini_options]\nfilterwarnings = ["error"',
        ', "ignore:mine"',
        ', "ignore:yours"',
        "]\n",
    ),
    "authors": (HATCH, '[project]\nauthors = [{name="a"}', ', {name="m"}', ', {name="y"}', "]\n"),
    "steps of a model": ("params.yaml", "transforms:\n- scale\n", "- mine\n", "- yours\n"),
    "steps with names": ("params.yaml", "flow:\n- name: a\n", "- name: m\n", "- name: y\n"),
    "commands of a stage": (
        "dvc.yaml",
        "stages:\n  a:\n    cmd:\n    - x\n",
        "    - m\n",
        "    - y\n",
    ),
    "a command of compose": (COMPOSE, "services:\n  a:\n    command: [x", ", m", ", y", "]\n"),
    "ports of compose": (
        COMPOSE,
        "services:\n  a:\n    ports: ['1:1'",
        ", '2:2'",
        ", '2:3'",
        "]\n",
    ),
    "steps of a workflow": (
        CI,
        "jobs:\n  a:\n    steps:\n    - run: a\n",
        "    - run: m\n",
        "    - run: y\n",
    ),
    "included in a matrix": (
        CI,
        "jobs:\n  a:\n    strategy:\n      matrix:\n        include:\n        - {name: a, x: 1}\n",
        "        - {name: m, x: 2}\n",
        "        - {name: y, x: 3}\n",
    ),
    "versions of a matrix": (CI, "matrix:\n  python: ['3.11'", ", '3.12'", ", '3.13'", "]\n"),
    "repos of pre-commit": (
        ".pre-commit-config.yaml",
        "repos:\n- repo: a\n  hooks: [{id: a}]\n",
        "- repo: m\n  hooks: [{id: m}]\n",
        "- repo: y\n  hooks: [{id: y}]\n",
    ),
    "defaults of hydra": ("conf/config.yaml", "defaults:\n- _self_\n", "- model: m\n", "- x: y\n"),
    "a filter with an exclusion": (
        CI,
        "on:\n  push:\n    branches: [main",
        ", 'rel/**'",
        ", '!rel/old'",
        "]\n",
    ),
    "a filter whose exclusion was there": (
        CI,
        "on:\n  push:\n    paths: ['src/**', '!src/docs/**'",
        ", 'src/docs/a'",
        ", 'src/docs/b'",
        "]\n",
    ),
    "one package with two pins": (
        HATCH,
        '[project]\ndependencies = ["a"',
        ', "x>=1"',
        ', "X>=2"',
        "]\n",
    ),
    "one package with two markers": (
        HATCH,
        '[project]\ndependencies = ["a"',
        ", \"x; sys_platform == 'win32'\"",
        ", \"x; sys_platform == 'linux'\"",
        "]\n",
    ),
    "a project's own list": ("conf/x.toml", 'layers = ["a"', ', "m"', ', "y"', "]\n"),
    "dependencies of no known file": ("x.toml", 'dependencies = ["a"', ', "m"', ', "y"', "]\n"),
    "numbers": ("x.json", '{"sizes": [1', ", 2", ", 3", "]}\n"),
    "json with comments": ("tsconfig.json", '{"a": 1', ', // m\n"m": 1', ', // y\n"y": 1', "}\n"),
    "patterns behind an exclusion": (".gitignore", "a/\n", "!a/b\n", "a/b/c\n"),
    "owners, of which the last counts": (".github/CODEOWNERS", "* @a\n", "/x @m\n", "/x/y @y\n"),
    "attributes, of which the last counts": (
        ".gitattributes",
        "* text\n",
        "*.m -text\n",
        "*.y x\n",
    ),
    "a recipe": ("Makefile", "all:\n\ta\n", "\tm\n", "\ty\n"),
}


@pytest.mark.parametrize("name", LISTS)
def test_two_additions_at_one_place_are_for_a_person(name: str) -> None:
    path, before, one, two, *after = LISTS[name]
    assert grown(path, before, one, two, *after) is None


@pytest.mark.parametrize(
    ("path", "base", "ours", "theirs", "merged"),
    [
        ("x.json", '["a", "b"]', '["a", "b", "m"]', '["y", "a", "b"]', '["y", "a", "b", "m"]'),
        (
            "devcontainer.json",
            '{"runArgs": ["-v", "a"]}',
            '{"runArgs": ["-v", "a", "-v", "m"]}',
            '{"runArgs": ["-v", "y", "-v", "a"]}',
            '{"runArgs": ["-v", "y", "-v", "a", "-v", "m"]}',
        ),
    ],
)
def test_two_places_of_an_ordered_list_are_both_taken(
    path: str, base: str, ours: str, theirs: str, merged: str
) -> None:
    assert merge(path, base.encode(), ours.encode(), theirs.encode()) == merged.encode()


def test_one_item_at_two_places_of_an_ordered_list_is_for_a_person() -> None:
    base = b"flow:\n- name: a\n- name: b\n"
    ours = b"flow:\n- name: x\n- name: a\n- name: b\n"
    theirs = b"flow:\n- name: a\n- name: b\n- name: x\n"
    assert merge("params.yaml", base, ours, theirs) is None


def test_an_item_added_where_the_other_dropped_one_is_for_a_person() -> None:
    base = b"flow:\n- name: a\n- name: b\n- name: c\n"
    ours = b"flow:\n- name: a\n- name: c\n"
    theirs = b"flow:\n- name: a\n- name: b\n- name: y\n- name: c\n"
    assert merge("params.yaml", base, ours, theirs) is None


STATEMENTS = {
    "a star import": ("import os\n", "from mine import *\n", "from yours import name\n"),
    "the environment before an import": (
        "import os\n",
        "import numpy\n",
        'os.environ["THREADS"] = "1"\n',
    ),
    "the path before an import": ("import sys\n", "import mine\n", "sys.path.insert(0, 'x')\n"),
    "a patch": ("import a\n", "import mine\n", "a.get = a.post\n"),
    "a future import": ('"""Doc."""\n', "import mine\n", "from __future__ import annotations\n"),
    "decorators that register": (
        "import app\n",
        "@app.route('/')\ndef m():\n    pass\n",
        "@app.route('/<x>')\ndef y():\n    pass\n",
    ),
    "classes that a base registers": (
        "from app import Base\n",
        "class M(Base):\n    pass\n",
        "class Y(Base):\n    pass\n",
    ),
    "a function and what calls it at once": (
        "import os\n",
        "def helper():\n    pass\n",
        "READY = helper()\n",
    ),
    "a default that reads what the other binds": (
        "import os\n",
        "LIMIT = 1\n",
        "def f(x=LIMIT):\n    pass\n",
    ),
    "conditional imports": (
        "import os\n",
        "import mine\n",
        "try:\n    import x\nexcept ImportError:\n    x = None\n",
    ),
    "two imports of one name": ("import os\n", "from a import run\n", "from b import run\n"),
    "a function and an import of one name": (
        "import os\n",
        "def run():\n    pass\n",
        "from b import run\n",
    ),
    "fields of a dataclass": (
        "@dataclass\nclass A:\n    x: int\n",
        "    mine: int = 1\n",
        "    yours: str\n",
    ),
    "fields of a named tuple": (
        "class A(NamedTuple):\n    x: int\n",
        "    mine: int\n",
        "    yours: int\n",
    ),
    "members of an enum": (
        "class A(Enum):\n    X = auto()\n",
        "    MINE = auto()\n",
        "    YOURS = auto()\n",
    ),
    "parameters": ("def f(\n    x,\n", "    mine,\n", "    yours=1,\n", "):\n    pass\n"),
    "cases": (
        "match x:\n    case 1:\n        a()\n",
        "    case [*_]:\n        m()\n",
        "    case [1]:\n        y()\n",
    ),
    "a list of texts": ("STEPS = ['a'", ", 'mine'", ", 'yours'", "]\n"),
    "statements of a block": ("import os\nwith a:\n    x()\n", "    m()\n", "    y()\n"),
    "a loose comment": ("import os\n", "# of mine\n", "import yours\n"),
    "a check that is turned off for one line": (
        "from a import x",
        ", mine  # type: ignore[attr-defined]",
        ", yours",
        "\n",
    ),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_two_statements_at_one_place_are_for_a_person(name: str) -> None:
    before, one, two, *after = STATEMENTS[name]
    assert grown("src/x.py", before, one, two, *after) is None
    assert grown("src/x.py", before, two, one, *after) is None

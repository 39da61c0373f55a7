"""A comment stays at what it was written for, or a person decides."""

import pytest

from modelyard.update.structured.by_meaning import merge

CASES = {
    "above the first statement": (
        "x.py",
        "import os\n",
        "import mine\nimport os\n",
        "# why yours\nimport yours\nimport os\n",
        "import mine\n# why yours\nimport yours\nimport os\n",
    ),
    "above the first statement, of ours": (
        "x.py",
        "import os\n",
        "# why mine\nimport mine\nimport os\n",
        "import yours\nimport os\n",
        "# why mine\nimport mine\nimport yours\nimport os\n",
    ),
    "for the whole file": (
        "x.py",
        "#!/usr/bin/env python\n# licence\n\nimport os\n",
        "#!/usr/bin/env python\n# licence\n\nimport mine\nimport os\n",
        "#!/usr/bin/env python\n# licence\n\nimport yours\nimport os\n",
        "#!/usr/bin/env python\n# licence\n\nimport mine\nimport yours\nimport os\n",
    ),
    "under the shebang": (
        "x.py",
        "#!/usr/bin/env python\nimport os\n",
        "#!/usr/bin/env python\nimport mine\nimport os\n",
        "#!/usr/bin/env python\nimport yours\nimport os\n",
        "#!/usr/bin/env python\nimport mine\nimport yours\nimport os\n",
    ),
    "at the end of TOML": (
        "x.toml",
        "[a]\nx = 1\n",
        "[a]\nx = 1\n# about x\n",
        "[a]\nx = 1\ny = 2\n",
        None,
    ),
    "at the end of YAML": (
        "x.yaml",
        "a: 1\n",
        "a: 1\n# about a\n",
        "a: 1\nb: 2\n",
        None,
    ),
    "at the end, above which both add": (
        "x.toml",
        "[a]\nx = 1\n# the end\n",
        "[a]\nx = 1\nm = 1\n# the end\n",
        "[a]\nx = 1\ny = 1\n# the end\n",
        "[a]\nx = 1\nm = 1\ny = 1\n# the end\n",
    ),
    "of a section, on two sides of which they add": (
        "x.toml",
        "a = 1\n\n# ---- second ----\n\nb = 1\n",
        "a = 1\n\n# ---- second ----\n\nmine = 1\nb = 1\n",
        "a = 1\nyours = 1\n\n# ---- second ----\n\nb = 1\n",
        None,
    ),
    "behind a list in one line, to which both add": (
        ".github/workflows/ci.yml",
        "jobs:\n  test:\n    strategy:\n      matrix:\n        python: ['3.9', '3.10']\n",
        "jobs:\n  test:\n    strategy:\n      matrix:\n        python: ['3.10'] # 3.11 hangs\n",
        "jobs:\n  test:\n    strategy:\n      matrix:\n        python: ['3.10', '3.11']\n",
        None,
    ),
    "above a list in one line, to which both add": (
        "pyproject.toml",
        "[project]\ndependencies = ['a']\n",
        "[project]\n# no z before May\ndependencies = ['a', 'b']\n",
        "[project]\ndependencies = ['a', 'z']\n",
        None,
    ),
    "of theirs behind a list, to which both add": (
        "pyproject.toml",
        "[project]\ndependencies = ['a']\n",
        "[project]\ndependencies = ['a', 'b']\n",
        "[project]\ndependencies = ['a', 'z'] # all there is\n",
        None,
    ),
    "reworded behind a list, to which both add": (
        "pyproject.toml",
        "[project]\ndependencies = ['a'] # one\n",
        "[project]\ndependencies = ['a', 'b'] # two\n",
        "[project]\ndependencies = ['a', 'z'] # one\n",
        None,
    ),
    "behind the end of a list in several lines": (
        "pyproject.toml",
        "[project]\ndependencies = [\n  'a',\n]\n",
        "[project]\ndependencies = [\n  'a',\n  'b',\n] # no z before May\n",
        "[project]\ndependencies = [\n  'z',\n  'a',\n]\n",
        None,
    ),
    "behind the begin of a list in several lines": (
        "pyproject.toml",
        "[project]\ndependencies = [\n  'a',\n]\n",
        "[project]\ndependencies = [ # no z before May\n  'a',\n  'b',\n]\n",
        "[project]\ndependencies = [\n  'a',\n  'z',\n]\n",
        None,
    ),
    "behind the key of a list": (
        "environment.yml",
        "dependencies:\n- a\n",
        "dependencies: # no z before May\n- a\n- b\n",
        "dependencies:\n- a\n- z\n",
        None,
    ),
    "behind a list of JSON": (
        ".vscode/extensions.json",
        '{\n  "recommendations": ["a"]\n}\n',
        '{\n  "recommendations": ["a", "b"] // no z before May\n}\n',
        '{\n  "recommendations": ["a", "z"]\n}\n',
        None,
    ),
    "behind a list that the other side alone changed": (
        "pyproject.toml",
        "[project]\ndependencies = ['a']\n",
        "[project]\ndependencies = ['a'] # mine\n",
        "[project]\ndependencies = ['a', 'z']\n",
        "[project]\ndependencies = ['a', 'z'] # mine\n",
    ),
    "behind a list, as it was": (
        "pyproject.toml",
        "[project]\ndependencies = ['a'] # all\n",
        "[project]\ndependencies = ['a', 'b'] # all\n",
        "[project]\ndependencies = ['a', 'z'] # all\n",
        "[project]\ndependencies = ['a', 'b', 'z'] # all\n",
    ),
    "above a list in several lines, to which both add": (
        "pyproject.toml",
        "[project]\ndependencies = [\n  'a',\n]\n",
        "[project]\n# at run time\ndependencies = [\n  'a',\n  'b',\n]\n",
        "[project]\ndependencies = [\n  'a',\n  'z',\n]\n",
        "[project]\n# at run time\ndependencies = [\n  'a',\n  'b',\n  'z',\n]\n",
    ),
    "about a whole file of requirements": (
        "requirements.txt",
        "# all\na\n",
        "# all, sorted\na\nb\n",
        "# all\na\nz\n",
        "# all, sorted\na\nb\nz\n",
    ),
    "above a table, to which both add": (
        "pyproject.toml",
        "[a]\nx = 1\n",
        "# mine\n[a]\nx = 1\nm = 1\n",
        "[a]\nx = 1\ny = 1\n",
        "# mine\n[a]\nx = 1\nm = 1\ny = 1\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_comment_stays_where_it_belongs(name: str) -> None:
    path, base, ours, theirs, merged = CASES[name]
    assert path and base and ours and theirs
    found = merge(path, base.encode(), ours.encode(), theirs.encode())
    assert (found and found.decode()) == merged


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("fmt: off", "fmt: on"),
        ("[START a]", "[END a]"),
        ("region a", "endregion"),
        ("--8<-- [start:a]", "--8<-- [end:a]"),
    ],
)
@pytest.mark.parametrize(("path", "item"), [("x.py", "{} = 1\n"), ("x.yaml", "{}: 1\n")])
def test_nothing_gets_between_a_comment_and_the_one_that_ends_it(
    path: str, item: str, start: str, end: str
) -> None:
    one, new, last = (item.format(name).encode() for name in ("x", "new", "y"))
    marked = f"# {start}\n".encode() + one + f"# {end}\n".encode() + last
    assert merge(path, one + last, marked, one + new + last) is None
    assert merge(path, one + last, one + new + last, marked) is None

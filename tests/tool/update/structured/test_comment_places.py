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
}


@pytest.mark.parametrize("name", CASES)
def test_comment_stays_where_it_belongs(name: str) -> None:
    path, base, ours, theirs, merged = CASES[name]
    assert path and base and ours and theirs
    found = merge(path, base.encode(), ours.encode(), theirs.encode())
    assert (found and found.decode()) == merged

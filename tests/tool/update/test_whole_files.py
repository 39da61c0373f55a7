"""What no merge of lines can be accounted for is one conflict about the file, and no loss."""

from pathlib import Path

import pytest

from tests.tool.update.threes import Threes, crlf

WHERE = 'ROOT=$(dirname "$0")/..\n'
BASE = f"#!/bin/sh\nset -eu\n\n# Where things are.\n{WHERE}LEVEL=info\n\necho go\n"
OURS = BASE.replace("#!/bin/sh\nset -eu", "\n#!/bin/sh\nset -eu  # mine\n\necho mine", 1).replace(
    "mine\n\n#", "mine\n#"
)
THEIRS = f"one=$0\n{WHERE}two=$0\nset -eu\n\n# Where things are.\nLEVEL=info\n\necho go\n"


@pytest.mark.parametrize("turned", [str, crlf])
def test_it_has_both_versions_in_full(tmp_path: Path, turned: type[str]) -> None:
    path = "scripts/start.sh"
    other = {"a.toml": "a = 1\nb = 2\n"}
    sides = [{path: turned(text), **other} for text in (BASE, OURS, THEIRS)]
    found = Threes(tmp_path).update(*sides)
    assert (found.status, [one.path for one in found.merged.conflicts]) == ("conflict", [path])
    differing = [text.removesuffix("LEVEL=info\n\necho go\n") for text in (OURS, BASE, THEIRS)]
    assert found.text(path) == turned(
        f"<<<<<<< yours\n{differing[0]}||||||| as it was rendered\n{differing[1]}=======\n"
        f"{differing[2]}>>>>>>> template v2\nLEVEL=info\n\necho go\n"
    )
    assert [one.stage for one in found.merged.stages] == [1, 2, 3]

from pathlib import Path

import pytest

from tests.tool.replay.pasts import Past, past
from tests.tool.worlds import World


@pytest.fixture
def made(tmp_path: Path) -> Past:
    """A repo with two past updates: a clean one, and one with three files to decide."""
    return past(World(tmp_path))

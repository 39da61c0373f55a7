"""The repos of the corpus, rendered once for all tests of a process that edit copies of them."""

import shutil
from collections.abc import Iterator

import pytest

from tests.tool.update.corpus.runner import Bench


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    root = tmp_path_factory.mktemp("corpus")
    yield Bench(root / "bench")
    shutil.rmtree(root)

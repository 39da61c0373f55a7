"""A client keeps its connection: with TLS each new one is three more ways to the forge and back."""

from pathlib import Path

import pytest

from modelyard.forges.forge import ForgeKind
from tests.tool.forges.served import HOSTED
from tests.tool.forges.worlds import LABEL, bad_forge


@pytest.mark.parametrize("kind", HOSTED)
def test_many_requests_are_one_connection(
    kind: ForgeKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bad_forge(tmp_path / "forge", kind) as bad:
        came: list[object] = []
        server = bad.server.server
        accept = server.get_request

        def comes() -> object:
            came.append(1)
            return accept()

        monkeypatch.setattr(server, "get_request", comes)
        repository = bad.forge.repository("team/churn")
        made = bad.forge.open(repository, "update", "t", "b", draft=False, label=LABEL)
        bad.forge.edit(repository, made, title="t", body="c", draft=True)
        bad.forge.pull_requests(repository, LABEL)
        assert len(bad.server.seen) > 3 and len(came) == 1

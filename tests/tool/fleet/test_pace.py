"""What fleet.toml says of the pace of a run reaches all that writes, in each shard its part."""

from pathlib import Path

import pytest

from modelyard.fleet import context
from modelyard.fleet.options import RolloutOptions
from modelyard.fleet.rollout import rollout
from modelyard.forges.client_options import ClientOptions
from modelyard.forges.forge import ForgeKind
from tests.tool.fleet.hosted_fleet import add_repos, log_in, write_settings
from tests.tool.forges.served import served


def test_a_run_writes_as_often_as_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, slept = tmp_path / "fleet.toml", [0.0]
    asked: list[ClientOptions] = []
    really = context._client

    def client(*given: object) -> ClientOptions:
        asked.append(really(*given))  # type: ignore[arg-type]  # as it was asked
        return ClientOptions(
            sleep=slept.append,
            clock=lambda: 1000 + sum(slept),
            writes_a_minute=asked[-1].writes_a_minute,
            parts=asked[-1].parts,
        )

    monkeypatch.setattr(context, "_client", client)
    with served(tmp_path / "forge", ForgeKind.GITHUB) as forge:
        made = add_repos(forge, tmp_path / "world", 3)
        write_settings(forge, made.template, file, "[limits]\nwrites_a_minute = 4")
        log_in(forge, tmp_path, monkeypatch)
        rollout(RolloutOptions(file), lambda one: None)
        # A request and its label in each: the fifth write and the sixth are a minute later.
        assert slept[1:] == [61] and all(one.pulls[0].labels for one in forge.repos.values())
        rollout(RolloutOptions(file, shard=(1, 2)), lambda one: None)
    assert [(one.writes_a_minute, one.writes_an_hour, one.parts) for one in asked] == [
        (4, None, 1),
        (4, None, 2),
    ]

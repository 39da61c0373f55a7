"""Settings of a fleet that are wrong: what is said of them is true, and nothing is rolled out."""

import re
from pathlib import Path

import pytest

from modelyard.errors import ModelyardError, NotReady
from modelyard.fleet.rollout import rollout
from tests.repos import git
from tests.tool.fleet.worlds import Yard, make, observed, silent
from tests.tool.worlds import CONFIG


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """A fleet of one, whose template asks for a number by now."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = make(tmp_path, count=1)
    made.world.release("v1.2.0", {}, CONFIG + "count: {type: int, default: 3}\n")
    return made


def with_setting(yard: Yard, before: str, setting: str) -> None:
    yard.file.write_text(yard.file.read_text().replace(before, f"{setting}\n{before}", 1))


@pytest.mark.parametrize("prefix", ["modles-", "(a+)+$", "*", "--all"])
@pytest.mark.parametrize("to", [None, "v1.1.0"])
def test_a_prefix_that_no_version_has_is_named_and_no_repo_is_blamed(
    yard: Yard, prefix: str, to: str | None
) -> None:
    git(yard.world.template, "tag", "models-v1.1.0", "v1.1.0")
    with_setting(yard, "[repos]", f'tag_prefix = "{prefix}"')
    with pytest.raises(NotReady, match="no version behind the tag_prefix") as refused:
        rollout(yard.options(to=to), silent)
    assert repr(prefix) in refused.value.message and "'models-v1.1.0'" in refused.value.message
    assert str(yard.file) in refused.value.hint
    assert not yard.pull_requests("r0")


@pytest.mark.parametrize("setting", ["source", "owner"])
@pytest.mark.parametrize("path", ["a\\u0000b", "~nobody-of-that-name/x"])
def test_a_path_that_can_be_none_is_told(yard: Yard, setting: str, path: str) -> None:
    text = yard.file.read_text()
    before = re.search(rf'^{setting} = ".*"', text, re.M)
    assert before
    changed = text.replace(before[0], f'{setting} = "{path}"')
    yard.file.write_text(changed)
    with pytest.raises(ModelyardError) as refused:
        rollout(yard.options(), silent)
    assert refused.value.hint and "\0" not in refused.value.message


@pytest.mark.parametrize("value", ["2024-01-01", "[1, 2]", "{a = 1}"])
def test_an_answer_of_another_type_is_named(yard: Yard, value: str) -> None:
    with_setting(yard, "[repos]", f"[template.answers]\ncount = {value}")
    (found,) = observed(yard.options())
    assert found.state == "refused"
    assert "does not take this answer to 'count': it is not of the type" in found.detail
    assert "--data count=" in found.detail

"""Whatever bytes an answers file has, a repo is read, or refused in words: no crash, no secret."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelyard.check.check import check
from modelyard.errors import ModelyardError
from modelyard.template import answers
from modelyard.template.source import Templates
from tests.tool.worlds import World, commit, lines

PLANTED = "planted-secret-of-this-machine"
LONG = bool(os.environ.get("MODELYARD_LONG"))
HOSTILE = (
    *("${GITHUB_TOKEN}", "$GITHUB_TOKEN", "{{ 'GITHUB_TOKEN' | expandvars }}", "~", "\0", "1e999"),
    *("{% include '/proc/self/environ' %}", "{{ _copier_conf }}", "/proc/self/environ", "../.."),
)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates()
    | st.binary()
    | st.sampled_from(HOSTILE)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_SCALARS, inner, max_size=4),
    max_leaves=12,
)
_DOCUMENTS = (
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.dictionaries(st.sampled_from(["_src_path", "_commit", "name"]) | _SCALARS, _VALUES).map(
        lambda value: yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "surrogatepass")
    )
)


@given(_DOCUMENTS)
@settings(max_examples=5000 if LONG else 200, deadline=None)
def test_any_bytes_are_answers_or_told(content: bytes) -> None:
    with suppress(answers.BrokenAnswers):
        found = answers.parse(content, ".copier-answers.yml")
        assert found.source and found.version


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("world"))
    config = "_subdirectory: template\nname: {type: yaml, default: World}\n"
    made.release("v1.0.0", {"a.txt.jinja": lines(20) + "{{ name }}\n"}, config)
    made.release("v1.1.0", {"a.txt.jinja": lines(20, l3="THREE") + "{{ name }}\n"}, config)
    made.repo("v1.0.0")
    return made


@given(_VALUES, _DOCUMENTS)
@settings(
    max_examples=500 if LONG else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_answers_are_checked_or_refused_in_words(
    world: World, monkeypatch: pytest.MonkeyPatch, value: object, document: bytes
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", PLANTED)
    repo, place = world.folder / "repo", world.folder / "repo" / ".copier-answers.yml"
    recorded = {"_src_path": str(world.template), "_commit": "v1.0.0", "name": value}
    text = yaml.safe_dump(recorded, allow_unicode=True).encode("utf-8", "surrogatepass")
    for content in (text, text + document):
        place.write_bytes(content)
        commit(repo)
        told = ""
        try:
            with Templates(world.folder / "cache") as templates:
                told = repr(check(Path(repo), templates=templates))
        except ModelyardError as error:
            told = f"{error} {error.hint}"
        assert PLANTED not in told

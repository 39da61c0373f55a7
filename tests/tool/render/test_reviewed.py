"""Each name of Copier's environment has been read by somebody, or is withheld."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from modelyard.errors import Refused
from modelyard.render import copier_internal, reviewed
from modelyard.render.request import RenderRequest
from modelyard.template.source import Templates
from tests.tool.render.hostile import both_ways, refusal, template


def environment(tmp_path: Path, trusted: bool) -> Any:
    world = template(tmp_path, {"a.txt": "a\n"})
    with Templates(tmp_path / "cache") as templates:
        version = templates.open(str(world.template)).version("v1")
        copier_internal.render(version, RenderRequest({}, trusted=trusted))
        return version.shared["trusted environment" if trusted else "environment"]


def test_every_name_of_this_copier_is_known(tmp_path: Path) -> None:
    env = environment(tmp_path, trusted=True)
    assert set(env.filters) - reviewed.FILTERS == reviewed.READ_AND_WITHHELD
    assert set(env.tests) == reviewed.TESTS
    assert set(env.globals) == reviewed.GLOBALS


def test_without_trust_there_is_nothing_else(tmp_path: Path) -> None:
    env = environment(tmp_path, trusted=False)
    assert set(env.filters) == reviewed.FILTERS
    assert set(env.tests) == reviewed.TESTS
    assert set(env.globals) == reviewed.GLOBALS


@both_ways
@pytest.mark.parametrize("kind", ["filter", "test", "global"])
def test_what_a_newer_copier_brings_is_refused_until_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: ModuleType, kind: str
) -> None:
    import jinja2_ansible_filters
    from jinja2 import Environment

    before = jinja2_ansible_filters.AnsibleCoreFiltersExtension.__init__

    def init(self: Any, env: Environment) -> None:
        before(self, env)
        {"filter": env.filters, "test": env.tests, "global": env.globals}[kind]["newer"] = str

    monkeypatch.setattr(jinja2_ansible_filters.AnsibleCoreFiltersExtension, "__init__", init)
    texts = {"filter": "{{ name | newer }}", "test": "{{ name is newer }}"}
    world = template(tmp_path, {"a.txt.jinja": texts.get(kind, "{{ newer(name) }}")})
    told = refusal(world, way)
    assert isinstance(told, Refused) and f"{kind} newer in template/a.txt.jinja" in told.message


@both_ways
def test_a_jinja_that_cannot_be_restricted_renders_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: ModuleType
) -> None:
    from modelyard.render import sandbox

    monkeypatch.setattr(sandbox, "restrict", lambda _: None)
    monkeypatch.setattr(sandbox, "in_use", lambda: None)
    assert isinstance(refusal(template(tmp_path, {"a.txt": "a\n"}), way), Refused)

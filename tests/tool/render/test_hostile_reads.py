"""A template that is not trusted cannot read the machine it is rendered on."""

import os
import shutil
from pathlib import Path
from types import ModuleType

import pytest
from plumbum.machines import local

from modelyard.errors import BadTemplate, Refused
from modelyard.render import copier_internal, copier_public, message
from modelyard.render.environment import without_secrets
from modelyard.render.request import RenderRequest
from modelyard.template.source import Templates
from tests.tool.render.hostile import PLANTED, both_ways, plant, refusal, rendered, template
from tests.tool.worlds import CONFIG


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return plant(tmp_path, monkeypatch)


@both_ways
@pytest.mark.parametrize(
    "text",
    [
        "{{ '$FORGE_TOKEN' | expandvars }}",
        "{{ ['$FORGE_TOKEN'] | map('expandvars') | list }}",
        "{{ ['$FORGE_TOKEN'] | map('expand' ~ 'vars') | list }}",
        "{{ '~' | expanduser }}",
        "{{ '/etc/*' | fileglob }}",
        "{{ '.' | realpath }}",
        "{{ '/' | relpath }}",
        "{% filter expandvars %}$FORGE_TOKEN{% endfilter %}",
        "{% if name == 'nobody' %}{{ '$FORGE_TOKEN' | expandvars }}{% endif %}",
    ],
)
def test_a_filter_that_reads_the_machine_is_refused(
    tmp_path: Path, outside: Path, way: ModuleType, text: str
) -> None:
    world = template(tmp_path, {"deep/a.txt.jinja": f"{text}\n"})
    told = refusal(world, way)
    assert isinstance(told, Refused), told.message
    assert "wants to read this machine: filter " in told.message
    assert "--trust" in told.hint


@both_ways
@pytest.mark.parametrize(
    "config",
    [
        "stolen: {type: str, when: false, default: \"{{ '$FORGE_TOKEN' | expandvars }}\"}",
        "stolen: {type: str, default: x, validator: \"{{ '$FORGE_TOKEN' | expandvars }}\"}",
        "stolen: {type: str, default: x, choices: \"{{ ['$FORGE_TOKEN' | expandvars] }}\"}",
        "_exclude: [\"{{ '$FORGE_TOKEN' | expandvars }}\"]",
        "_skip_if_exists: [\"{{ '$FORGE_TOKEN' | expandvars }}\"]",
        "_answers_file: \"{{ '$FORGE_TOKEN' | expandvars }}.yml\"",
    ],
)
def test_it_is_refused_wherever_copier_renders(
    tmp_path: Path, outside: Path, way: ModuleType, config: str
) -> None:
    told = refusal(template(tmp_path, {"a.txt": "a\n"}, f"{CONFIG}{config}\n"), way)
    assert isinstance(told, Refused), told.message


@both_ways
def test_the_file_is_named(tmp_path: Path, outside: Path, way: ModuleType) -> None:
    world = template(tmp_path, {"deep/a.txt.jinja": "{{ '$HOME' | expandvars }}\n"})
    assert "filter expandvars in template/deep/a.txt.jinja" in refusal(world, way).message


@both_ways
def test_who_is_trusted_may(tmp_path: Path, outside: Path, way: ModuleType) -> None:
    world = template(tmp_path, {"a.txt.jinja": "{{ '$FORGE_TOKEN' | expandvars }}\n"})
    assert rendered(world, way, trusted=True).files["a.txt"][1] == f"{PLANTED}\n".encode()


def test_trust_does_not_outlive_its_render(tmp_path: Path, outside: Path) -> None:
    world = template(tmp_path, {"a.txt.jinja": "{{ '$FORGE_TOKEN' | expandvars }}\n"})
    with Templates(tmp_path / "cache") as templates:
        version = templates.open(str(world.template)).version("v1")
        copier_internal.render(version, RenderRequest({}, trusted=True))
        with pytest.raises(Refused):
            copier_internal.render(version, RenderRequest({}))


@both_ways
@pytest.mark.parametrize(
    "text",
    [
        "{{ _copier_conf.dst_path.joinpath('PLANTED').read_text() }}",
        "{{ _copier_conf.src_path.joinpath('PLANTED').read_text() }}",
        "{{ _copier_conf.dst_path.joinpath('PLANTED').write_text('x') }}",
        "{{ _copier_conf.dst_path.joinpath('PLANTED').unlink() }}",
        "{{ _copier_conf.dst_path.parser.os.environ }}",
        "{{ _copier_conf.settings.from_file('PLANTED') }}",
        "{{ _copier_conf.settings.parse_file('PLANTED') }}",
        "{{ _copier_conf.settings.normalize('~root') }}",
        "{% include 'PLANTED' %}",
        "{% import '../outside/secret.txt' as s %}{{ s }}",
        "{{ name.__class__.__mro__ }}",
        "{{ name | attr('__class__') }}",
        "{{ '{0.__class__}'.format(name) }}",
        "{{ (name.format_map | attr('__func__')) }}{{ cycler.__init__.__globals__.os.environ }}",
        "{{ now.__globals__ }}",
    ],
)
def test_no_object_leads_to_the_disk_or_to_python(
    tmp_path: Path, outside: Path, way: ModuleType, text: str
) -> None:
    place = str(outside)
    world = template(tmp_path, {"a.txt.jinja": text.replace("PLANTED", place) + "\n"})
    try:
        content = rendered(world, way).files["a.txt"][1].decode()
    except (BadTemplate, Refused) as error:
        content = error.message
    assert PLANTED not in content and "/root" not in content and "<class" not in content
    assert outside.read_text() == PLANTED


@both_ways
def test_a_render_does_not_name_this_machine(
    tmp_path: Path, outside: Path, way: ModuleType
) -> None:
    text = (
        "{{ _copier_python }} {{ _copier_conf.src_path }} {{ _copier_conf.dst_path }}"
        " {{ _copier_conf.settings }} {{ _copier_conf | to_json | length > 10 }}"
        " {{ _copier_conf.answers_file }} {{ _copier_phase }} {{ _copier_conf.sep }}\n"
    )
    said = rendered(template(tmp_path, {"a.txt.jinja": text}), way).files["a.txt"][1].decode()
    assert said == "python3 template project  True .copier-answers.yml render /\n"


@both_ways
def test_its_process_holds_no_secret(
    tmp_path: Path, outside: Path, way: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    import jinja2.sandbox

    seen: list[dict[str, str]] = []
    before = jinja2.sandbox.SandboxedEnvironment.is_safe_attribute

    def watched(*words: object) -> bool:
        seen.append(dict(os.environ))
        return before(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(jinja2.sandbox.SandboxedEnvironment, "is_safe_attribute", watched)
    rendered(template(tmp_path, {"a.txt.jinja": "{{ name.upper() }}\n"}), way)
    assert seen and all("PATH" in found for found in seen)
    assert not any("FORGE_TOKEN" in found for found in seen)
    assert os.environ["FORGE_TOKEN"] == PLANTED


def test_a_message_cannot_read_or_write_files(tmp_path: Path, outside: Path) -> None:
    reads = f"{{{{ _copier_conf.dst_path.joinpath('{outside}').read_text() }}}}"
    writes = f"{{{{ _copier_conf.dst_path.joinpath('{outside}').write_text('x') }}}}"
    for text in (reads, writes):
        assert PLANTED not in message.plain(text, {}, tmp_path)
    assert outside.read_text() == PLANTED


def test_the_environment_comes_back_when_the_last_render_ends(outside: Path) -> None:
    with without_secrets():
        with without_secrets():
            assert "FORGE_TOKEN" not in os.environ
        assert "FORGE_TOKEN" not in os.environ
        assert "FORGE_TOKEN" not in local.env
    assert os.environ["FORGE_TOKEN"] == PLANTED


@pytest.mark.usefixtures("outside")
def test_an_error_in_between_leaves_the_environment_as_it_was() -> None:
    before = dict(os.environ)
    with pytest.raises(ZeroDivisionError), without_secrets():
        raise ZeroDivisionError
    assert dict(os.environ) == before


@both_ways
@pytest.mark.usefixtures("outside")
def test_git_that_copier_starts_meanwhile_gets_no_secret(
    tmp_path: Path, way: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.which("git")
    seen = tmp_path / "seen"
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "git"
    fake.write_text(f'#!/bin/sh\nenv >> {seen}\necho "::" >> {seen}\nexec {real} "$@"\n')
    fake.chmod(0o755)
    world = template(tmp_path, {"a.txt": "a\n"})
    with Templates(tmp_path / "cache") as templates:
        version = templates.open(str(world.template)).version("v1")
        monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
        way.render(version, RenderRequest({}))
    held = seen.read_text() if seen.exists() else ""
    assert PLANTED not in held
    assert bool(held) == (way is copier_public)

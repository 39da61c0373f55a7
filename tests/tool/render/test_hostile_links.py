"""Neither links nor settings of a template lead out of it."""

from pathlib import Path
from types import ModuleType

import pytest

from modelyard.errors import BadTemplate, Refused
from modelyard.template import config
from modelyard.template.source import Templates
from tests.repos import git
from tests.tool.render.hostile import PLANTED, both_ways, plant, refusal, rendered, template
from tests.tool.worlds import CONFIG, World, commit, write


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return plant(tmp_path, monkeypatch)


def again(world: World) -> None:
    """Commit what was put into the template since."""
    commit(world.template)
    git(world.template, "tag", "--force", "v1")


@both_ways
@pytest.mark.parametrize("preserve", ["false", "true"])
@pytest.mark.parametrize("name", ["a.txt", "a.txt.jinja"])
@pytest.mark.parametrize("to", ["file", "folder", "chain", "environ"])
def test_a_link_that_leads_out_is_refused(
    tmp_path: Path, outside: Path, way: ModuleType, name: str, preserve: str, to: str
) -> None:
    world = template(tmp_path, {"b.txt": "b\n"}, f"{CONFIG}_preserve_symlinks: {preserve}\n")
    link = world.template / "template" / name
    (world.template / "template" / "hop").symlink_to(outside)
    targets = {"file": outside, "folder": outside.parent, "environ": Path("/proc/self/environ")}
    link.symlink_to(targets.get(to, Path("hop")))
    again(world)
    assert isinstance(refusal(world, way), Refused | BadTemplate)


@both_ways
@pytest.mark.parametrize("target", ["../.git/config", "../.git", "../../.git/config"])
def test_a_link_does_not_reach_the_git_of_the_checkout(
    tmp_path: Path, outside: Path, way: ModuleType, target: str
) -> None:
    world = template(tmp_path, {"b.txt": "b\n"})
    (world.template / "template" / "a.txt").symlink_to(target)
    again(world)
    assert isinstance(refusal(world, way), Refused | BadTemplate)


@both_ways
@pytest.mark.parametrize(
    "text",
    [
        "{% include '.git/config' %}",
        "{% include '.GIT/config' ignore missing %}",
        "{% include './.git/logs/HEAD' %}",
        "{% include 'template/hop' %}",
        "{% include 'template/up/secret.txt' %}",
    ],
)
def test_an_include_stays_in_the_template(
    tmp_path: Path, outside: Path, way: ModuleType, text: str
) -> None:
    world = template(tmp_path, {"a.txt.jinja": f"[{text}]\n"}, f"{CONFIG}_exclude: [hop, up]\n")
    (world.template / "template" / "hop").symlink_to(outside)
    (world.template / "template" / "up").symlink_to(outside.parent)
    again(world)
    try:
        said = rendered(world, way).files["a.txt"][1].decode()
    except (BadTemplate, Refused) as error:
        said = error.message
    assert PLANTED not in said and "repositoryformatversion" not in said


@both_ways
@pytest.mark.parametrize(
    "settings",
    [
        "_subdirectory: ..",
        "_subdirectory: ../outside",
        "_subdirectory: OUTSIDE",
        "_external_data: {x: OUTSIDE/secret.txt}",
        "_external_data: {x: ../../../../../../../../../../OUTSIDE/secret.txt}",
        "_answers_file: OUTSIDE/written.yml",
        "_answers_file: ../../written.yml",
        "_answers_file: \"{{ 'OUTSIDE/written.yml' }}\"",
        "x: !include OUTSIDE/secret.txt",
        "x: !include ../outside/secret.txt",
        "x: !include template/hop",
        "x: !include '*/../../outside/secret.txt'",
    ],
)
def test_a_setting_does_not_lead_out(
    tmp_path: Path, outside: Path, way: ModuleType, settings: str
) -> None:
    settings = settings.replace("OUTSIDE", str(outside.parent))
    subdirectory = "" if "_subdirectory" in settings else "_subdirectory: template\n"
    world = template(
        tmp_path,
        {"a.txt.jinja": "[{{ _external_data.x }}{{ x }}]\n"},
        f"{subdirectory}name: {{type: str, default: World}}\n_exclude: [hop]\n{settings}\n",
    )
    (world.template / "template" / "hop").symlink_to(outside)
    again(world)
    before = sorted(tmp_path.rglob("written.yml"))
    try:
        held = str(rendered(world, way).files)
    except (BadTemplate, Refused) as error:
        held = error.message
    assert PLANTED not in held
    assert sorted(tmp_path.rglob("written.yml")) == before == []


def test_a_submodule_of_a_folder_on_this_machine_is_not_fetched(
    tmp_path: Path, outside: Path
) -> None:
    write(outside.parent, {"inner.txt": PLANTED})
    git(outside.parent, "init", "--quiet")
    commit(outside.parent)
    world = template(tmp_path, {"a.txt": "a\n"})
    allowed = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add")
    git(world.template, *allowed, str(outside.parent), "template/sub")
    again(world)
    with Templates(tmp_path / "cache") as templates, pytest.raises(BadTemplate) as caught:
        templates.open(str(world.template)).version("v1")
    assert "submodule" in caught.value.message and "protocol.file.allow" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000,
        "a: {" * 3000,
        "x: !!int nine\n",
        "- &a [*a]\n",
        "_exclude: 5\n",
        "_external_data: [1]\n",
        "_migrations: 5\n",
        "1: {type: str}\n",
        "x: !include [a]\n",
    ],
)
def test_a_copier_yml_that_cannot_be_read_is_said_to_be_one(tmp_path: Path, text: str) -> None:
    world = template(tmp_path, {"a.txt": "a\n"}, text)
    with Templates(tmp_path / "cache") as templates:
        version = templates.open(str(world.template)).version("v1")
        with pytest.raises(BadTemplate, match=r"copier\.yml"):
            config.read(version)


@both_ways
@pytest.mark.parametrize("name", ["copier.yml", "copier.YAML", "copier.yml2"])
def test_the_settings_themselves_are_no_link_that_leads_out(
    tmp_path: Path, outside: Path, way: ModuleType, name: str
) -> None:
    outside.write_text(f"{PLANTED}: [\n{PLANTED}\n")
    world = template(tmp_path, {"a.txt": "a\n"})
    (world.template / "copier.yml").unlink()
    (world.template / name).symlink_to(outside)
    again(world)
    assert isinstance(refusal(world, way), BadTemplate)


@both_ways
@pytest.mark.parametrize(
    "text",
    [
        "(" * 4000 + ")" * 4000,
        "{{ 1 // 0 }}",
        "{{ {}['x'].y.z }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ 'a' | regex_search('(') }}",
        "{{ [] | ans_random }}",
        "{{ nothing | mandatory }}",
        "{{ 5 | random_mac }}",
    ],
)
def test_what_goes_wrong_in_a_template_is_told_without_a_traceback(
    tmp_path: Path, way: ModuleType, text: str
) -> None:
    text = f"{{{{ {text} }}}}" if text.startswith("(") else text
    world = template(tmp_path, {"a.txt.jinja": text})
    assert isinstance(refusal(world, way), BadTemplate)

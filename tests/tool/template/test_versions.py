"""From which version to which: by name, back, without tags, moved, gone, broken."""

from pathlib import Path

import pytest

from modelyard.errors import BadTemplate, Unreachable
from modelyard.update import UpdateOptions, update
from tests.repos import git
from tests.tool.worlds import World, commit, lines, write


def test_a_version_by_name_and_back(world: World) -> None:
    world.release("v3", {"c.txt": "c\n"})
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l15="mine")})
    commit(repo)
    assert update(repo, to="v2").after == "v2"
    commit(repo)
    assert update(repo, to="v1").after == "v1"
    assert (repo / "a.txt").read_text() == lines(20, l15="mine")


def test_nothing_newer_means_nothing_to_do(world: World) -> None:
    repo = world.repo("v2")
    git(world.template, "tag", "--delete", "v2")
    git(world.template, "tag", "v2.0rc1")
    git(world.template, "tag", "v2.1.0.dev1")
    repo = world.repo("v2.1.0.dev1", name="ahead")
    assert update(repo).status == "unchanged", "a downgrade is asked for by name"
    assert update(repo, to="v1").after == "v1"


def test_a_template_without_tags_goes_by_its_commit(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release(None, {"a.txt": "1\n"})
    repo = world.repo("HEAD")
    world.release(None, {"a.txt": "2\n"})
    outcome = update(repo)
    assert (repo / "a.txt").read_text() == "2\n"
    assert outcome.after == git(world.template, "describe", "--always").strip()


def test_a_relative_source_works_from_anywhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world.folder)
    repo = world.repo(source="template")
    place = repo / ".copier-answers.yml"
    place.write_text(place.read_text().replace("_src_path: template", "_src_path: ../template"))
    commit(repo)
    monkeypatch.chdir("/")
    assert update(repo).status == "clean"
    assert "_src_path: ../template\n" in place.read_text()


def test_a_template_that_moved(world: World) -> None:
    repo = world.repo()
    world.template.rename(world.folder / "elsewhere")
    with pytest.raises(Unreachable, match="cannot be reached"):
        update(repo)
    outcome = update(repo, options=UpdateOptions(template=str(world.folder / "elsewhere")))
    assert outcome.status == "clean"
    assert f"_src_path: {world.folder}/elsewhere\n" in (repo / ".copier-answers.yml").read_text()


def test_a_version_that_is_gone(world: World) -> None:
    repo = world.repo()
    git(world.template, "tag", "--delete", "v1")
    with pytest.raises(Unreachable, match="no version 'v1'; its newest are: v2"):
        update(repo)
    with pytest.raises(Unreachable, match="no version '--upload-pack=x'"):
        update(world.repo("v2", name="other"), to="--upload-pack=x")


def test_a_version_that_does_not_render(world: World) -> None:
    world.release("v3", {"f.txt.jinja": "{% if %}\n"})
    repo = world.repo("v2")
    with pytest.raises(BadTemplate, match=r"v3 does not render: .*f\.txt\.jinja, line 1"):
        update(repo)
    place = repo / ".copier-answers.yml"
    place.write_text(place.read_text().replace("_commit: v2", "_commit: v3"))
    commit(repo)
    with pytest.raises(BadTemplate, match="this repo is on does not render any more"):
        update(repo, to="v2")


def test_hostile_addresses_run_nothing(world: World) -> None:
    repo = world.repo()
    place = repo / ".copier-answers.yml"
    for source in (f"ext::touch {repo}/owned", f"--upload-pack=touch {repo}/owned"):
        place.write_text(f"_commit: v1\n_src_path: '{source}'\nname: World\n")
        commit(repo)
        with pytest.raises(Unreachable):
            update(repo)
    assert not (repo / "owned").exists()


def test_a_password_in_an_address_is_not_shown(world: World) -> None:
    repo = world.repo()
    place = repo / ".copier-answers.yml"
    place.write_text("_commit: v1\n_src_path: http://me:sesame@127.0.0.1:9/t.git\nname: World\n")
    commit(repo)
    with pytest.raises(Unreachable) as caught:
        update(repo)
    assert "sesame" not in caught.value.message + caught.value.hint

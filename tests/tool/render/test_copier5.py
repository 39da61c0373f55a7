"""A template that was written for Copier 5 renders as it did then; any other is left alone."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.render import copier_internal, copier_public
from modelyard.render.request import RenderRequest
from modelyard.template.source import Templates
from modelyard.update import UpdateOptions, update
from tests.repos import git
from tests.tool.worlds import init, lines, record, write

RECORD = "project/[[ _copier_conf.answers_file ]].tmpl"
OLD = {
    "copier.yml": "_subdirectory: project\nname: {type: str, default: ada}\n"
    'slug: {type: str, default: "[[ name ]]-x"}\n',
    RECORD: "[[ _copier_answers | to_nice_yaml ]]",
    "project/src/[[ name ]]/main.py.tmpl": lines(9, l1="# {{ kept }} of [[ name ]]"),
    "project/[% if slug == 'ada-x' %]ci.yml[% endif %].tmpl": "x: ${{ y }} [[ slug ]][# gone #]\n",
    "project/plain.jinja": "[[ name ]]\n",
}
NEW = {
    "copier.yml": "_subdirectory: project\n_templates_suffix: .tmpl\n_envops: {}\n"
    'name: {type: str, default: ada}\nslug: {type: str, default: "{{ name }}-x"}\n',
    RECORD: None,
    "project/{{ _copier_conf.answers_file }}.tmpl": "{{ _copier_answers | to_nice_yaml }}",
    "project/src/[[ name ]]/main.py.tmpl": None,
    "project/src/{{ name }}/main.py.tmpl": lines(
        9, l1="# {{ '{{' }} kept }} of {{ name }}", l9="n"
    ),
    "project/[% if slug == 'ada-x' %]ci.yml[% endif %].tmpl": None,
    "project/plain.jinja": "[[ name ]]\n",
}


def template(folder: Path, *releases: Mapping[str, str | None]) -> str:
    init(folder)
    for number, files in enumerate(releases, 1):
        write(folder, files)
        record(folder, f"v{number}")
        git(folder, "tag", f"v{number}")
    return str(folder)


def test_brackets_render_in_contents_in_names_and_in_defaults(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    with Templates() as templates:
        version = templates.open(template(tmp_path / "t", OLD)).version("v1")
        files = copier_internal.render(version, RenderRequest({"name": "ada"})).files
        assert set(files) == {".copier-answers.yml", "ci.yml", "plain.jinja", "src/ada/main.py"}
        assert files["ci.yml"][1] == b"x: ${{ y }} ada-x\n"
        assert files["src/ada/main.py"][1].startswith(b"# {{ kept }} of ada\n")
        assert b"slug: ada-x\n" in files[".copier-answers.yml"][1]
        with pytest.raises(NotReady, match="Copier 5"):
            copier_public.render(version, RenderRequest({"name": "ada"}))


@pytest.mark.parametrize(
    "files",
    [
        {**OLD, "copier.yml": f"{OLD['copier.yml']}_envops: {{}}\n"},
        {**OLD, RECORD: None, "project/{{ _copier_conf.answers_file }}.tmpl": "x: 1\n"},
    ],
    ids=["settings for Jinja", "no such name"],
)
def test_brackets_stay_text_elsewhere(tmp_path: Path, files: Mapping[str, str | None]) -> None:
    (tmp_path / "t").mkdir()
    known = {path: content for path, content in files.items() if content is not None}
    with Templates() as templates:
        version = templates.open(template(tmp_path / "t", dict(known))).version("v1")
        found = copier_internal.render(version, RenderRequest({"name": "ada"})).files
        assert found["plain"][1] == b"[[ name ]]\n"
        assert "src/[[ name ]]/main.py.tmpl" in found


def rendered_then(folder: Path, source: str) -> Path:
    """Return a repo as Copier 5 made it, with an edit."""
    init(folder)
    main = lines(9, l1="# {{ kept }} of ada", l5="mine")
    answers = f"_commit: v1\n_src_path: {source}\nname: ada\nslug: ada-x\n"
    files = {".copier-answers.yml": answers, "src/ada/main.py": main, "plain.jinja": "[[ name ]]\n"}
    write(folder, {**files, "ci.yml": "x: ${{ y }} ada-x\n"})
    record(folder, "Start")
    return folder


def test_an_update_from_such_a_version_keeps_edits_and_makes_no_file_in_brackets(
    tmp_path: Path,
) -> None:
    for name in ("t", "repo"):
        (tmp_path / name).mkdir()
    repo = rendered_then(tmp_path / "repo", template(tmp_path / "t", OLD, NEW))
    assert update(repo).status == "clean"
    expected = lines(9, l1="# {{ kept }} of ada", l5="mine", l9="n")
    assert (repo / "src/ada/main.py").read_text() == expected
    assert not [path for path in repo.rglob("*") if "[" in path.name]
    assert not (repo / "ci.yml").exists()


def test_copier_is_not_let_run_the_tasks_of_such_a_version(tmp_path: Path) -> None:
    for name in ("t", "repo"):
        (tmp_path / name).mkdir()
    new = {**NEW, "copier.yml": f"{NEW['copier.yml']}_tasks: [touch made]\n"}
    repo = rendered_then(tmp_path / "repo", template(tmp_path / "t", OLD, new))
    with pytest.raises(NotReady, match="Copier 5") as raised:
        update(repo, options=UpdateOptions(trust=True))
    assert "copier<6" in raised.value.hint
    assert git(repo, "status", "--porcelain") == ""

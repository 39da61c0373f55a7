"""Which files a template changed between two versions, told by the names of its own files."""

from pathlib import Path

import pytest

from modelyard.errors import Unreachable
from modelyard.template.changed import changes
from modelyard.template.source import Templates
from tests.repos import git
from tests.tool.worlds import commit, init, write

NAMES = {
    "template/plain.toml": ["plain.toml"],
    "template/README.md.jinja": ["README.md"],
    "template/src/{{ package }}/__init__.py.jinja": ["src/churn/__init__.py"],
    "template/{% if ci == 'github' %}.github{% endif %}/ci.yml": [".github/ci.yml"],
    "template/[% if docs %]mkdocs.yml[% endif %].jinja": ["mkdocs.yml"],
    "template/[[ name ]].cfg": ["churn.cfg"],
}


@pytest.mark.parametrize("folder", ["template", ""])
def test_the_names_of_a_template(tmp_path: Path, folder: str) -> None:
    root = tmp_path / "template"
    init(root)
    write(root, {"copier.yml": f"_subdirectory: {folder}\n" if folder else "x: 1\n"})
    inside = {name.removeprefix("template/" if not folder else ""): name for name in NAMES}
    write(root, {name: "1\n" for name in [*inside, "plain.toml.orig", "docs/README.md"]})
    commit(root)
    git(root, "tag", "v1")
    with Templates() as templates:
        for name, known in inside.items():
            write(root, {name: f"{name}\n"})
            commit(root)
            git(root, "tag", "--force", "v2")
            template = templates.open(f"{root}")
            is_changed = changes(template, "v1", git(root, "rev-parse", "HEAD").strip())
            assert [path for path in NAMES[known] if not is_changed(path)] == []
            assert not is_changed("docs/README.md") and not is_changed("other/plain.toml")
        with pytest.raises(Unreachable):
            changes(template, "v1", "v9")


def test_a_file_of_the_same_name_beside_the_template_is_not_meant(tmp_path: Path) -> None:
    root = tmp_path / "template"
    init(root)
    write(root, {"copier.yml": "_subdirectory: template\n", "README.md": "1\n"})
    write(root, {"template/README.md.jinja": "1\n"})
    commit(root)
    git(root, "tag", "v1")
    write(
        root,
        {"copier.yml": "_subdirectory: template\n# more\n", "README.md": "2\n", "ci.yml": "2\n"},
    )
    commit(root)
    git(root, "tag", "v2")
    with Templates() as templates:
        is_changed = changes(templates.open(str(root)), "v1", "v2")
    assert not is_changed("README.md") and not is_changed("ci.yml")

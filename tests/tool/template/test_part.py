"""Of a template that is a folder of its repository, only that folder is checked out."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import copier
import pytest

from modelyard.errors import Unreachable
from modelyard.render.render import render
from modelyard.render.request import RenderRequest
from modelyard.template.source import Templates, Version
from tests.tool.worlds import commit, git, write

ANSWERS = "{{ _copier_answers|to_nice_yaml }}"
FILES: Mapping[str, str | bytes | None] = {
    "copier.yml": "_subdirectory: template\nkind: {type: str, default: blue}\n",
    "README.md": "# The suite\n",
    "docs/deep/page.md": "docs\n",
    "parts/blue.txt": "of the part {{ kind }}\n",
    "template/{{_copier_conf.answers_file}}.jinja": ANSWERS,
    "template/plain.txt": "plain\n",
    "template/deep/mixed.txt.jinja": "{% include 'parts/' ~ kind ~ '.txt' %}",
}


class Suite:
    """A repository of a template, and the versions that one process opens."""

    def __init__(self, folder: Path, templates: Templates) -> None:
        self.folder, self.templates = folder, templates
        git(folder.parent, "init", "--quiet", "--initial-branch", "main", str(folder))

    def version(self, files: Mapping[str, str | bytes | None], name: str = "v1.0.0") -> Version:
        """Commit and tag files, and check that version out."""
        write(self.folder, files)
        commit(self.folder)
        git(self.folder, "tag", name)
        return self.templates.open(str(self.folder)).version(name)

    def by_copier(self, target: Path, name: str = "v1.0.0") -> dict[str, bytes]:
        """Return what Copier renders, the answers file aside."""
        copier.run_copy(str(self.folder), target, vcs_ref=name, defaults=True, quiet=True)
        found = (path for path in target.rglob("*") if path.is_file())
        files = {path.relative_to(target).as_posix(): path.read_bytes() for path in found}
        return {path: content for path, content in files.items() if "answers" not in path}


@pytest.fixture
def suite(tmp_path: Path) -> Iterator[Suite]:
    with Templates(tmp_path / "cache") as templates:
        yield Suite(tmp_path / "suite", templates)


def rendered(version: Version) -> dict[str, bytes]:
    files = render(version, RenderRequest({})).files
    return {path: content for path, (_, content) in files.items() if "answers" not in path}


def tops(version: Version) -> set[str]:
    return {path.name for path in version.checkout.iterdir()}


def test_the_folder_that_is_rendered_and_the_files_at_the_top_are_there(suite: Suite) -> None:
    version = suite.version(FILES)
    assert tops(version) == {"copier.yml", "README.md", "template"}


def test_a_folder_that_a_file_includes_follows(suite: Suite, tmp_path: Path) -> None:
    version = suite.version(FILES)
    assert rendered(version) == suite.by_copier(tmp_path / "copied")
    assert tops(version) == {"copier.yml", "README.md", "template", "parts"}


def test_the_next_version_is_checked_out_in_part_too(suite: Suite, tmp_path: Path) -> None:
    suite.version(FILES)
    changed = {"parts/blue.txt": "new\n", "template/plain.txt": "new\n", "docs/more.md": "more\n"}
    version = suite.version(changed, "v2.0.0")
    assert "docs" not in tops(version)
    assert rendered(version) == suite.by_copier(tmp_path / "copied", "v2.0.0")


def test_a_version_that_moves_to_another_folder_is_rendered_from_there(
    suite: Suite, tmp_path: Path
) -> None:
    suite.version(FILES)
    moved = {
        "copier.yml": "_subdirectory: elsewhere/inside\nkind: {type: str, default: blue}\n",
        "elsewhere/inside/only.txt": "only\n",
    }
    version = suite.version(moved, "v2.0.0")
    assert rendered(version) == suite.by_copier(tmp_path / "copied", "v2.0.0")
    assert rendered(version) == {"only.txt": b"only\n"}


@pytest.mark.parametrize(
    "named",
    [
        "_subdirectory: '{{ kind }}'",
        "_subdirectory: ''",
        "_subdirectory: ./template",
        "_subdirectory: docs/../template",
        "_subdirectory: >-\n  template",
        "text: |\n  _subdirectory: docs\n_subdirectory: template",
        "text:\n  default: |\n\n_subdirectory: docs\n---\n_subdirectory: template",
        "!include parts/more.yml",
    ],
)
def test_what_is_rendered_is_what_copier_renders_however_the_folder_is_named(
    suite: Suite, tmp_path: Path, named: str
) -> None:
    start = "" if named.startswith("!") else "kind: {type: str, default: blue}\n"
    files = {**FILES, "copier.yml": f"{start}{named}\n", "blue/a.txt": "a\n"}
    more = "kind: {type: str, default: blue}\n_subdirectory: template\n"
    version = suite.version({**files, "parts/more.yml": more})
    assert rendered(version) == suite.by_copier(tmp_path / "copied")


def test_beside_a_link_all_is_there(suite: Suite, tmp_path: Path) -> None:
    (suite.folder / "template").mkdir()
    (suite.folder / "template" / "page.md").symlink_to("../docs/deep/page.md")
    version = suite.version(FILES)
    assert "docs" in tops(version)
    assert rendered(version) == suite.by_copier(tmp_path / "copied")


def test_a_folder_that_comes_later_with_a_link_brings_all(suite: Suite, tmp_path: Path) -> None:
    (suite.folder / "parts").mkdir(parents=True)
    (suite.folder / "parts" / "blue.txt").symlink_to("../docs/deep/page.md")
    version = suite.version({k: v for k, v in FILES.items() if k != "parts/blue.txt"})
    assert rendered(version) == suite.by_copier(tmp_path / "copied")


def test_a_folder_whose_name_is_a_pattern_is_found(suite: Suite, tmp_path: Path) -> None:
    version = suite.version(
        {
            **FILES,
            "[a]*/b.txt": "odd\n",
            "template/deep/mixed.txt.jinja": "{% include '[a]*/b.txt' %}",
        }
    )
    assert rendered(version) == suite.by_copier(tmp_path / "copied")


def test_what_is_in_no_folder_may_be_missing(suite: Suite, tmp_path: Path) -> None:
    text = "{% include ['none/at-all.txt', './README.md'] %}{% include 'x/y' ignore missing %}"
    version = suite.version({**FILES, "template/deep/mixed.txt.jinja": text})
    assert rendered(version) == suite.by_copier(tmp_path / "copied")


def test_a_folder_that_a_damaged_clone_lacks_is_told(suite: Suite) -> None:
    version = suite.version(FILES)
    lost = git(suite.folder, "rev-parse", "HEAD:parts/blue.txt").strip()
    (suite.folder / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    with pytest.raises(Unreachable, match="cannot be checked out"):
        rendered(version)


def test_a_trusted_template_has_all_of_it(suite: Suite) -> None:
    version = suite.version(FILES)
    render(version, RenderRequest({}, trusted=True))
    assert "docs" in tops(version)

"""Which files hold starter text, and which never do."""

import pytest

from modelyard.update.resolution.starter_files import StarterKind, starter_kind

PROSE = """
README.md readme README.rst CHANGELOG.txt CONTRIBUTING.md data/README.md .github/CONTRIBUTING.md
docs/index.md doc/guide/start.rst docs/getting-started.adoc
"""
EXAMPLES = """
src/pkg/example_module.py src/pkg/my_example.py tests/test_example_module.py
tests/pkg/test_example.py examples/plot.py docs/examples/deep/run.py
"""
OTHERS = """
.github/workflows/ci.yml .github/ISSUE_TEMPLATE/bug_report.md .github/PULL_REQUEST_TEMPLATE.md
.github/copilot-instructions.md .gitlab/merge_request_templates/README.md .gitignore
.pre-commit-config.yaml pyproject.toml Makefile Dockerfile params.yaml uv.lock requirements.txt
docs/requirements.txt docs/conf.py docs/gen_ref_nav.py docs/Makefile mkdocs.yml
scripts/example_release.py examples/conftest.py examples/noxfile.py examples/run.sh
examples/run.ipynb LICENSE LICENSE.md docs/license.md NOTICE.txt SECURITY.md CODE_OF_CONDUCT.md
docs/code_of_conduct.rst AGENTS.md CLAUDE.md docs/prompts/answer.md src/pkg/prompt.md notes.md
src/pkg/cli.py src/pkg/__init__.py tests/test_cli.py
"""


@pytest.mark.parametrize("path", PROSE.split())
def test_prose(path: str) -> None:
    assert starter_kind(path) is StarterKind.PROSE


@pytest.mark.parametrize("path", EXAMPLES.split())
def test_examples(path: str) -> None:
    assert starter_kind(path) is StarterKind.PYTHON


@pytest.mark.parametrize("path", [*OTHERS.split(), ""])
def test_nothing_else(path: str) -> None:
    assert starter_kind(path) is None

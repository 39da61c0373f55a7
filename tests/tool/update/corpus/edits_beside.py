"""Edits of what the template changes too, and beside that: only what two disagree on is left."""

from tests.tool.update.corpus.kinds import ANY, Work, kind
from tests.tool.update.corpus.version import SOURCE

PROJECT, CI, SCHEMA = "pyproject.toml", ".github/workflows/ci.yml", "config/schema.json"
CONTAINER, HOOKS, MODEL = (
    ".devcontainer/devcontainer.json",
    ".pre-commit-config.yaml",
    f"{SOURCE}/model.py",
)


@kind("disagrees about one requirement, and changes more of pyproject.toml", conflict=ANY)
def toml_in_part(work: Work) -> None:
    work.edit(PROJECT, r"scikit-learn>=1\.\d", "scikit-learn<1.3")
    work.edit(PROJECT, r'^    "typer>=0\.12",$', r'\g<0>\n    "mine>=1",')
    work.edit(PROJECT, "^warn_unused_ignores = true$", "warn_unused_ignores = false")
    work.text_stays("scikit-learn<1.3", PROJECT)
    work.merges_beside('"mine>=1"', PROJECT)
    work.merges_beside("warn_unused_ignores = false", PROJECT)
    work.merges_beside('"D213"', PROJECT, ("12", "13"))
    work.merges_beside('"uvicorn>=0.30"', PROJECT, ("23", "13"))


@kind("disagrees about one value of a workflow, and changes more of it", conflict=("12", "13"))
def yaml_in_part(work: Work) -> None:
    work.edit(CI, r"timeout-minutes: \d+", "timeout-minutes: 90")
    work.edit(CI, "LEVEL: basic", "LEVEL: mine")
    work.edit(CI, "contents: read$", r"\g<0>\n  packages: read")
    work.text_stays("timeout-minutes: 90", CI)
    work.merges_beside("LEVEL: mine", CI)
    work.merges_beside("packages: read", CI)
    work.merges_beside("actions/cache@v4", CI)
    work.merges_beside("make coverage", CI, ("23", "13"))


@kind("disagrees about one list of JSON, and changes more of it", conflict=("23", "13"))
def json_in_part(work: Work) -> None:
    work.edit(SCHEMA, r'"required": \[.*\]', '"required": ["customer", "score", "mine"]')
    work.edit(SCHEMA, '"title": "scores"', '"title": "mine"')
    work.edit(SCHEMA, r'^    "customer": .*$', r'\g<0>\n    "mine": {"type": "null"},')
    work.text_stays('"score", "mine"]', SCHEMA)
    work.merges_beside('"title": "mine"', SCHEMA)
    work.merges_beside('"mine": {"type": "null"}', SCHEMA)
    work.merges_beside('"reason": ', SCHEMA)


@kind("disagrees about one line of a module, and changes more of it", conflict=("12", "13"))
def python_in_part(work: Work) -> None:
    work.edit(MODEL, r"predict_shift = value \+ \d+", "predict_shift = value + 77")
    work.edit(MODEL, r"fit_shift = value \+ \d+", "fit_shift = value + 66")
    work.text_stays("predict_shift = value + 77", MODEL)
    work.merges_beside("fit_shift = value + 66", MODEL)
    work.merges_beside("rank_shift", MODEL, ("23", "13"))


@kind("writes a comment above a value that the template changes")
def comment_above(work: Work) -> None:
    work.edit("params.yaml", "^  threshold: ", r"  # mine, agreed in May\n\g<0>")
    work.edit("Makefile", "^\t.venv/bin/pytest", r"\t# mine, all of them\n\g<0>")
    work.merges_beside("  # mine, agreed in May\n  threshold: 0.6", "params.yaml")
    work.merges_beside("\t# mine, all of them\n", "Makefile")


@kind("writes a comment behind a value that the template changes")
def comment_behind(work: Work) -> None:
    work.edit("params.yaml", r"^  threshold: \S+$", r"\g<0>  # mine, agreed in May")
    work.merges_beside("# mine, agreed in May", "params.yaml")


@kind("says behind a list in one line why it is so, and adds to it", conflict=("12", "13"))
def comment_behind_list(work: Work) -> None:
    work.edit(PROJECT, r"^(ignore = .*)\]$", r'\1, "E501"]  # mine, and no others')
    work.text_stays('"E501"]  # mine, and no others', PROJECT)


@kind("puts an ignore file in another order")
def ignored_sorted(work: Work) -> None:
    lines = sorted(work.text(".gitignore").splitlines(keepends=True))
    work.write(".gitignore", "".join(lines))
    work.order_stays([line for line in lines if line != "*.tmp\n"], ".gitignore")


@kind("puts the requirements in another order")
def requirements_sorted(work: Work) -> None:
    work.edit(
        PROJECT,
        r'^    "numpy>=1.26",\n    "pandas>=2.2",$',
        '    "pandas>=2.2",\n    "numpy>=1.26",',
    )
    work.order_stays(['"pandas>=2.2"', '"numpy>=1.26"'], PROJECT)


@kind("rewrites starter text that the template rewords later")
def starter_text(work: Work) -> None:
    text = work.text("README.md")
    start, end = text.index("Data comes"), text.index("## Who answers")
    mine = "Mine: nightly imports feed one gradient model per country.\n\n"
    work.write("README.md", text[:start] + mine + text[end:])
    work.merges_beside(mine, "README.md")


@kind("removes hooks of which the template raises the revision")
def hooks_removed(work: Work) -> None:
    text = work.text(HOOKS)
    work.write(HOOKS, text[: text.index("  - repo: https://github.com/astral-sh")])
    work.text_is_gone("ruff-pre-commit", HOOKS)


@kind("comments on a JSON file, and adds to it, where the template changes it")
def json_comment(work: Work) -> None:
    work.edit(CONTAINER, '^  "image"', r'  // mine, the small one\n  "mounts": [],\n\g<0>')
    work.merges_beside('  // mine, the small one\n  "mounts": [],\n', CONTAINER)


@kind("gives names in a list settings, as the template does with others")
def names_with_settings(work: Work) -> None:
    work.edit("mkdocs.yml", "^  - search$", "  - search:\n      lang: mine")
    work.edit("mkdocs.yml", "^  - admonition$", "  - admonition\n  - mine")
    work.merges_beside("  - search:\n      lang: mine\n", "mkdocs.yml")
    work.merges_beside("  - mine\n", "mkdocs.yml")
    work.merges_beside("closest: true", "mkdocs.yml")

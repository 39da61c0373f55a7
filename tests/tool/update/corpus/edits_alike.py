"""Edits that have in part what the template brings, and what only looks so."""

from types import ModuleType

from tests.tool.update.corpus import second, third
from tests.tool.update.corpus.kinds import ANY, Work, kind

PROJECT, LICENCE, RELEASE = "pyproject.toml", "LICENSE", ".github/workflows/release.yml"
TYPER = r'^    "typer>=0\.12",$'
LEARN = r'    "scikit-learn>=1\.\d",\n'


@kind("has written what the template writes, and a line more beside it")
def alike_and_more(work: Work) -> None:
    work.edit(LICENCE, "^Ask before .*$", "Ask before you copy or quote.\nMine: by letter.")
    work.merges_beside("Mine: by letter.\n", LICENCE)


@kind("has written another thing than the template, and a line more", conflict=("12", "13"))
def otherwise_and_more(work: Work) -> None:
    work.edit(LICENCE, "^Ask before .*$", "Ask before you copy or sell.\nMine: by letter.")
    work.text_stays("copy or sell.\nMine: by letter.\n", LICENCE)


@kind("adds a file that the template adds too, with a line changed", conflict=ANY)
def added_and_changed(work: Work) -> None:
    path, version = _added(work)
    work.write(path, str(version.ADDED[path]).replace("\n\n", "\n\nMine: ", 1))
    work.text_stays("\n\nMine: ", path)


@kind("rewrites a file that the template deletes")
def deleted_and_rewritten(work: Work) -> None:
    path = _deleted(work)
    work.write(path, "[ours]\nnumber = 7\n")
    work.bytes_stay(b"[ours]\nnumber = 7\n", path)
    work.decided.append(path)


@kind("rewrites half of a file that the template deletes", conflict=ANY)
def deleted_and_half_rewritten(work: Work) -> None:
    path = _deleted(work)
    half = work.text(path).splitlines(keepends=True)[2:]
    work.write(path, "".join(["number = 7\n", *half]))
    work.text_stays("number = 7\n", path)


@kind("adds a dependency that the template adds too, at a higher version")
def pin_of_both_added(work: Work) -> None:
    work.edit(PROJECT, TYPER, r'\g<0>\n    "uvicorn>=0.34",')
    work.merges_beside('"uvicorn>=0.34"', PROJECT)


@kind("adds a dependency that the template adds too, of another form", conflict=("23", "13"))
def pin_of_both_added_otherwise(work: Work) -> None:
    work.edit(PROJECT, TYPER, r'\g<0>\n    "uvicorn<0.34",')
    work.text_stays('"uvicorn<0.34"', PROJECT)


@kind("moves a pin that the template raises, and adds another one beside it")
def pin_moved(work: Work) -> None:
    work.edit(PROJECT, LEARN, "")
    raised = "1.5" if work.step == "23" else "1.4"
    new = f'dependencies = [\n    "mine>=1",\n    "scikit-learn>={raised}",'
    work.edit(PROJECT, r"^dependencies = \[$", new)
    work.merges_beside('"mine>=1",\n    "scikit-learn', PROJECT)


@kind("moves a pin that the template raises, and fixes it", conflict=ANY)
def pin_moved_and_fixed(work: Work) -> None:
    work.edit(PROJECT, LEARN, "")
    work.edit(PROJECT, r"^dependencies = \[$", r'\g<0>\n    "scikit-learn==1.3.7",')
    work.text_stays("scikit-learn==1.3.7", PROJECT)


@kind("gives a name to the step whose action the template raises")
def step_named(work: Work) -> None:
    step = "      - name: Get it\n        uses: actions/checkout@"
    work.edit(RELEASE, "^      - uses: actions/checkout@", step)
    work.merges_beside(step, RELEASE)


@kind("uses another action in the step whose action the template raises", conflict=("12", "13"))
def step_of_another_action(work: Work) -> None:
    work.edit(RELEASE, "^      - uses: actions/checkout@.*", "      - uses: mine/checkout@v4")
    work.text_stays("mine/checkout@v4", RELEASE)


def _added(work: Work) -> tuple[str, ModuleType]:
    return ("docs/operations.md", third) if work.step == "23" else ("docs/security.md", second)


def _deleted(work: Work) -> str:
    return ".settings.local.toml" if work.step == "23" else "docs/onboarding.md"

"""Laws 6, 8 and 12: what yours files import, what hooks and CI call, what no file names."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import yaml

from tests.repos import git
from tests.template.owners import yours
from tests.template.questions import SUITE, choices, config, contents, parse, rendered
from tools.interpreters import interpreters

FRAMEWORKS = {"zenml", "mlflow", "dvc"}
# The only files of a generated repo that know which package manager it has.
KNOW_UV = {
    ".gitignore",
    "Makefile",
    "pyproject.toml",
    "requirements.lock",
}
# In parts, or this file would name them too.
INDEXES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("files", "pythonhosted", "org"),
        ("pypi", "io"),
        ("registry", "npmjs", "org"),
        ("anaconda", "org"),
        ("anaconda", "com"),
        ("crates", "io"),
    )
]


@pytest.fixture(scope="module", params=choices("task"))
def made(
    request: pytest.FixtureRequest, suite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A render for each task."""
    return rendered(suite, tmp_path_factory.mktemp("laws") / "repo", task=request.param)


def imports(source: str) -> set[str]:
    """Return the top-level modules that a file imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module).partition(".")[0])
    return found


def test_yours_files_import_no_framework(made: Path) -> None:
    code = [path for path in yours(made) if path.endswith(".py")]
    assert len(code) >= 5
    for path in code:
        assert not imports((made / path).read_text("utf-8")) & FRAMEWORKS, path


def test_an_import_is_seen_wherever_it_is() -> None:
    assert imports("def f():\n    from mlflow.models import x") & FRAMEWORKS
    assert imports("import dvc.repo as d") & FRAMEWORKS
    assert not imports("from .mlflow import dvc\nimport mlflows") & FRAMEWORKS


def test_hooks_call_what_is_in_the_environment(made: Path) -> None:
    for root in (SUITE, made):
        (source,) = parse(root / ".pre-commit-config.yaml")["repos"]
        assert source["repo"] == "local"
        for hook in source["hooks"]:
            assert hook["language"] == "system"
            assert hook["entry"].startswith((".venv/bin/", ".venv-library/bin/")), hook["id"]


def test_ci_calls_verbs(made: Path) -> None:
    workflow = parse(made / ".github/workflows/ci.yml")
    makefile = (made / "Makefile").read_text("utf-8")
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    commands = [step["run"] for step in steps if "run" in step]
    verbs = workflow["jobs"]["verify"]["strategy"]["matrix"]["verb"]
    assert commands == ["make setup", 'make "$VERB"']
    assert verbs == ["check", "test", "train"]
    for verb in ("setup", *verbs):
        assert re.search(rf"^[\w ]*\b{verb}\b[\w ]*:", makefile, re.M), verb


def test_few_files_know_the_package_manager(made: Path) -> None:
    texts = {p: data for p, data in contents(made).items() if not p.endswith((".zip", ".whl"))}
    known = {path for path, data in texts.items() if re.search(rb"\buv\b", data)}
    assert known == KNOW_UV


def test_no_file_names_a_package_index(made: Path) -> None:
    assert naming_an_index(made, list(contents(made))) == []


def test_no_file_of_the_suite_names_a_package_index() -> None:
    listed = git(SUITE, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    assert naming_an_index(SUITE, [name for name in listed.split("\0") if name]) == []


def test_a_file_that_names_a_package_index_is_found(tmp_path: Path) -> None:
    text = f"--index-url https://{INDEXES[0]}/simple\n"
    (tmp_path / "lock").write_text(text, "utf-8")
    with ZipFile(tmp_path / "a.whl", "w", ZIP_DEFLATED) as wheel:
        wheel.writestr("module.py", text)
    assert naming_an_index(tmp_path, ["lock", "a.whl"]) == ["lock", "a.whl"]


def naming_an_index(root: Path, names: list[str]) -> list[str]:
    hosts = re.compile("|".join(map(re.escape, INDEXES)).encode())
    files = [name for name in names if (root / name).is_file()]
    return [name for name in files if any(map(hosts.search, texts(root / name)))]


def texts(path: Path) -> Iterator[bytes]:
    """Yield what a file says: a wheel what its members do."""
    if path.suffix == ".whl":
        with ZipFile(path) as wheel:
            yield from map(wheel.read, wheel.namelist())
    else:
        yield path.read_bytes()


def test_all_files_mean_the_same_pythons(made: Path) -> None:
    supported = config()["python_version"]["choices"]
    first, last = supported[0], int(supported[-1].partition(".")[2])
    span = f">={first},<3.{last + 1}"
    assert supported == [f"3.{minor}" for minor in range(int(first[2:]), last + 1)]
    assert set(interpreters()) <= set(supported)
    for root in (SUITE, made):
        project = parse(root / "pyproject.toml")
        assert project["project"]["requires-python"] == span
        assert project["tool"]["ruff"]["target-version"] == f"py{first.replace('.', '')}"
        makefile = (root / "Makefile").read_text("utf-8")
        assert f"SUPPORTED := {span}\n" in makefile
    assert f"--python-version {first} " in (SUITE / "Makefile").read_text("utf-8")
    for compiling in ("tools/lock.py", "library/src/modelyard_platform/relock.py"):
        assert f'"--python-version", "{first}"' in (SUITE / compiling).read_text("utf-8")
    library = parse(SUITE / "library" / "pyproject.toml")
    assert library["project"]["requires-python"] == span
    assert library["tool"]["mypy"]["python_version"] == first
    workflow = yaml.safe_load((SUITE / ".github/workflows/ci.yml").read_text("utf-8"))
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == supported
    assert (made / ".python-version").read_text("utf-8").strip() in supported

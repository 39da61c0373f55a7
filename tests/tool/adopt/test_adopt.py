"""Adoption: what it finds, what it adds, what it leaves alone, and that updates work afterwards."""

import io
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.plain_text import PlainTextOutput

from modelyard.adopt.one_repo import adopt, propose
from modelyard.adopt.result import AdoptResult
from modelyard.cli.json_output import plain
from modelyard.errors import BadAnswer, BadTemplate, NotReady, Refused, Usage
from modelyard.render.render import render
from modelyard.render.request import RenderRequest
from modelyard.template.source import Templates
from modelyard.update import update
from tests.conftest import Render
from tests.repos import Repo, git, link_environment, machine
from tests.template.long_runs import LONG
from tests.tool import wheels
from tests.tool.adopt import adopted
from tests.tool.adopt.adopted import CRUFT, HAND_MADE, POETRY, commit, identify, run_tests

RECORD = ".copier-answers.yml"
Make = Callable[..., Path]


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return adopted.template(tmp_path_factory.mktemp("standard") / "template")


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make a repo with these files: `make(HAND_MADE)`."""

    def made(files: Mapping[str, str | bytes], name: str = "repo", remote: str = "") -> Path:
        folder = tmp_path / name
        commit(folder, files)
        if remote:
            git(folder, "remote", "add", "origin", remote)
        return folder

    return made


def answers(plan: Any) -> dict[str, Any]:
    return {one.question: one.value for one in plan.answers}


def sources(plan: Any) -> dict[str, str]:
    return {one.question: one.source for one in plan.answers}


def held(plan: Any) -> dict[str, str]:
    """Each file that is held back, with the reason."""
    return {
        path: notice.text for notice in plan.held_back for path in notice.lines or (notice.path,)
    }


def taken(folder: Path, branch: str = "modelyard/adopt") -> None:
    git(folder, "switch", "--quiet", branch)


def everything(folder: Path) -> tuple[str, ...]:
    """What git and the folder hold."""
    place = sorted(str(p) for p in folder.rglob("*") if ".git/" not in f"{p}/")
    refs = git(folder, "for-each-ref"), git(folder, "status", "--porcelain", "--ignored")
    return (*place, *refs, git(folder, "rev-parse", "HEAD"))


# What is found ----------------------------------------------------------------------------------


def test_a_hand_made_repo_tells_its_answers(make: Make, standard: Path) -> None:
    plan = propose(make(HAND_MADE, remote="git@github.com:team/churn.git"), str(standard))
    assert answers(plan) == {
        "project_name": "Churn model",
        "project_slug": "churn-model",
        "package": "churn",
        "description": "Tells which customers leave.",
        "owner": "Pricing team",
        "email": "pricing@example.com",
        "license": "mit",
        "python_version": "3.13",
        "ci": "github",
        "repo_url": "https://github.com/team/churn",
        "tracking_uri": "",
        "dvc_remote": "",
        "use_docker": True,
    }
    found = sources(plan)
    assert found["project_name"] == "README.md, its heading"
    assert found["project_slug"] == "setup.py name"
    assert found["python_version"] == ".github/workflows/test.yml"
    assert found["repo_url"] == "git remote"
    assert found["dvc_remote"] == found["use_docker"] == "default"


def test_a_poetry_repo_tells_its_answers(make: Make, standard: Path) -> None:
    plan = propose(make(POETRY), str(standard))
    found = answers(plan)
    assert found["project_name"] == "Price oracle"
    assert found["project_slug"] == "price-oracle"
    assert found["package"] == "oracle"
    assert found["owner"] == "Ada Byron"
    assert found["email"] == "ada@example.com"
    assert found["license"] == "apache-2.0"
    assert found["python_version"] == "3.12"
    assert found["ci"] == "gitlab"
    assert found["dvc_remote"] == "s3://houses/dvc"
    assert found["tracking_uri"] == "https://mlflow.example.com/base"
    assert sources(plan)["dvc_remote"] == ".dvc/config"


def test_a_cookiecutter_repo_tells_its_answers(make: Make, standard: Path) -> None:
    plan = propose(make(CRUFT), str(standard))
    found = answers(plan)
    assert found["project_name"] == "Fraud Radar"
    assert found["package"] == "fraud"
    assert found["owner"] == "Bob"
    assert found["license"] == "apache-2.0"
    assert found["use_docker"] is False
    assert sources(plan)["license"] == ".cruft.json open_source_license"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".cookiecutterrc", "default_context:\n    owner: Rita\n    _template: x\n"),
        (".cookiecutter.json", '{"owner": "Rita"}'),
        ("cookiecutter_replay.json", '{"cookiecutter": {"owner": "Rita"}}'),
    ],
)
def test_cookiecutter_without_cruft(make: Make, standard: Path, path: str, content: str) -> None:
    plan = propose(make({path: content}), str(standard))
    assert answers(plan)["owner"] == "Rita"
    assert sources(plan)["owner"] == f"{path} owner"


@pytest.mark.parametrize(
    ("files", "version", "source"),
    [
        ({".python-version": "3.11.7\n"}, "3.11", ".python-version"),
        ({"Dockerfile": "FROM python:3.13-slim\n"}, "3.13", "Dockerfile"),
        (
            {"pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.13"\n'},
            "3.13",
            "pyproject.toml [project] requires-python",
        ),
        (
            {"pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.8"\n'},
            "3.12",
            "pyproject.toml [project] requires-python",
        ),
        (
            {"pyproject.toml": "[tool.poetry]\nname = 'x'\ndependencies.python = '^3.13'\n"},
            "3.13",
            "pyproject.toml [tool.poetry] requires-python",
        ),
        ({".python-version": "3.8\n"}, "3.12", "default"),
        ({"setup.py": "setup(python_requires='<3')\n"}, "3.12", "default"),
    ],
)
def test_python_is_a_choice_of_the_template(
    make: Make, standard: Path, files: dict[str, str], version: str, source: str
) -> None:
    plan = propose(make(files), str(standard))
    assert (answers(plan)["python_version"], sources(plan)["python_version"]) == (version, source)


def test_an_answer_that_the_template_does_not_take_is_dropped_and_named(
    make: Make, standard: Path
) -> None:
    files = {
        "README.md": "# Stop it!\n",
        "setup.py": "import setuptools\nsetuptools.setup(name='stop it!')",
    }
    found = adopt(make(files, "stop-it"), str(standard), dry_run=True)
    assert answers(found.plan)["project_name"] == "Stop it"
    reasons = [notice.text for notice in found.notices]
    assert any("'Stop it!': no exclamation marks" in reason for reason in reasons)


def test_a_person_goes_before_what_is_found(make: Make, standard: Path) -> None:
    plan = propose(make(HAND_MADE), str(standard), data={"owner": "Me", "ci": "gitlab"})
    assert answers(plan)["owner"] == "Me"
    assert answers(plan)["ci"] == "gitlab"
    assert sources(plan)["owner"] == "--data"


def test_only_what_could_not_be_found_is_asked(make: Make, standard: Path) -> None:
    keys = "\r" + "https://mlflow.example.com\r" + "\r"
    with terminal((keys, "")) as shown:
        plan = propose(make(HAND_MADE), str(standard), interactive=True, data={"dvc_remote": ""})
    assert asked(shown) == ["repo_url", "tracking_uri", "use_docker"]
    assert sources(plan)["tracking_uri"] == "asked"
    assert answers(plan)["tracking_uri"] == "https://mlflow.example.com"


def test_a_person_is_asked_again_until_the_template_takes_the_answer(
    make: Make, tmp_path: Path
) -> None:
    questions = adopted.QUESTIONS.replace("default: My project", "default: '!'") + (
        'budget: {type: int, validator: "{% if budget > 99 %}too much money{% endif %}"}\n'
    )
    template = adopted.template(tmp_path / "template", questions)
    repo = make(HAND_MADE)
    replies = [
        ("\r\r\r\rnone\r", "Invalid input"),
        ("\x7f" * 4 + "120\r", "too much money"),
        ("\x7f" * 3 + "12\r", ""),
    ]
    with terminal(*replies):
        assert answers(propose(repo, str(template), interactive=True))["budget"] == 12
    with pytest.raises(BadAnswer, match="budget") as missing:
        propose(repo, str(template))
    assert missing.value.question == "budget"


def test_data_for_no_question_is_refused(make: Make, standard: Path) -> None:
    with pytest.raises(Usage, match="colour"):
        propose(make(HAND_MADE), str(standard), data={"colour": "red"})


def test_what_only_prose_and_code_tell(make: Make, standard: Path) -> None:
    url = "https://bob:hunter2@mlflow.example.com"
    code = f'import mlflow\n\nmlflow.set_tracking_uri("{url}")\n'
    readme = "# Any\n\n[![badge](x)](y)\n\nSays who\nleaves. And more.\n"
    plan = propose(make({"steps/train.py": code, "README.md": readme}), str(standard))
    assert answers(plan)["description"] == "Says who leaves."
    assert answers(plan)["tracking_uri"] == "https://mlflow.example.com"
    assert sources(plan)["tracking_uri"] == "steps/train.py"


def test_what_a_person_reads_and_types(make: Make, tmp_path: Path) -> None:
    questions = (
        adopted.QUESTIONS
        + """\
size: {type: int, default: 3, help: "How big is {{ project_slug }}?"}
extras: {type: str, multiselect: true, choices: [a, b, c], default: [b]}
"""
    )
    template = adopted.template(tmp_path / "template", questions)
    keys = {"size": "\x7f7\r", "ci": "\x1b[B\r", "use_docker": "n", "extras": " \r"}
    open_ones = [
        *("owner", "email", "license", "python_version", "ci", "repo_url", "tracking_uri"),
        *("dvc_remote", "use_docker", "size", "extras"),
    ]
    repo = make({"a.txt": ""})
    keys = "".join(keys.get(name, "\r") for name in ["description", *open_ones])
    with terminal((keys, "")) as shown:
        found = answers(propose(repo, str(template), interactive=True))
    assert "How big is repo?" in shown.getvalue()
    assert found["size"] == 7
    assert found["ci"] == "github"
    assert found["use_docker"] is False
    assert sorted(found["extras"]) == ["a", "b"]
    assert found["owner"] == "Nobody"


@contextmanager
def terminal(*replies: tuple[str, str]) -> Iterator[io.StringIO]:
    """Give what a terminal shows, on which somebody presses keys, then waits for some words."""
    shown = io.StringIO()

    def person() -> None:
        for keys, words in replies:
            pipe.send_text(keys)
            end = time.monotonic() + 20
            while words not in shown.getvalue() and time.monotonic() < end:
                time.sleep(0.01)
            assert words in shown.getvalue()

    with (
        create_pipe_input() as pipe,
        create_app_session(input=pipe, output=PlainTextOutput(shown)),
        ThreadPoolExecutor(1) as pool,
    ):
        typed = pool.submit(person)
        yield shown
        typed.result()


def asked(shown: io.StringIO) -> list[str]:
    """Return the questions that a terminal has shown, in order."""
    return list(dict.fromkeys(re.findall(r"🎤 (\w+)", shown.getvalue())))


def test_a_person_may_have_enough(make: Make, standard: Path) -> None:
    repo = make(HAND_MADE)
    before = everything(repo)
    with pytest.raises(KeyboardInterrupt), terminal(("\x03", "")):
        adopt(repo, str(standard), interactive=True)
    assert everything(repo) == before


def test_a_template_beside_where_one_stands_is_found_from_elsewhere(
    make: Make, standard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = make(HAND_MADE)
    monkeypatch.chdir(standard.parent)
    adopt(repo, standard.name)
    taken(repo)
    monkeypatch.chdir("/")
    assert update(repo).status == "unchanged"


def test_a_templates_address_with_a_password_is_refused(make: Make) -> None:
    with pytest.raises(Usage) as refused:
        adopt(make(HAND_MADE), "https://bob:hunter2@example.com/t.git")
    assert "hunter2" not in refused.value.message + refused.value.hint


@pytest.mark.parametrize(
    ("files", "package"),
    [
        ({"src/__init__.py": "", "src/data/make.py": "", "src/train.py": ""}, "repo"),
        ({"src/radar/run.py": ""}, "radar"),
        ({"one/__init__.py": "", "two/__init__.py": ""}, "repo"),
        ({"one/__init__.py": "", "repo/__init__.py": "", "setup.py": "setup(name='repo')"}, "repo"),
        ({"one/__init__.py": "", "tests/__init__.py": "", "docs/__init__.py": ""}, "one"),
        (
            {
                "a/__init__.py": "",
                "b/__init__.py": "",
                "pyproject.toml": "[tool.hatch.build.targets.wheel]\npackages = ['b']\n",
            },
            "b",
        ),
        (
            {
                "src/a/__init__.py": "",
                "src/b/__init__.py": "",
                "pyproject.toml": "[project]\nname = 'x'\nscripts.go = 'a.cli:main'\n",
            },
            "a",
        ),
        (
            {
                "src/a/__init__.py": "",
                "src/b/__init__.py": "",
                "pyproject.toml": "[tool.uv.build-backend]\nmodule-name = 'b'\n",
            },
            "b",
        ),
        (
            {
                "src/a/__init__.py": "",
                "src/b/__init__.py": "",
                "pyproject.toml": (
                    "[project]\nname = 'x'\nscripts.go = 'modelyard_platform.cli.entry:main'\n"
                    "[tool.modelyard]\npackage = 'b'\n"
                ),
            },
            "b",
        ),
        (
            {
                "src/a/__init__.py": "",
                "src/b/__init__.py": "",
                "src/b/platform/cli.py": "",
                "pyproject.toml": "[project]\nname = 'x'\nscripts.go = 'b.platform.cli:main'\n",
            },
            "b",
        ),
    ],
)
def test_which_package_is_meant(
    make: Make, standard: Path, files: dict[str, str], package: str
) -> None:
    assert answers(propose(make(files), str(standard)))["package"] == package


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("MIT License\n\nPermission is hereby granted,\nfree of charge, to any", "mit"),
        ("   Apache License\n   Version 2.0, January 2004\n", "apache-2.0"),
        ("Copyright 2026 Team. All rights reserved.\n", "proprietary"),
        ("GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n", "proprietary"),
    ],
)
def test_the_licence_is_told_by_its_text(
    make: Make, standard: Path, text: str, licence: str
) -> None:
    plan = propose(make({"LICENSE": text}), str(standard))
    assert answers(plan)["license"] == licence
    assert (sources(plan)["license"] == "default") == text.startswith("GNU")


# What becomes of files --------------------------------------------------------------------------


def test_what_is_missing_is_added_and_the_rest_stays(make: Make, standard: Path) -> None:
    repo = make(HAND_MADE)
    before = everything(repo)
    done = adopt(repo, str(standard))
    assert (done.status, done.branch, done.before, done.after) == (
        "clean",
        "modelyard/adopt",
        "",
        "v1",
    )
    head = git(repo, "rev-parse", "HEAD").strip()
    assert git(repo, "rev-parse", f"{done.commit}^").strip() == head
    assert everything(repo)[:-3] == before[:-3]
    taken(repo)
    assert set(done.plan.added) == {RECORD, ".env.example", "docs/guide.md", "params.yaml"}
    for path, content in HAND_MADE.items():
        if path != ".gitignore":
            assert (repo / path).read_text() == content
    assert "for Churn model" in (repo / "docs/guide.md").read_text()
    assert yaml.safe_load((repo / RECORD).read_text())["_commit"] == "v1"
    listed = git(repo, "diff", "--name-only", "main", "modelyard/adopt").split()
    assert set(listed) == {*done.plan.added, *done.plan.extended} == set(done.changes)


def test_a_dry_run_writes_nothing_and_tells_all(make: Make, standard: Path) -> None:
    repo = make(HAND_MADE)
    before = everything(repo)
    planned = adopt(repo, str(standard), dry_run=True)
    assert everything(repo) == before
    assert (planned.branch, planned.commit) == (None, None)
    done = adopt(repo, str(standard))
    assert done.plan == planned.plan
    assert done.changes == planned.changes
    json.dumps(plain(planned))


def test_files_that_differ_are_listed_the_pyproject_first(make: Make, standard: Path) -> None:
    done = adopt(make(POETRY), str(standard), dry_run=True)
    package = {"src/oracle/__init__.py"}
    assert set(done.plan.differs) == {".env.example", "params.yaml", "pyproject.toml"} | package
    first = done.notices[0]
    assert first.path == "pyproject.toml"
    assert first.lines == ("not-installed-anywhere>=1",)


def test_the_gitignore_gets_what_it_lacks_but_hides_nothing_of_the_owner(
    make: Make, standard: Path
) -> None:
    repo = make({**HAND_MADE, "runs/best.log": "0.9\n"})
    done = adopt(repo, str(standard))
    taken(repo)
    lines = (repo / ".gitignore").read_text()
    assert lines == "*.pyc\ncache/\n\n.venv/\n# The bytes are DVC's.\n/data/raw/*.parquet\n"
    [notice] = [n for n in done.notices if n.path == ".gitignore"]
    assert notice.lines == ("*.log",)


def test_a_new_gitignore_hides_nothing_of_the_owner(make: Make, standard: Path) -> None:
    repo = make({"runs/best.log": "0.9\n"})
    adopt(repo, str(standard))
    taken(repo)
    assert "*.log" not in (repo / ".gitignore").read_text()
    assert "cache/" in (repo / ".gitignore").read_text()
    other = make({"a.txt": ""}, "other")
    adopt(other, str(standard))
    taken(other)
    assert (other / ".gitignore").read_text() == adopted.SHIPPED[".gitignore"]


def test_examples_do_not_come_where_the_owner_has_files(make: Make, standard: Path) -> None:
    plan = propose(make({**POETRY, "LICENSE.md": "Apache License\nVersion 2.0\n"}), str(standard))
    found = held(plan)
    assert "example" in found["data/sample.csv"]
    assert "example" in found["src/oracle/model.py"]
    assert found["LICENSE"] == "your LICENSE.md stands for it"
    assert "LICENSE" not in plan.added


def test_a_second_package_of_the_name_never_comes(make: Make, standard: Path) -> None:
    for full in (False, True):
        found = held(propose(make(HAND_MADE, f"repo-{full}"), str(standard), full=full))
        for path in ("__init__.py", "platform/gate.py"):
            assert (
                found[f"src/churn/{path}"] == "your package is churn/: git mv churn src/churn first"
            )


def test_a_folder_beside_a_flat_package_is_held_back(make: Make, standard: Path) -> None:
    found = held(propose(make(HAND_MADE), str(standard)))
    assert "second package" in found["data/sample.csv"]
    assert "data/sample.csv" in propose(make({"a.txt": ""}, "none"), str(standard)).added


def test_code_is_held_back_where_the_owner_has_code(make: Make, tmp_path: Path) -> None:
    shipped = {"steps/tool.py": "", "src/{{ package }}/schema.json": "{}\n", "steps/a.txt": "a\n"}
    template = adopted.template(tmp_path / "template", **shipped)
    plan = propose(make(POETRY), str(template))
    assert "linters" in held(plan)["steps/tool.py"]
    assert "part of your package" in held(plan)["src/oracle/schema.json"]
    assert "steps/a.txt" in plan.added
    plan = propose(make({"a.txt": ""}, "none"), str(template))
    assert {"steps/tool.py", "src/none/schema.json", "src/none/model.py"} <= set(plan.added)
    assert "tests/platform/test_gate.py" in held(plan)


@pytest.mark.parametrize("rule", ["*.whl\n", "vendor/\n"])
def test_the_library_comes_as_a_wheel_though_the_owner_ignores_its_like(
    make: Make, tmp_path: Path, rule: str
) -> None:
    content = wheels.library("0.3.0+m.1")
    place, lock = wheels.place("0.3.0+m.1"), "vendor/platform.lock"
    project = adopted.SHIPPED["pyproject.toml.jinja"]
    template = tmp_path / "template"
    shipped = {
        "pyproject.toml.jinja": project
        + f'\n[tool.uv.sources]\nmodelyard-platform = {{ path = "{place}" }}\n',
        ".gitignore": "cache/\n\n!/vendor/\n!/vendor/*.whl\n",
        lock: wheels.platform_lock("0.3.0+m.1", content),
    }
    (template / "template" / "vendor").mkdir(parents=True)
    (template / "template" / place).write_bytes(content)
    adopted.template(template, **shipped)
    repo = make({**POETRY, ".gitignore": rule})
    done = adopt(repo, str(template))
    assert {place, lock} <= set(done.plan.added)
    taken(repo)
    assert (repo / place).read_bytes() == content
    assert git(repo, "ls-files", "vendor").split() == [place, lock]


def test_a_lock_comes_only_with_its_pyproject(make: Make, tmp_path: Path) -> None:
    template = adopted.template(tmp_path / "template", **{"requirements.lock": "pytest==9\n"})
    has_one, has_none = make(POETRY), make(HAND_MADE, "none")
    for full in (False, True):
        plan = propose(has_one, str(template), full=full)
        assert "another pyproject.toml" in held(plan)["requirements.lock"]
        plan = propose(has_none, str(template), full=full)
        assert ("requirements.lock" in plan.added) == ("pyproject.toml" in plan.added) == full


@pytest.mark.parametrize(
    ("files", "path", "reason"),
    [
        ({"params.yaml/a.txt": ""}, "params.yaml", "a folder of yours is there"),
        ({"docs": "a file"}, "docs/guide.md", "it needs a folder where your docs is"),
        ({"makefile": "test:\n"}, "Makefile", "your makefile stands for it"),
        ({"params.yml": "a: 1\n"}, "params.yaml", "your params.yml stands for it"),
        ({".gitignore": "docs/\n"}, "docs/guide.md", "git ignores it"),
    ],
)
def test_what_cannot_be_written_is_listed(
    make: Make, standard: Path, files: dict[str, str], path: str, reason: str
) -> None:
    repo = make({"a.txt": "", **files})
    done = adopt(repo, str(standard), full=True)
    assert reason in held(done.plan)[path]
    assert path not in done.changes
    taken(repo)
    for name, content in files.items():
        assert (repo / name).read_text().startswith(content)


def test_an_untracked_file_is_left_alone(make: Make, standard: Path) -> None:
    repo = make(HAND_MADE)
    (repo / "params.yaml").write_text("mine")
    done = adopt(repo, str(standard))
    assert "params.yaml" in held(done.plan)
    taken(repo)
    assert (repo / "params.yaml").read_text() == "mine"
    (repo / ".env.example").unlink()


def test_an_untracked_answers_file_is_not_written_over(make: Make, standard: Path) -> None:
    repo = make({**HAND_MADE, ".gitignore": ".copier*\n"})
    (repo / RECORD).write_text("mine")
    with pytest.raises(NotReady, match=r"copier-answers\.yml is there"):
        adopt(repo, str(standard))
    assert (repo / RECORD).read_text() == "mine"


def test_the_record_is_committed_even_where_git_ignores_it(make: Make, standard: Path) -> None:
    repo = make({**HAND_MADE, ".gitignore": ".*\n"})
    done = adopt(repo, str(standard))
    assert done.changes[RECORD] == "A"
    taken(repo)
    assert update(repo).status == "unchanged"


# The owner's tests ------------------------------------------------------------------------------


@pytest.mark.parametrize("files", [HAND_MADE, POETRY, CRUFT], ids=["hand", "poetry", "cruft"])
def test_the_repos_own_tests_pass_afterwards_as_before(
    make: Make, standard: Path, files: Mapping[str, str]
) -> None:
    repo = make(files)
    before = run_tests(repo)
    assert "passed" in before
    adopt(repo, str(standard))
    taken(repo)
    assert run_tests(repo) == before


def test_with_full_the_standards_tests_are_collected_too(make: Make, standard: Path) -> None:
    repo = make(POETRY)
    adopt(repo, str(standard), full=True)
    taken(repo)
    with pytest.raises(AssertionError, match="not_installed_anywhere"):
        run_tests(repo)
    run_tests(repo, "tests/test_worth.py")


# What is held back comes later ------------------------------------------------------------------


def test_full_brings_what_was_held_back(make: Make, standard: Path) -> None:
    repo = make(POETRY)
    first = adopt(repo, str(standard))
    taken(repo)
    with pytest.raises(NotReady, match="already") as refused:
        adopt(repo, str(standard), branch="again")
    assert "modelyard update" in refused.value.hint
    second = adopt(repo, full=True, branch="full")
    assert set(second.plan.added) == {
        "LICENSE",
        ".github/workflows/standard.yml",
        ".python-version",
        "src/oracle/platform/__init__.py",
        "src/oracle/platform/gate.py",
        "tests/platform/conftest.py",
        "tests/platform/test_gate.py",
    }
    assert set(second.plan.added) <= held(first.plan).keys()
    assert second.before == second.after == "v1"
    taken(repo, "full")
    assert adopt(repo, full=True, branch="third").status == "unchanged"
    assert RECORD not in second.changes


def test_a_package_that_has_moved_gets_the_standards_code(make: Make, standard: Path) -> None:
    repo = make(HAND_MADE)
    adopt(repo, str(standard))
    taken(repo)
    git(repo, "mv", "churn", "moved")
    (repo / "src").mkdir()
    git(repo, "mv", "moved", "src/churn")
    git(repo, "commit", "--quiet", "--message", "Move")
    added = adopt(repo, full=True, branch="full").plan.added
    assert "src/churn/platform/gate.py" in added
    assert "src/churn/model.py" not in added


# Beside -----------------------------------------------------------------------------------------


def test_a_conflict_shows_both_and_is_undone_by_git(make: Make, standard: Path) -> None:
    repo = make(POETRY)
    before = git(repo, "rev-parse", "HEAD^{tree}")
    done = adopt(repo, str(standard), conflicts=["pyproject.toml", "*.yaml"])
    assert done.status == "conflict"
    assert {c.path for c in done.conflicts} == {"pyproject.toml", "params.yaml"}
    assert (done.branch, done.commit) == ("modelyard/adopt", None)
    assert git(repo, "symbolic-ref", "--short", "HEAD").strip() == "modelyard/adopt"
    unmerged = git(repo, "ls-files", "--unmerged").splitlines()
    assert {(line.split()[2], line.split("\t")[1]) for line in unmerged} == {
        ("2", "pyproject.toml"),
        ("3", "pyproject.toml"),
        ("2", "params.yaml"),
        ("3", "params.yaml"),
    }
    text = (repo / "pyproject.toml").read_text()
    assert "<<<<<<< yours" in text and ">>>>>>> template v1" in text and "|||||||" not in text
    assert 'name = "price-oracle"' in text and "not-installed-anywhere" in text
    assert (repo / "docs/guide.md").exists()
    assert git(repo, "show", ":2:pyproject.toml") == POETRY["pyproject.toml"]
    git(repo, "reset", "--quiet", "--hard")
    assert git(repo, "status", "--porcelain") == ""
    git(repo, "switch", "--quiet", "-")
    assert git(repo, "rev-parse", "--abbrev-ref", "HEAD").strip() == "main"
    assert git(repo, "rev-parse", "HEAD^{tree}") == before


def test_a_conflict_that_is_decided_is_under_the_template(make: Make, standard: Path) -> None:
    repo = make(POETRY)
    adopt(repo, str(standard), conflicts=["params.yaml"])
    commit(repo, {"params.yaml": "seed: 1\n\nsplit:\n  months: 2\n"}, "Decide")
    assert update(repo).status == "unchanged"
    done = adopt(repo, conflicts=["pyproject.toml"], branch="later")
    assert [c.path for c in done.conflicts] == ["pyproject.toml"]
    assert done.plan.added == ()


def test_a_conflict_between_binaries_leaves_the_owners(make: Make, tmp_path: Path) -> None:
    template = adopted.template(tmp_path / "template", **{"logo.png": "\0template"})
    repo = make({"logo.png": b"\0mine"})
    done = adopt(repo, str(template), conflicts=["logo.png"])
    assert "no text" in done.conflicts[0].text
    assert (repo / "logo.png").read_bytes() == b"\0mine"


def test_a_conflict_needs_a_clean_work_tree(make: Make, standard: Path, tmp_path: Path) -> None:
    repo = make(POETRY)
    (repo / "params.yaml").write_text("changed")
    before = everything(repo)
    with pytest.raises(NotReady, match=r"params\.yaml"):
        adopt(repo, str(standard), conflicts=["params.yaml"])
    assert everything(repo) == before
    git(tmp_path, "clone", "--quiet", "--bare", str(repo), "bare.git")
    with pytest.raises(NotReady, match="no work tree"):
        adopt(tmp_path / "bare.git", str(standard), conflicts=["params.yaml"])


def test_a_pattern_that_fits_no_file_is_named(make: Make, standard: Path) -> None:
    done = adopt(make(POETRY), str(standard), conflicts=["nothing.toml"])
    assert done.status == "clean"
    assert any(n.path == "nothing.toml" for n in done.notices)


# Updates afterwards -----------------------------------------------------------------------------


def test_an_update_brings_what_the_template_changed(make: Make, tmp_path: Path) -> None:
    template = adopted.template(tmp_path / "template")
    repo = make(HAND_MADE)
    adopt(repo, str(template))
    taken(repo)
    assert update(repo).status == "unchanged"
    shipped = adopted.SHIPPED
    guide = shipped["docs/guide.md.jinja"].replace("Two.", "Two, and a half.")
    makefile = shipped["Makefile.jinja"] + "more:\n\techo more\n"
    files = {"docs/guide.md.jinja": guide, "new.txt": "new\n", "LICENSE.jinja": "other\n"}
    adopted.release(template, "v2", {**files, "tests/platform/test_gate.py": "changed\n"})
    done = update(repo)
    assert (done.status, done.after) == ("clean", "v2")
    assert done.changes == {RECORD: "M", "docs/guide.md": "M", "new.txt": "A"}
    assert "Two, and a half." in (repo / "docs/guide.md").read_text()
    assert any(n.path == "tests/platform/test_gate.py" for n in done.notices)
    for path, content in HAND_MADE.items():
        if path != ".gitignore":
            assert (repo / path).read_text() == content
    commit(repo, {}, "Update")
    # The owner's Makefile was never the template's, so a change of it is a conflict, not a loss.
    adopted.release(template, "v3", {"Makefile.jinja": makefile})
    done = update(repo)
    assert [c.path for c in done.conflicts] == ["Makefile"]
    assert "more" in (repo / "Makefile").read_text() and "pytest" in (repo / "Makefile").read_text()


def test_the_recorded_answers_render_what_was_adopted(make: Make, suite: Path) -> None:
    """Of our own template: base of the next update is the render that the plan was made from."""
    done = adopt(make(POETRY), str(suite))
    repo = make(POETRY, "other")
    with Templates() as templates:
        version = templates.open(str(suite)).version("v0.1.0")
        given = render(version, RenderRequest({}, answers(done.plan), folder=repo.name))
        record = yaml.safe_load(given.files[RECORD][1])
        again = render(version, RenderRequest(record, operation="update", folder=repo.name))
        assert again.files == given.files
    found = answers(done.plan)
    assert found["project_slug"] == "price-oracle"
    assert found["package"] == "oracle"
    assert found["license"] == "apache-2.0"
    assert found["tracking_uri"] == "https://mlflow.example.com/base"
    assert "src/oracle/features.py" in held(done.plan)
    assert "tests/test_features.py" in held(done.plan)


@pytest.mark.parametrize("files", [HAND_MADE, POETRY, CRUFT], ids=["hand", "poetry", "cruft"])
def test_under_our_own_template_tests_pass_as_before(
    make: Make, suite: Path, files: Mapping[str, str]
) -> None:
    repo = make(files)
    before = run_tests(repo)
    done = adopt(repo, str(suite))
    assert done.status == "clean"
    taken(repo)
    assert run_tests(repo) == before
    assert update(repo, to="v0.1.0").status == "unchanged"


@LONG
@pytest.mark.life
def test_both_steps_lead_to_a_repo_whose_tests_pass(
    tmp_path: Path, make: Make, suite: Path, render: Render, environment: Path
) -> None:
    """What docs/how-to/adopt-a-repo.md tells, without the network: the lock is the fresh repo's."""
    root = make({path: content for path, content in POETRY.items() if path != ".env.example"})
    given = {"dvc_remote": "", "tracking_uri": ""}
    adopt(root, str(suite), data=given)
    taken(root)
    wanted = ["pyproject.toml", "params.yaml", ".dvc/config"]
    done = adopt(root, full=True, conflicts=wanted, branch="full")
    assert {conflict.path for conflict in done.conflicts} == set(wanted)
    git(root, "checkout", "--quiet", "--theirs", *wanted)
    fresh = render(**{one.question: one.value for one in done.plan.answers})
    own = [f"src/oracle/{name}.py" for name in ("data", "contract", "features", "model", "metrics")]
    for path in [*own, "requirements.lock", "data/sample/flights-2013.zip"]:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(fresh / path, root / path)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--no-verify", "--message", "Bring the rest")
    repo = Repo(root, machine(tmp_path / "home"))
    link_environment(environment, repo)
    ran = repo.run("make", "test", "ARGS=-q tests/test_worth.py tests/test_conformance.py")
    assert "passed" in ran.stdout and "failed" not in ran.stdout
    assert update(root, to="v0.1.0").status == "unchanged"


# Other places, bad days -------------------------------------------------------------------------


def test_a_bare_clone(make: Make, standard: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(make(HAND_MADE)), "bare.git")
    done = adopt(identify(tmp_path / "bare.git"), str(standard))
    listed = git(tmp_path / "bare.git", "ls-tree", "-r", "--name-only", str(done.commit))
    assert set(listed.split()) == {*HAND_MADE, *done.plan.added}


def test_a_folder_of_a_monorepo(make: Make, standard: Path) -> None:
    files = {f"models/churn/{path}": content for path, content in HAND_MADE.items()}
    repo = make({**files, "README.md": "# All\n", "pyproject.toml": '[project]\nname = "all"\n'})
    done = adopt(repo / "models/churn", str(standard))
    assert answers(done.plan)["project_slug"] == "churn-model"
    taken(repo)
    assert (repo / "models/churn" / RECORD).exists()
    assert not (repo / RECORD).exists()
    assert update(repo / "models/churn").status == "unchanged"


def test_a_shallow_clone_and_another_object_format(
    make: Make, standard: Path, tmp_path: Path
) -> None:
    full = make(HAND_MADE)
    commit(full, {"more.txt": "more\n"})
    git(tmp_path, "clone", "--quiet", "--bare", "--depth=1", full.as_uri(), "shallow.git")
    assert adopt(identify(tmp_path / "shallow.git"), str(standard)).commit
    git(tmp_path, "init", "--quiet", "--object-format=sha256", "sha256")
    other = make(HAND_MADE, "sha256")
    assert len(adopt(other, str(standard)).commit or "") == 64


def test_a_second_work_tree(make: Make, standard: Path, tmp_path: Path) -> None:
    repo = make(POETRY)
    git(repo, "worktree", "add", "--quiet", "--detach", "../second")
    done = adopt(tmp_path / "second", str(standard), conflicts=["params.yaml"])
    assert [conflict.path for conflict in done.conflicts] == ["params.yaml"]
    assert git(tmp_path / "second", "symbolic-ref", "--short", "HEAD").strip() == done.branch
    assert git(repo, "symbolic-ref", "--short", "HEAD").strip() == "main"
    assert git(repo, "status", "--porcelain") == ""
    git(tmp_path / "second", "reset", "--quiet", "--hard")
    git(tmp_path / "second", "switch", "--quiet", "--detach", "-")


def test_a_repo_without_a_commit(tmp_path: Path, standard: Path) -> None:
    git(tmp_path / "empty", "init", "--quiet")
    with pytest.raises(NotReady, match="no commit"):
        adopt(tmp_path / "empty", str(standard))


def test_a_branch_that_is_there(make: Make, standard: Path) -> None:
    repo = make(HAND_MADE)
    git(repo, "branch", "modelyard/adopt")
    with pytest.raises(NotReady, match="exists"):
        adopt(repo, str(standard))
    assert adopt(repo, str(standard), branch="other").commit


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("pyproject.toml", b"[project\nname = "),
        ("pyproject.toml", b"\xff\xfe\x00"),
        (
            "pyproject.toml",
            b"[project]\nname = 3\nauthors = 'x'\nlicense = [1]\n[tool]\npoetry = 1\n",
        ),
        ("pyproject.toml", b"a = " + b"[" * 5000),
        ("setup.cfg", b"no section\n"),
        ("setup.cfg", b"[metadata]\nname = %(x)s\nclassifiers = file: x\n"),
        ("setup.py", b"def broken(:\n"),
        ("setup.py", b"setup(name=''.join(['a']), **{'x': 1}, packages=find_packages())\n"),
        (".cruft.json", b'{"context": {"cookiecutter": ["a"]}}'),
        (".cruft.json", b"[" * 100_000),
        (".cruft.json", b"{"),
        (".cookiecutterrc", b"a: [\n"),
        (".cookiecutterrc", b"!!python/object/apply:os.system ['exit 1']\n"),
        (".dvc/config", b"[core\nurl = x\n['remote \"a\"']\n"),
        (".github/workflows/ci.yml", b"on: [\n"),
        (".github/workflows/ci.yml", b"&a [*a]\n"),
        (".python-version", b"\x00\xff"),
        ("README.md", b"# {{ 7 * 7 }} {% raw %}\n"),
    ],
)
def test_hostile_files_stop_nobody(make: Make, standard: Path, path: str, content: bytes) -> None:
    repo = make({"churn/__init__.py": b"", path: content}, "good-name")
    done = adopt(repo, str(standard))
    assert answers(done.plan)["package"] == "churn"
    taken(repo)
    assert (repo / path).read_bytes() == content


def test_a_pyproject_that_is_no_toml_is_named(make: Make, standard: Path) -> None:
    done = adopt(make({"pyproject.toml": "[project\n"}), str(standard), dry_run=True)
    assert done.notices[0].path == "pyproject.toml"
    assert "not valid TOML" in done.notices[0].text


@pytest.mark.parametrize(
    "name", ['the "best"', "it's", "{{ 7 * 7 }}", "{% raw %}", "a: b # c", "über\\n", "{# no #}"]
)
def test_names_are_taken_as_they_are(make: Make, standard: Path, name: str) -> None:
    words = json.dumps(name, ensure_ascii=False)
    repo = make({"pyproject.toml": f'[project]\nname = "x"\nauthors = [{{ name = {words} }}]\n'})
    done = adopt(repo, str(standard))
    assert answers(done.plan)["owner"] == name
    taken(repo)
    assert yaml.safe_load((repo / RECORD).read_text())["owner"] == name
    assert update(repo).status == "unchanged"


@pytest.mark.parametrize(
    "url",
    [
        "https://bob:hunter2@github.com/team/churn.git",
        "https://bob:hunt@er2@github.com/team/churn.git",
        "https://bob:hunter2/x@github.com/team/churn.git",
        "https://github.com/team/churn.git?token=hunter2",
        "ssh://git:hunter2@github.com:22/team/churn.git",
        "bob:hunter2@github.com:team/churn",
    ],
)
def test_a_password_is_never_shown_or_recorded(make: Make, standard: Path, url: str) -> None:
    files = {
        **CRUFT,
        ".env": f"MLFLOW_TRACKING_URI={url}\n",
        ".dvc/config": f"['remote \"a\"']\n    url = {url}\n",
    }
    repo = make(files, remote=url)
    done = adopt(repo, str(standard))
    assert "hunter2" not in repr(done) and "er2@" not in repr(done)
    shown = git(repo, "diff", "main", "modelyard/adopt")
    assert "hunter2" not in shown and "er2@" not in shown


def test_a_secret_is_not_taken_from_a_file(make: Make, tmp_path: Path) -> None:
    template = adopted.template(tmp_path / "template", **{"token.txt.jinja": "<{{ token }}>\n"})
    repo = make(CRUFT)
    adopt(repo, str(template))
    taken(repo)
    assert (repo / "token.txt").read_text() == "<>\n"
    again = adopt(make(CRUFT, "other"), str(template), data={"token": "hunter2"})
    assert "hunter2" not in repr(again)
    assert sources(again.plan).get("token", "") == "--data"


def test_a_password_in_prose_is_not_taken(make: Make, standard: Path) -> None:
    prose = "Reads s3://bob:hunter2@host/x and https://hunter2@host/y, see https://host/@bob."
    plan = propose(make({".cookiecutter.json": json.dumps({"description": prose})}), str(standard))
    assert answers(plan)["description"] == (
        "Reads s3://bob@host/x and https://host/y, see https://host/@bob."
    )


def test_a_template_that_runs_code_is_refused(make: Make, tmp_path: Path) -> None:
    template = adopted.template(tmp_path / "template", "_tasks: [echo]\n" + adopted.QUESTIONS)
    with pytest.raises(Refused, match="tasks"):
        adopt(make(HAND_MADE), str(template))


def test_a_template_without_a_record_is_refused(make: Make, tmp_path: Path) -> None:
    commit(tmp_path / "template", {"copier.yml": "a: 1\n", "file.txt": "text\n"})
    with pytest.raises(BadTemplate, match="records no answers"):
        adopt(make(HAND_MADE), str(tmp_path / "template"))


def test_without_a_template_it_is_our_own(
    make: Make, standard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELYARD_TEMPLATE", str(standard))
    assert propose(make(HAND_MADE)).template == str(standard)


def test_an_adopted_repo_keeps_its_answers(make: Make, standard: Path) -> None:
    repo = make(HAND_MADE)
    adopt(repo, str(standard))
    taken(repo)
    with pytest.raises(Usage, match="does not change them"):
        adopt(repo, full=True, data={"owner": "Me"}, branch="b")


def test_what_comes_back_is_an_outcome(make: Make, standard: Path) -> None:
    assert isinstance(adopt(make(HAND_MADE), str(standard), dry_run=True), AdoptResult)

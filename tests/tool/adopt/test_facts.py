"""What a repo tells about the questions of a template."""

import pytest

from tests.tool.adopt.adopted import CRUFT, HAND_MADE, POETRY, Plan, answers, sources


def test_a_hand_made_repo_tells_its_answers(plan: Plan) -> None:
    found = plan(HAND_MADE, remote="git@github.com:team/churn.git")
    assert answers(found) == {
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
    assert sources(found).items() >= {
        ("project_name", "README.md, its heading"),
        ("project_slug", "setup.py name"),
        ("email", "setup.py authors"),
        ("python_version", ".github/workflows/test.yml"),
        ("repo_url", "git remote"),
        ("dvc_remote", "default"),
        ("use_docker", "default"),
    }


def test_a_poetry_repo_tells_its_answers(plan: Plan) -> None:
    found = plan(POETRY)
    assert answers(found).items() >= {
        ("project_name", "Price oracle"),
        ("project_slug", "price-oracle"),
        ("package", "oracle"),
        ("owner", "Ada Byron"),
        ("email", "ada@example.com"),
        ("license", "apache-2.0"),
        ("python_version", "3.12"),
        ("ci", "gitlab"),
        ("dvc_remote", "s3://houses/dvc"),
        ("tracking_uri", "https://mlflow.example.com/base"),
    }
    assert sources(found)["dvc_remote"] == ".dvc/config"


def test_a_cookiecutter_repo_tells_its_answers(plan: Plan) -> None:
    found = plan(CRUFT)
    assert answers(found).items() >= {
        ("project_name", "Fraud Radar"),
        ("package", "fraud"),
        ("owner", "Bob"),
        ("license", "apache-2.0"),
        ("use_docker", False),
    }
    assert sources(found)["license"] == ".cruft.json open_source_license"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".cookiecutterrc", "default_context:\n    owner: Rita\n    _template: x\n"),
        (".cookiecutter.json", '{"owner": "Rita"}'),
        ("cookiecutter_replay.json", '{"cookiecutter": {"owner": "Rita"}}'),
    ],
)
def test_cookiecutter_without_cruft(plan: Plan, path: str, content: str) -> None:
    found = plan({path: content})
    assert (answers(found)["owner"], sources(found)["owner"]) == ("Rita", f"{path} owner")


REQUIRES = "pyproject.toml [project] requires-python"


@pytest.mark.parametrize(
    ("path", "content", "version", "source"),
    [
        (".python-version", "3.11.7\n", "3.11", None),
        ("Dockerfile", "FROM python:3.13-slim\n", "3.13", None),
        ("pyproject.toml", "[project]\nrequires-python = '>=3.13'\n", "3.13", REQUIRES),
        ("pyproject.toml", "[project]\nrequires-python = '>=3.8'\n", "3.12", REQUIRES),
        (
            "pyproject.toml",
            "[tool.poetry]\ndependencies.python = '^3.13'\n",
            "3.13",
            "pyproject.toml [tool.poetry] requires-python",
        ),
        (".python-version", "3.8\n", "3.12", "default"),
        ("setup.py", "setup(python_requires='<3')\n", "3.12", "default"),
        (".travis.yml", "python:\n  - '3.11'\n  - 3.13\nscript:\n  - x==3.12\n", "3.13", None),
        (".travis.yml", "with: {python-version: 3.11}\nrun: x==3.13\n", "3.11", None),
        (".gitlab-ci.yml", "image: registry.io/python:3.11-slim\nx: 3.13\n", "3.11", None),
    ],
)
def test_python_is_a_choice_of_the_template(
    plan: Plan, path: str, content: str, version: str, source: str | None
) -> None:
    found = plan({path: content})
    assert answers(found)["python_version"] == version
    assert sources(found)["python_version"] == (source or path)


HATCH = "[tool.hatch.build.targets.wheel]\npackages = ['b']\n"
TWO = "src/a/__init__.py src/b/__init__.py"
OURS = "[tool.modelyard]\npackage = 'b'\n"
SCRIPT = "[project]\nname = 'x'\nscripts.go = '{}:main'\n"


@pytest.mark.parametrize(
    ("folders", "pyproject", "package"),
    [
        ("src/__init__.py src/data/make.py src/train.py", "", "repo"),
        ("src/radar/run.py", "", "radar"),
        ("one/__init__.py two/__init__.py", "", "repo"),
        ("one/__init__.py repo/__init__.py", "[project]\nname = 'repo'\n", "repo"),
        ("one/__init__.py tests/__init__.py docs/__init__.py", "", "one"),
        ("a/__init__.py b/__init__.py", HATCH, "b"),
        (TWO, SCRIPT.format("a.cli"), "a"),
        (TWO, "[tool.uv.build-backend]\nmodule-name = 'b'\n", "b"),
        (TWO, SCRIPT.format("modelyard_platform.cli.entry") + OURS, "b"),
        (f"{TWO} src/b/platform/cli.py", SCRIPT.format("b.platform.cli"), "b"),
    ],
)
def test_which_package_is_meant(plan: Plan, folders: str, pyproject: str, package: str) -> None:
    told = {"pyproject.toml": pyproject} if pyproject else {}
    assert answers(plan({**dict.fromkeys(folders.split(), ""), **told}))["package"] == package


def test_which_package_is_meant_in_setup_py(plan: Plan) -> None:
    files = {"one/__init__.py": "", "repo/__init__.py": "", "setup.py": "setup(name='repo')"}
    assert answers(plan(files))["package"] == "repo"


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("MIT License\n\nPermission is hereby granted,\nfree of charge, to any", "mit"),
        ("   Apache License\n   Version 2.0, January 2004\n", "apache-2.0"),
        ("Copyright 2026 Team. All rights reserved.\n", "proprietary"),
        ("GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n", "proprietary"),
    ],
)
def test_the_licence_is_told_by_its_text(plan: Plan, text: str, licence: str) -> None:
    found = plan({"LICENSE": text})
    assert answers(found)["license"] == licence
    assert (sources(found)["license"] == "default") == text.startswith("GNU")


def test_what_only_prose_and_code_tell(plan: Plan) -> None:
    url = "https://bob:hunter2@mlflow.example.com"
    code = f'import mlflow\n\nmlflow.set_tracking_uri("{url}")\n'
    readme = "# Any\n\n[![badge](x)](y)\n\nSays who\nleaves. And more.\n"
    found = plan({"steps/train.py": code, "README.md": readme})
    assert answers(found)["description"] == "Says who leaves."
    assert answers(found)["tracking_uri"] == "https://mlflow.example.com"
    assert sources(found)["tracking_uri"] == "steps/train.py"

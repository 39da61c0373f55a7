"""Files and templates that cannot be trusted."""

from pathlib import Path

import pytest

from modelyard.adopt.one_repo import adopt
from modelyard.errors import BadTemplate, Refused
from tests.tool.adopt import adopted
from tests.tool.adopt.adopted import HAND_MADE, AdoptNew, Make, answers, commit


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
        ("pyproject.toml", b"[project]\nrequires-python = '>=3." + b"9" * 5000 + b"'\n"),
        ("pyproject.toml", b"[tool.poetry]\ndependencies.python = '^" + b"9" * 5000 + b"'\n"),
        ("pyproject.toml", b"[project]\ndescription = '" + b"a" * 500_000 + b"'\n"),
        ("setup.cfg", b"no section\n"),
        ("setup.cfg", b"[metadata]\nname = %(x)s\nclassifiers = file: x\n"),
        ("setup.py", b"def broken(:\n"),
        ("setup.py", b"x" + b".y" * 900 + b"()\n"),
        ("setup.py", b"setup(name=''.join(['a']), **{'x': 1}, packages=find_packages())\n"),
        (".cruft.json", b'{"context": {"cookiecutter": ["a"]}}'),
        (".cruft.json", b"[" * 100_000),
        (".cruft.json", b"{"),
        (".cookiecutterrc", b"a: [\n"),
        (".cookiecutterrc", b"!!python/object/apply:os.system ['exit 1']\n"),
        (".dvc/config", b"[core\nurl = x\n['remote \"a\"']\n"),
        (".github/workflows/ci.yml", b"on: [\n"),
        (".github/workflows/ci.yml", b"&a [*a]\n"),
        (".github/workflows/ci.yml", b"python:" + b"\n" * 500_000),
        (".python-version", b"\x00\xff"),
        ("README.md", b"# " + b" " * 500_000 + b"x["),
        ("README.md", b"# {{ 7 * 7 }} {% raw %}\n"),
    ],
)
def test_hostile_files_stop_nobody(adopt_new: AdoptNew, path: str, content: bytes) -> None:
    repo, done = adopt_new({"churn/__init__.py": b"", path: content}, "good-name")
    assert answers(done.plan)["package"] == "churn"
    assert (repo / path).read_bytes() == content


def test_a_pyproject_that_is_no_toml_is_named(make: Make, standard: Path) -> None:
    done = adopt(make({"pyproject.toml": "[project\n"}), str(standard), dry_run=True)
    assert done.notices[0].path == "pyproject.toml"
    assert "not valid TOML" in done.notices[0].text


def test_a_template_that_runs_code_is_refused(make: Make, tmp_path: Path) -> None:
    template = adopted.template(tmp_path / "template", "_tasks: [echo]\n" + adopted.QUESTIONS)
    with pytest.raises(Refused, match="tasks"):
        adopt(make(HAND_MADE), str(template))


@pytest.mark.parametrize("task", ["git init", "echo welcome", "{% if project == 1 %}x{% endif %}"])
def test_a_template_whose_tasks_do_nothing_is_not(make: Make, tmp_path: Path, task: str) -> None:
    config = f"_tasks: ['{task}']\n{adopted.QUESTIONS}"
    template = adopted.template(tmp_path / "template", config)
    assert adopt(make(HAND_MADE), str(template), dry_run=True).plan


def test_a_template_without_a_record_is_refused(make: Make, tmp_path: Path) -> None:
    commit(tmp_path / "template", {"copier.yml": "a: 1\n", "file.txt": "text\n"})
    with pytest.raises(BadTemplate, match="records no answers"):
        adopt(make(HAND_MADE), str(tmp_path / "template"))

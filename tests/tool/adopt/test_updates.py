"""Updates after an adoption, of our own template too."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from modelyard.adopt.one_repo import adopt
from modelyard.render.render import render
from modelyard.render.request import RenderRequest
from modelyard.template.source import Templates
from modelyard.update import update
from tests.conftest import Render
from tests.repos import Repo, git, link_environment, machine
from tests.template.long_runs import LONG
from tests.tool.adopt import adopted
from tests.tool.adopt.adopted import (
    CRUFT,
    HAND_MADE,
    POETRY,
    RECORD,
    AdoptNew,
    Make,
    answers,
    commit,
    held,
    run_tests,
    switch,
)


def test_an_update_brings_what_the_template_changed(adopt_new: AdoptNew, tmp_path: Path) -> None:
    template = adopted.template(tmp_path / "template")
    repo, _ = adopt_new(HAND_MADE, template=template)
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
    assert answers(done.plan).items() >= {
        ("project_slug", "price-oracle"),
        ("package", "oracle"),
        ("license", "apache-2.0"),
        ("tracking_uri", "https://mlflow.example.com/base"),
    }
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
    switch(repo)
    assert run_tests(repo) == before
    assert update(repo, to="v0.1.0").status == "unchanged"


@LONG
@pytest.mark.life
def test_both_steps_lead_to_a_repo_whose_tests_pass(
    tmp_path: Path, adopt_new: AdoptNew, suite: Path, render: Render, environment: Path
) -> None:
    """What docs/how-to/adopt-a-repo.md tells, without the network: the lock is the fresh repo's."""
    files = {path: content for path, content in POETRY.items() if path != ".env.example"}
    given = {"dvc_remote": "", "tracking_uri": ""}
    root, _ = adopt_new(files, template=suite, data=given)
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

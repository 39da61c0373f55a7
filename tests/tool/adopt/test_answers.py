"""Which answers are taken: a person's before the repo's, and only what the template takes."""

import json
from pathlib import Path

import pytest
import yaml

from modelyard.adopt.one_repo import adopt
from modelyard.errors import BadAnswer, Usage
from modelyard.update import update
from tests.tool.adopt import adopted
from tests.tool.adopt.adopted import (
    CRUFT,
    HAND_MADE,
    RECORD,
    AdoptNew,
    Make,
    Plan,
    answers,
    asked,
    everything,
    propose,
    sources,
    terminal,
)


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


def test_a_person_goes_before_what_is_found(plan: Plan) -> None:
    found = plan(HAND_MADE, data={"owner": "Me", "ci": "gitlab"})
    assert (answers(found)["owner"], answers(found)["ci"]) == ("Me", "gitlab")
    assert sources(found)["owner"] == "--data"


def test_only_what_could_not_be_found_is_asked(plan: Plan) -> None:
    with terminal(("\rhttps://mlflow.example.com\r\r", "")) as shown:
        found = plan(HAND_MADE, interactive=True, data={"dvc_remote": ""})
    assert asked(shown) == ["repo_url", "tracking_uri", "use_docker"]
    assert sources(found)["tracking_uri"] == "asked"
    assert answers(found)["tracking_uri"] == "https://mlflow.example.com"


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


def test_what_a_person_reads_and_types(make: Make, tmp_path: Path) -> None:
    more = """\
size: {type: int, default: 3, help: "How big is {{ project_slug }}?"}
extras: {type: str, multiselect: true, choices: [a, b, c], default: [b]}
"""
    template = adopted.template(tmp_path / "template", adopted.QUESTIONS + more)
    repo = make({"a.txt": ""})
    # The description, the owner, the address, the licence and the Python; then from the CI on.
    keys = "\r" * 5 + "\x1b[B\r" + "\r" * 3 + "n" + "\x7f7\r" + " \r"
    with terminal((keys, "")) as shown:
        found = answers(propose(repo, str(template), interactive=True))
    assert "How big is repo?" in shown.getvalue()
    assert found["size"] == 7
    assert found["ci"] == "github"
    assert found["use_docker"] is False
    assert sorted(found["extras"]) == ["a", "b"]
    assert found["owner"] == "Nobody"


def test_a_person_may_have_enough(make: Make, standard: Path) -> None:
    repo = make(HAND_MADE)
    before = everything(repo)
    with pytest.raises(KeyboardInterrupt), terminal(("\x03", "")):
        adopt(repo, str(standard), interactive=True)
    assert everything(repo) == before


def test_data_for_no_question_is_refused(plan: Plan) -> None:
    with pytest.raises(Usage, match="colour"):
        plan(HAND_MADE, data={"colour": "red"})


@pytest.mark.parametrize(
    "name", ['the "best"', "it's", "{{ 7 * 7 }}", "{% raw %}", "a: b # c", "über\\n", "{# no #}"]
)
def test_names_are_taken_as_they_are(adopt_new: AdoptNew, name: str) -> None:
    words = json.dumps(name, ensure_ascii=False)
    project = f'[project]\nname = "x"\nauthors = [{{ name = {words} }}]\n'
    repo, done = adopt_new({"pyproject.toml": project})
    assert answers(done.plan)["owner"] == name
    assert yaml.safe_load((repo / RECORD).read_text())["owner"] == name
    assert update(repo).status == "unchanged"


def test_a_secret_is_not_taken_from_a_file(adopt_new: AdoptNew, tmp_path: Path) -> None:
    template = adopted.template(tmp_path / "template", **{"token.txt.jinja": "<{{ token }}>\n"})
    repo, _ = adopt_new(CRUFT, template=template)
    assert (repo / "token.txt").read_text() == "<>\n"
    _, again = adopt_new(CRUFT, "other", template=template, data={"token": "hunter2"})
    assert "hunter2" not in repr(again)
    assert sources(again.plan).get("token", "") == "--data"


def test_an_adopted_repo_keeps_its_answers(adopt_new: AdoptNew) -> None:
    repo, _ = adopt_new(HAND_MADE)
    with pytest.raises(Usage, match="does not change them"):
        adopt(repo, full=True, data={"owner": "Me"}, branch="b")

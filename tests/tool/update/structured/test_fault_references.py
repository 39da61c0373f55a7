"""What one side takes away and the other still names: its program refuses such a file."""

from pathlib import Path

import pytest

from modelyard.reasons import ConflictReason
from modelyard.update.structured import fault_references, faults
from tests.tool.update.threes import Threes

FAR = "".join(f"# {number}\n" for number in range(8))
CI, GITLAB, COMPOSE = ".github/workflows/ci.yml", ".gitlab-ci.yml", "compose.yaml"


@pytest.fixture(scope="module")
def threes(tmp_path_factory: pytest.TempPathFactory) -> Threes:
    return Threes(Path(tmp_path_factory.mktemp("threes"), "repo"))


# What the template takes away, what the user adds far from it, and what is said of both.
CASES = {
    "a job of a workflow": (
        CI,
        "on: push\njobs:\n",
        "  check:\n    uses: ./check.yml\n",
        "  mine:\n    needs: check\n    uses: ./mine.yml\n",
        "jobs.mine.needs names check",
    ),
    "one of several jobs": (
        CI,
        "on: push\njobs:\n  build:\n    uses: ./build.yml\n",
        "  check:\n    uses: ./check.yml\n",
        "  mine:\n    needs: [build, check]\n    uses: ./mine.yml\n",
        "jobs.mine.needs names check",
    ),
    "a job of GitLab": (
        GITLAB,
        "x:\n  script: a\n",
        "check:\n  script: b\n",
        "mine:\n  script: c\n  needs:\n    - job: check\n",
        "mine.needs names check",
    ),
    "a job of which GitLab takes the files": (
        GITLAB,
        "x:\n  script: a\n",
        "check:\n  script: b\n",
        "mine:\n  script: c\n  dependencies: [check]\n",
        "mine.dependencies names check",
    ),
    "a job that another one extends": (
        GITLAB,
        "x:\n  script: a\n",
        ".python:\n  image: python\n",
        "mine:\n  extends: .python\n  script: c\n",
        "mine.extends names .python",
    ),
    "a stage": (
        GITLAB,
        "stages:\n- a\n",
        "- check\n",
        "mine:\n  stage: check\n  script: c\n",
        "mine.stage names check",
    ),
    "a service": (
        COMPOSE,
        "services:\n  app:\n    image: app\n",
        "  db:\n    image: postgres\n",
        "  mine:\n    image: mine\n    depends_on: [db]\n",
        "services.mine.depends_on names db",
    ),
    "a service that has to be healthy": (
        "docker-compose.yml",
        "services:\n  app:\n    image: app\n",
        "  db:\n    image: postgres\n",
        "  mine:\n    image: mine\n    depends_on:\n      db: {condition: service_healthy}\n",
        "services.mine.depends_on names db",
    ),
    "a group of requirements": (
        "pyproject.toml",
        '[dependency-groups]\nx = ["x"]\n',
        'test = ["pytest"]\n',
        'mine = [{include-group = "Test"}]\n',
        "dependency-groups.mine names Test",
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("swapped", [False, True], ids=["taken away by theirs", "by ours"])
def test_a_name_whose_owner_the_other_side_took_away_is_a_conflict(
    threes: Threes, name: str, swapped: bool
) -> None:
    path, head, gone, added, said = CASES[name]
    base = head + gone + FAR
    sides = (head + gone + FAR + added, head + FAR)
    ours, theirs = reversed(sides) if swapped else sides
    outcome = threes.update({path: base}, {path: ours}, {path: theirs})
    assert outcome.status == "conflict"
    assert outcome.merged.conflicts[0].about == f"{said}, which is not there"


@pytest.mark.parametrize("name", CASES)
def test_what_one_side_wrote_itself_is_left_to_it(threes: Threes, name: str) -> None:
    path, head, gone, added, _ = CASES[name]
    base, theirs = head + gone + FAR, f"# theirs\n{head}{gone}{FAR}"
    outcome = threes.update({path: base}, {path: head + FAR + added}, {path: theirs})
    assert outcome.status == "clean"


def test_it_is_said_beside_another_conflict(threes: Threes) -> None:
    path, head, gone, added, said = CASES["a job of a workflow"]
    base, ours, theirs = (
        {path: text}
        for text in (
            "name: a\n" + head + gone + FAR,
            "name: b\n" + head + gone + FAR + added,
            "name: c\n" + head + FAR,
        )
    )
    outcome = threes.update(base, ours, theirs)
    assert "<<<<<<< yours\nname: b\n" in outcome.text(path)
    found = [(one.path, one.reason, one.about) for one in outcome.merged.conflicts]
    assert found == [
        (path, ConflictReason.CONTENT, ""),
        (path, ConflictReason.WRONG_TOGETHER, f"{said}, which is not there"),
    ]


FINE = {
    "a job in other letters": (CI, "jobs:\n  Check: {}\n  x: {needs: check}\n"),
    "no jobs": (CI, "needs: x\njobs: y\n"),
    "another file of GitHub's": (".github/labels.yml", "jobs:\n  x: {needs: check}\n"),
    "jobs that an anchor brings": (CI, "x: &x {b: {}}\njobs: {<<: *x, y: {needs: b}}\n"),
    "an anchor in itself": (CI, "jobs: &a\n  <<: *a\n  x: {needs: b}\n"),
    "jobs of other files": (GITLAB, "include: b.yml\nx: {needs: [b], extends: .b, stage: b}\n"),
    "a job that need not be there": (GITLAB, "x: {needs: [{job: b, optional: true}]}\n"),
    "a job of another project": (GITLAB, "x: {needs: [{project: p, job: b, ref: main}]}\n"),
    "a job of a matrix": (GITLAB, 'b: {parallel: 2}\nx: {needs: ["b: [one]"]}\n'),
    "stages that GitLab has": (GITLAB, "x: {stage: deploy}\ny: {stage: .pre}\n"),
    "a variable": (GITLAB, "x: {stage: $S, needs: ['$J']}\n"),
    "what a hidden job needs": (GITLAB, ".x: {needs: [b], stage: b}\n"),
    "jobs that an anchor brings to GitLab": (GITLAB, ".x: &x {b: {}}\n<<: *x\ny: {needs: [b]}\n"),
    "what is brought from elsewhere": (GITLAB, "x: {needs: !reference [.y, needs]}\n"),
    "a variable in Compose": (COMPOSE, "services: {x: {depends_on: ['${DB}']}}\n"),
    "a service that need not be there": (
        COMPOSE,
        "services: {x: {depends_on: {db: {required: false}}}}\n",
    ),
    "a service, and how it is needed, of an anchor": (
        COMPOSE,
        "x-n: &n {required: false}\nservices: {x: {depends_on: {<<: *n, db: {<<: *n}}}}\n",
    ),
    "services of other files": (COMPOSE, "include: [b.yml]\nservices: {x: {depends_on: [b]}}\n"),
    "one of several files": ("compose.override.yaml", "services: {x: {depends_on: [b]}}\n"),
    "a group in another spelling": (
        "pyproject.toml",
        '[dependency-groups]\nMy_Test = ["a"]\nx = [{include-group = "my-test"}]\n',
    ),
}


@pytest.mark.parametrize("name", FINE)
def test_what_may_be_named_is_no_fault(name: str) -> None:
    path, text = FINE[name]
    assert not faults.find(path, text.encode())


@pytest.mark.parametrize("depth", [101, 70_000])
@pytest.mark.parametrize("path", [CI, GITLAB, COMPOSE])
def test_a_file_of_brackets_does_not_end_the_process(path: str, depth: int) -> None:
    words = "needs: extends: depends_on:".replace(": ", "-")
    text = f"{words} {'[' * depth}{']' * depth}\n"
    assert list(fault_references.in_yaml(path, text)) == []

"""The fleet's own words for titles, commits and texts, checked when they are read."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from modelyard.fleet import request_templates
from modelyard.fleet.config import RequestSettings
from modelyard.fleet.request_templates import Values
from modelyard.fleet.rollout import rollout
from tests.repos import git
from tests.tool.fleet.worlds import make, silent

VALUES = Values("v1.2.0", "v1.1.0", "standard", "standard v1.2.0", "team/churn")
BOT = ("modelyard", "modelyard@localhost")


@pytest.mark.parametrize(
    ("setting", "text", "why"),
    [
        ("title", "Update to {vresion}", "no placeholder; there are {version}"),
        ("title", "{version.__class__}", "no placeholder"),
        ("title", "{0}", "no placeholder"),
        ("title", "{version!r}", "no placeholder"),
        ("title", "{version:>99}", "no placeholder"),
        ("title", "{version", "expected '}'"),
        ("title", "two\nlines", "one line"),
        ("title", " ", "not empty"),
        ("commit", "subject\nbody", "second line must be empty"),
        ("commit", "x" * 73, "longer than 72"),
        ("commit", "subject\n\n" + "x" * 101, "longer than 100"),
        ("body", "{owner}", "no placeholder"),
    ],
)
def test_what_is_no_template_is_told_when_it_is_read(setting: str, text: str, why: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(why)):
        RequestSettings.model_validate({setting: text})


def test_a_conventional_commit() -> None:
    """As commitlint's conventional rules and gitlint's defaults have it."""
    words = "chore(deps): update {template} to {version}\n\nFrom {before}, by the platform team."
    made = request_templates.commit(words, VALUES, *BOT)
    assert made == (
        "chore(deps): update standard to v1.2.0\n\nFrom v1.1.0, by the platform team.\n\n"
        "Signed-off-by: modelyard <modelyard@localhost>"
    )


def test_a_subject_is_never_longer_than_linters_allow_and_is_one_line() -> None:
    for values in (Values("v" * 300), Values("a\nSigned-off-by: Eve <eve@example.com>\n\nb")):
        made = request_templates.commit("chore: {version}\n\n{version}", values, *BOT)
        subject, empty, *rest = made.split("\n")
        assert len(subject) <= 72 and not empty and all(len(line) <= 100 for line in rest)
        assert re.findall(r"^Signed-off-by: .*", made, re.M) == [
            "Signed-off-by: modelyard <modelyard@localhost>"
        ]


def test_a_title_says_which_member_it_is_about() -> None:
    folder = Values("v2", within="models/a")
    assert request_templates.title("to {version}", folder) == "to v2 (models/a)"
    assert request_templates.title("{within}: {version}", folder) == "models/a: v2"
    deep = request_templates.title("{verb} to {version}", Values("v2", within="a/" * 200))
    assert len(deep) == 240 and deep.endswith("…"), "a forge refuses a longer one than 255"


def test_values_mean_nothing_in_a_text() -> None:
    made = request_templates.text("**Ours**: {before}", Values(before="[x](https://e.x) @ann"))
    assert made.startswith("**Ours**: \\[x\\](") and "@\u200bann" in made


def test_a_rollout_speaks_as_the_fleet_says(tmp_path: Path) -> None:
    yard = make(tmp_path, 2)
    more = (
        '\n[request]\ntitle = "chore(deps): update to {version}"\n'
        'commit = "chore(deps): update {repo}"\nbody = "Ask in #platform about {version}."\n'
    )
    yard.file.write_text(yard.file.read_text() + more)
    rollout(yard.options(), silent)
    (made,) = yard.pull_requests("r0")
    assert made.title == "chore(deps): update to v1.1.0"
    assert "Ask in #platform about v1.1.0." in made.body
    told = git(yard.bare("r0"), "log", "-1", "--format=%s", made.head).strip()
    assert told == "chore(deps): update r0"

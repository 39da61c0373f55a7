"""Free text is free: whatever prints goes into every file as it is, and comes back as it was.

MODELYARD_EXAMPLES=1000 searches for longer.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.template.questions import contents, parse, recorded, rendered, walk

EXAMPLES = int(os.environ.get("MODELYARD_EXAMPLES", "5"))

# What some format gives a meaning to, or some editor a direction.
FRAGMENTS = [
    *("'", '"', "'''", '"""', "\\", "\\n", "\\u0041", "\\'", "`", "$HOME", "$(id)", "%s", "%(a)s"),
    *("{{", "}}", "{{ 7 * 7 }}", "{%", "{% raw %}", "{#", "#}", "${{ github.ref }}"),
    *(": ", " #", "- ", "? ", "|", ">", "&a", "*a", "!tag", "%YAML", "---", "..."),
    *("[", "]", "{", "}", "=", ",", "@"),
    *("<b>", "&amp;", "<!--", "](x)", "yes", "null", "~", "1e3", "2013-01-01"),
    *(" ", "  ", "\u00a0", "\u3000", "\ufeff", "\u200b", "\u202e", "\u200f", "\u00ad"),
    *("é", "e\u0301", "ß", "İ", "עברית", "العربية"),
    *("日本語", "🛫", "👩\u200d✈️", "\U0001f1e9\U0001f1ea"),
]
# Not: control characters, lone surrogates, line and paragraph separators, two non-characters.
PRINTABLE = st.characters(
    exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufffe\uffff"
)
TEXT = st.lists(st.sampled_from(FRAGMENTS) | PRINTABLE, min_size=1, max_size=8).map("".join)
ANSWER = TEXT.filter(str.strip)


@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example("".join(FRAGMENTS[:25]), "".join(FRAGMENTS[25:50]), "".join(FRAGMENTS[50:]))
@example(" led and trailed ", "- : '\"\\ #", "{{ owner }} {% if %} {# #}")
@example("\ufeffFlights", "\ufeff", "ends in a backslash\\")
@given(project_name=ANSWER, description=ANSWER, owner=ANSWER)
def test_free_text_comes_back_as_it_was(
    suite: Path, project_name: str, description: str, owner: str
) -> None:
    answers = {"project_name": project_name, "description": description, "owner": owner}
    with TemporaryDirectory() as scratch:
        first = rendered(suite, Path(scratch, "first"), **answers)
        assert all(parse(path) for path in walk(first) if path.suffix not in (".zip", ".whl"))
        project = parse(first / "pyproject.toml")["project"]
        assert project["description"] == description
        assert project["authors"] == [{"name": owner}]
        for name in ("README.md", "docs/model-card.md"):
            document = (first / name).read_text("utf-8")
            assert all(text in document for text in answers.values()), name
        written = recorded(first)
        assert answers.items() <= written.items()
        again = rendered(suite, Path(scratch, "again"), **written)
        assert contents(first) == contents(again)

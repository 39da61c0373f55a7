"""How prose and modules are cut into what somebody rewrites as one."""

import pytest

from modelyard.update.resolution.starter_files import StarterKind
from modelyard.update.resolution.starter_units import Units, cut


def of(kind: StarterKind, text: str) -> Units:
    """Return the units of a text that has some."""
    units = cut(kind, text.splitlines())
    assert units is not None
    return units


PROSE = """\
# Title
[![a](b)](c)
![d](e)

One line
and another.
- first
  goes on
- second
1. third
| a | b |
```sh
make

# no heading
```
Behind it.
.. image:: x
[a]: https://b
"""


def test_prose() -> None:
    lines = PROSE.splitlines()
    found = [lines[unit.start : unit.stop] for unit in of(StarterKind.PROSE, PROSE).text]
    assert found == [
        ["# Title"],
        ["[![a](b)](c)"],
        ["![d](e)"],
        ["One line", "and another."],
        ["- first", "  goes on"],
        ["- second"],
        ["1. third"],
        ["| a | b |"],
        ["```sh", "make", "", "# no heading", "```"],
        ["Behind it."],
        [".. image:: x"],
        ["[a]: https://b"],
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "```\nnever closed\n\n", "> ```\n> a\n> ```\n"])
def test_each_line_with_words_is_in_one_unit(text: str) -> None:
    lines = text.splitlines()
    covered = [at for unit in of(StarterKind.PROSE, text).text for at in unit]
    assert len(covered) == len({*covered})
    assert {at for at, line in enumerate(lines) if line.strip()} <= {*covered}


@pytest.mark.parametrize("mark", ["---", "+++"])
def test_front_matter_is_settings(mark: str) -> None:
    units = of(StarterKind.PROSE, f"{mark}\ntitle: x\n{mark}\n# A\n")
    assert units == Units([range(3, 4)], [range(3)])


def test_a_rule_is_no_front_matter() -> None:
    assert of(StarterKind.PROSE, "---\nText of a page.\n").settings == []


def test_python() -> None:
    one, two = "# About it.\n@mark\ndef one():\n    pass\n", "TWO = (\n  1,\n)\n"
    text = f'"""Doc."""\n\nimport os\n\n{one}\n\n{two}'
    assert of(StarterKind.PYTHON, text) == Units(
        [range(1), range(4, 8), range(10, 13)], [range(2, 3)]
    )


@pytest.mark.parametrize(
    "text", ["def (", "a = 1; b = 2", "x = '\0'", "(" * 500, "<<<<<<< yours", "if x:\nreturn"]
)
def test_what_is_no_module_is_not_cut(text: str) -> None:
    assert cut(StarterKind.PYTHON, text.splitlines()) is None

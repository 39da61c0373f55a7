"""The template's rewording of starter text that the user has no more is left out, nothing else."""

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from modelyard.reasons import NoticeReason
from modelyard.update.resolution.decision import Owner, Resolved
from modelyard.update.resolution.starter_text import resolve

README = """\
# flight-delays

This repo was made from a template. Describe here what the model predicts and who uses it.

## Installation

Run pip install flight-delays in a fresh virtual environment.

## Licence
"""
OWN = """\
# Delays of flights

Airlines ask it each morning how late the evening will be.

## Installation

Our cluster has it already; type `module load delays`.

## Licence
"""
# What the template's next version says.
PIPX = README.replace("Run pip install flight-delays", "Call pipx install flight-delays")


def decided(ours: str, theirs: str, base: str = README, path: str = "README.md") -> Resolved | None:
    """Resolve texts."""
    return resolve(path, base.splitlines(), ours.splitlines(), theirs.splitlines())


def merged(folder: Path, *sides: str) -> tuple[int, str]:
    """Return how many conflicts git has of base, ours and theirs, and the result."""
    for name, side in zip(("base", "ours", "theirs"), sides, strict=True):
        folder.joinpath(name).write_text(side)
    command = ["git", "merge-file", "-p", "ours", "base", "theirs"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout


def test_a_rewording_of_what_is_gone_is_left_out(tmp_path: Path) -> None:
    found = decided(OWN, PIPX)
    assert found is not None
    (decision,) = found.decisions
    assert decision.reason is NoticeReason.STARTER_TEXT
    assert decision.owner is Owner.TEMPLATE
    assert decision.given_up == ("Call pipx install flight-delays in a fresh virtual environment.",)
    assert decision.taken == ("Run pip install flight-delays in a fresh virtual environment.",)
    assert found.ours == OWN.splitlines()
    assert merged(tmp_path, README, OWN, PIPX)[0] == 1
    theirs = "\n".join([*found.theirs, ""])
    assert merged(tmp_path, README, OWN, theirs) == (0, OWN)


def test_what_does_not_meet_is_merged(tmp_path: Path) -> None:
    theirs = PIPX.replace("## Licence", "## Licence\n\nApache-2.0")
    found = decided(OWN, theirs)
    assert found is not None
    assert len(found.decisions) == 1
    result = merged(tmp_path, README, OWN, "\n".join([*found.theirs, ""]))
    assert result == (0, OWN + "\nApache-2.0\n")


def test_text_that_the_user_deleted_and_replaced_by_a_list() -> None:
    own = README.replace(
        "Run pip install flight-delays in a fresh virtual environment.",
        "- on the cluster: nothing to do\n- elsewhere: ask the platform team",
    )
    assert decided(own, PIPX) is not None


@pytest.mark.parametrize(
    "own",
    [
        "Run pip install flight-delays in a new virtual environment.",
        "Run `pip install flight-delays-acme` in a fresh virtual environment.",
        "Please run pip install flight-delays in some fresh and clean virtual environment.",
        "Run pip install\nflight-delays\nin a fresh\nvirtual environment!",
        "We type pip install flight-delays, and that is all.",
    ],
)
def test_what_was_lightly_edited_stays_a_conflict(own: str) -> None:
    ours = README.replace("Run pip install flight-delays in a fresh virtual environment.", own)
    assert decided(ours, PIPX) is None


def test_what_was_moved_stays_a_conflict() -> None:
    sentence = "Run pip install flight-delays in a fresh virtual environment."
    assert decided(OWN + f"\n## Set-up\n\n{sentence}\n", PIPX) is None


def test_a_name_that_was_put_in_is_no_new_text() -> None:
    base = "# A\n\nMaintained by NAME\n"
    ours = base.replace("NAME", "the delays team")
    assert decided(ours, base.replace("Maintained", "Owned"), base) is None
    scanty = "Author: NAME\n"
    assert decided("Author: Ada\n", "Written by: NAME\n", scanty) is None


def test_what_the_template_replaces_and_the_user_still_says_stays_a_conflict() -> None:
    base = "Set it up with the old installer, then call make train. Python 3.9 is needed here.\n"
    theirs = base.replace("3.9", "3.13")
    ours = "We need nothing but a laptop: Python 3.9 on Linux, a disk and one quiet afternoon.\n"
    assert decided(ours, theirs, base) is None
    assert decided(ours.replace("3.9", "in any version"), theirs, base) is not None


@pytest.mark.parametrize(
    "new",
    [
        "Call pipx install flight-delays in a fresh virtual environment.\n\nOn Windows call uv.",
        "- Call pipx install flight-delays\n- Use a fresh virtual environment.",
        "Ask security@example.com about keys, tokens, certificates.",
    ],
)
def test_an_addition_stays_a_conflict(new: str) -> None:
    old = "Run pip install flight-delays in a fresh virtual environment."
    assert decided(OWN, README.replace(old, new)) is None


def test_a_section_that_both_add_stays_a_conflict() -> None:
    assert decided(README + "\n## Usage\n\nCall it.\n", README + "\n## Sponsors\n\nAcme.\n") is None


def test_additions_stay_also_where_the_whole_text_is_the_users() -> None:
    ours = "# Delays\n\nEverything about it is in our wiki, page 4711.\n"
    theirs = README + "\n## Sponsors\n\nThis model is paid for by Acme.\n"
    assert decided(ours, theirs) is None


def test_what_the_template_deletes_and_the_user_rewrote_stays() -> None:
    theirs = README.replace("Run pip install flight-delays in a fresh virtual environment.\n\n", "")
    found = decided(OWN, theirs)
    assert found is not None
    assert found.theirs == README.splitlines()
    assert [line for decision in found.decisions for line in decision.given_up if line] == []


def test_what_both_delete_is_no_decision() -> None:
    old = "Run pip install flight-delays in a fresh virtual environment.\n\n"
    both = README.replace(old, "")
    assert decided(both.replace("Describe here", "Tell"), both) is None


def test_a_correction_that_the_user_made_too_is_not_left_out() -> None:
    assert decided(PIPX.replace("# flight-delays", "# Delays"), PIPX) is None


def test_a_text_that_both_chose_is_not_left_out() -> None:
    old = "Run pip install flight-delays in a fresh virtual environment."
    new = "Use pip install delays inside any container of your platform team, please."
    assert decided(OWN, README.replace(old, new)) is not None
    assert decided(OWN + f"\n{new}\n", README.replace(old, new)) is None


def test_a_part_that_is_kept_in_a_longer_text_stays_a_conflict() -> None:
    base = "Install it with the old script, then train on all flights of last year at night.\n"
    theirs = base.replace("the old script", "uv")
    own = "Train on all flights of last year at night, " + "and now and then also on others, " * 9
    assert decided(f"{own}as we like.\n", theirs, base) is None
    assert decided(f"{own.replace('flights of last', 'planes of')}\n", theirs, base) is not None


def test_a_heading_of_one_word_stays_a_conflict() -> None:
    assert decided("# Operation\n", "# Usage notes\n", "# Usage\n") is None


def test_half_of_a_unit_is_never_left_out() -> None:
    base = "Keep this line.\n\nRun the first training job by hand.\n"
    ours = "Keep this line.\n\nAsk Ada.\n"
    apart = base.replace("by hand", "with make")
    assert decided(ours, apart, base) is not None
    joined = apart.replace("\n\n", "\n")
    assert decided(ours, joined, base) is None


def test_front_matter_that_a_version_brings_is_never_left_out() -> None:
    heading = "# Predicts flight delays of tomorrow\n"
    theirs = f"---\ntitle: x\n---\n{heading.replace('Predicts', 'Foresees')}"
    assert decided("# Verspätungen\n", theirs, heading) is None
    assert decided("# Verspätungen\n", theirs.replace("---\ntitle: x\n---\n", ""), heading)


def test_front_matter_is_never_left_out() -> None:
    base = f"---\ntitle: flight delays of the fleet\n---\n{README}"
    theirs = base.replace("flight delays of the fleet", "flight delays of the new fleet")
    ours = base.replace("flight delays of the fleet", "Verspätungen")
    assert decided(ours, theirs, base, "docs/index.md") is None


def test_scripts_without_spaces_are_compared_by_character() -> None:
    base = "このモデルは航空便の遅延を予測するために毎朝実行されます。\n"
    theirs = base.replace("毎朝", "毎日")
    assert decided(base.replace("航空便", "列車"), theirs, base) is None
    assert decided("Züge kommen auch zu spät, und zwar oft.\n", theirs, base) is not None


EXAMPLE = '''\
"""Examples of this project."""

from pathlib import Path


def greet(name):
    """Return a greeting of somebody whom nobody here knows."""
    return f"Hello {name}, nice to meet you"


def count(path):
    """Count lines."""
    return len(Path(path).read_text().splitlines())
'''
TYPED = EXAMPLE.replace("def greet(name):", "def greet(name: str) -> str:")


def example(ours: str, theirs: str) -> Resolved | None:
    """Resolve a module of examples."""
    return decided(ours, theirs, EXAMPLE, "src/pkg/example_module.py")


def own_example() -> str:
    start, end = EXAMPLE.index("def greet"), EXAMPLE.index("def count")
    own = "def delay(flights):\n    return flights.actual - flights.planned\n\n\n"
    return EXAMPLE[:start] + own + EXAMPLE[end:]


def test_an_example_that_was_replaced() -> None:
    found = example(own_example(), TYPED)
    assert found is not None
    assert found.theirs == EXAMPLE.splitlines()


def test_an_example_that_was_edited_stays_a_conflict() -> None:
    assert example(EXAMPLE.replace("greet(name)", "greet(name, *, loud=False)"), TYPED) is None


def test_a_name_that_the_template_takes_out_and_ours_uses_stays_a_conflict() -> None:
    theirs = EXAMPLE.replace("def greet(name):", "def welcome(name):")
    assert example(own_example(), theirs) is not None
    assert example(own_example() + "\n\ngreet = delay\n", theirs) is None


def test_imports_are_never_left_out() -> None:
    theirs = EXAMPLE.replace("from pathlib import Path", "from pathlib import PurePath, Path")
    assert (
        example(EXAMPLE.replace("from pathlib import Path", "import io, os, re, sys"), theirs)
        is None
    )


def test_a_module_that_does_not_parse_is_left_alone() -> None:
    assert example("<<<<<<< yours\n" + own_example(), TYPED) is None


@pytest.mark.parametrize("path", ["pyproject.toml", "LICENSE.md", ".github/workflows/ci.yml"])
def test_other_files_are_left_alone(path: str) -> None:
    assert decided(OWN, PIPX, path=path) is None


@pytest.mark.parametrize(("paragraphs", "compared"), [(100, True), (400, False)])
def test_what_would_take_long_is_not_compared(paragraphs: int, compared: bool) -> None:
    numbers = range(paragraphs)
    base, ours, theirs = (
        [line for n in numbers for line in (f"{name}{n} {both}{n} {both}{n}.", "")]
        for name, both in (("a", "b"), ("o", "p"), ("c", "b"))
    )
    assert (resolve("README.md", base, ours, theirs) is not None) is compared


@pytest.mark.parametrize("size", [200_000, 30_000_000])
def test_huge_files_are_left_alone(size: int) -> None:
    lines = ["word " * 10 + str(n) for n in range(size // 1000)]
    long = ["x" * 1000, *lines]
    huge = long * (size // sum(map(len, long)) + 1)
    assert resolve("README.md", huge, ["# Mine"], [*huge[:-1], "other words"]) is None


def test_thousands_of_equal_lines_take_no_time() -> None:
    base = ["a b c", ""] * 2_000
    assert resolve("README.md", base, ["d e f", ""] * 2_000, ["a b d", ""] * 2_000) is None


def test_nothing_but_decisions_changes() -> None:
    found = decided(OWN, PIPX.replace("who uses it", "who needs it"))
    assert found is not None
    lines = Counter(PIPX.replace("who uses it", "who needs it").splitlines())
    for decision in found.decisions:
        lines.subtract(decision.given_up)
        lines.update(decision.taken)
    assert +lines == Counter(found.theirs)

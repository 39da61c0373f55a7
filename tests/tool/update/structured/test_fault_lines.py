"""Makefiles and files of variables: what is set or made twice, of which one counts."""

from pathlib import Path

import pytest

from modelyard.update.structured.fault_lines import in_env, in_makefile
from tests.tool.update.threes import Threes

MAKE = "test:\n\tpytest\n\nbuild:\n\tpython -m build\n\nclean:\n\trm -r dist\n"


@pytest.fixture(scope="module")
def threes(tmp_path_factory: pytest.TempPathFactory) -> Threes:
    return Threes(Path(tmp_path_factory.mktemp("threes"), "repo"))


@pytest.mark.parametrize("path", ["Makefile", "GNUmakefile", "tools/common.mk"])
def test_a_target_that_both_add_at_different_places_is_a_conflict(
    threes: Threes, path: str
) -> None:
    ours = "lint:\n\tflake8\n\n" + MAKE
    theirs = MAKE + "\nlint: build\n\truff check\n"
    outcome = threes.update({path: MAKE}, {path: ours}, {path: theirs})
    assert outcome.status == "conflict"
    assert "lint is defined twice" in outcome.merged.conflicts[0].text


@pytest.mark.parametrize("exported", ["X=2", "export X=2", "export X := 2", "X::=2"])
def test_a_variable_that_one_side_exports_is_the_same_one(threes: Threes, exported: str) -> None:
    ours, theirs = f"X=1\n\n{MAKE}", f"{MAKE}\n{exported}\n"
    outcome = threes.update({"Makefile": MAKE}, {"Makefile": ours}, {"Makefile": theirs})
    assert outcome.status == "conflict"


@pytest.mark.parametrize("exported", ["X=2", "export X=2", "export  X = 2"])
def test_so_it_is_in_a_file_of_variables(threes: Threes, exported: str) -> None:
    base = "A=1\nB=2\nC=3\nD=4\n"
    ours, theirs = f"X=1\n{base}", f"{base}{exported}\n"
    outcome = threes.update({".env": base}, {".env": ours}, {".env": theirs})
    assert outcome.status == "conflict"
    assert "X stands twice" in outcome.merged.conflicts[0].text


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param("test: build\n\n", "\ntest: clean\n", id="what a target needs"),
        pytest.param(".PHONY: test\n\n", "\n.PHONY: build\n", id="phony targets"),
        pytest.param("%.o: %.c\n\tcc $<\n\n", "\n%.o: %.s\n\tas $<\n", id="patterns"),
        pytest.param("all:: \n\techo 1\n\n", "\nall::\n\techo 2\n", id="two colons"),
        pytest.param("F += -a\n\n", "\nF += -b\n", id="added to"),
        pytest.param("F ?= a\n\n", "\nF ?= b\n", id="only a default"),
        pytest.param("ifdef CI\nF = a\nendif\n\n", "\nifndef CI\nF = b\nendif\n", id="cases"),
        pytest.param("test: F = 1\n\n", "\nbuild: F = 2\n", id="of one target"),
    ],
)
def test_what_may_stand_twice_in_a_makefile_is_merged(
    threes: Threes, ours: str, theirs: str
) -> None:
    outcome = threes.update(
        {"Makefile": MAKE}, {"Makefile": ours + MAKE}, {"Makefile": MAKE + theirs}
    )
    assert (outcome.status, outcome.text("Makefile")) == ("clean", ours + MAKE + theirs)


def test_what_stood_twice_before_is_nobodys_fault(threes: Threes) -> None:
    base = f"{MAKE}\ntest:\n\ttox\n"
    ours, theirs = f"# mine\n{base}", f"{base}# theirs\n"
    outcome = threes.update({"Makefile": base}, {"Makefile": ours}, {"Makefile": theirs})
    assert outcome.status == "clean"


def test_names_are_found_as_make_and_a_shell_find_them() -> None:
    text = "a b: c ; echo\nb: ; echo\ndefine T\nX=1\nX=2\nendef\n"
    text += "L = 1 \\\n  L = 2\n# X=1\nX=$(Y:a=b)\n"
    assert dict(in_makefile(text)) == {"b": 2}
    assert dict(in_env("A=1\n# A=2\n export A=3\nexport A\nB\n")) == {"A": 2}

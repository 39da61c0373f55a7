"""A version that comes without a wheel is kept, where nothing that it needs can be missing."""

import pytest

from modelyard.lockfiles.without_wheel import Pin, is_complete

LACKING = [Pin("antlr", "4.9.3")]
AFTER = {("antlr", "4.9.3"), ("hydra", "1.3")}
TEMPLATE = {Pin("antlr", "4.9.3"), Pin("hydra", "1.2"), Pin("typing", "3")}


@pytest.mark.parametrize(
    ("gone", "template", "complete"),
    [
        ([], set(), True),
        ([Pin("prek", "0.5")], TEMPLATE, True),
        ([Pin("hydra", "1.2")], TEMPLATE, True),
        ([Pin("typing", "3")], TEMPLATE, False),
        ([Pin("prek", "0.5")], set(), False),
        ([Pin("prek", "0.5")], {Pin("antlr", "4.13")}, False),
    ],
    ids=[
        "nothing went",
        "what the template does not have went for another reason",
        "another version of it is there",
        "it may be what the version without a wheel depends on",
        "the template has no lock",
        "the template has another version",
    ],
)
def test_what_goes_beside_a_version_without_a_wheel(
    gone: list[Pin], template: set[Pin], complete: bool
) -> None:
    assert is_complete(gone, LACKING, AFTER, template) is complete

"""Who owns files, by the rules of GitHub and of GitLab, which are not the same."""

import time

import pytest

from modelyard.fleet.codeowners import owners
from modelyard.forges.forge import ForgeKind

GITHUB, GITLAB = ForgeKind.GITHUB, ForgeKind.GITLAB


@pytest.mark.parametrize(
    ("pattern", "path", "on_github", "on_gitlab"),
    [
        ("*", "a/b.py", True, True),
        ("**", "a/b.py", True, True),
        ("*.js", "a/b/c.js", True, True),
        ("*.js", "a/b/c.jsx", False, False),
        ("/build/logs/", "build/logs/a/b", True, True),
        ("/build/logs/", "x/build/logs/a", False, False),
        ("docs/*", "docs/a.md", True, True),
        ("docs/*", "docs/a/b.md", False, False),
        ("docs/*", "x/docs/a.md", False, True),
        ("apps/", "x/apps/y/z", True, True),
        ("apps/", "apps", False, False),
        ("/apps/github", "apps/github/a", True, False),
        ("/apps/github", "apps/github", True, True),
        ("src", "x/src/a.py", True, False),
        ("**/logs", "a/b/logs/c", True, False),
        ("/a/**/z", "a/z", True, True),
        ("/a/**/z", "a/b/c/z", True, True),
        ("/a/**", "a/b/c", True, False),
        ("/a?c", "abc", True, True),
        ("/a?c", "a/c", False, False),
        (r"/a\ b.md", "a b.md", True, True),
        ("/a.b", "aXb", False, False),
    ],
)
def test_what_a_pattern_means(pattern: str, path: str, on_github: bool, on_gitlab: bool) -> None:
    line = f"{pattern} @ann"
    assert bool(owners(line, [path], GITHUB)) is on_github
    assert bool(owners(line, [path], GITLAB)) is on_gitlab


@pytest.mark.parametrize("kind", [GITHUB, GITLAB])
def test_the_last_rule_that_fits_counts_and_may_name_nobody(kind: ForgeKind) -> None:
    text = "# who\n* @org/all # comment\n*.py @ann bob@example.com\n/own/ \n"
    assert owners(text, ["a.md"], kind) == ("@org/all",)
    assert owners(text, ["a.py"], kind) == ("@ann", "bob@example.com")
    assert owners(text, ["own/a.py"], kind) == ()
    assert owners(text, ["a.md", "a.py", "b.py"], kind) == ("@org/all", "@ann", "bob@example.com")


def test_github_leaves_out_what_it_takes_for_no_pattern() -> None:
    assert owners("* @ann\n!a.py @bob\n[ab].py @eve\n", ["a.py"], GITHUB) == ("@ann",)


def test_sections_of_gitlab() -> None:
    text = (
        "* @all\n[Docs][2] @writers\n*.md\n/own.md @ann\n!/free.md\n"
        "^[ci]\n*.yml @ops\n[DOCS]\n/last.md\n"
    )
    assert owners(text, ["a.md"], GITLAB) == ("@all", "@writers")
    assert owners(text, ["own.md"], GITLAB) == ("@all", "@ann")
    assert owners(text, ["free.md", "last.md"], GITLAB) == ("@all", "@writers")
    assert owners(text, ["free.md"], GITLAB) == ("@all",)
    assert owners(text, ["x/a.yml"], GITLAB) == ("@all", "@ops")


@pytest.mark.parametrize("pattern", ["/**" * 40 + "/x", "/" + "*a" * 12 + "/x"])
@pytest.mark.parametrize("kind", [GITHUB, GITLAB])
def test_a_hostile_pattern_ends_soon(kind: ForgeKind, pattern: str) -> None:
    began = time.process_time()
    owners(f"{pattern} @ann", ["a/" * 60 + "b", "a" * 60 + "/b"], kind)
    assert time.process_time() - began < 1

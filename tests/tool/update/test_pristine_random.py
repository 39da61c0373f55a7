"""Random templates: a repo that nobody edited gets what a new one gets, yours aside."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelyard.template.config import matcher
from modelyard.template.source import Templates
from modelyard.update import update
from tests.tool.update.test_pristine import LINKS, make, tracked
from tests.tool.worlds import ANSWERS, CONFIG, World, lines, write

LONG = bool(os.environ.get("MODELYARD_LONG"))
PATHS = (
    "a",
    "a/b.txt",
    "c.md",
    "d/e.txt",
    "d/f/g.cfg",
    "h.sh",
    "local/i.toml",
    "j.log",
    "__init__.py",
)
IGNORED = ("*.log", "local/", "d/f/", "__init__.py", "!j.log")
CONTENTS = ("", "x\n", lines(9), lines(9, l3="THREE"), lines(9, "word"), "no end", "\0bin", "é\r\n")


def random_files(dice: random.Random) -> dict[str, tuple[str, str]]:
    """Return kind and content by path; no path is a folder of another."""
    found: dict[str, tuple[str, str]] = {}
    for path in dice.sample(PATHS, dice.randint(1, len(PATHS))):
        if not any(path.startswith(f"{p}/") or p.startswith(f"{path}/") for p in found):
            kind = dice.choice(["file", "file", "file", "script", "link"])
            found[path] = kind, dice.choice(CONTENTS)
    rules = dice.sample(IGNORED, dice.randint(0, 3))
    if rules or dice.random() < 0.3:
        found[".gitignore"] = "file", "".join(f"{rule}\n" for rule in rules)
    return found


def changed(files: dict[str, tuple[str, str]], dice: random.Random) -> dict[str, tuple[str, str]]:
    """Return the files of another version: some as they are, some anew."""
    other = random_files(dice)
    for path in list(files):
        clash = any(path.startswith(f"{p}/") or p.startswith(f"{path}/") for p in other)
        if dice.random() < 0.5 and not clash:
            other[path] = files[path]
    return other


def release(world: World, tag: str, files: dict[str, tuple[str, str]], more: str) -> None:
    """Tag a version with these files."""
    folder = world.template / "template"
    if folder.exists():
        shutil.rmtree(folder)
    else:
        world.release(None, {})
        shutil.rmtree(folder)
    write(folder, {"{{ _copier_conf.answers_file }}.jinja": ANSWERS})
    for path, (kind, content) in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if kind == "link":
            (folder / path).symlink_to("c.md")
            continue
        (folder / path).write_bytes(content.encode())
        (folder / path).chmod(0o755 if kind == "script" else 0o644)
    make(world, tag, CONFIG + LINKS + more)


def seen(world: World, path: str) -> tuple[str, bytes] | None:
    """Return what a new repo has at a path on disk, where its rules ignore it."""
    place = world.folder / "fresh" / path
    if place.is_symlink():
        return "120000", os.fsencode(place.readlink())
    if not place.is_file():
        return None
    return "100755" if os.access(place, os.X_OK) else "100644", place.read_bytes()


@pytest.fixture(scope="module")
def templates() -> Iterator[Templates]:
    with Templates() as opened:
        yield opened


@settings(
    max_examples=500 if LONG else 15,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**32))
def test_an_untouched_repo_is_as_new(templates: Templates, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    first = random_files(dice)
    # Yours is never deleted, so it may stand where a version needs a file: not asked here.
    alone = [path for path in PATHS if not path.startswith("a")]
    yours = [dice.sample(alone, dice.randint(0, 2)) for _ in "12"]
    left_out = [dice.sample(alone, dice.randint(0, 1)) for _ in "12"]
    texts = [f"_skip_if_exists: {a}\n_exclude: {b}\n" for a, b in zip(yours, left_out, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        release(world, "v1", first, texts[0])
        repo = world.repo("v1")
        tracked_before = tracked(repo)
        release(world, "v2", changed(first, dice), texts[1])
        outcome = update(repo, to="v2", templates=templates)
        have, want = tracked(repo), tracked(world.repo("v2", "fresh"))
        # What v1 ignored, and v2 neither has nor ignores, is nobody's but the owner's.
        of_template = {*tracked_before, *outcome.changes}
        on_disk = {p: have[p] for p in have.keys() & of_template if p not in want}
        unlike = {path for path, entry in on_disk.items() if entry != seen(world, path)}
    aside = matcher((*yours[0], *yours[1], *left_out[1]))
    # An untracked file is never written over: it is named, and stays for its owner to decide.
    named = {notice.path for notice in outcome.notices}
    differing = unlike | {path for path in want if have.get(path) != want[path]}
    unexplained = {path for path in differing - named if not aside(path)}
    assert outcome.status != "conflict", outcome
    assert not unexplained, (outcome, tracked_before.keys())
    assert not {path for path in named if path in tracked_before and not aside(path)}, outcome

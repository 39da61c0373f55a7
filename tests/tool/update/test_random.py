"""Random templates, random edits: every line that somebody wrote is somewhere afterwards.

Each line of a template and of a user is a word of its own, so that losing one is seen at once.
"""

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path

import copier
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelyard.template.source import Templates
from modelyard.update import update
from modelyard.update.result import Status, UpdateResult
from tests.repos import git
from tests.tool.update import oracle
from tests.tool.worlds import without_commit

LONG = bool(os.environ.get("MODELYARD_LONG"))
NAMES = ("a.txt", "b.md", "sub/c.txt", "sub/d e.txt", "sub/deep/é.txt", "f.sh", "g.cfg", "h")
CHANGES = ("add", "remove", "replace", "move", "new", "rename", "delete", "chmod", "nothing")


@dataclass
class Tree:
    """Files by path: lines and whether it is executable; and what was done on purpose."""

    files: dict[str, list[str]]
    runnable: set[str] = field(default_factory=set)
    added: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)

    def copy(self) -> "Tree":
        """Return the same files, with nothing done yet."""
        files = {path: list(lines) for path, lines in self.files.items()}
        return Tree(files, set(self.runnable))

    def change(self, kind: str, dice: random.Random, words: Iterator[str]) -> None:
        """Do one thing to a file that the dice choose."""
        if not self.files:
            return
        path = dice.choice(sorted(self.files))
        lines = self.files[path]
        at = dice.randrange(len(lines) + 1)
        if kind == "add":
            self._put(lines, at, [next(words) for _ in range(dice.randint(1, 3))])
        elif kind in ("remove", "replace") and lines:
            at = dice.randrange(len(lines))
            self.removed.update(lines[at : at + 2])
            self.added.difference_update(lines[at : at + 2])
            del lines[at : at + 2]
            self._put(lines, at, [next(words)] if kind == "replace" else [])
        elif kind == "move" and len(lines) > 2:
            line = lines.pop(dice.randrange(len(lines)))
            lines.insert(dice.randrange(len(lines) + 1), line)
        elif kind == "new":
            name = f"new {next(words)}"
            self.files[name] = []
            self._put(self.files[name], 0, [*islice(words, 4)])
        elif kind == "rename":
            target = f"{dice.choice(['sub/', 'other/', ''])}{next(words)}"
            self.files[target] = self.files.pop(path)
            self.runnable ^= {path, target} if path in self.runnable else set()
        elif kind == "delete":
            self.removed.update(lines)
            self.added.difference_update(lines)
            del self.files[path]
            self.runnable.discard(path)
        elif kind == "chmod":
            self.runnable ^= {path}

    def _put(self, lines: list[str], at: int, new: list[str]) -> None:
        lines[at:at] = new
        self.added.update(new)

    def write(self, root: Path) -> None:
        """Make a folder have these files and no others, but for git's and Copier's."""
        root.mkdir(exist_ok=True)
        for child in root.iterdir():
            if child.name not in (".git", ".copier-answers.yml"):
                shutil.rmtree(child) if child.is_dir() else child.unlink()
        for path, lines in self.files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("".join(f"{line}\n" for line in lines), "utf-8")
            target.chmod(0o755 if path in self.runnable else 0o644)


def words(prefix: str) -> Iterator[str]:
    """Yield words that nobody else writes."""
    return (f"{prefix}{number:04d}" for number in count())


def release(root: Path, tree: Tree, tag: str) -> None:
    """Commit a version of the template."""
    tree.write(root / "files")
    (root / "copier.yml").write_text("_subdirectory: files\nname: {type: str, default: x}\n")
    name = root / "files" / "{{ _copier_conf.answers_file }}.jinja"
    name.write_text("{{ _copier_answers | to_nice_yaml }}")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", tag)
    git(root, "tag", tag)


def novel(base: Tree, new: Tree) -> set[str]:
    """Return the lines of new files that are too unlike any old one to be a renamed one."""
    made = [lines for path, lines in new.files.items() if path not in base.files]
    return {line for lines in made for line in lines if not _from_one(lines, base)}


def _from_one(lines: list[str], base: Tree) -> bool:
    halves = (max(len(lines), len(old)) * 0.6 for old in base.files.values())
    shared = (len({*lines} & {*old}) for old in base.files.values())
    return any(same >= half for same, half in zip(shared, halves, strict=True))


def losses(
    base: Tree, new: Tree, mine: Tree, seen: oracle.Seen, outcome: UpdateResult
) -> list[str]:
    """Return the lines that are gone, or back, and that nobody told of."""
    entries = [*seen.files.values(), *(entry for held in seen.sides.values() for entry in held)]
    have = set(b"\n".join(entry.data for entry in entries).decode().split())
    told = {line.strip() for notice in outcome.notices for line in notice.lines}
    about = {notice.path for notice in outcome.notices}
    found = [f"of the user: {line}" for line in mine.added - have]
    untouched = {line for lines in base.files.values() for line in lines}
    found += [f"of both: {line}" for line in untouched - mine.removed - new.removed - have]
    for path, lines in new.files.items():
        if path not in about:
            found += [f"of the template: {x}" for x in (new.added & set(lines)) - have - told]
    if outcome.status == "clean":
        excused = {line for path in about for line in base.files.get(path, ())}
        back = mine.removed - novel(base, new)
        back = (back | (new.removed - novel(base, mine) - excused)) & have
        found += [f"removed, and there: {line}" for line in back - told]
    return found


@pytest.fixture(scope="module")
def templates() -> Iterator[Templates]:
    with Templates() as opened:
        yield opened


def sides(*kinds: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a test random changes of both sides, of these kinds."""
    some = st.lists(st.sampled_from(kinds), min_size=1, max_size=12 if LONG else 6)
    return given(seed=st.integers(0, 2**32), theirs=some, ours=some)


profile = settings(
    max_examples=1000 if LONG else 25,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def trees(seed: int, theirs: list[str], ours: list[str]) -> tuple[Tree, Tree, Tree]:
    """Return a template's first version, its second, and what a user made of the first."""
    dice = random.Random(seed)  # noqa: S311
    paths, lines = dice.sample(NAMES, dice.randint(2, len(NAMES))), words("base")
    base = Tree({path: [*islice(lines, dice.randint(0, 14))] for path in paths})
    new, mine = base.copy(), base.copy()
    for tree, kinds, own in ((new, theirs, words("them")), (mine, ours, words("mine"))):
        for kind in kinds:
            tree.change(kind, dice, own)
    return base, new, mine


def prepare(folder: Path, base: Tree, new: Tree, mine: Tree) -> Path:
    """Return a committed repo of the first version, as the user made it."""
    template, repo = folder / "template", folder / "repo"
    git(template, "init", "--quiet", "--template=", "--initial-branch", "main")
    release(template, base, "v1")
    copier.run_copy(str(template), repo, defaults=True, quiet=True, vcs_ref="v1")
    release(template, new, "v2")
    git(repo, "init", "--quiet", "--template=", "--initial-branch", "main")
    mine.write(repo)
    git(repo, "add", "--all")
    git(repo, "commit", "--quiet", "--allow-empty", "--message", "Mine")
    return repo


@profile
@sides(*CHANGES)
def test_every_line_is_somewhere(
    templates: Templates, seed: int, theirs: list[str], ours: list[str]
) -> None:
    base, new, mine = trees(seed, theirs, ours)
    with tempfile.TemporaryDirectory() as folder:
        repo = prepare(Path(folder), base, new, mine)
        outcome = update(repo, to="v2", templates=templates)
        seen = oracle.look(repo)
    assert not losses(base, new, mine, seen, outcome), outcome
    assert (outcome.status == "conflict") == bool(seen.sides)


def left(
    seen: oracle.Seen, path: str, removed: Collection[str] = ()
) -> tuple[str, list[str]] | None:
    """Return what a file is and has, but for lines that somebody removed; None where it is not."""
    entry = seen.files.get(path)
    if entry is None:
        return None
    return entry.kind, [line for line in entry.data.decode().split() if line not in removed]


# That Copier forgets a mode, or where a line was moved to, cannot be told from lines alone.
@settings(profile, max_examples=200 if LONG else 5)
@sides(*(kind for kind in CHANGES if kind not in ("chmod", "move")))
def test_what_copier_gets_right_is_the_same(
    templates: Templates, seed: int, theirs: list[str], ours: list[str]
) -> None:
    base, new, mine = trees(seed, theirs, ours)
    with tempfile.TemporaryDirectory() as folder:
        repo = prepare(Path(folder), base, new, mine)
        other = Path(shutil.copytree(repo, Path(folder, "other"), symlinks=True))
        copier.run_update(other, vcs_ref="v2", defaults=True, overwrite=True, quiet=True)
        copiers = oracle.look(other)
        clean = oracle.judge(copiers, [], []).status == "clean"
        if not clean or losses(base, new, mine, copiers, UpdateResult(Status.CLEAN, "v1", "v2")):
            return
        outcome = update(repo, to="v2", templates=templates)
        record = repo / ".copier-answers.yml"
        record.write_bytes(without_commit(record.read_bytes()))
        seen = oracle.look(repo)
    # Ours asks where somebody edited what the template deletes. It follows a removal of the user's,
    # and one of the template's into a file that the user renamed, through a rename that Copier
    # does not see. Nothing else may differ unnamed.
    told = [(notice.path, notice.text) for notice in outcome.notices]
    told += [(conflict.path, conflict.text) for conflict in outcome.conflicts]
    named = "\n".join(f"{path}\n{reason}" for path, reason in told)
    paths = copiers.files.keys() | seen.files.keys()
    differing = {path for path in paths if copiers.files.get(path) != seen.files.get(path)}
    unnamed = {path for path in differing if path not in named}
    for path in unnamed:
        followed = new.removed if path in mine.files.keys() - base.files.keys() else set()
        removed = mine.removed | followed
        assert left(copiers, path, removed) == left(seen, path), path


def test_a_loss_is_seen(tmp_path: Path) -> None:
    base, new, mine = trees(7, ["add", "new", "remove"], ["add", "new", "add", "remove"])
    git(tmp_path, "init", "--quiet", "--template=")
    new.write(tmp_path)
    taken = losses(base, new, mine, oracle.look(tmp_path), UpdateResult(Status.CLEAN, "v1", "v2"))
    assert any(line.startswith("of the user") for line in taken)
    assert any(line.startswith("removed, and there") for line in taken)
    mine.write(tmp_path)
    kept = losses(base, new, mine, oracle.look(tmp_path), UpdateResult(Status.CLEAN, "v1", "v2"))
    assert any(line.startswith("of the template") for line in kept)

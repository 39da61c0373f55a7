"""Random repos as teams have them, random machines: nothing is lost, and what is clean works."""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import copier
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelyard.errors import ModelyardError
from modelyard.gitrepo import git as gits
from modelyard.ledger.loss import LossFound
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.template.source import Templates
from modelyard.update import update
from modelyard.update.options import UpdateOptions
from modelyard.update.result import Status, UpdateResult
from tests.repos import git
from tests.tool.update import oracle
from tests.tool.update.random_repos import (
    ARGUMENTS,
    CHANGES,
    IGNORED,
    MODULE,
    Side,
    first,
    left_alone,
    words,
    write,
)

LONG = bool(os.environ.get("MODELYARD_LONG"))
SOME = st.lists(st.sampled_from(sorted(CHANGES)), max_size=6)
# Set by hooks, worktrees and CI: each leads git to another repository, or to other rules.
VARIABLES = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"),
    *("GIT_NAMESPACE", "GIT_PREFIX", "GIT_ATTR_SOURCE", "GIT_CONFIG_PARAMETERS"),
)
OUTCOMES: Counter[Status | None] = Counter()


@pytest.fixture(scope="module")
def templates() -> Iterator[Templates]:
    with Templates() as opened:
        yield opened


class Case:
    """Three sides, and a machine on which they meet."""

    def __init__(self, folder: Path, seed: int, theirs: list[str], ours: list[str]) -> None:
        self.folder, self.dice = folder, random.Random(seed)  # noqa: S311
        self.base = first(self.dice)
        self.new, self.mine = self.base.copy(), self.base.copy()
        for side, kinds, word in ((self.new, theirs, "them"), (self.mine, ours, "mine")):
            own = words(word)
            for kind in kinds:
                CHANGES[kind](side, self.dice, own)
        self.template, self.root = folder / "template", folder / "repo"
        self.elsewhere = folder / "elsewhere"
        self.elsewhere.mkdir()
        (self.elsewhere / "kept.txt").write_text("kept\n")
        git(folder, "init", "--quiet", "--template=", str(folder / "another"))

    def made(self) -> None:
        """Release both versions, and commit the repo with what is left alone in it."""
        git(self.folder, "init", "--quiet", "--template=", str(self.template))
        for side, tag in ((self.base, "v1"), (self.new, "v2")):
            shutil.rmtree(self.template / "files", ignore_errors=True)
            write(self.template / "files", side.built())
            (self.template / "copier.yml").write_text(
                "_subdirectory: files\n_preserve_symlinks: true\nname: {type: str, default: x}\n"
            )
            name = self.template / "files" / "{{ _copier_conf.answers_file }}.jinja"
            name.write_text("{{ _copier_answers | to_nice_yaml }}")
            # The template's own ignore rules and attributes are what it renders, not its own.
            git(self.template, "-c", "core.attributesFile=/dev/null", "add", "--all", "--force")
            git(self.template, "commit", "--quiet", "--allow-empty", "--message", tag)
            git(self.template, "tag", tag)
        copier.run_copy(str(self.template), self.root, defaults=True, quiet=True, vcs_ref="v1")
        git(self.root, "init", "--quiet", "--template=")
        record = (self.root / ".copier-answers.yml").read_bytes()
        for child in self.root.iterdir():
            if child.name != ".git":
                shutil.rmtree(child) if child.is_dir() else child.unlink()
        write(self.root, self.mine.built())
        (self.root / ".copier-answers.yml").write_bytes(record)
        # A rule hides what the repo tracks no more than in life: it was added first.
        git(self.root, "add", "--all", "--force")
        git(self.root, "commit", "--quiet", "--message", "Mine")
        git(self.root, "checkout", "--quiet", "--force", ".")
        left_alone(self.root, self.dice, self.elsewhere)
        # What the repo's own rules do not ignore, a person's do: else the update waits for them.
        others = git(self.root, "ls-files", "-z", "--others", "--exclude-standard").split("\0")
        exclude = self.root / ".git" / "info" / "exclude"
        exclude.parent.mkdir(exist_ok=True)
        exclude.write_text("".join(f"/{path}\n" for path in filter(None, others)))

    def untracked(self) -> dict[str, tuple[str, bytes]]:
        """Return what is on disk and not tracked at HEAD, through no link."""
        tracked = set(git(self.root, "ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0"))
        found = {}
        for top, folders, files in os.walk(self.root):
            if ".git" in folders:
                folders.remove(".git")
            for name in (*files, *(one for one in folders if Path(top, one).is_symlink())):
                place = Path(top, name)
                path = place.relative_to(self.root).as_posix()
                if path not in tracked:
                    link = place.is_symlink()
                    held = os.fsencode(place.readlink()) if link else place.read_bytes()
                    found[path] = ("link" if link else "file", held)
        return found

    def variables(self) -> Mapping[str, str]:
        """Return variables that lead git elsewhere, for half of the cases."""
        if self.dice.random() < 0.5:
            return {}
        other = self.folder / "another" / ".git"
        values = {
            "GIT_WORK_TREE": str(self.elsewhere),
            "GIT_INDEX_FILE": str(other / "index"),
            "GIT_OBJECT_DIRECTORY": str(other / "objects"),
            "GIT_NAMESPACE": "other",
            "GIT_PREFIX": "sub/",
            "GIT_ATTR_SOURCE": "HEAD",
            "GIT_CONFIG_PARAMETERS": "'merge.conflictstyle=zdiff3' 'core.bare=true'",
        }
        chosen = self.dice.sample(VARIABLES, 3)
        return {name: values.get(name, str(other)) for name in chosen}


def updated(case: Case, templates: Templates) -> UpdateResult | None:
    """Update on that machine; None where the update is refused by name."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in case.variables().items():
            patch.setenv(name, value)
        gits._environment.cache_clear()
        try:
            return update(
                case.root, options=UpdateOptions(to="v2", relock=False), templates=templates
            )
        except LossFound:
            raise
        except ModelyardError:
            return None
        finally:
            patch.undo()
            gits._environment.cache_clear()


def lost(case: Case, seen: oracle.Seen, outcome: UpdateResult) -> set[str]:
    """Return the words of a side that are nowhere and that nobody told of."""
    entries = [*seen.files.values(), *(entry for held in seen.sides.values() for entry in held)]
    have = b"\n".join(entry.data for entry in entries).decode()
    told = {notice.path for notice in outcome.notices}
    about = {word for path in told for word in _words_of(case, path)}
    mine, new = (_all_words(side) for side in (case.mine, case.new))
    wanted = (case.mine.added & mine) | ((case.new.added & new) - about)
    return {word for word in wanted if word not in have}


def _all_words(side: Side) -> set[str]:
    """Return the words of a side that it has not taken away again."""
    contents = side.built().values()
    held = b"\n".join(one if isinstance(one, bytes) else one.target.encode() for one in contents)
    return set(re.findall(r"[a-z]+\d{3}", held.decode()))


def _words_of(case: Case, path: str) -> set[str]:
    content = case.new.built().get(path, b"")
    text = content.decode() if isinstance(content, bytes) else content.target
    return {word for word in case.new.added if word in text}


def in_order(values: list[str], text: str) -> bool:
    """Whether values are in a text, in their order."""
    at = 0
    for value in values:
        at = text.find(value, at)
        if at < 0:
            return False
    return True


def same_gap(base: list[str], mine: list[str], new: list[str]) -> bool:
    """Whether both sides put something of their own between the same two items of the base."""

    def gaps(side: list[str]) -> set[int]:
        place, found = 0, set()
        for item in side:
            if item in base:
                place += 1
            else:
                found.add(place)
        return found

    return bool(gaps(mine) & gaps(new))


def works(case: Case, seen: oracle.Seen, paths: set[str], notices: tuple[Notice, ...]) -> None:
    """Assert that what was merged without a conflict means what both sides meant."""
    sides = (case.base, case.mine, case.new)
    if all(MODULE not in side.files for side in sides) and MODULE in seen.files:
        text = seen.files[MODULE].data.decode()
        if MODULE not in paths:
            run = [sys.executable, "-I", "-c", text]
            done = subprocess.run(run, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            assert in_order(case.mine.steps, text) and in_order(case.new.steps, text)
            assert not same_gap(*(side.steps for side in sides)), text
    told = {notice.path for notice in notices if notice.reason is NoticeReason.MERGE_OURS}
    if ARGUMENTS in seen.files and ARGUMENTS not in paths | told:
        text = seen.files[ARGUMENTS].data.decode()
        assert in_order(case.mine.arguments, text) and in_order(case.new.arguments, text), text


@settings(
    max_examples=500 if LONG else 30,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**32), theirs=SOME, ours=SOME)
def test_nothing_is_lost_and_what_is_clean_works(
    templates: Templates, seed: int, theirs: list[str], ours: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        case = Case(Path(folder), seed, theirs, ours)
        case.made()
        before = case.untracked()
        outcome = updated(case, templates)
        after = case.untracked()
        assert {path: after.get(path) for path in before} == before
        assert [one.name for one in case.elsewhere.iterdir()] == ["kept.txt"]
        assert not git(case.folder / "another", "status", "--porcelain")
        OUTCOMES[outcome.status if outcome else None] += 1
        if outcome is None:
            assert not git(case.root, "status", "--porcelain", "--untracked-files=no")
            return
        seen = oracle.look(case.root)
        assert not lost(case, seen, outcome), outcome
        assert (outcome.status is Status.CONFLICT) == bool(seen.sides)
        disputed = {conflict.path for conflict in outcome.conflicts}
        works(case, seen, disputed, outcome.notices)


def test_most_of_them_were_updated() -> None:
    assert OUTCOMES[None] < OUTCOMES.total() / 4, OUTCOMES
    assert OUTCOMES[Status.CLEAN] > OUTCOMES.total() / 5, OUTCOMES


def test_a_repo_as_it_was_rendered_becomes_what_is_rendered(templates: Templates) -> None:
    """Were the changes of a template not real ones, the other test would say little."""
    with tempfile.TemporaryDirectory() as folder:
        case = Case(Path(folder), 3, [], [])
        case.new = case.base.copy()
        for kind in sorted(CHANGES.keys() - {"ignores", "deleted"}):
            CHANGES[kind](case.new, case.dice, words("them"))
        case.made()
        outcome = update(case.root, options=UpdateOptions(to="v2", relock=False))
        assert outcome.status is Status.CLEAN and len(outcome.changes) > 5
        assert IGNORED in case.new.built() and isinstance(case.new, Side)

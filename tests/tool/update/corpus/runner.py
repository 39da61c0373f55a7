"""Runs every edit kind through every step with one updater, each in a repo of its own."""

import shutil
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import copier

from tests.repos import git
from tests.tool.update import oracle
from tests.tool.update.corpus import (
    edits_alike,
    edits_attributes,
    edits_beside,
    edits_config,
    edits_format,
    edits_ledger,
    edits_modes,
    edits_ordered,
    edits_paths,
    edits_pins,
    edits_text,
)
from tests.tool.update.corpus.files import ANSWERS
from tests.tool.update.corpus.kinds import ANY, KINDS, EditKind, Work
from tests.tool.update.corpus.versions import build
from tests.tool.update.oracle import Verdict, Witness

MODULES = (
    *(edits_text, edits_config, edits_paths, edits_modes, edits_ordered),
    *(edits_attributes, edits_format, edits_ledger, edits_pins, edits_beside, edits_alike),
)
"""Where the kinds are; importing them registers them."""

Updater = Callable[[Path, str, Mapping[str, Any]], Mapping[str, str]]
"""Updates the project in a folder to a version with some answers; returns what it told, by path."""


def tag(number: str) -> str:
    """Return the tag of a version, given its number in a step."""
    return f"v{number}.0.0"


@dataclass
class Bench:
    """The template and the repos that are made from it, in a folder of their own."""

    root: Path
    brings: dict[str, list[Witness]] = field(default_factory=dict)
    _made: dict[tuple[str, str], Path] = field(default_factory=dict)
    _arriving: dict[tuple[str, str], list[Witness]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.brings = build(self.template)
        shutil.copytree(self.template, f"{self.template}-fork", symlinks=True)

    @property
    def template(self) -> Path:
        """Where the template is."""
        return self.root / "template"

    def _render(self, number: str, target: Path, answers: Mapping[str, Any]) -> None:
        source, data = str(self.template), dict(answers)
        copier.run_copy(source, target, data, vcs_ref=tag(number), defaults=True, quiet=True)

    def repo(self, number: str, folder: str = "") -> Path:
        """Return a committed repo of a version, to be copied."""
        key = (number, folder)
        if key not in self._made:
            root = self.root / "repos" / f"{number}-{folder.replace('/', '-')}"
            self._render(number, root / folder, ANSWERS)
            if folder:
                (root / "README.md").write_text("# All of our services\n", "utf-8")
                (root / folder).parent.joinpath("other").mkdir()
                other = (root / folder).parent / "other" / "params.yaml"
                other.write_text("threshold: 0.5\n", "utf-8")
            git(root, "init", "--quiet", "--template=", "--initial-branch", "main")
            commit(root)
            self._made[key] = root
        return self._made[key]

    def work(self, kind: EditKind, step: str, target: Path) -> Work:
        """Copy a repo to `target` and let the edit kind be done there."""
        shutil.copytree(self.repo(step[0], kind.folder), target, symlinks=True)
        work = Work(target / kind.folder, step)
        kind.change(work)
        return work

    def arriving(self, step: str, data: Mapping[str, Any]) -> list[Witness]:
        """Return what a step brings to a repo that nobody edited: seen in the render, and new."""
        key = (step, repr(sorted(data.items())))
        if key not in self._arriving:
            number = step[1]
            fresh = self.root / "renders" / f"{len(self._arriving)}"
            self._render(number, fresh, {**ANSWERS, **data})
            git(fresh, "init", "--quiet", "--template=")
            new, old = oracle.look(fresh), oracle.look(self.repo(step[0]))
            brought = [
                w
                for number in range(int(step[0]) + 1, int(step[1]) + 1)
                for w in self.brings[tag(str(number))]
            ]
            self._arriving[key] = [w for w in brought if w.shows(new) and not w.shows(old)]
        return self._arriving[key]

    def judge(self, kind: EditKind, step: str, updater: Updater) -> Verdict:
        """Run one kind through one step."""
        target = self.root / "cases" / f"{kind.name}-{step}"
        shutil.rmtree(target, ignore_errors=True)
        work = self.work(kind, step, target)
        commit(target)
        try:
            told = updater(work.root, tag(step[1]), kind.data)
        except Exception:
            return Verdict("crash", told=traceback.format_exc(limit=-3))
        seen = oracle.look(work.root, told)
        arriving = (w for w in self.arriving(step, kind.data) if not against(w, work))
        theirs = [witness.also(work.moves) for witness in arriving]
        shown = "\n".join(f"{path}: {reason}" for path, reason in told.items())
        verdict = oracle.judge(seen, work.mine, theirs, tuple(work.gone), shown)
        return verdict

    def table(
        self, updater: Updater, kinds: Iterable[EditKind] | None = None
    ) -> dict[tuple[str, str], Verdict]:
        """Run kinds (all of them) through all steps; return the verdicts by kind and step."""
        chosen = list(KINDS.values() if kinds is None else kinds)
        return {(k.name, step): self.judge(k, step, updater) for k in chosen for step in ANY}


def against(witness: Witness, work: Work) -> bool:
    """Whether the user has decided against the mode that the template gives a file."""
    return isinstance(witness, oracle.Kind) and bool({*witness.paths} & {*work.decided})


def commit(root: Path) -> None:
    """Commit everything."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", "Work")


def by_copier(path: Path, to: str, data: Mapping[str, Any]) -> Mapping[str, str]:
    """Update with Copier, conflicts inline; it tells nothing by path."""
    copier.run_update(
        path, dict(data), vcs_ref=to, defaults=True, overwrite=True, quiet=True, conflict="inline"
    )
    return {}

"""A training works from a copy of the code and settings that it started with.

Each process that runs stages makes one as it starts: a verb that trains, and each stage that an
engine runs alone. A stage that goes on with a lineage holds its copy against it.
"""

import atexit
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from .. import frozen as copies
from .. import imports, loaded
from ..console import tell
from ..errors import SetupError
from ..hashing import hash_file
from ..installed import library_hash
from ..lineage.record import Lineage, changed, other_library
from ..settings import Project, load_params, load_project

_current: Project | None = None


@contextmanager
def frozen(project: Project, patch: bool = True) -> Iterator[Project]:
    """Yield the project as it is now, whatever is edited meanwhile.

    With `patch`, uncommitted changes are kept, too; SetupError where they cannot be.
    """
    if project.frozen:
        yield project
        return
    with tempfile.TemporaryDirectory(prefix="modelyard-") as scratch:
        copy = copies.freeze(project.root, Path(scratch), patch)
        params = load_params(copy.folder / "params.yaml")
        with used(replace(project, params=params, frozen=copy)) as here:
            yield here


@contextmanager
def used(here: Project) -> Iterator[Project]:
    """Let this process work from the copy of a project."""
    global _current
    source = here.owner.source
    loaded.forget_other(here.package, source)
    with imports.from_copy(here.package, source, here.root / "src"):
        before, _current = _current, here
        try:
            yield here
        finally:
            _current = before


def current() -> Project:
    """Return the project of this process as it was frozen, which is now where it is not yet."""
    if _current is not None:
        return _current
    held = ExitStack()
    atexit.register(held.close)
    return held.enter_context(frozen(load_project()))


def tell_uncommitted(project: Project) -> None:
    """Tell before the fit what of it will be marked as uncommitted, and what is not kept of it."""
    changes = project.frozen.changes if project.frozen else None
    if not (changes and changes.dirty):
        return
    tell(f"! uncommitted: {_some(changes.kept + changes.left_out)}")
    tell("  the version will be marked as dirty, and promote takes it with --allow-dirty alone")
    if changes.ignored:
        what = "git ignores it, and the model is made of it: commit it, or take it out of src/"
        tell(f"  {_some(changes.ignored)}: {what}")
    if changes.left_out:
        what = "no patch keeps it; was it read, reproduce will lack it"
        tell(f"  {_some(changes.left_out)}: {what}")


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if names[5:] else "")


def check(project: Project, begun: Lineage) -> None:
    """Raise SetupError unless this process works from what a training has started with."""
    names = changed(begun.files, copies.file_hashes(project.code))
    names += other_library(begun, library_hash())
    if names:
        raise SetupError(
            f"not what the training started with: {', '.join(names)}",
            f"run all stages from one state of the code (commit {begun.git_commit[:10]}), "
            "or start again with: stage prepare",
        )


def check_imported(project: Project) -> None:
    """Raise SetupError where code was imported from `src` that is not in the package.

    It is in no lineage, and a model is stored with the package alone: nobody else can load it.
    """
    source = f"{project.root / 'src'}{os.sep}"
    inside = f"{source}{project.package}{os.sep}"
    for module in list(sys.modules.values()):
        # Of what it has: some modules run, or raise, when they are asked for more.
        path = str(getattr(module, "__dict__", {}).get("__file__") or "")
        if path.startswith(source) and not path.startswith(inside):
            name = Path(path).relative_to(project.root)
            what = f"{name} is imported, and no version has it: it is not in src/{project.package}"
            raise SetupError(what, f"move it to src/{project.package}/, or install it by the lock")


def check_read(project: Project) -> None:
    """Raise SetupError where a file beside the code was edited, which the code may have read.

    Modules are imported from the copy; other files of the package are where `__file__` says.
    """
    if project.frozen is None:
        return
    for name, before in copies.file_hashes(project.code).items():
        path = project.root / name
        beside = name.startswith("src/") and path.suffix != ".py"
        if beside and not (path.is_file() and hash_file(path) == before):
            what = f"{name} was edited during the training, which may have read it"
            raise SetupError(what, "train again")

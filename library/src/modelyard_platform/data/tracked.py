"""What DVC tracks or ignores by the owner's own files, where snapshots would land."""

import os
import shlex
from pathlib import Path
from typing import Any

from ..errors import SetupError
from ..settings import Project
from . import dvc


def check_free(project: Project, paths: list[Path]) -> None:
    """Raise SetupError where DVC would not track each of `paths` by a pointer of its own.

    It would add a file in a folder that it tracks to that folder, which is somebody else's.
    """
    folder = project.raw.relative_to(project.root)
    if project.raw.resolve() != project.root.resolve() / folder:
        what = f"{folder} is a link, or is in one: DVC tracks no files there"
        hint = f"make {folder} a folder; to keep its bytes elsewhere: .venv/bin/dvc cache dir PATH"
        raise SetupError(what, hint)
    with dvc.opened(project) as repo:
        for out in repo.index.outs:
            taken = [path for path in paths if path.is_relative_to(out.fs_path)]
            if out.protocol == "local" and taken:
                raise _tracked(project, out, taken[0])
        for path in paths:
            if repo.dvcignore.is_ignored_file(str(path)):
                what = f"DVC is told to ignore {path.relative_to(project.root)}"
                raise SetupError(what, "edit .dvcignore")


def _tracked(project: Project, out: Any, path: Path) -> SetupError:
    file = os.path.relpath(out.stage.path, project.root)
    if file.endswith(".dvc"):
        hint = f".venv/bin/dvc remove {shlex.quote(file)} (its files stay), and commit that"
    else:
        hint = f"let the stage {out.stage.name} of {file} write to another place"
    what = f"{file} tracks {os.path.relpath(out.fs_path, project.root)}"
    return SetupError(f"{what}: {path.relative_to(project.root)} cannot land there", hint)

"""The command `stage`: one stage with its inputs and outputs in files, for any engine."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import UsageError
from ..redaction import redact
from .entry import project


def stage(
    name: Annotated[str, typer.Argument(help="prepare, build, fit, assess, register or admit.")],
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=PATH]...", help="A file for each value it takes and gives."),
    ] = None,
    run: Annotated[
        str, typer.Option(help="The id of the engine's run, for the lineage (prepare).")
    ] = "stage",
) -> None:
    """Run one stage of a training, from files and into files.

    prepare gives lineage; build takes lineage and gives features, labels; fit takes these three and
    gives run_id; assess takes run_id and gives metrics; register takes lineage, run_id, metrics and
    gives version; admit takes version and gives verdict. In a folder, the file is called KEY.
    """
    with project() as here:
        from ..training import graph
        from ..training.frozen import frozen
        from ..training.preparing import land

        if name not in graph.STAGES:
            raise UsageError(f"no stage {name}", f"use one of: {', '.join(graph.STAGES)}")
        chosen = graph.STAGES[name]
        paths = _paths(files or [], chosen.takes + chosen.gives, here.invoked)
        if name == "prepare":
            land(here)
        with frozen(here, patch=name in _KEEPS) as now:
            given = {key: _read(graph.FORMS[key], key, paths[key]) for key in chosen.takes}
            extra = {"pipeline_run": redact(run)} if name == "prepare" else {}
            for key, value in chosen.run(now, given, **extra).items():
                _write(graph.FORMS[key], paths[key], value)


# The first refuses, before the fit, what the other would store: uncommitted changes.
_KEEPS = ("prepare", "fit")


def _paths(files: list[str], wanted: tuple[str, ...], start: Path) -> dict[str, Path]:
    pairs = [file.partition("=")[::2] for file in files]
    paths = {
        key: path / key if (path := start / value).is_dir() else path
        for key, value in pairs
        if value
    }
    different = {path.resolve() for path in paths.values()}
    if set(paths) != set(wanted) or len(different) != len(files):
        needed = " ".join(f"{key}=PATH" for key in wanted)
        what = f"this stage needs {needed}, each a file of its own"
        raise UsageError(f"{what}; it got {' '.join(files) or 'nothing'}")
    return paths


def _read(form: Any, key: str, path: Path) -> Any:
    try:
        return form.read(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{key}={path} cannot be read: {type(error).__name__}: {error}") from error


def _write(form: Any, path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    try:
        form.write(partial, value)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)

"""Artifacts in a folder of this machine: what MLflow does with them, but all of a model at once.

MLflow looks at each file of a model by itself, in threads: for the 200 of a repo's code half a
second of CPU, at each look at a version. Imports MLflow.
"""

import os
from contextlib import suppress
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns

from mlflow.store.artifact.local_artifact_repo import LocalArtifactRepository

_unfinished = ignore_patterns(".artifact.uploading.*")  # MLflow lists none of them


class Folder(LocalArtifactRepository):  # type: ignore[misc]  # MLflow is not typed
    """A folder with artifacts; one in which something is a link is left to MLflow's own look."""

    def download_artifacts(self, artifact_path: str | None, dst_path: str | None = None) -> str:
        """Copy all artifacts, or what MLflow would, into `dst_path`; return where they then are."""
        source = Path(self.artifact_dir)
        if not artifact_path and dst_path and Path(dst_path).is_dir() and _is_plain(source):
            with suppress(OSError):  # which MLflow meets, too, and tells of
                copytree(source, dst_path, False, _unfinished, copyfile, dirs_exist_ok=True)
                return dst_path
        return str(super().download_artifacts(artifact_path, dst_path))


def _is_plain(folder: Path) -> bool:
    """Return whether there is such a folder, and neither it nor anything in it is a link."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    found = (Path(at, name) for at, *names in os.walk(folder) for name in (*names[0], *names[1]))
    return not any(path.is_symlink() for path in found)

"""Where clones are kept from one run to the next."""

from pathlib import Path

import platformdirs

from modelyard.errors import NotReady


def cache_folder(name: str) -> Path:
    """Return the folder of one kind of clones; all of it may be deleted at any time."""
    return platformdirs.user_cache_path("modelyard") / name


def make_cache(folder: Path) -> None:
    """Make a folder for clones that nobody else may read or write, where it is not there yet.

    Raises:
        NotReady: It cannot be made, or not for its owner alone.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise NotReady(
            f"clones cannot be kept in {folder}: {error.strerror}",
            "export XDG_CACHE_HOME=…    # a folder that you can write",
        ) from None

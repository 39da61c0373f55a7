"""Where clones are kept from one run to the next."""

from pathlib import Path

import platformdirs


def cache_folder(name: str) -> Path:
    """Return the folder of one kind of clones; all of it may be deleted at any time."""
    return platformdirs.user_cache_path("modelyard") / name

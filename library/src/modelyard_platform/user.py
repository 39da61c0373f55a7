"""Who runs this: a container may run as a user that no file of the machine knows."""

import getpass
import os
from pathlib import Path

from .errors import SetupError


def name() -> str:
    """Return the name of the user; one made of the number where there is none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def give_name() -> None:
    """Let libraries that ask for the user's name, such as DVC and MLflow, get one."""
    os.environ.setdefault("LOGNAME", name())


def home() -> Path:
    """Return the user's home folder; SetupError where there is none."""
    try:
        return Path.home()
    except RuntimeError as error:
        what = f"the user {name()} has no home folder, and HOME is not set"
        raise SetupError(what, "set STORE to a folder that you may write to") from error

"""Takes the git that has started this process out of the environment of trusted code.

Copier and the tasks of a template start git in folders of their own. In a hook, variables such as
GIT_DIR would lead them into the repository that the hook belongs to.
"""

import os
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager

from modelyard.gitrepo.environment import is_of_surrounding_git
from modelyard.render.copiers_environment import copiers_environment

_lock = threading.Lock()
_inside = 0
_taken: dict[str, str] = {}
_plumbums: dict[str, str] = {}


@contextmanager
def without_surrounding_git() -> Iterator[None]:
    """Hold no variable of a surrounding git in this block; other threads see the same."""
    global _inside, _taken, _plumbums
    with _lock:
        if not _inside:
            _taken, _plumbums = _take(os.environ), _take(copiers_environment())
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                os.environ.update(_taken)
                if (copiers := copiers_environment()) is not None:
                    copiers.update(_plumbums)
                _taken, _plumbums = {}, {}


def _take(variables: MutableMapping[str, str] | None) -> dict[str, str]:
    if variables is None:
        return {}
    # To iterate over plumbum's gives pairs.
    names = [name for name in variables.keys() if is_of_surrounding_git(name)]  # noqa: SIM118  # see above
    return {name: variables.pop(name) for name in names}

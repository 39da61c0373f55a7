"""What a run asks of a forge and of git, a repo: HTTP requests and processes, by command."""

import os
import re
from collections import Counter
from pathlib import Path

from tests.tool.forges.served import Served

_GIT = re.compile(r"\.git/")
_SHIM = """#!/bin/sh
echo x >> {log}
exec {git} "$@"
"""


class Counting:
    """Counts while a command runs, started with `env`."""

    def __init__(self, forge: Served, folder: Path) -> None:
        self._forge, self._log = forge, folder / "git.log"
        shim = folder / "shim" / "git"
        shim.parent.mkdir(exist_ok=True)
        found = next(
            path
            for name in os.environ["PATH"].split(os.pathsep)
            if (path := Path(name, "git")).is_file()
        )
        shim.write_text(_SHIM.format(log=self._log, git=found))
        shim.chmod(0o755)
        self.env = {"PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}"}

    def begin(self) -> None:
        """Count from nothing."""
        self._forge.record = True
        self._forge.seen.clear()
        self._log.write_text("")

    def a_repo(self, repos: int) -> str:
        """Return what was counted, a repo."""
        self._forge.record = False
        kinds = Counter(
            "git over HTTP" if _GIT.search(one.path) else "API" for one in self._forge.seen
        )
        counts = {**kinds, "git processes": len(self._log.read_text("ascii").splitlines())}
        return ", ".join(f"{counts[one] / repos:.1f} {one}" for one in sorted(counts))

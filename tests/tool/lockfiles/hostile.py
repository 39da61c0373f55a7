"""A machine with secrets, an index of its own and a thief; and repos whose owners want them."""

import base64
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from modelyard.update import update
from modelyard.update.options import UpdateOptions
from modelyard.update.result import UpdateResult
from tests.tool.recording_index import RecordingIndex
from tests.tool.wheels import wheel
from tests.tool.worlds import CONFIG, Files, World, commit, write

PLANTED = "s3cr3t-0f-th3-m4ch1n3"
RULES = CONFIG + "_skip_if_exists: [requirements.lock, uv.lock]\n"
PACKAGES = {
    f"{name}-{version}-py3-none-any.whl": wheel(name, version)
    for name in ("one", "two")
    for version in ("1.0", "1.1")
}
MAKEFILE = "lock:\n\tuv pip compile pyproject.toml -o requirements.lock\n"


def project(*dependencies: str, more: str = "") -> str:
    """Return a pyproject.toml."""
    listed = "".join(f"    {one!r},\n" for one in dependencies)
    return (
        '[project]\nname = "repo"\nversion = "1"\nrequires-python = ">=3.11"\n'
        f"dependencies = [\n{listed}]\n{more}"
    )


def sdist(folder: Path) -> bytes:
    """Return a distribution whose name, version and all a build tells, which leaves a file."""
    backend = (
        f"open({str(folder / 'built')!r}, 'w').close()\n"
        "from pathlib import Path\n"
        "def prepare_metadata_for_build_wheel(folder, settings=None):\n"
        "    made = Path(folder, 'sdist_only-1.0.dist-info')\n"
        "    made.mkdir()\n"
        "    text = 'Metadata-Version: 2.1\\nName: sdist-only\\nVersion: 1.0\\n'\n"
        "    (made / 'METADATA').write_text(text)\n"
        "    return made.name\n"
    )
    files = {
        "backend.py": backend,
        "pyproject.toml": (
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        ),
        "PKG-INFO": "Metadata-Version: 2.1\nName: sdist-only\nVersion: 1.0\n",
    }
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(f"sdist_only-1.0/{name}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return made.getvalue()


@dataclass(frozen=True)
class Scene:
    """Where an attack is tried.

    Attributes:
        world: A template of two versions; the second one needs a package more.
        index: The machine's own index; it gets the password that is meant for it.
        thief: A server that must never be asked for anything.
    """

    world: World
    index: RecordingIndex
    thief: RecordingIndex

    def release(self, more: str = "", lock: str = "requirements.lock") -> None:
        """Publish the two versions, with more in their pyproject.toml."""
        pins = "one==1.0\n" if lock == "requirements.lock" else "version = 1\n"
        for tag, names in (("v1", ("one>=1",)), ("v2", ("one>=1", "two>=1"))):
            files = {"pyproject.toml": project(*names, more=more), lock: pins, "Makefile": MAKEFILE}
            self.world.release(tag, files, RULES)

    def attack(
        self,
        edits: Mapping[str, tuple[str, str]],
        options: UpdateOptions | None = None,
        files: Files | None = None,
    ) -> UpdateResult:
        """Update a repo whose owner has edited some files and added others."""
        repo = self.world.repo()
        for path, (old, new) in edits.items():
            text = (repo / path).read_text()
            assert old in text
            write(repo, {path: text.replace(old, new)})
        write(repo, files or {})
        commit(repo, "What I need")
        return update(repo, options=options)

    @property
    def repo(self) -> Path:
        return self.world.folder / "repo"

    def nothing_was_told(self, result: UpdateResult) -> None:
        """Assert that no secret left the machine, and that nobody but the index was asked."""
        assert self.thief.requests == []
        login = base64.b64encode(f"bot:{PLANTED}".encode()).decode()
        assert not any(PLANTED in one or login in one for one in self.index.requests)
        assert PLANTED not in str(result)
        for path in self.repo.rglob("*"):
            if path.is_file():
                assert PLANTED.encode() not in path.read_bytes(), path

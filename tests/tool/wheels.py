"""Small wheels that uv can resolve, and projects that name them by path."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

LIBRARY = "modelyard-platform"


def wheel(
    name: str, version: str, requires: Iterable[str] = (), files: Mapping[str, str] | None = None
) -> bytes:
    """Return the bytes of a wheel; the same arguments give the same bytes."""
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    content = {
        **(files or {}),
        f"{info}/METADATA": about + "".join(f"Requires-Dist: {one}\n" for one in requires),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in content.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return made.getvalue()


def library(version: str, constraints: str = "", requires: Iterable[str] = ("one>=1",)) -> bytes:
    """Return the library's wheel, with the versions that it was tested with."""
    tested = {"modelyard_platform/constraints.txt": constraints}
    return wheel("modelyard_platform", version, requires, tested)


def place(version: str) -> str:
    """Return where a repo has the wheel of the library."""
    return f"vendor/modelyard_platform-{version}-py3-none-any.whl"


def sha(content: bytes) -> str:
    """Return the hash of a wheel as a lock writes it."""
    return f"--hash=sha256:{hashlib.sha256(content).hexdigest()}"


class Index:
    """A folder of wheels in the place of a package index: `one` and `two`, in some versions.

    It is for the machine to say where packages come from, so `settings` are variables of its.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.settings = {"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(folder)}
        self.wheels: dict[str, bytes] = {}
        for name in ("one", "two", "three"):
            for version in ("1.0", "1.1", "2.0"):
                content = wheel(name, version)
                self.wheels[f"{name}=={version}"] = content
                (folder / f"{name}-{version}-py3-none-any.whl").write_bytes(content)

    def pins(self, *pins: str) -> str:
        """Return the lines of a lock."""
        return "".join(f"{pin} \\\n    {sha(self.wheels[pin])}\n" for pin in pins)

    def project(self, version: str, *dependencies: str, more: str = "") -> str:
        """Return a pyproject.toml that names the library's wheel."""
        listed = "".join(f'    "{one}",\n' for one in dependencies)
        return f"""\
[project]
name = "repo"
version = "1"
requires-python = ">=3.11"
dependencies = [
{listed}    "{LIBRARY}=={version}",
]

[tool.uv.sources]
{LIBRARY} = {{ path = "{place(version)}" }}
{more}"""


def platform_lock(version: str, content: bytes) -> str:
    """Return the lock that stands beside the wheel."""
    return f"{place(version)} \\\n    {sha(content)}\n"

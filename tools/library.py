"""Builds the library's wheel into the template, with its line of the lock: `make library`.

The backend is pinned exactly, so the same sources give the same bytes on any machine.
"""

import hashlib
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path

SUITE = Path(__file__).parents[1]
SOURCES = SUITE / "library"
VENDOR = SUITE / "template" / "model" / "vendor"
VERSION = SUITE / "choices" / "library" / "version.txt"
LOCKED = SUITE / "choices" / "library" / "pin.lock"
NAME = "modelyard-platform"


def version(sources: Path = SOURCES) -> str:
    """Return the version of the library, with its local label."""
    loaded = tomllib.loads((sources / "pyproject.toml").read_text("utf-8"))
    return str(loaded["project"]["version"])


def wheel_name(sources: Path = SOURCES) -> str:
    """Return the file name of the wheel."""
    return f"modelyard_platform-{version(sources)}-py3-none-any.whl"


def build(target: Path, sources: Path = SOURCES) -> Path:
    """Build the wheel of some sources into a folder, and return its path."""
    with tempfile.TemporaryDirectory() as scratch:
        # A copy: what an editor or a test left beside the sources is not the library.
        copy = Path(scratch, "library")
        ignore = shutil.ignore_patterns("__pycache__", "*.py[co]", ".*_cache", "dist", "tests")
        shutil.copytree(sources, copy, ignore=ignore)
        for path in copy.rglob("*"):
            # The backend keeps whether a file is executable, which some file systems say of all.
            path.chmod(0o755 if path.is_dir() else 0o644)
        command = ["uv", "build", "--quiet", "--wheel", "--no-create-gitignore", "--force-pep517"]
        command += ["--no-python-downloads", "--out-dir", str(Path(scratch, "dist")), str(copy)]
        subprocess.run(command, check=True, cwd=scratch)
        made = Path(scratch, "dist", wheel_name(sources))
        return Path(shutil.copyfile(made, target / made.name))


def main() -> None:
    """Put the wheel, its hash and its version where a render takes them from."""
    VENDOR.mkdir(exist_ok=True)
    for old in VENDOR.glob("*.whl"):
        old.unlink()
    wheel = build(VENDOR)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (VENDOR / "platform.lock").write_text(f"vendor/{wheel.name} \\\n    --hash=sha256:{digest}\n")
    VERSION.write_text(version())
    LOCKED.write_text(f"{NAME}=={version()} \\\n    --hash=sha256:{digest}\n")


if __name__ == "__main__":
    main()

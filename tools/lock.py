"""Compiles the lock of the generated repos, and cuts it into the pieces that a render includes.

One resolution covers all choices, so any combination of pieces has the pins that were tested
together. Run it with `make lock` after a change of the template's dependencies; `--upgrade` takes
the newest versions instead of keeping the pins that still fit.
"""

import argparse
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import copier

from tools import library

SUITE = Path(__file__).parents[1]
STORAGE = {
    "folder": "",
    "s3": "s3://bucket/path",
    "gs": "gs://bucket/path",
    "azure": "azure://container/path",
    "ssh": "ssh://host/path",
}
CORE = SUITE / "choices" / "core" / "requirements.lock"
COMPILE = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
COMPILE += ["--generate-hashes", "--no-header", "--no-annotate"]
COMPILE += ["--no-emit-package", "modelyard-platform"]
# What the wheel carries: the tested versions of all choices.
CONSTRAINTS = SUITE / "library" / "src" / "modelyard_platform" / "constraints.txt"


def piece(storage: str) -> Path:
    """Return where the pins that only one kind of storage needs stand."""
    return SUITE / "choices" / "storage" / storage / "requirements.lock"


def render(storage: str, target: Path) -> Path:
    """Render the template for one kind of storage, and return its pyproject.toml."""
    data = {"dvc_remote": STORAGE[storage]}
    copier.run_copy(str(SUITE), target, data=data, defaults=True, quiet=True, vcs_ref="HEAD")
    return target / "pyproject.toml"


def compile_lock(source: Path, *options: str) -> str:
    """Return the lock of a pyproject.toml, its `dev` group included."""
    command = [*COMPILE, *options, f"--group={source}:dev", str(source)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def with_every_storage(sources: dict[str, Path], target: Path) -> Path:
    """Write a project that asks for what any choice asks for; return its pyproject.toml."""
    shutil.copytree(sources["folder"].parent, target)
    text = (target / "pyproject.toml").read_text("utf-8")
    kinds = ",".join(kind for kind in STORAGE if kind != "folder")
    (target / "pyproject.toml").write_text(text.replace("[zenml]", f"[zenml,{kinds}]"), "utf-8")
    return target / "pyproject.toml"


def blocks(lock: str) -> list[str]:
    """Return the pins of a lock, each with its lines of hashes."""
    return re.findall(r"^\S.*(?:\n[ ].*)*\n", lock, flags=re.M)


def pins(lock: str) -> str:
    """Return a lock without its hashes, a line for each pin."""
    return "".join(re.sub(r" \\$", "", b.splitlines()[0]) + "\n" for b in blocks(lock))


def main() -> None:
    """Compile everything, write the pieces, and build the library that carries the pins."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true")
    upgrade = parser.parse_args().upgrade
    for path in (CORE, *map(piece, STORAGE)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    with tempfile.TemporaryDirectory() as scratch:
        sources = {kind: render(kind, Path(scratch, kind)) for kind in STORAGE}
        whole = Path(scratch, "all.lock")
        if not upgrade:
            whole.write_text("".join(p.read_text() for p in (CORE, *map(piece, STORAGE))))
        everything = with_every_storage(sources, Path(scratch, "everything"))
        compile_lock(everything, "--output-file", str(whole))
        CONSTRAINTS.write_text(pins(whole.read_text()))
        core = compile_lock(sources["folder"], "--constraints", str(whole))
        CORE.write_text(core)
        for kind in STORAGE:
            own = compile_lock(sources[kind], "--constraints", str(whole))
            piece(kind).write_text("".join(b for b in blocks(own) if b not in blocks(core)))
    library.main()


if __name__ == "__main__":
    main()

"""A page of the docs, lived through: files to write, commands to type, output to expect."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.repos import Repo


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: a file to write (it has a title), commands, or output."""

    language: str
    title: str
    text: str


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    fence = r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$'
    text = page.read_text("utf-8")
    return [Block(*found) for found in re.findall(fence, text, flags=re.M | re.S)]


def type_in(commands: str, repo: Repo, folder: Path | None = None) -> str:
    """Type lines into a shell, in the repo or a folder, and return all that it shows."""
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", commands],
        cwd=folder or repo.root,
        env=repo.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}"
    return done.stdout

"""From nothing to a champion, with a warm package cache: how long, and where the time goes."""

import time
from pathlib import Path

from .repos import generate, make

STEPS = [("setup", ""), ("ingest", "--until 2013-03"), ("train", ""), ("promote", "")]


def measure(scratch: Path, before: str) -> list[tuple[str, str, str]]:
    """Return the row of the table: what, measured, aimed at; `before` is a release's commit."""
    _live(scratch / "warm-up", "HEAD")
    former, _ = _live(scratch / "first-before", before)
    total, parts = _live(scratch / "first", "HEAD")
    shown = f"{total / former:.2f} × ({total:.0f} s, {former:.0f} s; {parts})"
    return [("from nothing to the first champion, packages cached / in 0.2.0", shown, "≤ 1 ×")]


def _live(repo: Path, ref: str) -> tuple[float, str]:
    parts = []
    started = begun = time.perf_counter()
    generate(repo, ref)
    (repo / ".env").write_text(f"STORE=../{repo.name}-store\n", "utf-8")
    for verb, arguments in [("copy", ""), *STEPS]:
        if verb != "copy":
            make(repo, verb, arguments)
        parts.append(f"{verb} {time.perf_counter() - begun:.1f}")
        begun = time.perf_counter()
    return begun - started, ", ".join(parts)

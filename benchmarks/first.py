"""From nothing to a champion, with a warm package cache: how long, and where the time goes."""

import time
from pathlib import Path

from .repos import generate, make

STEPS = [("setup", ""), ("ingest", "--until 2013-03"), ("train", ""), ("promote", "")]


def measure(scratch: Path) -> list[tuple[str, str, str]]:
    """Return the rows of the table: what, measured, aimed at."""
    parts = []
    repo, started = scratch / "first", time.perf_counter()
    begun = started
    generate(repo)
    (repo / ".env").write_text("STORE=../first-store\n", "utf-8")
    for verb, arguments in [("copy", ""), *STEPS]:
        if verb != "copy":
            make(repo, verb, arguments)
        parts.append(f"{verb} {time.perf_counter() - begun:.1f}")
        begun = time.perf_counter()
    total = f"{begun - started:.0f} s ({', '.join(parts)})"
    return [("from nothing to the first champion, packages cached", total, "30 s")]

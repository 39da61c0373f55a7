"""What `make demo` does, with a warm package cache: how long, and where the time goes."""

import time
from pathlib import Path

from .repos import generate, make

STEPS = [
    ("setup", ""),
    ("ingest", "--until 2013-03"),
    ("train", ""),
    ("promote", ""),
    ("ingest", "--until 2013-06"),
    ("predict", ""),
    ("lineage", ""),
]


def measure(scratch: Path, before: str) -> list[tuple[str, str, str]]:
    """Return the rows of the table: what, measured, aimed at; `before` is a release's commit."""
    _live(scratch / "warm-up", "HEAD")
    former = _live(scratch / "first-before", before)
    now = _live(scratch / "first", "HEAD")
    return [
        (f"`make demo`, packages cached, no bytecode yet: {name} / in 0.2.0", _beside(*both), aim)
        for name, both, aim in [
            ("all of it", (sum(now.values()), sum(former.values())), "≤ 2/3 ×"),
            *((name, (now[name], former[name]), "") for name in now),
        ]
    ]


def _beside(now: float, former: float) -> str:
    return f"{now / former:.2f} × ({now:.1f} s, {former:.1f} s)"


def _live(repo: Path, ref: str) -> dict[str, float]:
    """Return the wall time of each step, by its name."""
    begun = time.perf_counter()
    generate(repo, ref)
    (repo / ".env").write_text(f"STORE=../{repo.name}-store\n", "utf-8")
    parts = {"copy": time.perf_counter() - begun}
    for verb, arguments in STEPS:
        begun = time.perf_counter()
        make(repo, verb, arguments)
        name = f"{verb} again" if verb in parts else verb
        parts[name] = time.perf_counter() - begun
    return parts

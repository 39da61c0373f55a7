"""`train` beside `train --direct` beside the plain functions, in a repo with all of the sample."""

from pathlib import Path

from .clock import Command, in_turns, median


def measure(repo: Path, runs: int) -> list[tuple[str, str, str]]:
    """Return the rows of the table: what, measured, aimed at."""
    python, verb = ".venv/bin/python", ".venv/bin/flight-delays"
    plain = Path(__file__).with_name("plain.py")
    times = in_turns(
        {
            "plain": Command([python, str(plain)], repo),
            "direct": Command([verb, "train", "--direct"], repo),
            "train": Command([verb, "train"], repo),
            "help": Command([verb, "--help"], repo),
        },
        runs,
    )
    found = {name: median(values) for name, values in times.items()}
    direct, train = found["direct"] - found["plain"], found["train"] - found["direct"]
    return [
        ("the plain functions, no platform", f"{found['plain']:.1f} s", ""),
        (
            "`train --direct`: tracked, registered, judged",
            f"{found['direct']:.1f} s, {direct:+.1f} s on the plain functions "
            f"({found['direct'] / found['plain']:.1f} ×)",
            "≤ +3 s",
        ),
        (
            "`train`: the same as a ZenML pipeline",
            f"{found['train']:.1f} s, {train:+.1f} s on `--direct` "
            f"({found['train'] / found['direct']:.1f} ×)",
            "≤ +5 s",
        ),
        ("`--help` of the console script", f"{found['help']:.2f} s", "≤ 0.4 s"),
    ]

"""`train` beside `train --direct` beside the plain functions, now and in the release before."""

import re
from pathlib import Path

from .clock import Command, cpu_seconds, in_turns, median, seconds, told

VERB = ".venv/bin/flight-delays"
DIRECT = [VERB, "train", "--direct"]


def measure(repo: Path, former: Path, runs: int) -> list[tuple[str, str, str]]:
    """Return the rows of the table: what, measured, aimed at.

    `repo` and `former` have landed all of the sample; `former` is of release 0.2.0.
    """
    plain = [".venv/bin/python", str(Path(__file__).with_name("plain.py"))]
    times = in_turns(
        {
            "plain": Command(plain, repo),
            "direct": Command(DIRECT, repo),
            "direct before": Command(DIRECT, former),
            "train": Command([VERB, "train"], repo),
            "train before": Command([VERB, "train"], former),
            "help": Command([VERB, "--help"], repo),
        },
        runs,
    )
    now = {name: median(values) for name, values in times.items()}
    return [
        ("the plain functions, without the library", f"{now['plain']:.1f} s", ""),
        (
            "`train --direct`: tracked, registered, judged / in 0.2.0",
            _beside(now, "direct", "plain"),
            "≤ 1 ×",
        ),
        (
            "`train`: the same as a ZenML pipeline / in 0.2.0",
            _beside(now, "train", "direct"),
            "≤ 1 ×",
        ),
        ("`--help` of the console script", f"{now['help']:.2f} s", "≤ 0.25 s"),
        ("`train --direct`, where the time goes", _stages(repo), ""),
    ]


CPU = {"lineage": "≤ 2 s", "predict": "≤ 3 s", "promote": "≤ 4 s"}


def small_verbs(repo: Path, former: Path, runs: int) -> list[tuple[str, str, str]]:
    """Return the CPU time of verbs that train nothing, beside the release before.

    Both have more trained versions than there are runs: each run promotes another one.
    """
    rows = []
    for where in (repo, former):
        told(Command([VERB, "promote"], where))  # a champion to predict with
    for verb, aim in CPU.items():
        times: tuple[list[float], list[float]] = [], []
        for run in range(runs + 1):
            words = [VERB, verb, *([str(run + 1)] if verb == "promote" else [])]
            for found, where in zip(times, (repo, former), strict=True):
                found.append(cpu_seconds(Command(words, where)))
        now, before = (median(found[1:]) for found in times)
        shown = f"{now / before:.2f} × ({now:.1f} s, {before:.1f} s)"
        rows.append((f"`{verb}`, CPU time / in 0.2.0", shown, aim))
    return rows


def own_tests(repo: Path, former: Path) -> list[tuple[str, str, str]]:
    """Return the row of what `make test` takes in a repo, beside the release before; one run."""
    now, before = (seconds(Command(["make", "test"], where)) for where in (repo, former))
    shown = f"{now / before:.2f} × ({now:.0f} s, {before:.0f} s)"
    return [("`make test` of the generated repo / in 0.2.0, one run", shown, "≤ 1/3")]


def _beside(now: dict[str, float], verb: str, base: str) -> str:
    mine, before = now[verb], now[f"{verb} before"]
    above = (
        f"{mine - now[base]:+.1f} s on {'the plain functions' if base == 'plain' else '`--direct`'}"
    )
    return f"{mine / before:.2f} × ({mine:.1f} s, {before:.1f} s); {above}"


def _stages(repo: Path) -> str:
    """Return how long each stage took, and what is left for starting Python and the rest."""
    command = Command(DIRECT, repo)
    shown = re.findall(r"^✓ (\w+)[^(]*\((\d+\.\d) s\)$", told(command), re.M)
    parts = ", ".join(f"{name} {taken}" for name, taken in shown)
    rest = seconds(command) - sum(float(taken) for _, taken in shown)
    return f"{parts}; imports and the rest {rest:.1f} s"

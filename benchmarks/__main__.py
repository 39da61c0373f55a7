"""Measure what is claimed, and write docs/reference/figures.md."""

import argparse
import os
import platform
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from . import copying, corpus, counts, figures, first, fleet, replay_tables, training, update
from .repos import generate, lived_in, release

TABLE = """{words} Medians of {runs} runs after a warm-up.
{machine}.

| what | measured | aim |
|---|---|---|
{rows}"""
CORPUS = """
### What updates do to people's edits

{kinds} kinds of edit, each in {steps} steps of [a template that does everything]({where}),
judged from outside by what each edit is known to have put into the repo.
`python -m benchmarks.corpus` runs them.

{sums}
{legend}
{details}"""
WHERE = "../../tests/tool/update/corpus/versions.py"


def machine() -> str:
    """Return what the figures were measured on, without the machine's name."""
    model = ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        model = next((s.partition(": ")[2] for s in lines if s.startswith("model name")), "")
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores{f' ({model})' if model else ''}, {system}"


def generated(scratch: Path, runs: int) -> str:
    """Measure a generated repo: its life, its size."""
    before = release("v0.2.0")
    rows = first.measure(scratch, before)
    rows += copying.measure(scratch, runs)
    for name in ("now", "before"):
        (scratch / name).mkdir()
    repo, former = lived_in(scratch / "now"), lived_in(scratch / "before", before)
    rows += training.measure(repo, former, runs)
    rows += training.small_verbs(repo, former, runs)
    rows += training.own_tests(repo, former)
    largest = generate(scratch / "counted", **counts.LARGEST)
    rows += counts.measure(largest, generate(scratch / "counted-before", before, **counts.LARGEST))
    words = "Whole processes, in turns."
    return TABLE.format(words=words, runs=runs, machine=machine(), rows=update.table(rows))


def updates(scratch: Path, runs: int) -> str:
    """Measure updates: how long they take, and what they do to edits."""
    rows = update.table(update.measure(scratch, runs))
    words = "In turns, each in a repo with answers of its own, in which somebody has edited a line."
    timed = TABLE.format(words=words, runs=runs, machine=machine(), rows=rows)
    kinds = list(corpus.KINDS.values())
    tables = corpus.measure(scratch / "corpus", kinds)
    return timed + CORPUS.format(
        kinds=len(kinds),
        steps=len(corpus.ANY),
        where=WHERE,
        sums=corpus.summary(tables),
        legend=corpus.LEGEND,
        details=corpus.details(tables, kinds),
    )


def fleets(scratch: Path, runs: int) -> str:
    """Measure rollouts over a forge on this machine."""
    rows = update.table(fleet.rows(scratch))
    words = "The forge, real git over HTTP, runs on the same cores. Each line is one run."
    return TABLE.format(words=words, runs=1, machine=machine(), rows=rows).replace(
        " Medians of 1 runs after a warm-up.", ""
    )


SECTIONS: Mapping[str, Callable[[Path, int], str]] = {
    "A generated repo": generated,
    "Updates": updates,
    "Fleets": fleets,
}


def main() -> None:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--only", choices=list(SECTIONS), help="one section; the others stay")
    parser.add_argument("--output", type=Path, default=figures.TARGET)
    options = parser.parse_args()
    sections = figures.written(options.output)
    for title in [options.only] if options.only else list(SECTIONS):
        with tempfile.TemporaryDirectory() as name:
            sections[title] = SECTIONS[title](Path(name), options.runs)
    print(figures.write(sections, [*SECTIONS, replay_tables.TITLE], options.output))


if __name__ == "__main__":
    main()

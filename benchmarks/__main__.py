"""Measure what is claimed, and write docs/reference/figures.md."""

import argparse
import os
import platform
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from . import copying, corpus, counts, first, fleet, training, update
from .repos import SUITE, generate, lived_in, release

TARGET = SUITE / "docs" / "reference" / "figures.md"
HEAD = """# Measured figures

Written by `make bench`; `make bench ARGS="--only Updates"` writes one section anew.
The machine is shared, so quote the ratios.

"""
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
    rows = update.table(fleet.measure(scratch))
    words = "The forge, real git over HTTP, runs on the same cores. Each line is one run."
    return TABLE.format(words=words, runs=1, machine=machine(), rows=rows).replace(
        " Medians of 1 runs after a warm-up.", ""
    )


SECTIONS: Mapping[str, Callable[[Path, int], str]] = {
    "A generated repo": generated,
    "Updates": updates,
    "Fleets": fleets,
}


def written(path: Path) -> dict[str, str]:
    """Return the sections that a file has, by their titles."""
    text = path.read_text("utf-8") if path.exists() else ""
    _, *parts = re.split(r"^## (.+)\n\n", text, flags=re.M)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {title: body.rstrip("\n") + "\n" for title, body in pairs}


def main() -> None:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--only", choices=list(SECTIONS), help="one section; the others stay")
    parser.add_argument("--output", type=Path, default=TARGET)
    options = parser.parse_args()
    sections = written(options.output)
    for title in [options.only] if options.only else list(SECTIONS):
        with tempfile.TemporaryDirectory() as name:
            sections[title] = SECTIONS[title](Path(name), options.runs)
    ordered = [title for title in SECTIONS if title in sections]
    text = HEAD + "\n".join(f"## {title}\n\n{sections[title]}" for title in ordered)
    options.output.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()

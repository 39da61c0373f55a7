"""Measure everything, and write docs/reference/figures.md."""

import argparse
import os
import platform
import tempfile
from pathlib import Path

from . import copying, counts, first, training
from .repos import SUITE, generate, lived_in

TARGET = SUITE / "docs" / "reference" / "figures.md"
HEAD = """# Measured figures

Written by `make bench`. Whole processes, in turns, medians of {runs} runs after a warm-up.
The machine is shared, so quote the ratios.

{machine}.

| what | measured | aim |
|---|---|---|
"""


def machine() -> str:
    """Return what the figures were measured on, without the machine's name."""
    model = ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        model = next((s.partition(": ")[2] for s in lines if s.startswith("model name")), "")
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores{f' ({model})' if model else ''}, {system}"


def main() -> None:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--output", type=Path, default=TARGET)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        rows = first.measure(scratch)
        rows += copying.measure(scratch, options.runs)
        rows += training.measure(lived_in(scratch), options.runs)
        rows += counts.measure(generate(scratch / "counted"))
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    text = HEAD.format(runs=options.runs, machine=machine()) + table
    options.output.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()

"""What updates do to people's edits: every edit kind in every step, ours beside Copier's.

`python -m benchmarks.corpus` prints the tables as Markdown; `--kinds` chooses kinds by name.
"""

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path

from modelyard.template.source import Templates
from tests.tool.update.corpus.kinds import ANY, KINDS, EditKind
from tests.tool.update.corpus.runner import Bench, Updater, by_copier
from tests.tool.update.corpus.updaters import Modelyard
from tests.tool.update.oracle import Verdict

Table = Mapping[tuple[str, str], Verdict]

HEAD = """\
| | clean | clean, but something is gone | conflict | conflict, but nobody disagrees | crash | \
the user's edits gone | the template's changes gone |
|---|---|---|---|---|---|---|---|
"""
SIGNS = {"clean": "✓", "conflict": "≠", "crash": "✗"}
LEGEND = """\
Steps: first to second version, second to third, first to third. ✓ clean, ≠ conflict, ✗ crash;
**!** an edit of the user is gone, **?** a change of the template did not arrive, unsaid.
"""


def summary(tables: Mapping[str, Table]) -> str:
    """Return the table of sums, a row an updater."""
    return HEAD + "".join(_sums(name, table) for name, table in tables.items())


def _sums(name: str, table: Table) -> str:
    verdicts = list(table.values())
    count = {status: sum(v.status == status for v in verdicts) for status in SIGNS}
    silent = sum(v.status == "clean" and bool(v.lost or v.missing) for v in verdicts)
    lost, missing = sum(bool(v.lost) for v in verdicts), sum(bool(v.missing) for v in verdicts)
    needless = sum(
        verdict.status == "conflict" and KINDS[kind].expected(step) == "clean"
        for (kind, step), verdict in table.items()
    )
    statuses = [count["clean"], silent, count["conflict"], needless, count["crash"]]
    cells = [name, *statuses, lost, missing]
    return f"| {' | '.join(map(str, cells))} |\n"


def details(tables: Mapping[str, Table], kinds: list[EditKind]) -> str:
    """Return the table with a row for each kind of edit, a sign for each step."""
    lines = [f"| the user … | {' | '.join(tables)} |", "|---" * (len(tables) + 1) + "|"]
    for kind in kinds:
        cells = [" ".join(_sign(t[kind.name, step]) for step in ANY) for t in tables.values()]
        lines.append(f"| {kind.sentence} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _sign(verdict: Verdict) -> str:
    marks = "!" * bool(verdict.lost) + "?" * bool(verdict.missing)
    return SIGNS[verdict.status] + (f"**{marks}**" if marks else "")


def measure(scratch: Path, kinds: list[EditKind]) -> dict[str, Table]:
    """Run the kinds with every updater; return their verdicts."""
    bench = Bench(scratch)
    with Templates() as templates:
        updaters: dict[str, Updater] = {
            "`modelyard update`": Modelyard(templates),
            "the same, without the merge by meaning": Modelyard(templates, by_meaning=False),
            "`copier update` (conflicts inline)": by_copier,
        }
        return {name: bench.table(updater, kinds) for name, updater in updaters.items()}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS))
    kinds = [KINDS[name] for name in parser.parse_args().kinds]
    with tempfile.TemporaryDirectory() as name:
        tables = measure(Path(name) / "corpus", kinds)
    print(f"{len(kinds)} kinds × {len(ANY)} steps\n\n{summary(tables)}\n{LEGEND}")
    print(details(tables, kinds))


if __name__ == "__main__":
    main()

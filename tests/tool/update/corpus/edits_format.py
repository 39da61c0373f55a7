"""Edits of everybody's files at once: a formatter with settings of one's own."""

import subprocess
import sys
from pathlib import Path

from tests.tool.update.corpus.edits_text import DATA, MODEL
from tests.tool.update.corpus.kinds import Work, kind

OURS = 'indent-width = 2\nformat.quote-style = "single"\n'


def _format(work: Work) -> None:
    """Run ruff over the whole repo, as its people do."""
    ruff = Path(sys.executable).with_name("ruff")
    work.write(".ruff.toml", OURS)
    words = ["format", "--no-cache", "--quiet", "."]
    subprocess.run([str(ruff), *words], cwd=work.root, check=True)


@kind("runs a formatter over the whole repo, with a layout of their own")
def reformatted(work: Work) -> None:
    _format(work)
    work.text_stays("\n  return round(predict_scale, 2)\n", MODEL)
    work.text_is_gone("\n    return round(predict_scale, 2)\n", MODEL)
    work.text_stays("indent-width = 2", ".ruff.toml")


@kind("edits modules beside what the template changes, and runs a formatter over the whole repo")
def edited_and_reformatted(work: Work) -> None:
    work.append(MODEL, '\n\ndef mine(value):\n    return {"mine": value, "scale": 4711}\n')
    work.edit(DATA, r"round\(sample_scale", "round(sample_scale + 4711")
    _format(work)
    work.text_stays("  return {'mine': value, 'scale': 4711}\n", MODEL)
    work.text_stays("  return round(sample_scale + 4711, ", DATA)

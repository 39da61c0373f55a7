"""How results look to a person: what the verbs print on stdout."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..changes import words
from ..ci import REGISTER
from ..console import say, show

if TYPE_CHECKING:
    from ..data.snapshots import Snapshot
    from ..doctor import Finding
    from ..evaluation.gate import Verdict
    from ..lineage.record import Lineage
    from ..provenance.chain import Chain
    from ..provenance.reproduce import Reproduction
    from ..storing import Stored
    from ..training.prediction import Batch
    from ..training.stages import Outcome
    from ..training.tuning import Tuned

# The trials of a search that are shown.
_BEST = 5


def ingested(new: "list[Snapshot]", again: bool = False) -> None:
    """Show which snapshots have landed."""
    if again:
        names = ", ".join(snapshot.name for snapshot in new)
        changed = f"landed {names} again, as a new version; next: make train"
        say(changed if new else "nothing new: the source gives the same bytes as before")
    elif new:
        say(f"landed {len(new)} snapshots, {new[0].name} to {new[-1].name}; next: make train")
    else:
        say("nothing new: every snapshot that the source offers has landed")


def trained(outcome: "Outcome") -> None:
    """Show a trained version."""
    verdict_table(outcome.verdict)
    from ..training import candidate

    word = "passed" if outcome.verdict.passed else "was refused by"
    say(f"\n{candidate.title(outcome.version)} {word} the gate")
    if candidate.is_run(outcome.version):
        say(f"it is not registered: CI registers only where the job sets {REGISTER}=1")
    else:
        say(f"next: {'make promote' if outcome.verdict.passed else _on(outcome.verdict)}")


def tuned(found: "Tuned") -> None:
    """Show the best trials of a search, and the version of the best settings."""
    rows = [
        [str(found.trials.index(trial)), *trial.settings.values(), trial.score]
        for trial in found.best[:_BEST]
    ]
    show(["trial", *found.best[0].settings, f"validation.{found.metric}"], rows)
    failed = len(found.trials) - len(found.best)
    also = f", {failed} of which failed" if failed else ""
    say(f"\nthe best {len(rows)} of {len(found.trials)} trials{also}; the first was trained:\n")
    trained(found.outcome)


def _on(verdict: "Verdict") -> str:
    """Return what to do after a refusal."""
    worse = verdict.hint.startswith("train")
    return "make train, with what you change" if worse else verdict.hint


def promoted(verdict: "Verdict") -> None:
    """Show a promotion."""
    verdict_table(verdict)
    before = f", after version {verdict.champion}" if verdict.champion else ""
    say(f"\nversion {verdict.candidate} is champion{before}; next: make predict")


def rolled_back(version: str) -> None:
    """Show a rollback."""
    say(f"version {version} is champion again")


def retired(version: str) -> None:
    """Show a retirement."""
    say(f"version {version} is retired; next: make rollback (to the one before), or make train")


def predicted(batch: "Batch") -> None:
    """Show where predictions went."""
    say(f"{batch.rows} predictions of version {batch.model_version} in {batch.path}")


def versions(rows: list[dict[str, Any]]) -> None:
    """Show all versions."""
    if not rows:
        say("no version yet; next: make train")
        return
    columns = ["uncommitted" if name == "dirty" else name for name in rows[0]]
    show(columns, [list(row.values()) for row in rows])


def lineage(chain: "Chain") -> None:
    """Show the chain behind a version."""
    found = chain.lineage
    rows = [
        ["version", " ".join([chain.version, *chain.aliases])],
        ["metrics", ", ".join(f"{name} {value:.4f}" for name, value in chain.metrics.items())],
        *([["retired", chain.retired]] if chain.retired else []),
        ["gate", _gate(chain)],
        ["trained on", f"{_span(found.train_snapshots)} ({_until(found)})"],
        ["held out", _held_out(found)],
        *(
            [["unlabelled", _span(found.unlabelled_snapshots)]]
            if found.unlabelled_snapshots
            else []
        ),
        ["data", f"{len(found.data)} snapshots by MD5, see --json{_landed_again(chain)}"],
        ["commit", found.git_commit + (" with uncommitted changes" if found.dirty else "")],
        ["author", found.author or "not recorded"],
        ["branch", found.branch or "not recorded"],
        ["params", found.params[:16]],
        *([["set", ", ".join(words(found.settings))]] if found.settings else []),
        ["lock", found.lock[:16]],
        ["library", found.library or "before 0.3.0, in the repo"],
        ["template", found.template],
        ["python", found.python],
        ["pipeline run", found.pipeline_run],
        ["model", found.model[:16] + ("" if chain.intact else ", CHANGED since it was registered")],
        ["signature", chain.signature],
        ["changed since", ", ".join(chain.changed_since) or "nothing"],
    ]
    for name, value in rows:
        say(f"{name:>14}  {value}")


def _until(found: "Lineage") -> str:
    rest = f"all but what is held out by {found.holdout_by}"
    return rest if found.holdout_by else f"newest row {found.trained_until}"


def _held_out(found: "Lineage") -> str:
    span = _span(found.holdout_snapshots)
    part = f"{found.holdout_share:g} of all {found.holdout_by}, by hash, in {span}"
    return part if found.holdout_by else span


def _landed_again(chain: "Chain") -> str:
    names = [Path(name).stem for name in chain.changed_since if name in chain.lineage.data]
    return f"; landed again since: {', '.join(names)}" if names else ""


def reproduced(result: "Reproduction") -> None:
    """Show an exact reproduction."""
    for name, value in result.recorded.items():
        say(f"{name}: {value!r}, and again {result.again[name]!r}")
    say(f"version {result.version} is reproduced: the same metrics and holdout predictions")


def stored(result: "Stored") -> None:
    """Show a store, and what was done to it."""
    if result.done:
        say(f"{result.done}; next: make doctor")
    say(f"{result.path}, written by modelyard-platform {result.library or '(an earlier release)'}")


def examined(findings: "list[Finding]") -> None:
    """Show what the doctor found."""
    sign = {"ok": "✓", "note": "•", "broken": "✗"}
    for finding in findings:
        say(f"{sign[finding.state]} {finding.about:<12} {finding.message}")
        if finding.hint:
            say(f"  {'':<12} hint: {finding.hint}")


def verdict_table(verdict: "Verdict") -> None:
    """Show every number that a verdict rests on."""
    rows = [[c.name, c.value, c.limit, "yes" if c.passed else "NO"] for c in verdict.checks]
    show(["check", "value", "limit", "passed"], rows)


def _gate(chain: "Chain") -> str:
    """Return a verdict, and why it says nothing of the champion of its day."""
    comparison, reason = chain.verdict.get("comparison"), chain.verdict.get("reason")
    champion = chain.verdict.get("champion")
    if not reason:
        return chain.lineage.gate
    return f"{chain.lineage.gate}; version {champion} {comparison}: {reason}"


def _span(names: tuple[str, ...]) -> str:
    return f"{names[0]} to {names[-1]}" if len(names) > 1 else "".join(names)

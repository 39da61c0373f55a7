"""The verbs: arguments in, calls, results out. Heavy imports wait in the verb that needs them."""

from typing import Annotated

import typer

from ..advice import typed
from ..errors import UsageError
from .entry import EXIT_CODES, emit, project, run
from .stage import stage

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXIT_CODES,
    help="From data to a gated, reproducible model. Results go to stdout, progress to stderr.",
)

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Version = Annotated[str, typer.Argument(help="A number, or champion or challenger.")]


@app.command()
def ingest(
    until: Annotated[
        str | None, typer.Option(metavar="SNAPSHOT", help="The last one to land; default: all.")
    ] = None,
    again: Annotated[
        list[str] | None,
        typer.Option(metavar="SNAPSHOT", help="Land this one anew, corrected or completed."),
    ] = None,
    json: Json = False,
) -> None:
    """Land the next snapshots in data/raw. Fetches, checks, versions, commits their pointers."""
    from ..data import snapshots
    from ..data.again import ingest_again
    from ..errors import UsageError
    from . import views

    if again and until:
        raise UsageError("--again names the snapshots itself: --until does not go with it")
    with project("ingest") as here:
        new = ingest_again(here, sorted({*again})) if again else snapshots.ingest(here, until)
    emit(json, {s.name: s.md5 for s in new}, lambda: views.ingested(new, again=bool(again)))


@app.command()
def train(
    direct: Annotated[
        bool, typer.Option("--direct", help="Without the orchestrator; the same result.")
    ] = False,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="For this training alone; as --direct."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the training that stopped after its fit.")
    ] = False,
    json: Json = False,
) -> None:
    """Train a version; if the gate lets it pass, it is the challenger. If not, exits with 3."""
    from .. import orchestrators
    from ..training import graph
    from . import views

    if resume and settings:
        what = "a model that was fitted has the settings that it was fitted with"
        raise UsageError(what, f"{typed('train --resume')}, or {typed('train --set KEY=VALUE')}")
    with project() as here:
        given = settings or ()
        outcome = graph.resume(here) if resume else orchestrators.train(here, direct, given)
    emit(json, outcome.to_dict(), lambda: views.trained(outcome))
    if not outcome.verdict.passed:
        raise typer.Exit(3)


@app.command()
def tune(
    trials: Annotated[
        int | None, typer.Option(min=1, help="How many in all; default: as in params.yaml.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0, help="How long they may take in all; 0: no limit.")
    ] = None,
    json: Json = False,
) -> None:
    """Search for settings in tune.space of params.yaml, and train with the best; as train."""
    from ..training import tuning
    from . import views

    with project() as here:
        found = tuning.tune(here, trials, minutes)
    emit(json, found.to_dict(), lambda: views.tuned(found))
    if not found.outcome.verdict.passed:
        raise typer.Exit(3)


@app.command()
def promote(
    version: Version = "challenger",
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="Also one trained from uncommitted code.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a version the champion, if the gate allows it."""
    from ..training import promotion
    from . import views

    with project("promote") as here:
        verdict = promotion.promote(here, version, allow_dirty)
    emit(json, verdict.to_dict(), lambda: views.promoted(verdict))


@app.command()
def rollback(json: Json = False) -> None:
    """Make the champion before the present one champion again."""
    from ..training import promotion
    from . import views

    with project("rollback") as here:
        version = promotion.rollback(here)
    emit(json, {"champion": version}, lambda: views.rolled_back(version))


@app.command()
def retire(
    version: Version = "champion",
    reason: Annotated[str, typer.Option(help="Why it must not be used any more; it is kept.")] = "",
    json: Json = False,
) -> None:
    """Take a champion out of use, with a reason. Nothing is champion until one is promoted."""
    from ..training import promotion
    from . import views

    with project("retire") as here:
        number = promotion.retire(here, version, reason)
    emit(json, {"retired": number, "reason": reason}, lambda: views.retired(number))


@app.command()
def predict(
    snapshot: Annotated[
        str | None, typer.Option("--snapshot", "--month", help="Which one; default: the newest.")
    ] = None,
    to: Annotated[
        str,
        typer.Option(metavar="URL", help="A folder, a bucket, a database."),
    ] = "",
    table: Annotated[str, typer.Option(metavar="NAME", help="A table of the database.")] = "",
    json: Json = False,
) -> None:
    """Score a snapshot with the champion. Writes predictions/SNAPSHOT.parquet, or where asked."""
    from ..training import prediction
    from . import views

    with project() as here:
        batch = prediction.predict(here, snapshot, to, table)
    emit(json, vars(batch), lambda: views.predicted(batch))


@app.command()
def lineage(
    version: Version = "champion",
    all_versions: Annotated[bool, typer.Option("--all", help="List every version.")] = False,
    json: Json = False,
) -> None:
    """Show where a version came from, and what changed since."""
    from ..provenance import chain as provenance
    from . import views

    if all_versions:
        with project() as here:
            rows = provenance.versions(here)
        emit(json, rows, lambda: views.versions(rows))
    else:
        with project() as here:
            chain = provenance.chain(here, version)
        emit(json, chain.to_dict(), lambda: views.lineage(chain))


@app.command()
def reproduce(
    version: Version = "champion",
    allow_patch: Annotated[
        bool, typer.Option("--allow-patch", help="Run uncommitted changes of its training unasked.")
    ] = False,
    json: Json = False,
) -> None:
    """Train a version again from its lineage alone, and compare. Exits with 8 on a difference."""
    from ..provenance import reproduce as reproducing
    from . import views

    with project() as here:
        result = reproducing.reproduce(here, version, allow_patch)
    emit(json, result.to_dict(), lambda: views.reproduced(result))


@app.command()
def ui(
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="On this machine; if taken, the next free one.")
    ] = 5000,
    browser: Annotated[bool, typer.Option(help="Open it in a browser.")] = True,
) -> None:
    """Open MLflow on this project's experiments, models and lineage."""
    from ..tracking import ui as page

    with project() as here:
        page.serve(here, port, browser)


@app.command()
def store(
    action: Annotated[
        str,
        typer.Argument(help="show; move (after the folder was moved); upgrade (MLflow's tables)."),
    ] = "show",
    json: Json = False,
) -> None:
    """Show the store, or set it right where it was moved or is of an earlier release."""
    from .. import storing
    from . import views

    with project() as here:
        result = storing.act(here, action)
    emit(json, vars(result), lambda: views.stored(result))


@app.command()
def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="Set up what needs no decision.")] = False,
    claim: Annotated[
        bool, typer.Option("--claim", help="Take over the store and the model of another repo.")
    ] = False,
    json: Json = False,
) -> None:
    """Tell what is missing or wrong, and what sets it right."""
    from .. import doctor as examining
    from . import views

    with project() as here:
        if claim:
            examining.claim(here)
        if fix:
            examining.fix(here)
        findings = examining.examine(here)
    emit(json, [vars(finding) for finding in findings], lambda: views.examined(findings))
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(5)


app.command()(stage)


def main() -> None:
    """Run the console script."""
    run(app)


if __name__ == "__main__":
    main()

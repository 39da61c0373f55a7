"""The commands of `modelyard`: arguments to calls, nothing else."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modelyard.cli.fleet_commands import fleet
from modelyard.cli.given import answers_of, located

if TYPE_CHECKING:
    from modelyard.check.result import CheckResult
    from modelyard.check.several import SeveralChecks
    from modelyard.update.result import UpdateResult
    from modelyard.update.several_result import SeveralResult

CODES = """
Exit codes: 0 done · 1 a bug · 2 wrong usage · 3 a conflict to decide · 4 behind, or edited
(check) · 5 this repo or machine is not ready · 6 the template cannot be reached · 7 another
modelyard is at work · 9 the template needs --trust · 10 an answer is missing or not valid ·
11 a version does not render · 12 the ledger found a loss, nothing was written · 28 the disk is
full · 130 interrupted
"""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Every model repo your team owns, generated from one standard and kept on it.",
    epilog=CODES,
)

app.add_typer(fleet, name="fleet")

Data = Annotated[
    list[str] | None, typer.Option("--data", metavar="K=V", help="An answer; may be repeated.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, for scripts.")]
Template = Annotated[
    str | None,
    typer.Option(
        "--template", callback=located, metavar="URL_OR_PATH", help="Where the template is."
    ),
]
AnswersFile = Annotated[
    str | None, typer.Option("--answers-file", help="The answers file, where there are several.")
]
All = Annotated[
    bool, typer.Option("--all", help="All projects and templates of the repo, one after another.")
]
Trust = Annotated[
    bool,
    typer.Option(
        "--trust",
        help="Let the template run its tasks, migrations and extensions, and read this machine.",
    ),
]
TrustToLook = Annotated[
    bool,
    typer.Option(
        "--trust",
        help="Let the template load its extensions and read this machine; tasks never run.",
    ),
]
Here = Annotated[Path, typer.Argument(metavar="[PATH]", help="The repo; here by default.")]


@app.callback()
def modelyard(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Every model repo your team owns, generated from one standard and kept on it."""


@app.command(epilog=CODES)
def new(
    dest: Annotated[Path, typer.Argument(metavar="DEST", help="A folder that is not there yet.")],
    template: Template = None,
    version: Annotated[
        str | None, typer.Option("--version", metavar="V", help="The newest release by default.")
    ] = None,
    data: Data = None,
    defaults: Annotated[bool, typer.Option("--defaults", help="Ask nothing.")] = False,
    trust: Trust = False,
    as_json: Json = False,
) -> None:
    """Make a repo from a template: render it, git init, first commit."""
    from modelyard import new
    from modelyard.cli import json_output, new_console

    made = new.new(dest, template, version, answers_of(data), defaults, trust)
    if as_json:
        new_console.warned(made)
        json_output.write(made)
    else:
        new_console.created(made)


@app.command(epilog=CODES)
def update(
    path: Here = Path(),
    to: Annotated[
        str | None, typer.Option("--to", metavar="V", help="A version; the newest by default.")
    ] = None,
    data: Data = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell file by file what would happen; write nothing.")
    ] = False,
    branch: Annotated[
        str | None, typer.Option("--branch", metavar="NAME", help="Commit to a new branch instead.")
    ] = None,
    template: Template = None,
    answers_file: AnswersFile = None,
    everything: All = False,
    relock: Annotated[
        bool, typer.Option("--relock/--no-relock", help="Compile locks whose dependencies changed.")
    ] = True,
    leave: Annotated[
        list[str] | None,
        typer.Option(
            "--leave", metavar="FILE", help="Leave a file exactly as you have it; repeatable."
        ),
    ] = None,
    trust: Trust = False,
    as_json: Json = False,
) -> None:
    """Bring a repo to a version of its template, without losing anyone's work."""
    from modelyard.update.options import UpdateOptions

    options = UpdateOptions(
        to,
        answers_of(data),
        template,
        answers_file,
        relock=relock,
        trust=trust,
        leave=tuple(leave or ()),
    )
    outcome: UpdateResult | SeveralResult
    if everything:
        from modelyard.update.several import update_all

        outcome = update_all(path, options=options, dry_run=dry_run, branch=branch)
    else:
        from modelyard.update.one_repo import update as run

        outcome = run(path, options=options, dry_run=dry_run, branch=branch)
    if as_json:
        from modelyard.cli import json_output

        json_output.write(outcome)
    else:
        from modelyard.cli import update_console

        update_console.told(outcome, dry_run, branch)
    if outcome.conflicts:
        raise typer.Exit(3)


@app.command(epilog=CODES)
def check(
    path: Here = Path(),
    template: Template = None,
    answers_file: AnswersFile = None,
    everything: All = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Local edits of standard files are exit code 4 too.")
    ] = False,
    trust: TrustToLook = False,
    as_json: Json = False,
) -> None:
    """Tell whether a repo is on the newest version, and which standard files were edited."""
    from modelyard.cli import check_console, json_output

    found: CheckResult | SeveralChecks
    if everything:
        from modelyard.check.several import check_all

        found = check_all(path, template, answers_file, trust=trust)
    else:
        from modelyard.check.check import check as run

        found = run(path, template, answers_file, trust=trust)
    if as_json:
        json_output.write(found, ok=found.ok(strict))
    else:
        check_console.told(found, answers_file)
    if not found.ok(strict):
        raise typer.Exit(4)


@app.command(epilog=CODES)
def keep(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE[:KEY]]",
            help="A file or folder, from the folder of the project; or a key of a file.",
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="KEY", help="The key, dotted as in TOML: tool.ruff.lint."),
    ] = None,
    because: Annotated[
        str | None, typer.Option("--because", metavar="TEXT", help="Why; everybody reads it.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="V", help="The version of the template that is merged again."
        ),
    ] = None,
    dropped: Annotated[
        bool, typer.Option("--drop", help="Drop the entry: updates merge it again.")
    ] = False,
    lists: Annotated[bool, typer.Option("--list", help="List what is kept.")] = False,
    repo: Annotated[
        Path, typer.Option("--repo", metavar="PATH", help="The repo; here by default.")
    ] = Path(),
    as_json: Json = False,
) -> None:
    """Record that a file, or a key of one, is this repo's own: updates leave it, and say so."""
    from modelyard.cli import json_output, keep_console
    from modelyard.errors import Usage
    from modelyard.keep import verb

    if lists == (file is not None) or (dropped and (because or until)):
        raise Usage("name a FILE, with --drop to drop it; or --list", "modelyard keep --help")
    if file is None:
        done = verb.listed(repo)
    elif dropped:
        done = verb.drop(repo, file, key=key)
    else:
        done = verb.keep(repo, file, key=key, because=because, until=until)
    if as_json:
        json_output.write(done)
    else:
        keep_console.told(done)


@app.command(epilog=CODES)
def replay(
    path: Here = Path(),
    copier: Annotated[
        bool, typer.Option("--copier", help="Let `copier update` do each one too, in a clone.")
    ] = False,
    last: Annotated[
        int | None, typer.Option("--last", min=1, metavar="N", help="The newest N updates only.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since", formats=["%Y-%m-%d"], metavar="DAY", help="Those of 2025-01-31 or later."
        ),
    ] = None,
    template: Template = None,
    answers_file: AnswersFile = None,
    trust: TrustToLook = False,
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds", min=1, max=86400, help="At most so long for an update and a tool."
        ),
    ] = 300,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page as well.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Do a repo's past updates again, and show what each tool would have asked; writes nothing."""
    from modelyard.cli import ended, json_output, pages, replay_console
    from modelyard.replay.options import ReplayOptions
    from modelyard.replay.replay import replay as run

    if html:
        pages.refuse_place(html, replay_console.USUAL_PAGE)
    day = since.date() if since else None
    options = ReplayOptions(last, day, template, answers_file, trust, copier, seconds)
    with ended.tidy(), replay_console.progress() as show:
        found = run(path, options, on_update=show)
    if as_json:
        json_output.write(found)
    else:
        replay_console.told(found, trust)
    # Last: what took minutes is told, whatever becomes of the page.
    if html:
        replay_console.write_page(html, path, found)
    if not found.updates:
        raise typer.Exit(5)


@app.command(epilog=CODES)
def adopt(
    path: Here = Path(),
    template: Template = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="V", help="A version; the newest by default.")
    ] = None,
    data: Data = None,
    branch: Annotated[
        str, typer.Option("--branch", metavar="NAME", help="The branch to make.")
    ] = "modelyard/adopt",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan only.")] = False,
    conflict: Annotated[
        list[str] | None,
        typer.Option(
            "--conflict", metavar="GLOB", help="Show the standard's file beside yours; repeatable."
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Bring also what your build, tests and CI pick up.")
    ] = False,
    defaults: Annotated[bool, typer.Option("--defaults", help="Ask nothing.")] = False,
    answers_file: Annotated[
        str | None,
        typer.Option("--answers-file", help="Which record is meant, or a further template's."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Bring a repo that exists under a template, on a branch of its own."""
    from modelyard.adopt.one_repo import adopt as run
    from modelyard.cli import adopt_console, json_output

    asks = sys.stdin.isatty() and not (defaults or dry_run or as_json)
    done = run(
        path,
        template,
        to=to,
        data=answers_of(data),
        branch=branch,
        dry_run=dry_run,
        conflicts=conflict or (),
        full=full,
        interactive=asks,
        answers_file=answers_file,
    )
    if as_json:
        json_output.write(done)
    else:
        adopt_console.adopted(done, dry_run)
    if done.conflicts:
        raise typer.Exit(3)

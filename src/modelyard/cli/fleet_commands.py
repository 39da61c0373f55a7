"""The commands of `modelyard fleet`: arguments to calls, nothing else."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from modelyard.cli.given import answers_of
from modelyard.forges.forge import ForgeKind

if TYPE_CHECKING:
    from modelyard.fleet.overview import Overview
    from modelyard.fleet.verify import Verification

CODES = """
Exit codes, beside those of `modelyard --help`: 0 done, nothing needs a person · 3 something needs a
person: a conflict, a refusal, a failure; of `status`: whatever its first list names · 4 a gate
blocks, the fleet is paused, or the version was withdrawn
"""

fleet = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Roll a release out to many repos, in waves, as pull or merge requests.",
    epilog=CODES,
)

File = Annotated[Path, typer.Option("--file", metavar="FILE", help="The fleet.toml.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, for scripts.")]
To = Annotated[
    str | None, typer.Option("--to", metavar="V", help="A version; the newest release by default.")
]
WaveName = Annotated[str | None, typer.Option("--wave", metavar="NAME", help="One wave only.")]
Shard = Annotated[
    str, typer.Option("--shard", metavar="I/N", help="One of N parts, for machines side by side.")
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many repos.")]
Jobs = Annotated[int, typer.Option("--jobs", min=1, help="Processes.")]
Verify = Annotated[
    str | None,
    typer.Option("--verify", metavar="CMD", help="Must succeed in each repo first, in a sandbox."),
]
SandboxName = Annotated[
    str | None,
    typer.Option(
        "--sandbox",
        metavar="bwrap|podman:IMAGE@DIGEST|docker:IMAGE@DIGEST",
        help="Where --verify runs: it is code of the repos.",
    ),
]
Network = Annotated[bool, typer.Option("--sandbox-network", help="Let --verify reach the network.")]
ReadOnly = Annotated[
    bool,
    typer.Option("--read-only", help="The token can only read, and that is no problem of a repo."),
]
Data = Annotated[
    list[str] | None,
    typer.Option(
        "--data", metavar="K=V", help="An answer where a repo has none that is valid; repeatable."
    ),
]
Now = Annotated[bool, typer.Option("--now", help="Outside of the windows of fleet.toml, too.")]
Html = Annotated[Path | None, typer.Option("--html", metavar="F", help="Write a page.")]
DEFAULT = Path("fleet.toml")


@fleet.command(epilog=CODES)
def init(
    file: File = DEFAULT,
    forge: Annotated[
        ForgeKind,
        typer.Option("--forge", metavar="|".join(ForgeKind), help="Where the repos are."),
    ] = ForgeKind.GITHUB,
    owner: Annotated[
        str, typer.Option("--owner", help="Organisation, group or user; a folder where local.")
    ] = "YOUR-TEAM",
    template: Annotated[
        str | None, typer.Option("--template", metavar="URL_OR_PATH", help="What is rolled out.")
    ] = None,
    ci: Annotated[
        Literal["github", "gitlab"] | None,
        typer.Option(
            "--ci",
            metavar="github|gitlab",
            help="Write the workflow beside it that runs the fleet in CI.",
        ),
    ] = None,
) -> None:
    """Write a commented fleet.toml."""
    from modelyard.cli import fleet_console
    from modelyard.fleet import example

    fleet_console.initialised(file, example.write(file, forge, owner, template, ci))


@fleet.command(epilog=CODES)
def status(
    file: File = DEFAULT,
    to: To = None,
    jobs: Jobs = 2,
    html: Html = None,
    read_only: ReadOnly = False,
    as_json: Json = False,
) -> None:
    """Tell what needs a person, what the next step is, and how every repo stands."""
    from modelyard.cli import fleet_console, fleet_status

    found = _look(file, to, jobs, html, as_json, read_only)
    # What was found is told first: to write the page may fail.
    if html and not as_json:
        code = 3 if found.data.attention else 0
    else:
        code = fleet_status.status(found, as_json)
    if html:
        fleet_console.page(found.data, html)
    _end(code)


@fleet.command(epilog=CODES)
def plan(
    file: File = DEFAULT,
    to: To = None,
    wave: WaveName = None,
    following: Annotated[
        bool, typer.Option("--next", help="The next wave, and whether the gates pass.")
    ] = False,
    shard: Shard = "1/1",
    limit: Limit = None,
    jobs: Jobs = 2,
    data: Data = None,
    read_only: ReadOnly = False,
    as_json: Json = False,
) -> None:
    """Merge everything and write nothing: what is clean, in conflict, current or refused."""
    from modelyard.cli import fleet_console
    from modelyard.errors import Usage
    from modelyard.fleet import rollout
    from modelyard.fleet.next_wave import next_wave
    from modelyard.fleet.options import Mode, RolloutOptions
    from modelyard.fleet.waves import parse_shard

    if following and (wave or shard != "1/1" or limit):
        raise Usage("--next looks at a whole wave", "leave --wave, --shard and --limit out")
    part = parse_shard(shard)
    found = (file, to, wave, part, limit, None, jobs, Mode.PLAN, read_only)
    options = RolloutOptions(*found, answers_of(data))
    with fleet_console.progress(as_json) as show:
        if following:
            ahead = next_wave(options, show)
        else:
            results = rollout.rollout(options, show)
    if following:
        _end(fleet_console.planned_next(ahead, as_json))
    else:
        _end(fleet_console.planned(results, as_json))


@fleet.command(epilog=CODES)
def rollout(
    file: File = DEFAULT,
    to: To = None,
    wave: WaveName = None,
    following: Annotated[
        bool, typer.Option("--next", help="The next wave, if the gates of those before pass.")
    ] = False,
    shard: Shard = "1/1",
    verify: Verify = None,
    sandbox: SandboxName = None,
    network: Network = False,
    limit: Limit = None,
    jobs: Jobs = 2,
    data: Data = None,
    now: Now = False,
    as_json: Json = False,
) -> None:
    """Open or refresh a request in every repo; running it again continues."""
    from modelyard.cli import fleet_console
    from modelyard.errors import Usage
    from modelyard.fleet import rollout
    from modelyard.fleet.next_wave import next_wave
    from modelyard.fleet.options import RolloutOptions
    from modelyard.fleet.waves import parse_shard

    if following and (wave or shard != "1/1" or limit):
        # A part of a wave can have nothing to do, and the wave behind it would be opened.
        raise Usage(
            "--next opens a whole wave, so --wave, --shard and --limit do not go with it",
            "modelyard fleet plan --next tells its name for --wave",
        )
    verification = _verification(verify, sandbox, network)
    part, given = parse_shard(shard), answers_of(data)
    options = RolloutOptions(file, to, wave, part, limit, verification, jobs, data=given, now=now)
    with fleet_console.progress(as_json) as show:
        if following:
            ahead = next_wave(options, show)
            verdict, results = ahead.verdict, ahead.results
        else:
            verdict, results = None, rollout.rollout(options, show)
    _end(fleet_console.rolled_out(results, verdict, as_json))


@fleet.command(epilog=CODES)
def retry(
    file: File = DEFAULT,
    to: To = None,
    verify: Verify = None,
    sandbox: SandboxName = None,
    network: Network = False,
    jobs: Jobs = 2,
    data: Data = None,
    now: Now = False,
    as_json: Json = False,
) -> None:
    """Roll out again where it failed: repos of an open wave that have no request."""
    from modelyard.cli import fleet_console
    from modelyard.fleet import next_wave
    from modelyard.fleet.options import RolloutOptions

    verification = _verification(verify, sandbox, network)
    given = answers_of(data)
    options = RolloutOptions(file, to, verify=verification, jobs=jobs, data=given, now=now)
    with fleet_console.progress(as_json) as show:
        results = next_wave.retry(options, show)
    _end(fleet_console.rolled_out(results, None, as_json))


@fleet.command(epilog=CODES)
def refresh(
    file: File = DEFAULT,
    to: To = None,
    verify: Verify = None,
    sandbox: SandboxName = None,
    network: Network = False,
    jobs: Jobs = 2,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """See to the requests that are open, and open none: merged anew where a repo has moved on."""
    from modelyard.cli import fleet_console
    from modelyard.fleet import next_wave
    from modelyard.fleet.options import RolloutOptions

    verification = _verification(verify, sandbox, network)
    given = answers_of(data)
    options = RolloutOptions(file, to, verify=verification, jobs=jobs, data=given)
    with fleet_console.progress(as_json) as show:
        results = next_wave.refresh(options, show)
    _end(fleet_console.rolled_out(results, None, as_json))


@fleet.command(epilog=CODES)
def pause(
    why: Annotated[str, typer.Option("--why", help="What everybody will read.")],
    file: File = DEFAULT,
) -> None:
    """Stop every rollout, those that run too, before their next repo."""
    from modelyard.cli import fleet_console
    from modelyard.fleet import pause
    from modelyard.fleet.context import open_fleet
    from modelyard.forges.merging import MergeBy

    with open_fleet(file) as context:
        merges = context.fleet.request.merge is not MergeBy.PERSON
        fleet_console.paused(pause.pause(context, why), merges)


@fleet.command(epilog=CODES)
def resume(file: File = DEFAULT) -> None:
    """Let rollouts go on."""
    from modelyard.cli import fleet_console
    from modelyard.fleet import pause
    from modelyard.fleet.context import open_fleet

    with open_fleet(file) as context:
        fleet_console.resumed(pause.resume(context))


@fleet.command(epilog=CODES)
def withdraw(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="The release that is bad.")],
    why: Annotated[str, typer.Option("--why", help="What everybody will read.")],
    file: File = DEFAULT,
    as_json: Json = False,
) -> None:
    """Take a release back: close its requests with the reason, and roll it out no more.

    Deletes their branches, where nobody but the bot has committed there.
    """
    from modelyard.cli import fleet_console
    from modelyard.fleet import withdraw

    with fleet_console.progress(as_json) as show:
        done = withdraw.withdraw(file, version, why, show)
    _end(fleet_console.withdrawn(done, as_json))


@fleet.command(epilog=CODES)
def report(
    html: Annotated[Path, typer.Option("--html", metavar="F", help="The page to write.")],
    file: File = DEFAULT,
    to: To = None,
    jobs: Jobs = 2,
    read_only: ReadOnly = False,
) -> None:
    """Write one self-contained page: what needs a person, the next step, adoption, waves.

    Once it is written the exit code is 0, whatever is on it.
    """
    from modelyard.cli import fleet_console

    found = _look(file, to, jobs, html, as_json=False, read_only=read_only)
    fleet_console.page(found.data, html)


@fleet.command(epilog=CODES)
def dashboard(file: File = DEFAULT, to: To = None, jobs: Jobs = 2) -> None:
    """Keep one issue in the control repository that says how the rollout stands."""
    from modelyard.cli import fleet_console
    from modelyard.fleet import dashboard
    from modelyard.fleet.options import Mode, RolloutOptions

    options = RolloutOptions(file, to, jobs=jobs, mode=Mode.STATUS)
    with fleet_console.progress(False) as show:
        done = dashboard.run(options, show)
    fleet_console.dashboard(done)


def _look(
    file: Path, to: str | None, jobs: int, html: Path | None, as_json: bool, read_only: bool
) -> "Overview":
    from modelyard.cli import fleet_console, pages
    from modelyard.fleet import overview
    from modelyard.fleet.options import Mode, RolloutOptions

    if html:
        pages.refuse_place(html, fleet_console.USUAL_PAGE)
    options = RolloutOptions(file, to, jobs=jobs, mode=Mode.STATUS, read_only=read_only)
    with fleet_console.progress(as_json) as show:
        return overview.look(options, show)


def _verification(command: str | None, name: str | None, network: bool) -> "Verification | None":
    """Return the check that somebody wants; there is none without a sandbox that runs here."""
    from modelyard.errors import Usage
    from modelyard.fleet import sandbox
    from modelyard.fleet.verify import Verification

    if command is None:
        if name or network:
            raise Usage("--sandbox is where --verify runs, and there is none", "--verify CMD")
        return None
    if name is None:
        raise Usage(
            "--verify runs code of the repos, so it needs a sandbox",
            f"--sandbox {sandbox.NAMES}; without --verify the CI of each repo verifies",
        )
    found = sandbox.parse(name, network)
    sandbox.require(found)
    return Verification(command, found)


def _end(code: int) -> None:
    if code:
        raise typer.Exit(code)

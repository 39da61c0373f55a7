"""Says on a terminal what `check` found."""

from modelyard.check.result import CheckResult, DriftKind
from modelyard.check.several import SeveralChecks
from modelyard.check.vendored import SAYS
from modelyard.cli.console import foreign, notices, others, out, plural


def told(found: CheckResult | SeveralChecks, answers_file: str | None) -> None:
    """Tell where a repo stands, or each of its projects."""
    if isinstance(found, CheckResult):
        checked(found, f" --answers-file {foreign(answers_file)}" if answers_file else "")
        others(found.others, "modelyard check")
        return
    for one in found.projects:
        out.print(f"[bold]{foreign(one.folder + one.answers_file)}[/bold]")
        checked(one.check, " --all")
        out.print()


def checked(found: CheckResult, option: str = "") -> None:
    """Tell where a repo stands; `option` is what an update of what was checked takes."""
    if found.behind:
        count = len(found.changes)
        out.print(
            f"[red]✗ on {foreign(found.recorded)}; {foreign(found.newest)} changes "
            f"{count} {plural('file', count)} here[/red]"
        )
        command = f"modelyard update{option}"
        if found.code:
            out.print(
                f"  it runs code of the template, so it asks for trust: {foreign(found.code)}"
            )
            command += " --trust"
        out.print(f"  look: {command} --dry-run    take it: {command}")
    elif found.recorded != found.newest:
        out.print(
            f"[green]✓ on {foreign(found.recorded)}[/green]: {foreign(found.newest)} "
            "changes nothing here"
        )
    else:
        out.print(f"[green]✓ on {foreign(found.recorded)}[/green], the newest")
    if found.vendored:
        out.print("\n[red]✗ wheels that an installation of this repo needs[/red]")
        for wheel in found.vendored:
            out.print(f"  {foreign(wheel.path)}: {foreign(SAYS[wheel.kind])}")
            if wheel.hint:
                out.print(f"    hint: {foreign(wheel.hint)}")
    if found.drifts:
        out.print(f"\nstandard files that are not as {foreign(found.recorded)} renders them")
        for drift in found.drifts:
            words = {
                DriftKind.EDITED: "edited here",
                DriftKind.DELETED: "deleted here",
                DriftKind.MISSED: f"still as in {drift.version}: an update was missed",
            }[drift.kind]
            out.print(f"  {foreign(drift.path)}: {foreign(words)}")
    if found.kept:
        out.print("\nkept on purpose (.modelyard.toml)")
        for one in found.kept:
            until = f" (until {one.until})" if one.until else ""
            out.print(f"  {foreign(one.name + until)}: {foreign(one.because or 'no reason')}")
            if one.state.text:
                out.print(f"    {foreign(one.state.text)}")
    notices(found.answers)

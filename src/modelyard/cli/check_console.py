"""Says on a terminal what `check` found."""

from modelyard.check.check import CheckResult, DriftKind
from modelyard.check.vendored import SAYS
from modelyard.cli.console import foreign, notices, out, plural


def checked(found: CheckResult) -> None:
    """Tell where a repo stands."""
    if found.behind:
        count = len(found.changes)
        out.print(
            f"[red]✗ on {foreign(found.recorded)}; {foreign(found.newest)} changes "
            f"{count} {plural('file', count)} here[/red]"
        )
        out.print("  look: modelyard update --dry-run    take it: modelyard update")
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
    notices(found.answers)

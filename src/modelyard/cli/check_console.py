"""Says on a terminal what `check` found."""

from rich.markup import escape

from modelyard.check.check import CheckResult, DriftKind
from modelyard.check.vendored import SAYS
from modelyard.cli.console import notices, out, plural


def checked(found: CheckResult) -> None:
    """Tell where a repo stands."""
    if found.behind:
        count = len(found.changes)
        out.print(
            f"[red]✗ on {escape(found.recorded)}; {escape(found.newest)} changes "
            f"{count} {plural('file', count)} here[/red]"
        )
        out.print("  look: modelyard update --dry-run    take it: modelyard update")
    elif found.recorded != found.newest:
        out.print(
            f"[green]✓ on {escape(found.recorded)}[/green]: {escape(found.newest)} "
            "changes nothing here"
        )
    else:
        out.print(f"[green]✓ on {escape(found.recorded)}[/green], the newest")
    if found.vendored:
        out.print("\n[red]✗ wheels that an installation of this repo needs[/red]")
        for wheel in found.vendored:
            out.print(f"  {escape(wheel.path)}: {escape(SAYS[wheel.kind])}")
            if wheel.hint:
                out.print(f"    hint: {escape(wheel.hint)}")
    if found.drifts:
        out.print(f"\nstandard files that are not as {escape(found.recorded)} renders them")
        for drift in found.drifts:
            words = {
                DriftKind.EDITED: "edited here",
                DriftKind.DELETED: "deleted here",
                DriftKind.MISSED: f"still as in {drift.version}: an update was missed",
            }[drift.kind]
            out.print(f"  {escape(drift.path)}: {escape(words)}")
    notices(found.answers)

"""Says on a terminal what an adoption found and did."""

from modelyard.adopt.result import AdoptResult
from modelyard.cli.console import foreign, notices, out, table
from modelyard.cli.update_console import how_to_decide


def adopted(done: AdoptResult, dry_run: bool) -> None:
    """Tell what was found out about a repo, and what becomes of its files."""
    plan = done.plan
    out.print(foreign(f"{plan.template} {plan.version}") + "\n")
    out.print("answers")
    rows = table()
    for answer in plan.answers:
        rows.add_row("", foreign(f"{answer.question}: {answer.value}"), foreign(answer.source))
    out.print(rows)
    groups = {
        "added": plan.added,
        "extended below your lines": plan.extended,
        "differs: yours is kept": plan.differs,
        "shown beside yours, to decide": [conflict.path for conflict in done.conflicts],
    }
    for title, paths in groups.items():
        if paths:
            out.print(f"\n{title}")
            for path in paths:
                out.print(f"  {foreign(path)}")
    if plan.held_back:
        out.print("\nheld back")
        for notice in plan.held_back:
            out.print(f"  {foreign(notice.path)}: {foreign(notice.text)}")
    notices(done.notices)
    if done.conflicts:
        out.print(f"\n[red]✗ on the branch {foreign(done.branch or '')}, to decide[/red]")
        for line in how_to_decide(dry_run, None):
            out.print(f"  {foreign(line)}")
    elif done.commit:
        branch = foreign(done.branch or "")
        out.print(f"\n[green]✓ committed to {branch}[/green]")
        out.print(f"  git diff HEAD...{branch}    # look\n  git switch {branch}    # go there")
    else:
        out.print("\nnothing was written")

"""What the dashboard says, as Markdown of which a forge obeys nothing."""

import re
from collections.abc import Iterator, Sequence

from modelyard.fleet import request_text
from modelyard.fleet.attention import Attention
from modelyard.fleet.report.data import ReportData
from modelyard.fleet.request_text import cell, code, plain
from modelyard.fleet.states import RepoState

# GitHub takes 65 536 characters; the mark has its part, and the waves theirs.
_LONGEST = 50_000
_NAMES = 12
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]{1,500}")


def title(data: ReportData) -> str:
    """Return the title."""
    return f"Rollout of {request_text.one_line(data.version)}"


def body(data: ReportData, mark: str) -> str:
    """Return the text, with the mark at its end."""
    lines = [*_head(data), *_people(data.attention), *_waves(data)]
    lines += [
        "",
        "`modelyard fleet status` and the page have every repo. This text is written anew by each "
        "`modelyard fleet dashboard`; comments stay.",
    ]
    return "\n".join([*lines, "", mark, ""])


def _head(data: ReportData) -> Iterator[str]:
    on_it = sum(one.state is RepoState.CURRENT for one in data.members)
    about = f"{code(data.version)} of {code(data.template)}"
    yield f"**{on_it} of {len(data.members)}** repos are up to date with {about}."
    if data.paused:
        why = f": {plain(data.paused.why)}" if data.paused.why else ""
        since = f" since {plain(data.paused.when)}" if data.paused.when else ""
        yield f"\n**Paused**{since}{why}"
    step = data.next_step
    waits = f" It waits for {_names(step.waits_for)}." if step.waits_for else ""
    yield f"\n**Next step:** {plain(step.text)}.{waits}"
    if step.command:
        yield f"\n{request_text.block(step.command, 'sh')}"


def _people(attention: Sequence[Attention]) -> Iterator[str]:
    if not attention:
        yield "\nNothing needs a person."
        return
    yield f"\n## Needs a person: {len(attention)}\n"
    yield "| repo | owner | why | type next |\n| --- | --- | --- | --- |"
    size = 0
    for number, one in enumerate(attention):
        row = _row(one)
        size += len(row)
        if size > _LONGEST:
            yield f"\n… and {len(attention) - number} more: `modelyard fleet status` has all."
            return
        yield row


def _row(one: Attention) -> str:
    repo = f"[{cell(one.repo)}](<{one.url}>)" if _ADDRESS.fullmatch(one.url) else cell(one.repo)
    why = f"**{one.cause.label}**: {plain(_short(one.why))}"
    return f"| {repo} | {cell(one.owner)} | {why} | {cell(one.command)} |"


def _waves(data: ReportData) -> Iterator[str]:
    shown = [wave for wave in data.waves if wave.total]
    if not shown:
        return
    yield "\n## Waves\n\n| wave | repos | |\n| --- | ---: | --- |"
    for wave in shown:
        counts = [f"{wave.counts[one]} {one.label}" for one in RepoState if one in wave.counts]
        yield f"| {cell(wave.name) or 'in none'} | {wave.total} | {', '.join(counts)} |"


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(code(one) for one in names[:_NAMES]) + more


def _short(text: str, most: int = 300) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"

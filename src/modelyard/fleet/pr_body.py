"""What a request says: what changes for this repo, what was kept, what a person has to decide."""

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from modelyard.fleet import request_text
from modelyard.fleet.model import JoinedProject, Member
from modelyard.fleet.request_text import cell, code, plain
from modelyard.fleet.states import RepoState
from modelyard.forges.forge import HOLD_LABEL, HOLD_STATUS
from modelyard.gitrepo import git
from modelyard.merged import Conflict, Notice
from modelyard.reasons import NoticeReason
from modelyard.template import projects
from modelyard.template.answers import DEFAULT_NAME
from modelyard.update.result import UpdateResult

_KINDS = {"A": "added", "M": "changed", "D": "deleted"}
# A forge refuses longer bodies; GitHub's limit is 65 536 characters, and the mark has its part.
LONGEST = 55_000
WAITS_FOR_CI = (
    "As long as this request is a draft, it waits for CI: once that is green, the next run of the "
    "fleet marks it as ready. So may you, at any time; who commits here does it themselves."
)
HELD = (
    f"This repository has no drafts, so the label `{HOLD_LABEL}` holds this request back, and, if "
    f"the token may write one, the status `{HOLD_STATUS}` of its commit, which fails. **Both tell; "
    "neither takes the button for merging away**, unless a protected branch requires that status. "
    "Please do not merge before the label is gone."
)
HELD_FOR_CI = (
    "It waits for CI: once that is green, the next run of the fleet takes the label away. So may "
    "you, at any time; who commits here does it themselves."
)
_SHORTENED = "… shortened; `modelyard update --dry-run` shows all of it."
_ROWS = 100
_LONGEST_PART = 20_000


def superseded(url: str) -> str:
    """Return the comment on a request that another one replaces."""
    is_address = re.fullmatch(r"(https?|file)://[!-;=?-~]+", url)
    return f"Superseded by {url if is_address else 'a newer request'}."


LEFT_OPEN = (
    "This request has commits that are not the fleet's, so it stays open, and its branch as it is: "
    "close it once nothing of it is needed any more."
)


def withdrawn(version: str, why: str) -> str:
    """Return the comment on a request for a version that was withdrawn."""
    return f"Withdrawn: {code(version)}." + (f" {plain(why)}" if why else "")


def not_needed(version: str) -> str:
    """Return the comment on a request whose repo has no need of it any more."""
    return f"Not needed: on {code(version)}."


def body(
    outcome: UpdateResult,
    notes: str,
    mark: str,
    branch: str,
    waits_for_ci: bool = False,
    member: Member | None = None,
    held: bool = False,
    own: str = "",
    longest: int = LONGEST,
    back: bool = False,
    joined: Sequence[JoinedProject] = (),
) -> str:
    """Return the text of a request, with its mark at the end; `own` is the fleet's part of it.

    It is made of pieces that are harmless each on its own, so it can be cut between any two.
    """
    text, size = [], 0
    told = (waits_for_ci, member, held, own, back, joined)
    for piece in _pieces(outcome, notes, branch, *told):
        size += len(piece) + 1
        if size > longest:
            text += ["", _SHORTENED]
            break
        text.append(piece)
    return "\n".join([*text, "", mark, ""])


def _pieces(
    outcome: UpdateResult,
    notes: str,
    branch: str,
    waits_for_ci: bool,
    member: Member | None,
    held: bool,
    own: str,
    back: bool,
    joined: Sequence[JoinedProject],
) -> Iterator[str]:
    # A repo with one project at its top is told as any other.
    several = [one for one in joined if one.member.answers_file]
    yield from _joined_to(outcome.after, several) if several else _brought(outcome, member, back)
    if own:
        yield f"\n{own}"
    if held:
        yield f"\n{HELD}"
    if waits_for_ci:
        yield f"\n{HELD_FOR_CI if held else WAITS_FOR_CI}"
    if outcome.conflicts:
        within: list[Member | None] = [one.member for one in several if one.is_in]
        yield from ("", *_to_decide(outcome, branch, within or [member], held))
    if outcome.message:
        yield from ("", "## What the template says\n")
        yield re.sub(r"^", "> ", request_text.block(outcome.message[:_LONGEST_PART]), flags=re.M)
    updates = [(one.place, one.seen.update) for one in several if one.is_in and one.seen.update]
    for place, update in updates or [("", outcome)]:
        yield from ("", *_changes(update, outcome.conflicts, place))
        kept = [one for one in update.notices if one.reason is not NoticeReason.KEEP_SUGGESTED]
        if kept:
            yield from ("", *_kept(kept, place))
    if notes:
        yield from (
            "",
            f"## {'What is taken back' if back else 'Release notes'}\n",
            *request_text.markdown(notes),
        )


def _brought(outcome: UpdateResult, member: Member | None, back: bool) -> Iterator[str]:
    before, after = code(outcome.before), code(outcome.after)
    what = code(member.project) if member and member.project else "this repository"
    yield f"Brings {what} {'back ' if back else ''}from {before} to {after} of its template."


def _joined_to(version: str, several: Sequence[JoinedProject]) -> Iterator[str]:
    yield f"Brings projects of this repository to {code(version)} of their template:\n"
    within = [one for one in several if one.is_in]
    yield from (f"- {code(one.place)}, from {code(one.seen.version)}" for one in within[:_ROWS])
    if len(within) > _ROWS:
        yield f"- … and {len(within) - _ROWS} more"
    out = [one for one in several if not one.is_in and one.seen.state is not RepoState.CURRENT]
    if out:
        yield "\nNot in this request:\n"
        yield from (f"- {code(one.place)}: {plain(one.why)}" for one in out[:_ROWS])
    if len(out) > _ROWS:
        yield f"- … and {len(out) - _ROWS} more"


def _to_decide(
    outcome: UpdateResult, branch: str, members: Sequence[Member | None], held: bool
) -> Iterator[str]:
    yield "## To decide\n"
    yield (
        "These files are **as they were** on this branch; all others are updated. "
        "No conflict marker is in it.\n"
    )
    yield from (f"- [ ] {code(one.path)}: {plain(one.text)}" for one in outcome.conflicts[:_ROWS])
    if len(outcome.conflicts) > _ROWS:
        yield f"- … and {len(outcome.conflicts) - _ROWS} more"
    for one in outcome.notices:
        if one.reason is NoticeReason.KEEP_SUGGESTED:
            yield f"\n{code(one.path)}: {plain(one.reason.text(one.about))} {code(one.command)}"
    yield "\nTo decide, in a clone:\n"
    target = next((one.target for one in members if one and one.target), "HEAD")
    commands = [
        "git fetch origin",
        f"git switch --create decide {shlex.quote(f'origin/{target}')}",
    ]
    for each in members:
        where = _command_of(each) if each else ""
        commands.append(f"modelyard update --to {shlex.quote(outcome.after)}{where}")
        commands.append("git status    # resolve, git add, git commit")
    # Not pushed over what is there: a colleague may have committed to it.
    commands.append(f"git merge --no-edit {shlex.quote(f'origin/{branch}')}")
    commands.append(f"git push origin {shlex.quote(f'decide:{branch}')}")
    yield request_text.block("\n".join(commands), "sh")
    ready = f"take the label `{HOLD_LABEL}` away" if held else "mark this request as ready"
    yield f"\nThen {ready}."


def _command_of(member: Member) -> str:
    """Return the arguments by which `modelyard update` knows the project of a member."""
    if not member.answers_file:
        return ""
    project = projects.of(member.answers_file)
    folder = f" {shlex.quote(f'./{project.folder}')}" if project.folder else ""
    is_usual = project.answers_file == DEFAULT_NAME
    file = "" if is_usual else f" --answers-file {shlex.quote(project.answers_file)}"
    return f"{folder}{file}"


def _changes(
    outcome: UpdateResult, conflicts: Sequence[Conflict], place: str = ""
) -> Iterator[str]:
    undecided = {one.path for one in conflicts}
    rows = [
        f"| {cell(path)} | {_KINDS[kind]} |"
        for path, kind in outcome.changes.items()
        if path not in undecided
    ]
    yield from (f"## What changes{_in(place)}\n", "| file | |\n| --- | --- |", *rows[:_ROWS])
    if len(rows) > _ROWS:
        yield f"\n… and {len(rows) - _ROWS} more."


def _in(place: str) -> str:
    return f" in {code(place)}" if place else ""


def _kept(notices: Sequence[Notice], place: str = "") -> Iterator[str]:
    yield f"## Kept, or left out{_in(place)}\n"
    for notice in notices[:_ROWS]:
        yield f"- {code(notice.path)}: {plain(notice.text)}"
        yield from (f"  - {code(line.strip())}" for line in notice.lines[:5] if line.strip())


def release_notes(template: Path, before: str, after: str) -> str:
    """Return the chapters of the template's CHANGELOG.md between two versions, as they stand there.

    Without one, the subjects of its commits.
    """
    chapters = _chapters(template, after)
    if chapters:
        names = list(chapters)
        old, new = (name.removeprefix("v") for name in (before, after))
        first = names.index(new) if new in names else 0
        last = names.index(old) if old in names else len(names)
        wanted = [f"### {name}\n\n{chapters[name]}" for name in names[first:last]]
        return "\n\n".join(wanted)[:_LONGEST_PART]
    # A version is named by the template, and may look like an option.
    log = ("log", "--format=%s", "-n", "50", "--end-of-options", f"{before}..{after}", "--")
    failed, out = git.run(template, *log, codes=(0, 128))
    subjects = [] if failed else out.decode("utf-8", "replace").splitlines()
    return "\n".join(f"- {_verbatim(subject)}" for subject in subjects)


def _verbatim(subject: str) -> str:
    """Return a subject as Markdown that says it: it is no Markdown, and passes as such later."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", subject)


def _chapters(template: Path, version: str) -> dict[str, str]:
    words = ("cat-file", "blob", "--end-of-options", f"{version}:CHANGELOG.md")
    failed, out = git.run(template, *words, codes=(0, 128, 129))
    if failed:
        return {}
    parts = re.split(
        r"^## \[?v?([0-9][^\]\s]*)\]?[^\n]*\n", out.decode("utf-8", "replace"), flags=re.M
    )
    pairs = zip(parts[1::2], parts[2::2], strict=False)
    return {name: re.sub(r"^#", "##", text.strip(), flags=re.M) for name, text in pairs}

"""What a request says: what changes for this repo, what was kept, what a person has to decide."""

import re
from collections.abc import Sequence
from pathlib import Path

from modelyard.fleet import pr_metadata
from modelyard.fleet.config import Bot
from modelyard.gitrepo import git
from modelyard.merged import Notice
from modelyard.update.result import UpdateResult

_KINDS = {"A": "added", "M": "changed", "D": "deleted"}
# A forge refuses longer bodies; GitHub's limit is 65 536 characters.
LONGEST = 60_000
WAITS_FOR_CI = (
    "As long as this request is a draft, it waits for CI: once that is green, the next run of the "
    "fleet marks it as ready. So may you, at any time."
)


def message(title: str, bot: Bot) -> str:
    """Return the message of a commit, signed off by the bot."""
    return f"Update to {title}\n\nSigned-off-by: {bot.name} <{bot.email}>"


def title(outcome: UpdateResult) -> str:
    """Return the title of a request."""
    return f"Update to {outcome.after}"


def body(outcome: UpdateResult, notes: str, metadata: pr_metadata.Metadata, branch: str) -> str:
    """Return the text of a request, the hidden line included."""
    parts = [
        f"Brings this repository from `{outcome.before}` to `{outcome.after}` of its template."
    ]
    if metadata.waits_for_ci:
        parts.append(WAITS_FOR_CI)
    if outcome.conflicts:
        parts.append(_to_decide(outcome, branch))
    if outcome.message:
        parts.append(_message_of_template(outcome.message))
    parts.append(_changes(outcome))
    if outcome.notices:
        parts.append(_kept(outcome.notices))
    if notes:
        parts.append(f"## Release notes\n\n{notes}")
    text = "\n\n".join(parts)
    if len(text) > LONGEST:
        text = text[:LONGEST] + "\n\n… shortened; `modelyard update --dry-run` shows all of it."
    return f"{text}\n\n{pr_metadata.line(metadata)}\n"


def _to_decide(outcome: UpdateResult, branch: str) -> str:
    rows = [f"- {_code(one.path)}: {_plain(one.text)}" for one in outcome.conflicts]
    return "\n".join(
        [
            "## To decide\n",
            "These files are **as they were** on this branch; all others are updated. "
            "No conflict marker is in it.\n",
            *rows,
            "\nTo decide, in a clone:\n",
            "```sh",
            "git switch --create decide origin/HEAD",
            f"modelyard update --to {outcome.after}",
            "git status    # resolve, git add, git commit",
            f"git push --force origin decide:{branch}",
            "```",
            "\nThen mark this request as ready.",
        ]
    )


def _message_of_template(message: str) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", message)), default=0))
    quoted = [f"> {line}".rstrip() for line in [f"{fence}text", *message.splitlines(), fence]]
    return "\n".join(["## What the template says\n", *quoted])


def _changes(outcome: UpdateResult) -> str:
    undecided = {one.path for one in outcome.conflicts}
    rows = [
        f"| {_code(path)} | {_KINDS[kind]} |"
        for path, kind in outcome.changes.items()
        if path not in undecided
    ]
    shown = rows[:100]
    more = [f"\n… and {len(rows) - 100} more."] if len(rows) > 100 else []
    return "\n".join(["## What changes\n", "| file | |", "| --- | --- |", *shown, *more])


def _kept(notices: Sequence[Notice]) -> str:
    rows = []
    for notice in notices[:100]:
        rows.append(f"- {_code(notice.path)}: {_plain(notice.text)}")
        rows += [f"  - {_code(line.strip())}" for line in notice.lines[:5] if line.strip()]
    return "\n".join(["## Kept, or left out\n", *rows])


def _code(text: str) -> str:
    """Return a text as inline code, whatever backticks and pipes it has."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text.replace('|', chr(92) + '|')}{space}{fence}"


def _plain(text: str) -> str:
    """Return a text in which nothing is markup: names of files are somebody else's input."""
    return re.sub(r"([\\`*_{}\[\]<>#|@])", r"\\\1", " ".join(text.split()))


def release_notes(template: Path, before: str, after: str) -> str:
    """Return the chapters of the template's CHANGELOG.md between two versions.

    Without one, the subjects of its commits.
    """
    chapters = _chapters(template, after)
    if chapters:
        names = list(chapters)
        old, new = (name.removeprefix("v") for name in (before, after))
        first = names.index(new) if new in names else 0
        last = names.index(old) if old in names else len(names)
        wanted = [f"### {name}\n\n{chapters[name]}" for name in names[first:last]]
        return "\n\n".join(wanted)[:20_000]
    # A version is named by the template, and may look like an option.
    log = ("log", "--format=- %s", "-n", "50", "--end-of-options", f"{before}..{after}", "--")
    code, out = git.run(template, *log, codes=(0, 128))
    return "" if code else "\n".join(_plain(x) for x in out.decode("utf-8", "replace").splitlines())


def _chapters(template: Path, version: str) -> dict[str, str]:
    words = ("cat-file", "blob", "--end-of-options", f"{version}:CHANGELOG.md")
    code, out = git.run(template, *words, codes=(0, 128, 129))
    if code:
        return {}
    parts = re.split(
        r"^## \[?v?([0-9][^\]\s]*)\]?[^\n]*\n", out.decode("utf-8", "replace"), flags=re.M
    )
    pairs = zip(parts[1::2], parts[2::2], strict=False)
    return {name: re.sub(r"^#", "##", text.strip(), flags=re.M) for name, text in pairs}

"""Edits that look odd to a merge and are ordinary: line ends of both, shown markers, own locks."""

from tests.tool.update.corpus.kinds import ANY, Work, kind

SHOWN = "<<<<<<< HEAD\nours, mine\n=======\ntheirs, mine\n>>>>>>> branch\n"


@kind("renames a file that the template edits, and turns it to CRLF")
def crlf_renamed(work: Work) -> None:
    work.move("docs/runbook.md", "docs/what-to-do.md")
    work.write("docs/what-to-do.md", work.read("docs/what-to-do.md").replace(b"\n", b"\r\n"))
    work.text_stays("Tell the channel what you found.\r\n", "docs/what-to-do.md")


@kind(
    "shows conflict markers in a document, and changes a line that the template changes too",
    conflict=ANY,
)
def markers_shown(work: Work) -> None:
    work.edit("README.md", "every week", "every month, mine")
    work.append("README.md", f"\n## How to merge, mine\n\n{SHOWN}")
    work.text_stays("every month, mine", "README.md")
    work.text_stays(SHOWN, "README.md")


@kind("has a lock of their own, which no version ships")
def own_lock(work: Work) -> None:
    work.write("requirements.lock", "numpy==1.26.4  # mine\n")
    work.bytes_stay(work.read("requirements.lock"), "requirements.lock")

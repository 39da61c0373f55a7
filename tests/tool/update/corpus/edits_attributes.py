"""Edits in repos whose .gitattributes say how files are merged and stored."""

from tests.tool.update.corpus.kinds import Work, kind


@kind(
    "says that a file is not merged, and edits a line that no version changes",
    conflict=("12", "13"),
)
def not_merged(work: Work) -> None:
    work.write(".gitattributes", "/config/base.yaml -merge\n")
    work.edit("config/base.yaml", "^level: info$", "level: mine")
    work.text_stays("level: mine", "config/base.yaml")
    work.text_stays("/config/base.yaml -merge", ".gitattributes")


@kind("has texts checked out with the line ends of Windows, and edits one")
def stored_with_other_line_ends(work: Work) -> None:
    work.write(".gitattributes", "*.yaml text eol=crlf\n")
    work.edit("config/base.yaml", "^level: info$", "level: mine")
    work.write("config/base.yaml", work.read("config/base.yaml").replace(b"\n", b"\r\n"))
    work.text_stays("level: mine", "config/base.yaml")

"""What of a request's text and title is the bot's: a marked section, and a title it wrote itself.

All else is a person's, and survives each refresh: what stands before and behind the section, a
ticked item whose text is still there, a title that somebody has changed. Where it cannot be told
apart, it is taken for a person's.
"""

import re
from dataclasses import dataclass

from modelyard.fleet import pr_metadata, request_text
from modelyard.fleet.marks import FleetRequest
from modelyard.forges.forge import PullRequest

BEGIN = "<!-- modelyard begin: the fleet writes anew what stands between here and its end -->"
END = "<!-- modelyard end -->"
_BEGIN = re.compile(r"^<!-- modelyard begin\b.*-->[ \t]*$", re.M)
_END = re.compile(r"^<!-- modelyard end -->[ \t]*$", re.M)
_MARK = re.compile(r"^<!-- modelyard \{.*\} -->[ \t]*$", re.M)
# The first line of a text of a release that wrote no section, which was all the bot's down to its
# mark.
_FIRST = re.compile(r"^Brings (?:this repository|`[^`\n]+`) from `", re.M)
_TICKED = re.compile(r"^[ \t]*[-*] \[[xX]\] (.*)$", re.M)
_OPEN = re.compile(r"^([ \t]*[-*] )\[ \] (.*)$", re.M)


@dataclass(frozen=True)
class Kept:
    """What a person wrote around the bot's section, and ticked in it."""

    before: str = ""
    after: str = ""
    ticked: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """How many characters it takes."""
        return len(self.before) + len(self.after)


def kept(request: PullRequest | None) -> Kept:
    """Return what a person wrote into the text of a request; nothing where there is none."""
    if request is None:
        return Kept()
    text = request.body.replace("\r\n", "\n").replace("\r", "\n")
    begins, ends = list(_BEGIN.finditer(text)), list(_END.finditer(text))
    if not begins and not ends:
        begins, ends = list(_FIRST.finditer(text))[:1], list(_MARK.finditer(text))[-1:]
    if len(begins) == len(ends) == 1 and begins[0].start() < ends[0].start():
        before, section = text[: begins[0].start()], text[begins[0].end() : ends[0].start()]
        return Kept(_theirs(before), _theirs(text[ends[0].end() :]), _ticked(section))
    return Kept(_theirs(text), "", _ticked(text))


def composed(section: str, around: Kept) -> str:
    """Return the text of a request: the bot's section, in what a person wrote around it."""

    def ticked(item: re.Match[str]) -> str:
        sign = "x" if item[2].strip() in around.ticked else " "
        return f"{item[1]}[{sign}] {item[2]}"

    text = f"{BEGIN}\n{_OPEN.sub(ticked, section).strip()}\n{END}\n"
    before = f"{around.before}\n\n" if around.before else ""
    after = f"\n{around.after}\n" if around.after else ""
    return f"{before}{text}{after}"


def with_mark(request: PullRequest, mark: str, longest: int) -> str:
    """Return the text of a request with another mark.

    A mark may be longer than the one before. Where there is no room for it, what gives way is the
    bot's section, never what a person wrote.
    """
    body = pr_metadata.replaced(request.body, mark)
    return body if len(body) <= longest else composed(mark, kept(request))


def _ticked(text: str) -> frozenset[str]:
    return frozenset(one.strip() for one in _TICKED.findall(text))


def _theirs(text: str) -> str:
    """Return what a person wrote, without lines that only the bot may write.

    A mark in it would be the last one, which counts. A forge runs a quick action for whoever saves
    the text, and that is the bot now; those that it has run it has taken out.
    """
    for line in (_BEGIN, _END, _MARK):
        text = line.sub("", text)
    return request_text.without_actions(text).strip("\n")


def title(request: FleetRequest | None, wanted: str, usual: str) -> tuple[str, str]:
    """Return the title that a request is to have, and the one that the bot wrote last.

    Args:
        request: The request; None where it is to be opened.
        wanted: What the bot would call it.
        usual: What a release that recorded no title called it.
    """
    if request is None:
        return wanted, wanted
    wrote = (request.metadata and request.metadata.title) or usual
    if request.title.split() in (wrote.split(), wanted.split()):
        return wanted, wanted
    return request.title, wrote

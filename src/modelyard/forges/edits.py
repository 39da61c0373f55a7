"""Texts of requests that people and the fleet write at the same time: nobody's edit is lost."""

from modelyard.errors import ModelyardError
from modelyard.forges.forge import PullRequest


class EditedMeanwhile(ModelyardError):
    """A request is not as it was when somebody looked: what was made from it is not written."""


def refuse_edited(known: PullRequest, now: PullRequest, title: str, body: str) -> None:
    """Refuse to write over what somebody has written since.

    Args:
        known: The request as it was when the new text was made from it.
        now: The request as it is.
        title: The new title.
        body: The new text.

    Raises:
        EditedMeanwhile: Its title, its text or its state is another one, and not the new one yet.
    """
    for is_now, was, wanted in ((now.title, known.title, title), (now.body, known.body, body)):
        if is_now.split() not in (was.split(), wanted.split()):
            raise EditedMeanwhile(f"somebody edited {now.url} just now", "do it again")
    if now.state is not known.state and (now.body.split() != body.split() or known.body == body):
        raise EditedMeanwhile(f"{now.url} is {now.state} since just now", "do it again")

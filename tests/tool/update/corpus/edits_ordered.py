"""Edits of what has an order, at the place where the template adds too."""

from tests.tool.update.corpus.kinds import ANY, Work, kind
from tests.tool.update.corpus.version import SOURCE

CONTAINER, SETTINGS = ".devcontainer/devcontainer.json", f"{SOURCE}/settings.py"


@kind("adds to a list of arguments, to which the template adds too", conflict=ANY)
def ordered_list(work: Work) -> None:
    work.edit(CONTAINER, r'"runArgs": \[(.*)\]$', r'"runArgs": [\1, "-v", "mine:/mine"]')
    work.text_stays('"-v", "mine:/mine"', CONTAINER)


@kind("adds a field with a default, where the template adds one without", conflict=ANY)
def dataclass_field(work: Work) -> None:
    work.append(SETTINGS, "    mine: int = 1\n")
    work.text_stays("    mine: int = 1\n", SETTINGS)

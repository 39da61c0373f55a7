"""Finds the version that a repo could be brought to, where the newest one needs trust."""

from collections.abc import Iterator

from modelyard.errors import ModelyardError
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.render.sides import renders
from modelyard.template.answers import Answers
from modelyard.template.source import Template, Version
from modelyard.template.step import find_step
from modelyard.update import template_code
from modelyard.update.options import UpdateOptions

# Each is rendered, for a message.
_MOST = 8


def newest(
    repo: Repo, scratch: Scratch, template: Template, recorded: Answers, options: UpdateOptions
) -> str:
    """Return the newest release that an update without trust can go to; "" where none is near.

    Nobody looks further than a few releases back.
    """
    for name in _between(template, template.version(template.newest), recorded):
        try:
            step = find_step(template, recorded, name, options.data or {}, usual=options.usual)
            base, theirs, _ = renders(repo, scratch, step)
            template_code.refuse_or_tell(step, base, theirs)
        except ModelyardError:
            continue
        return name
    return ""


def _between(template: Template, last: Version, recorded: Answers) -> Iterator[str]:
    """Yield releases after the recorded one, the newest of them first, without the last."""
    releases = template.tags.releases
    start = template.tags.release_of(recorded.version)
    if start is None:
        return
    stable = (name for name in reversed(template.releases) if not releases[name].is_prerelease)
    for count, name in enumerate(one for one in stable if one != last.name):
        if count == _MOST or releases[name] <= start:
            return
        yield name

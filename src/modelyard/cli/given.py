"""Reads answers and addresses that somebody gives on the command line."""

from collections.abc import Sequence

from modelyard.errors import Usage


def answers_of(data: Sequence[str] | None) -> dict[str, str]:
    """Return what each `--data K=V` says.

    Raises:
        Usage: One of them is none.
    """
    pairs = {}
    for given in data or []:
        name, equals, value = given.partition("=")
        if not equals or not name:
            # The value may be a secret: what has no name in front is not repeated.
            raise Usage("a --data is not K=V", "--data package=my_model")
        pairs[name] = value
    return pairs


def located(template: str | None) -> str | None:
    """Return an address that means the same in every folder, as it goes on record in a repo.

    A path that leads from here to a folder is one to that folder; anything else stays as typed.
    """
    from modelyard.template.places import is_relative, local_path

    if template is None or not is_relative(template):
        return template
    place = local_path(template, None)
    return str(place) if place else template

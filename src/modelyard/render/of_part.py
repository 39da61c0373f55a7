"""Loads files of a template of which only a part is checked out."""

from collections.abc import Callable

import jinja2

from modelyard.template.part import Part


class OfPart(jinja2.BaseLoader):
    """Has the folder of a file checked out before it is loaded.

    Args:
        loader: Loads it then.
        part: What is checked out.
    """

    def __init__(self, loader: jinja2.BaseLoader, part: Part) -> None:
        self._loader = loader
        self._part = part

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return the text of a file of the template."""
        self._part.need(template)
        return self._loader.get_source(environment, template)

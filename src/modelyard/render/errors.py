"""Says in our words what Copier, Jinja and YAML raise while a template renders."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import jinja2
import yaml
from copier.errors import CopierError, UnsafeTemplateError

from modelyard.errors import BadAnswer, BadTemplate, Refused
from modelyard.template.source import Version

_REQUIRED = re.compile(r'Question "(?P<name>.+)" is required')
_INVALID = (
    re.compile(r"Validation error for question '(?P<name>.+?)': (?P<words>.*)", re.S),
    re.compile(r"Invalid choice for '(?P<name>.+?)': (?P<words>.*)", re.S),
)


@contextmanager
def translated(version: Version) -> Iterator[None]:
    """Turn what a render raises into our errors."""
    place = version.title
    try:
        yield
    except UnsafeTemplateError as error:
        raise Refused(
            f"{place} wants to run code on this machine: {error}",
            "read its copier.yml, and pass --trust if you trust it",
        ) from None
    except jinja2.TemplateSyntaxError as error:
        where = f"{error.name or error.filename or 'copier.yml'}, line {error.lineno}"
        raise BadTemplate(f"{place} does not render: {where}: {error.message}") from None
    except (jinja2.TemplateError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadTemplate(f"{place} does not render: {error}") from None
    except (CopierError, ValueError, TypeError) as error:
        raise _answer(str(error), place) from None


def _answer(words: str, place: str) -> BadAnswer | BadTemplate:
    if found := _REQUIRED.search(words):
        return BadAnswer(
            f"{place} asks for {found['name']!r}, which has no answer yet and no default",
            f"--data {found['name']}=…",
        )
    if found := next(filter(None, (known.search(words) for known in _INVALID)), None):
        return BadAnswer(
            f"{place} does not take this answer to {found['name']!r}: {found['words']}",
            f"--data {found['name']}=…",
        )
    return BadTemplate(f"{place} does not render: {words}")

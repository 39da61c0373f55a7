"""Says in our words what Copier, Jinja and YAML raise while a template renders."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

import jinja2
import yaml
from copier.errors import (
    CopierAnswersInterrupt,
    CopierError,
    ExtensionNotFoundError,
    ForbiddenPathError,
    UnsafeTemplateError,
    UnsupportedVersionError,
)

from modelyard.errors import BadAnswer, BadTemplate, ModelyardError, NotReady, Refused
from modelyard.template.source import Version

_REQUIRED = re.compile(r'Question "(?P<name>.+)" is required')
_INVALID = re.compile(
    r"(?:Validation error for question|Invalid choice for) '(?P<name>.+?)': (?P<words>.*)", re.S
)


@contextmanager
def translated(version: Version) -> Iterator[None]:
    """Turn what a render raises into our errors."""
    place = version.title
    try:
        yield
    except CopierAnswersInterrupt:
        raise KeyboardInterrupt from None
    except UnsafeTemplateError as error:
        raise Refused(
            f"{place} wants to run code on this machine: {error}",
            "read its copier.yml, and pass --trust if you trust it",
        ) from None
    except ForbiddenPathError as error:
        raise Refused(
            f"{place} wants to read or write outside of its folder: {str(error).splitlines()[0]}",
            "read the template; with --trust its _external_data may be anywhere",
        ) from None
    except ExtensionNotFoundError as error:
        raise _not_installed(place, error) from None
    except UnsupportedVersionError as error:
        raise NotReady(
            f"{place} cannot be rendered here: {error}",
            "install a newer Copier beside modelyard, or a newer modelyard",
        ) from None
    except jinja2.TemplateSyntaxError as error:
        where = f"{error.name or error.filename or 'copier.yml'}, line {error.lineno}"
        raise BadTemplate(f"{place} does not render: {where}: {error.message}") from None
    except (jinja2.TemplateError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadTemplate(f"{place} does not render: {error}") from None
    except re.error as error:
        raise BadTemplate(f"{place} does not render: a regular expression: {error}") from None
    except MemoryError:
        raise BadTemplate(f"{place} does not render: it takes more memory than there is") from None
    except RecursionError:
        raise BadTemplate(f"{place} does not render: it is nested too deeply") from None
    except (CopierError, ValueError, TypeError) as error:
        raise _answer(str(error) or type(error).__name__, place) from None
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EACCES}:
            raise
        raise BadTemplate(f"{place} does not render: {error.strerror or error}") from None
    except ModelyardError:
        raise
    # Filters and expressions raise what Python raises, and errors of their own.
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise BadTemplate(f"{place} does not render: {said}") from None


def _not_installed(place: str, error: Exception) -> NotReady:
    """Return the error of a Jinja extension that is not on this machine."""
    missing = error.__context__
    name = missing.name if isinstance(missing, ModuleNotFoundError) else None
    return NotReady(
        f"{place} cannot be rendered here: its Jinja extensions need the Python module "
        f"{name or error}, which is not installed beside modelyard",
        "install the package that has it into modelyard's environment: uv tool install --with "
        "PACKAGE … modelyard, or pip install PACKAGE",
    )


def names_question(error: Exception) -> bool:
    """Tell whether an error of Copier says to which question the answer is missing or wrong."""
    return bool(_REQUIRED.search(str(error)) or _INVALID.search(str(error)))


def required(words: str) -> str:
    """Return the question that has no answer, where Copier's words say that there is one."""
    found = _REQUIRED.search(words)
    return found["name"] if found else ""


def refused_answer(place: str, question: str, words: str) -> BadAnswer:
    """Return the error of an answer that a version of a template does not take."""
    words = found["words"] if (found := _INVALID.fullmatch(words)) else words
    message = f"{place} does not take this answer to {question!r}: {words}"
    return BadAnswer(message, f"--data {question}=…", question)


def _answer(words: str, place: str) -> BadAnswer | BadTemplate:
    if name := required(words):
        message = f"{place} asks for {name!r}, which has no answer yet and no default"
        return BadAnswer(message, f"--data {name}=…", name)
    if found := _INVALID.search(words):
        return refused_answer(place, found["name"], found["words"])
    return BadTemplate(f"{place} does not render: {words}")

"""The address of a database: opened with SQLAlchemy, and shown without what is secret in it."""

from typing import TYPE_CHECKING

from .causes import first_line
from .errors import SetupError

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine


def engine(address: str, subject: str) -> "Engine":
    """Return an engine for an address; connects to nothing yet.

    Raises SetupError for an address that cannot be read, told of `subject` and without its
    words, in which may be a password; and where the driver that it names is not installed.
    """
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        url = make_url(address)
        return create_engine(url, hide_parameters=True)
    except ImportError as error:
        what = f"the driver of {shown(url)} is not installed: {error}"
        raise SetupError(what, "add it to pyproject.toml, and: make lock") from error
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        what = f"{subject}, and the address is none that SQLAlchemy knows"
        hint = "write it as DIALECT+DRIVER://USER:PASSWORD@HOST/DATABASE"
        raise SetupError(what, hint) from error


def shown(url: "URL") -> str:
    """Return an address without user, password and options, of which any may be secret."""
    return f"{url.get_backend_name()}://{url.host or ''}/{url.database or ''}"


def cause(error: Exception, url: "URL") -> str:
    """Return what a database has said, in one line, without the password that was sent to it."""
    said = first_line(getattr(error, "orig", None) or error)
    return said.replace(str(url.password), "***") if url.password else said

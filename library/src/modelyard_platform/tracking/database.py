"""A tracking address that is a database: asked before MLflow is, which tries again for a minute."""

from .. import databases
from ..errors import Unreachable

# Those that MLflow keeps its tables in.
_KINDS = ("postgresql", "mysql", "mssql", "sqlite")


def is_database(uri: str) -> bool:
    """Return whether a tracking address is a database, with or without the name of a driver."""
    return uri.partition(":")[0].partition("+")[0] in _KINDS


def check(uri: str) -> None:
    """Open a connection to a database, and change nothing in it.

    Raises SetupError for an address that cannot be read, or whose driver is not installed, and
    Unreachable where nothing answers.
    """
    from sqlalchemy.exc import SQLAlchemyError

    engine = databases.engine(uri, "the registry is a database")
    try:
        engine.connect().close()
    except SQLAlchemyError as error:
        said = databases.cause(error, engine.url)
        what = f"the database {databases.shown(engine.url)} does not answer: {said}"
        hint = "check MLFLOW_TRACKING_URI (empty: track on this machine)"
        raise Unreachable(what, hint) from error
    finally:
        engine.dispose()

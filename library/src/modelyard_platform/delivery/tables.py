"""Predictions as rows of a table, in any database that SQLAlchemy knows.

The rows of a snapshot and a version are replaced in one transaction: a reader sees the former ones
or the new ones, and never both.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.api import types

from .. import databases
from ..errors import SetupError, Unreachable, UsageError
from .batch import Predictions

if TYPE_CHECKING:
    from sqlalchemy import Column, Engine, Table

_AT_ONCE = 5000
# SQLSTATE of a writer that lost to another one.
_LOST = {"40001", "40P01"}


def write(found: Predictions, to: str, table: str) -> str:
    """Replace these rows of a table, which is made where it is not there; return where they are."""
    from sqlalchemy.exc import SQLAlchemyError

    engine = databases.engine(to, "predictions go to a table")
    where = f"{databases.shown(engine.url)}, table {table}"
    try:
        made = _table(engine, table, found, where)
        for last in (False, False, True):
            if _replace(engine, made, found, last):
                break
    except (SQLAlchemyError, OverflowError) as error:  # the second is of SQLite, from 2**63 on
        kind = type(getattr(error, "orig", None) or error).__name__
        said = databases.cause(error, engine.url)
        what = f"predictions cannot be written to {where}: {kind}: {said}"
        raise Unreachable(what, "check the address, and your rights to the table") from error
    finally:
        engine.dispose()
    return where


def _table(engine: "Engine", name: str, found: Predictions, where: str) -> "Table":
    from sqlalchemy import MetaData, Table, inspect
    from sqlalchemy.exc import SQLAlchemyError

    *schema, last = name.rsplit(".", 1)
    if not all(part.strip() for part in (last, *schema)):
        raise UsageError(f"{name!r} names no table", "write it as TABLE, or SCHEMA.TABLE")
    columns = [_column(column, found) for column in found.frame.columns]
    made = Table(last, MetaData(schema=schema[0] if schema else None), *columns)
    try:
        made.create(engine, checkfirst=True)
    except SQLAlchemyError:
        if not inspect(engine).has_table(last, schema=made.schema):
            raise
        # Another one has just made it.
    there = {column["name"] for column in inspect(engine).get_columns(last, schema=made.schema)}
    lacking = [str(name) for name in found.frame.columns if name not in there]
    if lacking:
        what = f"{where} has no column {', '.join(lacking)}"
        raise SetupError(what, "add it, or name another table: it is made where there is none")
    return made


def _column(name: str, found: Predictions) -> "Column[Any]":
    from sqlalchemy import BigInteger, Boolean, Column, DateTime, Double, String, Text

    values = found.frame[name]
    first = name in (found.key, *found.identity())
    kind: Any = String(255) if first else Text()
    if types.is_bool_dtype(values):
        kind = Boolean()
    elif types.is_integer_dtype(values):
        kind = BigInteger()
    elif types.is_float_dtype(values):
        kind = Double()
    elif types.is_datetime64_any_dtype(values):
        kind = DateTime(timezone=isinstance(values.dtype, pd.DatetimeTZDtype))
    # So that no row can stand there twice, whoever else writes.
    return Column(name, kind, primary_key=first, autoincrement=False)


def _in_utc(frame: pd.DataFrame) -> "dict[str, pd.Series[Any]]":
    """Return the columns that have a time zone in UTC: many a database drops the zone."""
    zoned = [name for name in frame if isinstance(frame[name].dtype, pd.DatetimeTZDtype)]
    return {str(name): frame[name].dt.tz_convert("UTC") for name in zoned}


def _replace(engine: "Engine", table: "Table", found: Predictions, last: bool) -> bool:
    """Replace the rows of a snapshot and version; False where another writer came in between."""
    from sqlalchemy import and_, delete, insert
    from sqlalchemy.exc import DBAPIError, IntegrityError

    mine = and_(*(table.c[name] == value for name, value in found.identity().items()))
    rows = found.frame.assign(**_in_utc(found.frame)).astype(object)
    rows = rows.where(found.frame.notna(), None)
    try:
        with engine.begin() as connection:
            connection.execute(delete(table).where(mine))
            for start in range(0, len(rows), _AT_ONCE):
                part: Any = rows.iloc[start : start + _AT_ONCE].to_dict("records")
                connection.execute(insert(table), part)
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
        if last or not (isinstance(error, IntegrityError) or state in _LOST):
            raise
        return False
    return True

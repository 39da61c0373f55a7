"""What MLflow, its server or its database raises, as an error that says the cause and what helps.

The hint is told only where the type of the cause says that it helps.
"""

import sqlite3
import ssl

from requests import exceptions as http

from ..causes import chain, first_line, root
from ..errors import Busy, ProjectError, SetupError, Unreachable
from ..settings import Project

# MLflow's words for a request that another server would refuse as well.
_REFUSED = {"BAD_REQUEST", "INVALID_PARAMETER_VALUE", "RESOURCE_ALREADY_EXISTS"}
_NOT_ALLOWED = {"UNAUTHENTICATED", "CUSTOMER_UNAUTHORIZED", "PERMISSION_DENIED"}
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_CLOSED = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_CHECK = "check MLFLOW_TRACKING_URI"
CERTIFICATE = (
    "MLFLOW_TRACKING_SERVER_CERT_PATH=/path/to/ca.pem in .env names who signs your team's "
    "certificates"
)


def error_of(project: Project, error: Exception) -> ProjectError:
    """Return what is told of an error of MLflow, requests or SQLAlchemy."""
    uri = project.tracking_uri
    what = f"MLflow at {uri}: {first_line(error)}"
    code = getattr(error, "error_code", "")
    if code in _NOT_ALLOWED:
        return Unreachable(what, f"{_CHECK} and the credentials, or leave it empty to track here")
    if code in _REFUSED:
        return SetupError(what, "change what it names, and try again")
    for cause in chain(error):
        if isinstance(cause, sqlite3.Error):
            return _of_database(project, what, cause)
        if isinstance(cause, http.RequestException | ssl.SSLError):
            return of_request(uri, cause)
    return SetupError(what) if project.tracks_here else Unreachable(what)


def of_request(uri: str, error: Exception) -> ProjectError:
    """Return what is told of a request that got no answer."""
    cause = first_line(root(error))
    if isinstance(error, http.SSLError | ssl.SSLError):
        return Unreachable(f"the certificate of {uri} is not trusted: {cause}", CERTIFICATE)
    if isinstance(error, http.ProxyError):
        what = f"the proxy does not let requests through to {uri}: {cause}"
        return Unreachable(what, "check HTTPS_PROXY, HTTP_PROXY and NO_PROXY")
    if isinstance(error, http.ConnectionError | http.Timeout):
        start = f"start it, or {_CHECK} (empty: track on this machine)"
        return Unreachable(f"no MLflow server answers at {uri}: {cause}", start)
    if isinstance(error, http.InvalidURL | http.MissingSchema | http.InvalidSchema):
        what = f"{uri} is no address of a server: {first_line(error)}"
        return SetupError(what, "correct MLFLOW_TRACKING_URI, or tracking.uri in params.yaml")
    return Unreachable(f"MLflow at {uri}: {first_line(error)}")


def _of_database(project: Project, what: str, error: sqlite3.Error) -> ProjectError:
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    what = f"{what.partition(': ')[0]}: {first_line(error)}"
    if primary in _BROKEN:
        folder = project.store / "mlflow"
        return SetupError(what, f"set STORE to another folder, or put {folder} back from a copy")
    if primary in _CLOSED:
        return SetupError(what, "set STORE to a folder that you may write to")
    if primary in _HELD:
        return Busy(what, "wait until the other process has ended, and try again")
    return SetupError(what)

"""What DVC or the storage behind it raises, as an error that says the cause and what helps.

The hint is told only where the type of the cause says that it helps. Each kind of storage is an
extra of its own, so its errors are known by their full names.
"""

import socket
import ssl

from ..causes import chain, first_line, is_a
from ..errors import Busy, ProjectError, SetupError, Unreachable

_LOCKED = ("dvc.lock.LockError", "zc.lockfile.LockError")
_SETTINGS = (
    "dvc.config.ConfigError",
    "dvc.exceptions.NotDvcRepoError",
    "dvc_objects.fs.errors.ConfigError",
    "dvc_objects.fs.errors.RemoteMissingDepsError",
)
# What DVC raises where bytes could not be moved; whatever else is its own is a matter of the repo.
_TRANSFERS = (
    "dvc.exceptions.FileTransferError",
    "dvc.exceptions.CheckoutError",
    "dvc.exceptions.FileMissingError",
    "dvc.exceptions.CollectCacheError",
)
_CREDENTIALS = (
    "dvc_objects.fs.errors.AuthError",
    "botocore.exceptions.NoCredentialsError",
    "botocore.exceptions.PartialCredentialsError",
    "botocore.exceptions.CredentialRetrievalError",
    "botocore.exceptions.SSOError",
    "google.auth.exceptions.DefaultCredentialsError",
    "google.auth.exceptions.RefreshError",
    "azure.core.exceptions.ClientAuthenticationError",
    "asyncssh.misc.PermissionDenied",
)
_CERTIFICATE = ("botocore.exceptions.SSLError", "aiohttp.client_exceptions.ClientSSLError")
_NETWORK = (
    "botocore.exceptions.EndpointConnectionError",
    "botocore.exceptions.ConnectTimeoutError",
    "aiohttp.client_exceptions.ClientConnectionError",
    "azure.core.exceptions.ServiceRequestError",
    "asyncssh.misc.ConnectionLost",
)


def error_of(remote: str, error: Exception, cause: BaseException) -> ProjectError:
    """Return what is told of an error of DVC; `cause` is why it could not move a file."""
    what = f"DVC: {': '.join(dict.fromkeys([first_line(error), first_line(cause)]))}"
    found = [*chain(error), *chain(cause)]

    def among(*names: str) -> bool:
        return any(is_a(one, *names) for one in found)

    if among(*_LOCKED):
        return Busy(what, "wait until the other dvc command has ended, and try again")
    if among(*_SETTINGS):
        return SetupError(what, "edit .dvc/config, or .dvc/config.local, which git does not see")
    if among(*_CERTIFICATE) or any(isinstance(one, ssl.SSLError) for one in found):
        hint = ".venv/bin/dvc remote modify --local NAME ssl_verify /path/to/ca.pem"
        return Unreachable(what, hint)
    if among(*_CREDENTIALS):
        return Unreachable(what, f"give what {remote} asks for: {_PAGE}")
    if any(isinstance(one, PermissionError) for one in found):
        if "://" in remote:
            return Unreachable(what, f"{remote} does not allow it: {_PAGE}")
        return Unreachable(what, "make doctor (tells who can open the folder)")
    if among(*_NETWORK) or any(isinstance(one, ConnectionError | socket.gaierror) for one in found):
        return Unreachable(what, "see .venv/bin/dvc remote list, and try again")
    if is_a(error, "dvc.exceptions.DvcException") and not among(*_TRANSFERS):
        return SetupError(what)
    return Unreachable(what)


_PAGE = "docs/how-to/share-with-a-team.md of the standard"

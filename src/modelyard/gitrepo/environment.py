"""The environment and the settings with which every git is started.

A repository may be anybody's: a template, a member of a fleet, an archive that somebody has sent.
Its own configuration may name programs, so what runs programs is set here, where it goes before
what a repository says. The configuration of this person and of this machine is believed.
"""

import os
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path, PurePath

Settings = tuple[tuple[str, str], ...]
"""Settings of git by name, as its configuration has them."""


class Reach(Enum):
    """Whom a call may reach; the value is what git may be asked by, None where its settings say."""

    NOTHING = "none"
    """This machine's objects: no transport, so a partial clone fetches nothing either."""
    FOLDER = "file"
    """A repository in another folder, whose hooks see what git sees: nothing of value."""
    FORGE = "https:http:ssh"
    """A repo of a fleet, with the login that its forge gives for it."""
    TEMPLATE = None
    """The server of a template: the login is the person's, whose helper may read any variable."""


# What git and the programs that its person has configured need on any machine.
_LOCAL = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "EMAIL", "TMPDIR", "TMP", "TEMP", "TZ"),
        *("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"),
        # Where programs find their libraries: conda, Nix, the tools of macOS.
        *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "NIX_LD", "DEVELOPER_DIR", "SDKROOT"),
        # A git that is not where it was built to be needs the first; the others are limits and
        # settings of the person. A surrounding git that runs us as a hook sets none of them but
        # the first and who commits.
        *("GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM"),
        *("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_ATTR_NOSYSTEM"),
        *("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_LFS_SKIP_SMUDGE"),
        *("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_COMMITTER_DATE"),
    }
)
# How this person signs a commit: where keys are, and who asks for a pass phrase.
_SIGNING = frozenset(
    {
        *("GNUPGHOME", "GPG_TTY", "GPG_AGENT_INFO", "PINENTRY_USER_DATA", "SSH_AUTH_SOCK"),
        *("SSH_AGENT_PID", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "DISPLAY", "WAYLAND_DISPLAY"),
        *("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"),
    }
)
# How this person reaches servers; no token is among them.
_NETWORK = frozenset(
    {
        *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "KRB5CCNAME", "KRB5_CONFIG"),
        *("SSH_AUTH_SOCK", "SSH_AGENT_PID", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE"),
        *("DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"),
        *("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_PROXY_COMMAND"),
        *("GIT_SSL_NO_VERIFY", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_CERT", "GIT_SSL_KEY"),
        *("GIT_SSL_CIPHER_LIST", "GIT_SSL_VERSION", "GIT_SSL_CERT_PASSWORD_PROTECTED"),
        *("GIT_PROXY_SSL_CAINFO", "GIT_PROXY_SSL_CERT", "GIT_PROXY_SSL_KEY"),
        *("GIT_PROXY_SSL_CERT_PASSWORD_PROTECTED", "GIT_HTTP_PROXY_AUTHMETHOD"),
        *("GIT_HTTP_LOW_SPEED_LIMIT", "GIT_HTTP_LOW_SPEED_TIME", "GIT_HTTP_USER_AGENT"),
        "GIT_ALLOW_PROTOCOL",
    }
)

# Whom to believe that a server is the one of its name: for git, and for the API of a forge.
CA_BUNDLE = "MODELYARD_CA_BUNDLE"

_ALWAYS = {
    # One language, for errors are shown to people; and nothing may wait for a password.
    "LC_ALL": "C.UTF-8",
    "GIT_TERMINAL_PROMPT": "0",
    # What only looks writes nothing.
    "GIT_OPTIONAL_LOCKS": "0",
    # A missing object would be fetched by the program that the repository names for it. Where a
    # git does not know this variable, `Reach` leaves it no transport to do so.
    "GIT_NO_LAZY_FETCH": "1",
    # An object is what its id says.
    "GIT_NO_REPLACE_OBJECTS": "1",
    # Addresses come from answers files and templates: other transports than those of servers have
    # to be allowed by `protocol.NAME.allow` in the person's configuration.
    "GIT_PROTOCOL_FROM_USER": "0",
}

# Each would run a program that a repository names, or let one be found where none was named.
SAFE: Settings = (
    ("core.fsmonitor", "false"),
    ("core.hooksPath", os.devnull),
    ("log.showSignature", "false"),
    ("submodule.recurse", "false"),
    ("protocol.ext.allow", "never"),
    ("protocol.fd.allow", "never"),
    # A repository that is committed as files must not be found by walking upwards.
    ("safe.bareRepository", "explicit"),
)
# Cached clones of templates are kept small by git itself; nothing else is ours to tidy up.
_NO_TIDYING: Settings = (("gc.auto", "0"), ("maintenance.auto", "false"))
# What a call needs whose answer must be the same on each machine: the machine has its word in a
# file of settings and in one of attributes, and so has the person.
_NOBODYS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
}
_NO_ATTRIBUTES: Settings = (("core.attributesFile", os.devnull),)
# Of what the person's environment configures, this much goes to where hooks may see it.
_SEEN_BY_HOOKS = ("safe.", "user.", "protocol.")


def environment(
    surrounding: Mapping[str, str],
    reach: Reach = Reach.NOTHING,
    given: Mapping[str, str] | None = None,
    settings: Settings = (),
    *,
    isolated: bool = False,
) -> dict[str, str]:
    """Return the environment of one call of git.

    Args:
        surrounding: That of this process.
        reach: Whom the call may reach.
        given: What the call needs beside it, such as a login or who commits; secrets only here.
        settings: What is configured for this call alone.
        isolated: No setting or attribute of the person or of the machine counts.
    """
    given = given or {}
    made = {name: value for name, value in surrounding.items() if _is_kept(name, reach)}
    made |= {"PATH": path(surrounding)} | _ALWAYS
    if reach in {Reach.FORGE, Reach.TEMPLATE} and surrounding.get(CA_BUNDLE):
        # git works in other folders than this process.
        made["GIT_SSL_CAINFO"] = str(Path(surrounding[CA_BUNDLE]).absolute())
    if reach.value and not (reach is Reach.FORGE and "GIT_ALLOW_PROTOCOL" in made):
        made["GIT_ALLOW_PROTOCOL"] = reach.value
    made |= {name: value for name, value in given.items() if not _configures(name)}
    persons = () if isolated else _configured(surrounding)
    if isolated:
        made |= _NOBODYS
        settings = (*settings, *_NO_ATTRIBUTES)
    if reach is Reach.FOLDER:
        persons = tuple(one for one in persons if one[0].lower().startswith(_SEEN_BY_HOOKS))
    tidying = () if reach is Reach.TEMPLATE else _NO_TIDYING
    # Of two settings of one name git takes the last.
    return made | as_variables((*persons, *_configured(given), *settings, *tidying, *SAFE))


def signing(surrounding: Mapping[str, str]) -> dict[str, str]:
    """Return what a call needs beside the rest to sign what it commits; none of it is a secret."""
    return {name: value for name, value in surrounding.items() if name in _SIGNING}


def is_of_surrounding_git(name: str) -> bool:
    """Tell whether a variable is about the repository of a git that has started this process."""
    return name.startswith("GIT_") and not (name in _LOCAL | _NETWORK or _configures(name))


def path(surrounding: Mapping[str, str]) -> str:
    """Return the folders of programs, without relative ones: they are in whatever repo we are."""
    folders = surrounding.get("PATH", "").split(os.pathsep)
    absolute = [folder for folder in folders if PurePath(folder).is_absolute()]
    # No folder at all would mean the current one.
    return os.pathsep.join(absolute) or os.defpath


def as_variables(settings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return settings as the variables by which git takes them: in no argv and in no file."""
    listed = list(settings)
    made = {"GIT_CONFIG_COUNT": str(len(listed))}
    for number, (name, value) in enumerate(listed):
        made |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return made


def _is_kept(name: str, reach: Reach) -> bool:
    if reach is Reach.TEMPLATE and not name.startswith("GIT_"):
        return True
    reaches = reach in {Reach.FORGE, Reach.TEMPLATE}
    return name in _LOCAL or (reaches and name in _NETWORK)


def _configures(name: str) -> bool:
    return name == "GIT_CONFIG_COUNT" or name.startswith(("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"))


def _configured(variables: Mapping[str, str]) -> Settings:
    """Return what variables configure; `git -c` of a surrounding git is about its repository."""
    count = variables.get("GIT_CONFIG_COUNT", "")
    numbers = range(min(int(count), 1000)) if count.isdecimal() else range(0)
    names = ((variables.get(f"GIT_CONFIG_KEY_{n}"), n) for n in numbers)
    return tuple((name, variables.get(f"GIT_CONFIG_VALUE_{n}", "")) for name, n in names if name)

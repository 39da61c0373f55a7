"""Brings the repository of a template: a mirror of a URL, or a folder on this machine."""

import base64
import hashlib
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from modelyard.errors import Unreachable
from modelyard.gitrepo import git, own, unreadable
from modelyard.gitrepo.cache import make_cache
from modelyard.gitrepo.environment import Reach, as_variables
from modelyard.gitrepo.fsck import CHECKED
from modelyard.gitrepo.trees import algorithm_of

# Not what else a server may have: the heads of pull requests are anybody's.
_REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


@dataclass(frozen=True)
class Home:
    """Where the repository of a template is.

    Attributes:
        folder: The work tree or bare repository.
        url: What the addresses of its submodules are relative to; without a login.
        env: A login, where the address has one. Secret.
    """

    folder: Path
    url: str
    env: Mapping[str, str] = field(default_factory=dict, repr=False)


def mirror(url: str, cache: Path) -> Home:
    """Clone a repository into the cache, or bring what is there up to date.

    A login in the URL goes to git through its environment: it is in no argv and in no file.

    Raises:
        Unreachable: It is not available.
    """
    bare, env = _login(url)
    home = Home(cache / f"{hashlib.sha256(bare.encode()).hexdigest()[:20]}.git", bare, env)
    _refuse_helper(bare)
    make_cache(cache)
    try:
        if not (home.folder / "HEAD").exists() or not _fetched(home):
            _clone(home, cache)
    except git.GitError as error:
        said = error.words.splitlines()[-1] if error.words else ""
        raise Unreachable(
            f"the template {bare} cannot be reached: {said}",
            "check the address and your access; --template names where it moved to",
        ) from None
    return home


def _fetched(home: Home) -> bool:
    """Fetch into a mirror; return False where somebody has tampered with it."""
    folder = home.folder
    algorithm = "sha256" if b"sha256" in (folder / "config").read_bytes() else "sha1"
    if not own.restore(folder, own.configuration(algorithm)):
        shutil.rmtree(folder, ignore_errors=True)
        return False
    fetch = ("fetch", "--quiet", "--prune", "--no-write-fetch-head", "--", home.url, *_REFS)
    git.run(folder, *fetch, env=home.env, reach=Reach.TEMPLATE, settings=CHECKED)
    return True


def _clone(home: Home, cache: Path) -> None:
    with tempfile.TemporaryDirectory(dir=cache) as partial:
        new = Path(partial, "new.git").absolute()
        clone = ("clone", "--quiet", "--bare", "--template=", "--", home.url, str(new))
        git.run(None, *clone, env=home.env, reach=Reach.TEMPLATE, settings=CHECKED)
        head = git.run(new, "rev-parse", "--verify", "--quiet", "HEAD", codes=(0, 1, 128))[1]
        own.restore(new, own.configuration(algorithm_of(head.decode().strip())))
        # Somebody else may have been first; theirs is as good.
        if not home.folder.exists():
            new.rename(home.folder)


def _refuse_helper(url: str) -> None:
    """Refuse an address that names a program of git's to fetch it, but for one that is allowed."""
    named = re.match(r"([A-Za-z0-9][A-Za-z0-9+.-]*)::", url)
    if named and named[1] not in {"http", "https"} and not _allowed(named[1]):
        raise Unreachable(
            f"the template {url} would be fetched by git-remote-{named[1]}, which nobody allowed",
            f"git config --global protocol.{named[1]}.allow always    # if you trust it with "
            "every address that an answers file may name",
        )


def _allowed(helper: str) -> bool:
    code, said = git.run(None, "config", "--get", f"protocol.{helper}.allow", codes=(0, 1))
    return code == 0 and said.strip() == b"always"


def _login(url: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or "@" not in parts.netloc:
        return url, {}
    host = parts.netloc.rpartition("@")[2]
    bare = urlunsplit(parts._replace(netloc=host))
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    header = f"Authorization: Basic {base64.b64encode(login.encode()).decode()}"
    return bare, as_variables([(f"http.{parts.scheme}://{host}/.extraHeader", header)])


def local(folder: Path, source: str) -> Home:
    """Return the repository that a folder of this machine is.

    Raises:
        Unreachable: It is none, or only a folder inside of one.
    """
    try:
        top = Path(git.text(folder, "rev-parse", "--show-toplevel"))
    except git.GitError:
        try:
            found = Path(git.text(folder, "rev-parse", "--absolute-git-dir"))
        except git.GitError as error:
            if why := unreadable.why_closed(folder, f"the template {source}", error.words):
                raise Unreachable(*why) from None
            raise Unreachable(
                f"the template {source} is not a git repository, so it has no versions",
                f"git -C {folder} init, commit, and tag a release",
            ) from None
        return Home(found, str(found))
    if top.resolve() != folder:
        raise Unreachable(
            f"the template {source} is a folder inside the repository {top}",
            "name the repository; its copier.yml says with _subdirectory what to copy",
        )
    return Home(folder, str(folder))

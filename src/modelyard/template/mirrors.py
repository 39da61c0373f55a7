"""Brings the repository of a template: a mirror of a URL, or a folder on this machine."""

import base64
import hashlib
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from modelyard.errors import Unreachable
from modelyard.gitrepo import git
from modelyard.gitrepo.cache import make_cache
from modelyard.gitrepo.urls import without_login

# An answers file is hostile input: a source of `ext::…` would run a command.
SAFE = ("-c", "protocol.ext.allow=never", "-c", "protocol.file.allow=always")


def mirror(url: str, cache: Path) -> Path:
    """Clone a repository into the cache, or bring what is there up to date.

    A login in the URL goes to git through its environment: it is in no argv and in no file.

    Raises:
        Unreachable: It is not available.
    """
    bare, env = _login(url)
    folder = cache / f"{hashlib.sha256(bare.encode()).hexdigest()[:20]}.git"
    try:
        if (folder / "HEAD").exists():
            git.run(folder, *SAFE, "remote", "update", "--prune", env=env)
            return folder
        make_cache(cache)
        with tempfile.TemporaryDirectory(dir=cache) as partial:
            new = Path(partial, "new.git")
            clone = [*SAFE, "clone", "--quiet", "--mirror", "--", bare, str(new)]
            git.run(None, *clone, env=env)
            # Somebody else may have been first; theirs is as good.
            if not folder.exists():
                new.rename(folder)
    except git.GitError as error:
        said = without_login(error.words.splitlines()[-1] if error.words else "")
        raise Unreachable(
            f"the template {bare} cannot be reached: {said}",
            "check the address and your access; --template names where it moved to",
        ) from None
    return folder


def _login(url: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or "@" not in parts.netloc:
        return url, {}
    host = parts.netloc.rpartition("@")[2]
    bare = urlunsplit(parts._replace(netloc=host))
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    header = f"Authorization: Basic {base64.b64encode(login.encode()).decode()}"
    return bare, {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{parts.scheme}://{host}/.extraHeader",
        "GIT_CONFIG_VALUE_0": header,
    }


def local(folder: Path, source: str) -> Path:
    """Return the repository that a folder of this machine is.

    Raises:
        Unreachable: It is none, or only a folder inside of one.
    """
    try:
        top = git.text(folder, "rev-parse", "--show-toplevel")
    except git.GitError:
        try:
            return Path(git.text(folder, "rev-parse", "--absolute-git-dir"))
        except git.GitError:
            raise Unreachable(
                f"the template {source} is not a git repository, so it has no versions",
                f"git -C {folder} init, commit, and tag a release",
            ) from None
    if Path(top).resolve() != folder:
        raise Unreachable(
            f"the template {source} is a folder inside the repository {top}",
            "name the repository; its copier.yml says with _subdirectory what to copy",
        )
    return folder

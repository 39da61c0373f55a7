"""What a work tree has that no commit has, and what of it lineage keeps: a patch.

The patch goes to the tracking server, where others read it. So it has what a training needs alone
(changes of tracked files, new files in src/, and those of the package that git is told to ignore),
at most some megabytes, and no secret that the repo's own hook would have kept out of git. The model
carries the package as it is: that is why what is ignored is looked at, too.
"""

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .errors import SetupError
from .git import git, head
from .hashing import package_files
from .owner import find_package
from .redaction import redact

MOST_BYTES = 10 * 2**20
_SCANNER = Path(sys.executable).with_name("detect-secrets-hook")
# As the standard's .pre-commit-config.yaml has it, for a repo that has no such hook any more.
_HOOK: dict[str, Any] = {
    "entry": "detect-secrets-hook --no-verify",
    "exclude": r"^(requirements\.lock|vendor/.*|data/.*)$",
}
_HINT = "commit it, or take it out of src/"


@dataclass(frozen=True)
class Changes:
    """What is not committed: the names that the patch has, and those that are left out of it.

    `ignored` are those of the package that git is told to ignore.
    """

    commit: str
    kept: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    patch: bytes = b""
    ignored: tuple[str, ...] = ()

    @property
    def dirty(self) -> bool:
        """Whether anything is not committed."""
        return bool(self.kept or self.left_out)


def take(root: Path, patch: bool = True) -> Changes:
    """Return what the repo in `root` has beside its commit, with a `patch` of it if asked for.

    The index and the object database of the repo are not touched. Raises SetupError where a patch
    would be too large, or has what looks like a secret.
    """
    commit = head(root)
    prefix = git(root, "rev-parse", "--show-prefix").strip()
    found = {name.removeprefix(prefix): state for name, state in _status(root, "--", ".").items()}
    code, beyond = _of_code(root)
    ignored = tuple(sorted(name for name, state in code.items() if state == _IGNORED))
    others = {name for name, state in found.items() if _is_kept(root, name, state)}
    kept = tuple(sorted({*code} | others))
    left_out = tuple(sorted(set(found) - set(kept) | set(beyond)))
    content = b""
    if patch and beyond:
        _check_secrets(root, root, beyond)
    if patch and kept:
        _check_sizes(root, kept)
        content = _patch(root, prefix, kept)
    return Changes(commit, kept, left_out, content, ignored)


def _status(root: Path, *where: str, env: dict[str, str] | None = None) -> dict[str, str]:
    """Return git's two letters for what is not as in HEAD, by its path from the top of the repo."""
    options = ("--porcelain", "-z", "--untracked-files=all", "--no-renames")
    entries = filter(None, git(root, "status", *options, *where, env=env).split("\0"))
    return {entry[3:]: entry[:2] for entry in entries}


_UNTRACKED, _IGNORED, _FOREIGN = "??", "!!", "another repository's"


def _of_code(root: Path) -> tuple[dict[str, str], list[str]]:
    """Return git's letters for what is not as in HEAD of the code and settings, by name.

    Also where git is told to look away: by .gitignore, by a flag in the index, by a link, whose
    files have the name that it leads to. The second are those that no patch can have, because they
    are not in this repo, or not in the project.
    """
    here, top = root.resolve(), Path(git(root, "rev-parse", "--show-toplevel").strip())
    files = [*package_files(root / "src" / find_package(root)), root / "params.yaml"]
    real = {path: path.resolve() for path in files if not _is_dvcs(root, path)}
    folders = {str(file.parent) for file in real.values() if file.is_relative_to(top)}
    with tempfile.TemporaryDirectory(prefix="modelyard-") as scratch:
        env = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
        git(root, "read-tree", "HEAD", env=env)
        states = _status(root, "--ignored", "--", *sorted(folders), env=env) if folders else {}
    found, beyond = {}, []
    for path, file in real.items():
        state = _state(states, file.relative_to(top)) if file.is_relative_to(top) else _FOREIGN
        if state == _FOREIGN or (state and not file.is_relative_to(here)):
            beyond.append(path.relative_to(root).as_posix())
        elif state:
            found[file.relative_to(here).as_posix()] = state
    return found, beyond


def _state(states: dict[str, str], file: Path) -> str:
    """Return git's letters for a file; those of another repository, in this one, are none of it."""
    within = (f"{folder.as_posix()}/" for folder in file.parents)
    if any(folder in states for folder in within):
        return _FOREIGN
    return states.get(file.as_posix(), "")


def _is_dvcs(root: Path, path: Path) -> bool:
    """Return whether DVC has a file: git has the pointer to it, or to a folder that it is in."""
    above = (folder for folder in path.parents if folder.is_relative_to(root))
    return any(each.with_name(f"{each.name}.dvc").is_file() for each in (path, *above))


def _is_kept(root: Path, name: str, state: str) -> bool:
    # A folder is a repository of its own, which git would keep as a link.
    if name.endswith("/") or ((root / name).is_dir() and not (root / name).is_symlink()):
        return False
    return state != _UNTRACKED or name.startswith("src/")


def _check_sizes(root: Path, names: tuple[str, ...]) -> None:
    """Raise SetupError where these files are too much, before git reads them."""
    sizes = {name: (root / name).lstat().st_size for name in names if (root / name).is_file()}
    for line in filter(None, git(root, "ls-tree", "-r", "-l", "-z", "HEAD", ".").split("\0")):
        about, _, name = line.partition("\t")
        size = about.split()[-1]
        if name in names and size.isdigit():  # a patch has what was there before, too
            sizes[name] = max(sizes.get(name, 0), int(size))
    if sum(sizes.values()) > MOST_BYTES:
        largest = max(sizes, key=lambda name: sizes[name])
        _refuse(f"{largest} has {sizes[largest]} bytes")


def _refuse(why: str) -> None:
    what = f"the uncommitted changes are too much to keep with a version: {why}"
    raise SetupError(f"{what}; at most {MOST_BYTES} are kept", _HINT)


def _patch(root: Path, prefix: str, names: tuple[str, ...]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="modelyard-") as scratch:
        objects = git(root, "rev-parse", "--git-path", "objects").strip()
        env = {
            "GIT_INDEX_FILE": str(Path(scratch, "index")),
            "GIT_OBJECT_DIRECTORY": scratch,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str((root / objects).resolve()),
            "GIT_LITERAL_PATHSPECS": "1",
        }
        listed = ("--pathspec-from-file=-", "--pathspec-file-nul")
        git(root, "read-tree", "HEAD", env=env)
        git(root, "add", "--all", "--force", *listed, env=env, given="\0".join(names))
        plain = ("--cached", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv")
        own = ("--name-only", "-z", "--relative", "--diff-filter=d")
        new = git(root, "diff", *plain, *own, "HEAD", "--", ".", env=env)
        if new:
            folder = Path(scratch, "files")
            to = ("--stdin", "-z", f"--prefix={folder}/")
            git(root, "checkout-index", *to, env=env, given=new)
            _check_secrets(root, folder / prefix, new.rstrip("\0").split("\0"))
        text = git(root, "diff", *plain, "--binary", "--full-index", "HEAD", "--", ".", env=env)
    content = text.encode("utf-8", "surrogateescape")
    if len(content) > MOST_BYTES:
        _refuse(f"their patch has {len(content)} bytes")
    return content


def _check_secrets(root: Path, folder: Path, names: list[str]) -> None:
    """Raise SetupError where the repo's own hook finds a secret in one of the files of `folder`."""
    hook = _hook(root)
    left_out = re.compile(str(hook.get("exclude", "^$")))
    names = [name for name in names if not left_out.search(name) and (folder / name).is_file()]
    if not names:
        return
    if not _SCANNER.exists():
        what = "detect-secrets is not installed here: nothing looks for secrets in what is kept"
        raise SetupError(f"{what} of the uncommitted changes", "make setup; or commit them")
    words = [*str(hook["entry"]).split()[1:], *map(str, hook.get("args", ()))]
    for word in {word for word in words if (root / word).is_file()}:  # such as a baseline
        (folder / word).parent.mkdir(parents=True, exist_ok=True)
        (folder / word).write_bytes((root / word).read_bytes())
    command = [str(_SCANNER), *words, "--json", *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if not done.returncode:
        return
    try:
        results = json.loads(done.stdout)["results"]
        places = [
            (name, int(one["line_number"]), one["type"])
            for name in results
            for one in results[name]
        ]
    except (ValueError, KeyError, TypeError):
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        what = f"detect-secrets failed on the uncommitted changes: {redact(lines[-1])}"
        raise SetupError(what, "commit them, and try again") from None
    name, line, kind = places[0]
    more = f", and {len(places) - 1} more" if places[1:] else ""
    raise SetupError(
        f"{name}:{line} looks like a secret ({kind}){more}; uncommitted, it would go to the "
        "tracking server with the version",
        f"take it out; or, if it is none, end the line with: # pragma: allowlist {'secret'}",
    )


def _hook(root: Path) -> dict[str, Any]:
    """Return the hook of the repo that looks for secrets."""
    try:
        config = yaml.safe_load((root / ".pre-commit-config.yaml").read_text("utf-8"))
        hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError):
        return _HOOK
    ours = [h for h in hooks if "detect-secrets-hook" in str(h.get("entry", ""))]
    return {**ours[0]} if ours else _HOOK

"""Large files that git-lfs keeps: a repository has a pointer to each in the place of its bytes."""

import hashlib
from collections.abc import Iterable

from modelyard.errors import NotReady
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch

FILTER = "lfs"
_BEGINS = b"version https://git-lfs.github.com/spec/v1\n"
_LARGEST_POINTER = 1024


def pointer(content: bytes) -> bytes:
    """Return what a repository has of a file that git-lfs keeps."""
    if _is_pointer(content) or not content:
        return content
    digest = hashlib.sha256(content).hexdigest()
    return b"%soid sha256:%s\nsize %d\n" % (_BEGINS, digest.encode(), len(content))


def is_pointer(scratch: Scratch, oid: str) -> bool:
    """Tell whether a blob is a pointer, without reading one that is larger."""
    return scratch.sizes([oid])[oid] < _LARGEST_POINTER and _is_pointer(scratch.read(oid))


def _is_pointer(content: bytes) -> bool:
    return content.startswith(_BEGINS) and len(content) < _LARGEST_POINTER


def wanted(scratch: Scratch, oids: Iterable[str]) -> dict[str, str]:
    """Return the paths of the large files that a template brings, by the id of the pointer."""
    return {oid: scratch.large[oid][0] for oid in oids if oid in scratch.large}


def refuse_unsent(scratch: Scratch, oids: Iterable[str]) -> None:
    """Refuse to push a pointer: what it is about would be on no server, and no clone be whole.

    Raises:
        NotReady: One of these ids is a pointer to a large file that a template brings.
    """
    for path in sorted(wanted(scratch, oids).values()):
        raise NotReady(
            f"{path} is kept by git-lfs in this repo; a rollout does not send large files",
            "update this one in a clone of it: modelyard update, commit, and git push",
        )


def keep(repo: Repo, scratch: Scratch, oids: Iterable[str]) -> None:
    """Give the large files that these pointers are about to the git-lfs of this machine.

    Raises:
        NotReady: There is none, or it keeps something else: nobody could check the file out.
    """
    for oid, path in wanted(scratch, oids).items():
        words, content = ("lfs", "clean", "--", repo.prefix + path), scratch.large[oid][1]
        try:
            _, made = git.run(repo.folder, *words, data=content, settings=repo.settings)
        except git.GitError as error:
            said = error.words.splitlines()[0] if error.words else "it failed"
            raise NotReady(
                f"{path} is kept by git-lfs in this repo, and git-lfs cannot take the new one: "
                f"{said}",
                "install git-lfs, then: git lfs install",
            ) from None
        if made != pointer(content):
            raise NotReady(
                f"{path} is kept by git-lfs in this repo, with an extension of git-lfs that "
                "modelyard does not know",
                f"git config --get-regexp 'lfs.extension.*' says which; keep {path} without it",
            )

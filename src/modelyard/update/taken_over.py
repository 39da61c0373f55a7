"""Finds the files of the owner that a version takes over into the standard, and their base.

A file of the owner is rendered once, by whichever version was the first. What the recorded version
renders may never have been in the repo: a merge with it as the base would take the difference
between two releases for an edit of the owner's, and keep it against the new version.
"""

from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.trees import File, Tree
from modelyard.render.request import Rendered


def without_false_base(
    repo: Repo, base: dict[str, File], ours: Tree, before: Rendered, after: Rendered
) -> None:
    """Take out of the base the files that a version takes over and that the repo never had so.

    Where yours and the new version then differ, a person decides: there is no common past.
    """
    for path in base.keys() & ours.keys() & after.files.keys():
        if ours[path] == base[path] or after.is_yours(path) or not before.is_yours(path):
            continue
        if not was_in(repo, base[path].oid):
            del base[path]


def was_in(repo: Repo, oid: str) -> bool:
    """Tell whether a repo has some content, now or in its past."""
    return git.run(repo.folder, "cat-file", "-e", oid, codes=(0, 1, 128))[0] == 0

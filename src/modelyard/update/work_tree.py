"""Writes a merge that has passed the ledger into the work tree and the index: all, or nothing."""

import subprocess
from contextlib import ExitStack

from modelyard.errors import DiskFull, Interrupted, ModelyardError
from modelyard.gitrepo import git, lfs
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.merged import Merged
from modelyard.update import (
    apply,
    disk_space,
    index_entries,
    index_lock,
    journal,
    readiness,
    untracked,
)
from modelyard.update.disk_space import Reserve
from modelyard.update.obstacles import refuse_obstructed

# One child does all of it, in a session of its own: once it has begun, killing modelyard does not
# stop it half-way. Should the machine itself go down, the journal is there to undo it. No other
# git writes an index meanwhile: its lock is taken first, and is the last thing to go.
_APPLY = """
set -e
tree=$1 journal=$2 index=$3 lock=$4 next=$5 taken=$6 seen=$7 stages=$8
(set -C; echo modelyard >"$lock") 2>/dev/null || exit 75
if [ -e "$index" ]; then cp -p "$index" "$next"; fi
export GIT_INDEX_FILE="$next"
git update-index -q --refresh || true # a copied repo has other times in its index
if [ -s "$taken" ]; then git update-index -z --index-info <"$taken"; fi
git read-tree -m -u HEAD "$tree"
if [ -s "$seen" ]; then
  git update-index -z --no-skip-worktree --stdin <"$seen"
  git checkout-index -q -f -z --stdin <"$seen"
fi
if [ -s "$stages" ]; then git update-index -z --index-info <"$stages"; fi
mv -f "$next" "$index"
rm -f "$journal" "$lock"
"""
_LOCKED = 75


def write(repo: Repo, scratch: Scratch, merged: Merged) -> None:
    """Bring the index and the work tree to a merge; conflicts become unmerged paths.

    Raises:
        NotReady: Something of the user's would be written over; everything is as it was.
        DiskFull: There is too little space; everything is as it was.
        ModelyardError: git could not write; everything is as it was.
        Interrupted: Somebody has interrupted it; all of it is written.
    """
    apply.refuse_filtered(repo, merged)
    refuse_obstructed(repo, scratch, merged.tree)
    lfs.keep(repo, scratch, apply.new_objects(repo, merged))
    # Untracked files with the same bytes stay where they are: the index takes them as they stand.
    there = untracked.already_there(repo, scratch, merged.tree)
    written = {path: file for path, file in merged.tree.items() if path not in there}
    changed = journal.differing(repo, written)
    index = index_lock.index_of(repo.git_dir)
    room, to_undo = disk_space.needed(repo, scratch, written, changed, index)
    with ExitStack() as stack:
        # What undoing takes stays set aside until it is known that nothing has to be undone.
        kept = [stack.enter_context(Reserve(disk, to_undo)) for disk in disk_space.disks(repo)]
        for disk in disk_space.disks(repo):
            Reserve(disk, room).release()
        tree = scratch.write_tree(repo, merged.tree)
        scratch.deliver(repo, tree)
        index_entries.deliver_stages(repo, scratch, merged)
        lists = stack.enter_context(index_entries.written(repo, merged, there))
        place = journal.write(repo, written)
        done = _apply(repo, [tree, str(place)], lists)
        if done.returncode == 0:
            return
        if done.returncode == _LOCKED:
            place.unlink(missing_ok=True)
            index_lock.refuse_locked(repo.git_dir)
        full = not all(disk_space.is_left(disk, room) for disk in disk_space.disks(repo))
        for reserve in kept:
            reserve.release()
        journal.undo(repo)
    words = done.stderr.decode("utf-8", "replace").strip()
    if full:
        raise DiskFull(f"the disk of {repo.folder} is full; everything is as it was ({words})")
    readiness.refuse_hidden(repo, (repo.prefix + path for path in changed))
    raise ModelyardError(
        f"git could not write into {repo.folder}: {words}", "repair that, then run it again"
    )


def _apply(repo: Repo, words: list[str], lists: list[str]) -> "subprocess.CompletedProcess[bytes]":
    own = (index_lock.index_of, index_lock.lock_of, index_lock.working_copy)
    places = [str(name(repo.git_dir)) for name in own]
    command = ["sh", "-c", _APPLY, "modelyard", *words, *places, *lists]
    child = subprocess.Popen(
        command,
        cwd=repo.folder,
        env=git.call_environment(settings=repo.settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        close_fds=False,
    )
    # Not subprocess.run: interrupted, it would kill the shell, and git would go on without it.
    interrupted = False
    while True:
        try:
            out, words_of_git = child.communicate()
            break
        except KeyboardInterrupt:
            interrupted = True
    if interrupted and child.returncode == 0:
        raise Interrupted(
            f"interrupted while {repo.folder} was being written, so all of it is written",
            "git diff --cached    # look; git reset --hard is the way back",
        )
    return subprocess.CompletedProcess(command, child.returncode, out, words_of_git)

"""What an update of all projects of one repo did, or would do."""

from dataclasses import dataclass, replace

from modelyard.merged import Conflict
from modelyard.update.result import Status, UpdateResult


@dataclass(frozen=True)
class ProjectUpdate:
    """What became of one project of a repo.

    Attributes:
        folder: What it was rendered into, below PATH; "" for PATH itself.
        answers_file: Its answers file, relative to its folder, as are all paths of the update.
        template: Where its template is, as recorded.
        update: What the update did there, or would do.
        waits_for: Files to decide that a project before it left, and that its update changes too:
            none of it was written.
    """

    folder: str
    answers_file: str
    template: str
    update: UpdateResult
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class SeveralResult:
    """What became of all projects of a repo.

    Attributes:
        status: How it ended, all in all.
        projects: Each, in the order in which they were merged.
        commit: The commit that was made, where a branch was asked for.
    """

    status: Status
    projects: tuple[ProjectUpdate, ...]
    commit: str | None = None

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What a person has to decide, with paths relative to each project."""
        return tuple(found for one in self.projects for found in one.update.conflicts)


def without_messages(result: SeveralResult) -> SeveralResult:
    """Return a result of which nothing is written, so that no work is due."""
    silent = (replace(one, update=replace(one.update, message="")) for one in result.projects)
    return replace(result, projects=tuple(silent))

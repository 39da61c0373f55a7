"""A fleet in a folder: repos of one template, bare, on the forge that needs no server."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from modelyard.fleet.gates import Verdict
from modelyard.fleet.model import Observation, Result
from modelyard.fleet.next_wave import next_wave
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.rollout import rollout
from modelyard.forges.by_kind import open_forge
from modelyard.forges.forge import ForgeKind, PullRequest, Repository
from tests.repos import git
from tests.tool.fleet import first_repos
from tests.tool.worlds import World, commit, write

SETTINGS = """
{control}
[forge]
kind = "local"
owner = "{forge}"
[template]
source = "{template}"
[repos]
{exclude}
[[waves]]
name = "canary"
repos = [{canary}]
[[waves]]
name = "rest"
share = 1.0
[gates]
merged = 0.5
conflicts = 0.5
"""


@dataclass(frozen=True)
class Yard:
    """A template, a folder of bare repos of it, and a fleet.toml."""

    world: World

    @property
    def forge(self) -> Path:
        return self.world.folder / "forge"

    @property
    def file(self) -> Path:
        return self.world.folder / "fleet.toml"

    def options(self, **wanted: object) -> RolloutOptions:
        return RolloutOptions(self.file, **wanted)  # type: ignore[arg-type]

    def bare(self, name: str) -> Path:
        return self.forge / f"{name}.git"

    def repository(self, name: str) -> Repository:
        return open_forge(ForgeKind.LOCAL, str(self.forge)).repository(name)

    def pull_requests(self, name: str) -> list[PullRequest]:
        return list(
            open_forge(ForgeKind.LOCAL, str(self.forge)).pull_requests(
                self.repository(name), "modelyard"
            )
        )

    def work(self, name: str, branch: str = "main") -> Path:
        """Clone a repo to work in it."""
        target = self.world.folder / f"work-{name}-{branch.replace('/', '-')}"
        if not target.exists():
            git(self.world.folder, "clone", "--quiet", str(self.bare(name)), str(target))
        git(target, "fetch", "--quiet")
        git(target, "checkout", "--quiet", "-B", branch, f"origin/{branch}")
        return target

    def push(self, name: str, branch: str = "main", **files: str) -> str:
        """Commit files to a branch of a repo, as somebody would; `a_txt` is `a.txt`."""
        work = self.work(name, branch)
        write(work, {path.replace("_", "."): content for path, content in files.items()})
        made = commit(work, "Somebody's")
        git(work, "push", "--quiet", "origin", f"{branch}:{branch}")
        return made

    def merge(self, name: str, branch: str) -> None:
        """Merge a branch into the default branch, as a forge does."""
        work = self.work(name)
        git(work, "fetch", "--quiet")
        git(work, "merge", "--quiet", "--no-ff", "-m", "Merge", f"origin/{branch}")
        git(work, "push", "--quiet", "origin", "main:main")

    def show(self, name: str, ref: str, path: str) -> str:
        return git(self.bare(name), "show", f"{ref}:{path}")


def silent(one: Result) -> None:
    """Take a result, and print nothing."""


def labels(results: Sequence[Result]) -> dict[str, str]:
    """What was done in each repo, or the state that is why nothing was."""
    return {one.name: one.label for one in results}


def observed(options: RolloutOptions, mode: Mode = Mode.PLAN) -> list[Observation]:
    """What a run that writes nothing finds."""
    results = rollout(replace(options, mode=mode), silent)
    return [one.seen for one in results if one.seen]


def open_next(options: RolloutOptions) -> tuple[Verdict, Sequence[Result]]:
    """Open the next wave; return the gates, and what was done."""
    ahead = next_wave(options, silent)
    return ahead.verdict, ahead.results


def make(folder: Path, count: int = 4, control: bool = False) -> Yard:
    """Make a fleet of repos on v1.0.0, with v1.1.0 released."""
    world = first_repos.released(folder)
    yard = Yard(world)
    yard.forge.mkdir()
    for number in range(count):
        first_repos.add(world, yard.bare(f"r{number}"), number)
    if control:
        git(folder, "clone", "--quiet", "--bare", str(world.template), str(yard.bare("control")))
    settings = SETTINGS.format(
        control='control = "control"' if control else "",
        exclude='exclude = ["control"]' if control else "",
        canary='"r0", "r1"' if count > 1 else '"r0"',
        forge=yard.forge,
        template=world.template,
    )
    yard.file.write_text(settings)
    return yard

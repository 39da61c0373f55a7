"""A repo with past updates in its history, as people have committed them."""

from dataclasses import dataclass, replace
from pathlib import Path

from tests.repos import git
from tests.tool.worlds import Files, World, commit, lines, write

RECORD = ".copier-answers.yml"


@dataclass(frozen=True)
class Past:
    """A repo of a template with three versions, and how people went from one to the next."""

    world: World
    repo: Path

    def went_to(self, version: str, files: Files, *, was: str, **more: str) -> str:
        """Commit an update as people did, and return the commit.

        Args:
            version: What is recorded then.
            files: All that the commit changes beside the record.
            was: What was recorded before.
            more: What else is another text in the record.
        """
        record = self.repo / RECORD
        text = record.read_text("utf-8").replace(f"_commit: {was}\n", f"_commit: {version}\n")
        for old, new in more.items():
            text = text.replace(old, new)
        record.write_text(text, "utf-8")
        write(self.repo, files)
        return commit(self.repo, f"Update the template to {version}")


def everything(root: Path) -> dict[str, object]:
    """Return all that a repo is, what git keeps included."""
    files = {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
    return {"files": files, "status": git(root, "status", "--porcelain", "--ignored")}


def past(world: World) -> Past:
    """Make a repo with a clean update and one that people had to decide in two files.

    The template changes line 3 of a.txt, then line 5 of a.txt, line 2 of c.txt and line 2 of d.txt.
    """
    first = {"a.txt": lines(20), "c.txt": lines(9), "d.txt": lines(9), "e.txt": lines(9)}
    second = {**first, "a.txt": lines(20, l3="THREE")}
    world.release("v1", first)
    world.release("v2", second)
    third = {
        "a.txt": lines(20, l3="THREE", l5="FIVE"),
        "c.txt": lines(9, l2="TWO"),
        "d.txt": lines(9, l2="TWO"),
        "e.txt": lines(9, l2="TWO"),
    }
    world.release("v3", third)
    made = Past(world, world.repo("v1"))
    mine = {name: lines(9, l2=f"my {name}") for name in ("c.txt", "d.txt", "e.txt")}
    write(made.repo, {**mine, "a.txt": lines(20, l15="mine")})
    commit(made.repo)
    made.went_to("v2", {"a.txt": lines(20, l3="THREE", l15="mine")}, was="v1")
    decided = {
        "a.txt": lines(20, l3="THREE", l5="FIVE", l15="mine"),
        "d.txt": lines(9, l2="TWO"),
        "e.txt": lines(9, l2="my e.txt, TWO"),
    }
    made.went_to("v3", decided, was="v2")
    return made


def elsewhere(made: Past, folder: Path) -> Past:
    """Return the same repo as a clone in another folder."""
    git(folder.parent, "clone", "--quiet", str(made.repo), str(folder))
    return replace(made, repo=folder)

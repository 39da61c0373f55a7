"""Rolls a release of this suite out to a dozen repos, on a forge that is a folder.

Everything happens in `demo/fleet/`: a copy of the suite with four releases, twelve bare repos on
three of them in which people have worked, and a `fleet.toml`.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from modelyard.render.render import render
from modelyard.render.request import RenderRequest
from modelyard.template.source import Templates, Version

SUITE = Path(__file__).parents[1]
DEMO = SUITE / "demo" / "fleet"
TEMPLATE = DEMO / "modelyard"
FORGE = DEMO / "forge"
NAMES = [
    "churn",
    "pricing",
    "basket",
    "fraud",
    "demand",
    "delays",
    "returns",
    "credit",
    "search",
    "ads",
    "stock",
    "energy",
]
IN_CONFLICT = "fraud"
SETTINGS = """
[forge]
kind = "local"
owner = "{forge}"

[template]
source = "{template}"

[[waves]]
name = "canary"
repos = ["churn", "pricing"]

[[waves]]
name = "early"
share = 0.5

[[waves]]
name = "rest"
share = 1.0

[gates]
merged = 0.5
conflicts = 0.3
"""


def say(text: str = "") -> None:
    """Print a line between the outputs of commands, at once."""
    print(text, flush=True)


def git(folder: Path, *words: str) -> str:
    """Run git in a folder as somebody, and return what it prints."""
    who = ["-c", "user.name=Demo", "-c", "user.email=demo@localhost"]
    command = ["git", "-C", str(folder), *who, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text; stop where it is not there any more."""
    before = path.read_text("utf-8")
    if old not in before:
        sys.exit(f"{path}: the demo's edit finds nothing any more")
    path.write_text(before.replace(old, new, 1), "utf-8")


def releases() -> None:
    """Copy the suite as it stands as v0.1.0, and release three versions on top."""
    listed = git(SUITE, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (SUITE / name).is_file():
            (TEMPLATE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(SUITE / name, TEMPLATE / name)
    git(TEMPLATE, "init", "--quiet", "--initial-branch", "main")
    release("v0.1.0")
    makefile = TEMPLATE / "template" / "model" / "Makefile.jinja"
    edit(makefile, "UV := ", "# One uv for all.\nUV := ")
    release("v0.2.0")
    edit(makefile, "SUPPORTED := ", "# What CI runs, too.\nSUPPORTED := ")
    release("v0.3.0")


def newest() -> None:
    """Release what is to be rolled out."""
    model = TEMPLATE / "template" / "model"
    edit(model / "pyproject.toml.jinja", 'requires-python = ">=3.11', 'requires-python = ">=3.11.4')
    edit(model / ".github" / "workflows" / "ci.yml", "timeout-minutes: 20", "timeout-minutes: 15")
    release("v0.4.0")


def release(tag: str) -> None:
    """Commit everything in the copy of the suite, and tag it."""
    git(TEMPLATE, "add", "--all")
    git(TEMPLATE, "commit", "--quiet", "--message", f"Release {tag}")
    git(TEMPLATE, "tag", tag)


def repos() -> None:
    """Make a dozen repos on three versions, each with work in it."""
    with Templates() as templates:
        template = templates.open(str(TEMPLATE))
        for number, name in enumerate(NAMES):
            version = template.version(f"v0.{1 + number % 3}.0")
            work = DEMO / "work" / name
            generate(version, name, work)
            lived_in(work, name)
            git(work, "init", "--quiet", "--initial-branch", "main")
            git(work, "add", "--all")
            git(work, "commit", "--quiet", "--message", "A month of work")
            git(DEMO, "clone", "--quiet", "--bare", str(work), str(FORGE / f"{name}.git"))


def generate(version: Version, name: str, target: Path) -> None:
    """Render a version with the default answers and a name."""
    wanted = RenderRequest({}, given={"project_name": f"{name.title()} model"}, folder=name)
    for path, (_, content) in render(version, wanted).files.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(content)


def lived_in(repo: Path, name: str) -> None:
    """Edit a repo as its owners would; one of them where the next release edits too."""
    edit(repo / "params.yaml", "seed: 2013", f"seed: {len(name)}")
    if name == IN_CONFLICT:
        workflow = repo / ".github" / "workflows" / "ci.yml"
        edit(workflow, "timeout-minutes: 20", "timeout-minutes: 90")


def run(title: str, *words: str) -> None:
    """Show a command as a person would type it, and run it."""
    say(f"\n\033[1m# {title}\033[0m\n$ modelyard fleet {' '.join(words)}")
    code = subprocess.run(["modelyard", "fleet", *words], cwd=DEMO).returncode
    if code not in {0, 3, 4}:
        sys.exit(f"\nThe demo stopped: this command exited with {code}.")
    if code:
        say(f"(exit code {code})")


def merge(*names: str) -> None:
    """Merge the requests of repos, as their owners do on a forge."""
    for name in names:
        work = DEMO / "work" / name
        git(work, "pull", "--quiet", str(FORGE / f"{name}.git"), "modelyard/v0.4.0", "--no-rebase")
        git(work, "push", "--quiet", str(FORGE / f"{name}.git"), "main:main")
    say(f"\n\033[1m# {' and '.join(names)}: looked at, and merged\033[0m")


def main() -> None:
    """Run the demo."""
    for leak in ("VIRTUAL_ENV", "MODELYARD_TEMPLATE"):
        os.environ.pop(leak, None)
    shutil.rmtree(DEMO, ignore_errors=True)
    TEMPLATE.mkdir(parents=True)
    os.environ["XDG_CACHE_HOME"] = str(DEMO / "cache")
    say("… make a suite with three releases, and twelve repos on them")
    releases()
    repos()
    (DEMO / "fleet.toml").write_text(SETTINGS.format(forge=FORGE, template=TEMPLATE), "utf-8")
    run("who is on what?", "status")
    newest()
    say("\n\033[1m# v0.4.0 is released\033[0m")
    options = ["--jobs", "1"]
    run("what would it do, where? nothing is written", "plan", *options)
    run("the canaries first", "rollout", "--next", *options)
    run("nothing is merged yet: the gate holds the next wave", "rollout", "--next", *options)
    merge("churn", "pricing")
    run("now the next wave opens", "rollout", "--next", *options)
    run("and all the others", "rollout", *options)
    run("again: nothing is done twice", "rollout", *options)
    run("the page", "report", "--html", "fleet.html")
    page = (DEMO / "fleet.html").relative_to(SUITE)
    draft = next(FORGE.glob(f"{IN_CONFLICT}.git/modelyard-requests.json")).read_text("utf-8")
    if not re.search(r'"draft": ?true', draft):
        sys.exit("the conflict is no draft")
    say(f"\nLook: {page}, and the draft of {IN_CONFLICT}: what a person has to decide is in it.")


if __name__ == "__main__":
    main()

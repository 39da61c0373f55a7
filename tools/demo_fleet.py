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
from tools.demos import SUITE, copy_suite, edit, first_commit, git, release, say, title

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


def releases() -> None:
    """Copy the suite as it stands as v0.1.0, and release three versions on top."""
    copy_suite(TEMPLATE)
    makefile = TEMPLATE / "template" / "model" / "Makefile.jinja"
    edit(makefile, "UV := ", "# One uv for all.\nUV := ")
    release(TEMPLATE, "v0.2.0")
    edit(makefile, "SUPPORTED := ", "# What CI runs, too.\nSUPPORTED := ")
    release(TEMPLATE, "v0.3.0")


def newest() -> None:
    """Release what is to be rolled out."""
    model = TEMPLATE / "template" / "model"
    edit(model / "pyproject.toml.jinja", 'requires-python = ">=3.11', 'requires-python = ">=3.11.4')
    edit(model / ".github" / "workflows" / "ci.yml", "timeout-minutes: 20", "timeout-minutes: 15")
    release(TEMPLATE, "v0.4.0")


def repos() -> None:
    """Make a dozen repos on three versions, each with work in it."""
    with Templates() as templates:
        template = templates.open(str(TEMPLATE))
        for number, name in enumerate(NAMES):
            version = template.version(f"v0.{1 + number % 3}.0")
            work = DEMO / "work" / name
            generate(version, name, work)
            lived_in(work, name)
            first_commit(work)
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


def run(why: str, *words: str) -> None:
    """Show a command as a person would type it, and run it."""
    title(f"# {why}")
    say(f"$ modelyard fleet {' '.join(words)}")
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
    title(f"# {' and '.join(names)}: looked at, and merged")


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
    title("# v0.4.0 is released")
    options = ["--jobs", "1"]
    run("what would it do, where? nothing is written", "plan", *options)
    run("the canaries first", "rollout", "--next", *options)
    run("nothing is merged yet: a gate blocks the next wave", "rollout", "--next", *options)
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

"""Rolls a bad release of this suite out, stops, takes it back, and rolls out a mended one.

Everything happens in `demo/fleet/`: a copy of the suite with its releases, eight repos in which
people have worked, and a `fleet.toml`. The forge is the one that the tests have: GitHub's API over
real bare repos, on this machine. CI is one real check of what each branch holds.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from modelyard.forges.forge import ForgeKind
from modelyard.render.render import render
from modelyard.render.request import RenderRequest
from modelyard.template.source import Templates, Version
from tests.tool.forges.served import Served, served
from tools.demos import SUITE, copy_suite, edit, first_commit, git, release, say, title

DEMO = SUITE / "demo" / "fleet"
TEMPLATE = DEMO / "modelyard"
CANARY = ("churn", "pricing")
# Those behind the canary are up to two releases behind.
NAMES = [*CANARY, "basket", "fraud", "demand", "delays", "returns", "credit"]
IN_CONFLICT = "fraud"
WORKFLOW = ".github/workflows/ci.yml"
SETTINGS = """
control = "team/fleet"

[forge]
kind = "github"
owner = "team"
url = "{url}"

[template]
source = "{template}"

[repos]
exclude = ["fleet"]

[[waves]]
name = "canary"
repos = ["churn", "pricing"]

[[waves]]
name = "early"
share = 0.6

[[waves]]
name = "rest"
share = 1.0

[gates]
merged = 0.5
conflicts = 0.3
"""


def releases() -> None:
    """Copy the suite as it stands as v0.1.0, and release two versions on top."""
    copy_suite(TEMPLATE)
    makefile = TEMPLATE / "template" / "model" / "Makefile.jinja"
    edit(makefile, "UV := ", "# One uv for all.\nUV := ")
    release(TEMPLATE, "v0.2.0")
    edit(makefile, "SUPPORTED := ", "# What CI runs, too.\nSUPPORTED := ")
    release(TEMPLATE, "v0.3.0")


def release_timeout(tag: str, before: str, after: str) -> None:
    """Release another time limit of CI."""
    workflow = TEMPLATE / "template" / "model" / WORKFLOW
    edit(workflow, f"timeout-minutes: {before}\n", f"timeout-minutes: {after}\n")
    release(TEMPLATE, tag)


def repos(forge: Served) -> None:
    """Put repos on the forge, each with work in it."""
    forge.add("fleet", files={"README.md": "The fleet.\n"})
    with Templates() as templates:
        template = templates.open(str(TEMPLATE))
        for number, name in enumerate(NAMES):
            tag = "v0.3.0" if name in CANARY else f"v0.{1 + number % 3}.0"
            work = DEMO / "work" / name
            generate(template.version(tag), name, work)
            edit(work / "params.yaml", "seed: 2013", f"seed: {len(name)}")
            (work / "CODEOWNERS").write_text(f"* @team/{name}\n", "utf-8")
            if name == IN_CONFLICT:
                edit(work / WORKFLOW, "timeout-minutes: 20", "timeout-minutes: 90")
            first_commit(work)
            forge.add(name, source=work)


def generate(version: Version, name: str, target: Path) -> None:
    """Render a version with the default answers and a name."""
    wanted = RenderRequest({}, given={"project_name": f"{name.title()} model"}, folder=name)
    for path, (_, content) in render(version, wanted).files.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(content)


def run(why: str, *words: str) -> None:
    """Show a command as a person would type it, and run it."""
    title(f"# {why}")
    say(f"$ modelyard fleet {shlex.join(words)}")
    code = subprocess.run(["modelyard", "fleet", *words], cwd=DEMO).returncode
    if code not in {0, 3, 4}:
        sys.exit(f"\nThe demo stopped: this command exited with {code}.")
    if code:
        say(f"(exit code {code})")


def ci(forge: Served) -> None:
    """Let CI check what is new: GitHub takes a workflow only if its time limits are numbers."""
    title("# CI runs")
    for name in NAMES:
        repo = forge.repo(name)
        open_ones = (one for one in repo.pulls if one.state == "open")
        for commit in (repo.tip(repo.default), *(one.head for one in open_ones)):
            if commit in repo.checks:
                continue
            jobs = yaml.safe_load(git(repo.folder, "show", f"{commit}:{WORKFLOW}"))["jobs"]
            limits = [str(job.get("timeout-minutes", "1")) for job in jobs.values()]
            wrong = [limit for limit in limits if not limit.isdecimal()]
            forge.check(name, commit, "failure" if wrong else "success")
            if wrong:
                say(f"✗ {name} {commit[:8]}: timeout-minutes: {wrong[0]} is no number")
            else:
                say(f"✓ {name} {commit[:8]}")


def merge(forge: Served, names: Sequence[str], branch: str, why: str) -> None:
    """Merge the requests of repos, as their owners do."""
    for name in names:
        (pull,) = (one for one in forge.repo(name).pulls if one.branch == branch)
        # Its owners may mark a draft as ready, too.
        pull.draft = False
        forge.merge(name, pull.number)
    title(f"# {' and '.join(names)}: {why}")


def open_clean(forge: Served) -> list[str]:
    """Return the repos in which a request is open and ready."""
    return [n for n in NAMES for p in forge.repo(n).pulls if p.state == "open" and not p.draft]


def main() -> None:
    """Run the demo."""
    for leak in ("VIRTUAL_ENV", "MODELYARD_TEMPLATE"):
        os.environ.pop(leak, None)
    shutil.rmtree(DEMO, ignore_errors=True)
    TEMPLATE.mkdir(parents=True)
    os.environ["XDG_CACHE_HOME"] = str(DEMO / "cache")
    say("… make a suite with three releases, and eight repos on them")
    releases()
    with served(DEMO / "forge", ForgeKind.GITHUB, record=False) as forge:
        os.environ.update(forge.env)
        repos(forge)
        settings = SETTINGS.format(url=forge.url, template=TEMPLATE)
        (DEMO / "fleet.toml").write_text(settings, "utf-8")
        story(forge)
    page = (DEMO / "fleet.html").relative_to(SUITE)
    say(f"\nLook at {page} in a browser: it begins with {IN_CONFLICT}, which needs a person.")


def story(forge: Served) -> None:
    """Roll a bad release out, take it back, and roll out a mended one."""
    bad, good = "modelyard/v0.4.0", "modelyard/v0.4.1"
    release_timeout("v0.4.0", "20", "15m")
    title("# v0.4.0 is released, and nobody has seen that it is bad")
    run("what would it do, where? nothing is written", "plan", "--jobs", "1")
    run("the canaries first", "rollout", "--next", "--jobs", "1")
    ci(forge)
    merge(forge, ["churn"], bad, "merged all the same")
    ci(forge)
    run("a gate stops it: nobody else gets v0.4.0", "rollout", "--next", "--jobs", "1")
    run("what needs a person comes first", "status", "--jobs", "1")
    why = "a time limit of CI is no number"
    run("so it is withdrawn: its open request is closed", "withdraw", "v0.4.0", "--why", why)
    run("who has merged it comes first now", "status", "--jobs", "1")
    run("and is brought back", "rollout", "--to", "v0.3.0", "--wave", "canary", "--jobs", "1")
    ci(forge)
    merge(forge, ["churn"], "modelyard/v0.3.0", "back on v0.3.0")
    release_timeout("v0.4.1", "15m", "15")
    title("# v0.4.1 is released: the limit is a number")
    for wave in ("canary", "early", "rest"):
        run(f"the wave {wave}", "rollout", "--next", "--jobs", "1")
        ci(forge)
        run("who is green becomes ready, and nothing is opened", "refresh", "--jobs", "1")
        merge(forge, open_clean(forge), good, "looked at, and merged")
        ci(forge)
    run("where it stands", "status", "--jobs", "1")
    run("the same as an issue of the control repository", "dashboard", "--jobs", "1")
    run("and as a page", "report", "--html", "fleet.html", "--jobs", "1")
    (issue,) = forge.repo("fleet").tickets
    say(f"\n{issue.title}\n\n{issue.body}")


if __name__ == "__main__":
    main()

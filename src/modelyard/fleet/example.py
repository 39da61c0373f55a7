"""Writes the first fleet.toml, with everything that can be said in it."""

import json
import re
from importlib import resources
from pathlib import Path

from modelyard import new
from modelyard.errors import NotReady, Usage

TEMPLATE = """\
# The fleet: which repos follow which standard, and how a release reaches them.
# The forge is the state: this file and the requests there are all there is.

# A repository that the bot may push to, where `modelyard fleet pause` is recorded.
# control = "{owner}/fleet"

[forge]
# github, gitlab, or local: a folder of repositories on this machine
kind = "{kind}"
owner = "{owner}"
# url = "https://github.example.com"       # GitHub Enterprise, or your GitLab

[template]
source = "{source}"
# also = ["git@github.com:team/old-name.git"]   # other addresses that repos have on record

# Which repos. With nothing here: all of the owner's that have an answers file of this template.
[repos]
# topic = "ml-model"
# pattern = "*-model"
# names = ["churn", "pricing"]
exclude = ["sandbox-*"]

# Waves, in order. Names first, then shares of all repos; shares include the waves before.
# [[waves]]
# name = "canary"
# repos = ["churn", "pricing"]

[[waves]]
name = "early"
share = 0.1

[[waves]]
name = "rest"
share = 1.0

# What must pass before `rollout --next` opens the next wave.
[gates]
merged = 0.8        # at least this share of the requests so far is merged
green = 1.0         # at least this share of the requests so far has green CI, or none to run
conflicts = 0.3     # at most this share of the repos so far has a conflict

# [[exempt]]
# repo = "legacy-pricing"
# reason = "frozen until the audit is over"
# until = 2027-01-31

[bot]
name = "modelyard"
email = "modelyard@example.com"
# accounts = ["old-bot", "old-app[bot]"]   # whose requests are the fleet's too, beside the token's
"""


CI = {"github": ".github/workflows/rollout.yml", "gitlab": ".gitlab-ci.yml"}
_SUITE = "https://github.com/YOUR-TEAM/modelyard"


def write(path: Path, kind: str, owner: str, source: str | None, ci: str | None = None) -> str:
    """Write a commented fleet file, and return what it is about.

    Args:
        path: The file.
        kind: The kind of the forge.
        owner: Who owns the repos there.
        source: The template; the suite that this was installed from where it is None.
        ci: A key of `CI`, where its workflow is to be written beside the file too.

    Raises:
        NotReady: One of the files is there already; then none is written.
    """
    workflow = path.parent / CI[ci] if ci else None
    for one in (path, workflow):
        if one and one.exists():
            raise NotReady(f"{one} is there already", f"edit {one}")
    here = source or new.own_template()
    # Names are somebody's input: as TOML strings they cannot become settings.
    safe = {"owner": json.dumps(owner)[1:-1], "source": json.dumps(here)[1:-1]}
    path.write_text(TEMPLATE.format(kind=kind, **safe), "utf-8")
    if ci and workflow:
        workflow.parent.mkdir(parents=True, exist_ok=True)
        workflow.write_text(_workflow(ci), "utf-8")
    return f"{kind} {owner}, {here}" + (f"; {workflow}" if workflow else "")


def _workflow(ci: str) -> str:
    text = (resources.files("modelyard.fleet") / "ci" / f"{ci}.yml").read_text("utf-8")
    try:
        suite = new.own_template()
    except Usage:
        return text
    # A folder of this machine is nothing to CI, and what is no plain address is not for YAML.
    plain = re.fullmatch(r"https://[\w.:-]+(/[\w.~+-]+)+", suite)
    return text.replace(_SUITE, suite) if plain else text

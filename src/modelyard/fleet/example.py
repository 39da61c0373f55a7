"""Writes the first fleet.toml, with everything that can be said in it."""

import json
import re
from importlib import resources
from pathlib import Path

from modelyard import new
from modelyard.errors import NotReady, Usage
from modelyard.template.own import own_commit

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
# tag_prefix = "models-"                        # its releases are the tags models-v1.2.0 and so on
# answers = {{ ci = "github" }}                   # for repos with no valid answer, no others

# Which repos. With nothing here: all of the owner's that have an answers file of this template.
[repos]
# topic = "ml-model"
# pattern = "*-model"
# names = ["churn", "pricing"]
# exclude = ["sandbox-*"]

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
green = 1.0         # at least this share of the requests so far has green CI
default_branch = 1.0    # at least this share of the merged repos is green after the merge
conflicts = 0.3     # at most this share of the repos so far has a conflict
# no_ci = "blocks"  # a repo that nothing checks passes otherwise, and is counted as without CI
# soak_hours = 48   # so long must enough repos have lived with it

# What one repo may take of a run, of memory and in one file in GiB; more is its own failure.
# [limits]
# minutes = 15
# memory_gb = 4
# file_gb = 2
# writes_a_minute = 80   # to the forge, by all processes and shards; as it is on github.com
# writes_an_hour = 500

# When requests may be opened; without any, that is always.
# [[windows]]
# days = ["mon", "tue", "wed", "thu"]
# from = "08:00"
# to = "17:00"
# zone = "Europe/Berlin"

# [[exempt]]
# repo = "legacy-pricing"
# reason = "frozen until the audit is over"
# until = 2027-01-31

[request]
# ready = "at-once"    # by default a request is a draft until CI of its commit is green
# no_ci_minutes = 15   # … or until nothing has checked it for so long
# merge = "auto"       # what is clean and green is merged by the forge, or by its "queue" alone

[bot]
name = "modelyard"
email = "modelyard@example.com"
# accounts = ["old-bot", "old-app[bot]"]   # whose requests are the fleet's too, beside the token's
"""


CI = {"github": ".github/workflows/rollout.yml", "gitlab": ".gitlab-ci.yml"}
LOCK = "fleet-requirements.lock"
_SUITE = "https://github.com/YOUR-TEAM/modelyard"
_COMMIT = "FULL-COMMIT-ID"


def write(path: Path, kind: str, owner: str, source: str | None, ci: str | None = None) -> str:
    """Write a commented fleet file, and return what it is about.

    Args:
        path: The file.
        kind: The kind of the forge.
        owner: Who owns the repos there.
        source: The template; the suite that this was installed from where it is None.
        ci: A key of `CI`, where its workflow, and the lock that this installs from, are to be
            written beside the file too.

    Raises:
        NotReady: One of the files is there already; then none is written.
    """
    workflow = path.parent / CI[ci] if ci else None
    lock = path.parent / LOCK if ci else None
    for one in (path, workflow, lock):
        if one and one.exists():
            raise NotReady(f"{one} is there already", f"edit {one}")
    here = source or new.own_template()
    # Names are somebody's input: as TOML strings they cannot become settings.
    safe = {"owner": json.dumps(owner)[1:-1], "source": json.dumps(here)[1:-1]}
    path.write_text(TEMPLATE.format(kind=kind, **safe), "utf-8")
    if not (ci and workflow and lock):
        return f"{kind} {owner}, {here}"
    text = _workflow(ci)
    workflow.parent.mkdir(parents=True, exist_ok=True)
    workflow.write_text(text, "utf-8")
    lock.write_text(_shipped("requirements.lock"), "utf-8")
    filled = "" if _COMMIT not in text else f"; to fill in there: {_COMMIT}, of modelyard"
    return f"{kind} {owner}, {here}; {workflow}{filled}"


def _shipped(name: str) -> str:
    return (resources.files("modelyard.fleet") / "ci" / name).read_text("utf-8")


def _workflow(ci: str) -> str:
    """Return a workflow that installs this suite at this commit, as far as both are known."""
    text = _shipped(f"{ci}.yml")
    try:
        suite = new.own_template()
    except Usage:
        return text
    # A folder of this machine is nothing to CI, and what is no plain address is not for YAML.
    if not re.fullmatch(r"https://[\w.:-]+(/[\w.~+-]+)+", suite):
        return text
    commit = own_commit(suite)
    if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit):
        text = text.replace(_COMMIT, commit)
    return text.replace(_SUITE, suite)

"""Writes the first fleet.toml, with everything that can be said in it."""

import json
from pathlib import Path

from modelyard import creation
from modelyard.errors import NotReady

TEMPLATE = """\
# The fleet: which repos follow which standard, and how a release reaches them.
# The forge is the state: this file and the requests there are all there is.

# A repository that the bot may push to, where `modelyard fleet pause` leaves its mark.
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

# What must hold before `rollout --next` opens the next wave.
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
"""


def write(path: Path, kind: str, owner: str, source: str | None) -> str:
    """Write a commented fleet file, and return what it is about.

    Raises:
        NotReady: There is one already.
    """
    if path.exists():
        raise NotReady(f"{path} is there already", f"edit {path}")
    here = source or creation.own_template()
    # Names are somebody's input: as TOML strings they cannot become settings.
    safe = {"owner": json.dumps(owner)[1:-1], "source": json.dumps(here)[1:-1]}
    path.write_text(TEMPLATE.format(kind=kind, **safe), "utf-8")
    return f"{kind} {owner}, {here}"

"""Makes docs/images/fleet-report.png: the fleet's page of a small, made-up fleet.

Run it by hand when the page changes. It needs Chromium, which nothing else here does:

    CHROMIUM=/usr/bin/chromium python tools/fleet_screenshot.py
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from modelyard.fleet import pr_metadata
from modelyard.fleet.config import Fleet
from modelyard.fleet.marks import FleetRequest, Judge
from modelyard.fleet.model import Observation
from modelyard.fleet.report import collect, render
from modelyard.fleet.states import RepoState
from modelyard.forges.forge import PullRequest, PullRequestState, Repository
from modelyard.forges.signing import SigningKeys
from modelyard.merged import Conflict
from modelyard.reasons import ConflictReason
from modelyard.update.result import Status, UpdateResult

IMAGE = Path(__file__).parents[1] / "docs" / "images" / "fleet-report.png"
WIDTH, HEIGHT = 1200, 1308
NOW = datetime(2026, 6, 19, 9, 30, tzinfo=UTC)
VERSION = "v1.4.0"
JUDGE = Judge("modelyard/", SigningKeys())
# When each version was rolled out, in days before today.
RELEASES = {"v1.2.0": 118, "v1.3.0": 61, VERSION: 13}


@dataclass(frozen=True)
class Story:
    """What became of a repo.

    Attributes:
        name: The repo.
        wave: Its wave.
        took: Days until the request for each version was merged; None where it is open still.
        first: The version that it was generated from.
        conflicts: Files that a person has to decide.
        checks: What CI says of the open request.
        detail: Why the update was refused.
        edited: Standard files that were changed.
    """

    name: str
    wave: str
    took: Sequence[float | None]
    first: str = "v1.1.0"
    conflicts: Sequence[str] = ()
    checks: str = "success"
    detail: str = ""
    edited: Sequence[str] = ()


STORIES = [
    Story("churn", "canary", [1, 0.5, 0.8]),
    Story("flight-delays", "canary", [2, 1, 1.2]),
    Story("card-fraud", "first", [4, 2, 2.1]),
    Story("parcel-volume", "first", [3, 6, 1.4]),
    Story("returns", "first", [9, 4, 3.2], edited=["Makefile"]),
    Story("store-demand", "first", [5, 12, None]),
    Story("lead-scoring", "first", [6, 3, 6.4]),
    Story("ad-ranking", "half", [14, 7, 2.5]),
    Story("claims-triage", "half", [3, 9, None], conflicts=["pyproject.toml", "Makefile"]),
    Story("price-elasticity", "half", [8, 3, 4.1]),
    Story("route-times", "half", [11, 5, None], checks="failure"),
    Story("search-relevance", "half", [7, None], conflicts=["pyproject.toml"], first="v1.2.0"),
    Story("staffing", "all", [10, 8]),
    Story("stock-outs", "all", [4, 2]),
    Story("support-topics", "all", [21], detail="the answer to monitoring is not taken: 'weekly'"),
    Story("warranty", "all", [13, 16]),
]


def main() -> None:
    """Write the picture."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        sys.exit("no Chromium: set CHROMIUM to it")
    page = render(collect(fleet_of(STORIES), settings(), VERSION, NOW))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "fleet.html")
        file.write_text(page, "utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        size = [f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={IMAGE}"]
        IMAGE.parent.mkdir(exist_ok=True)
        subprocess.run([chromium, *options, *size, file.as_uri()], check=True, capture_output=True)
    print(f"{IMAGE}: {IMAGE.stat().st_size // 1024} KiB")


def settings() -> Fleet:
    """Return the settings of the fleet."""
    return Fleet.model_validate(
        {
            "forge": {"kind": "github", "owner": "north-sea-data"},
            "template": {"source": "https://github.com/north-sea-data/model-standard"},
            "waves": [
                {"name": "canary", "repos": ["churn", "flight-delays"]},
                {"name": "first", "share": 0.4},
                {"name": "half", "share": 0.6},
                {"name": "all", "share": 1.0},
            ],
            "exempt": [{"repo": "credit-risk", "reason": "audit", "until": "2026-07-31"}],
        }
    )


def fleet_of(stories: Sequence[Story]) -> list[Observation]:
    """Return what would be found in the repos, and in three that are none of the standard's yet."""
    exempt = Observation("north-sea-data/credit-risk", "all", RepoState.EXEMPT, detail="audit")
    candidates = [
        Observation(f"north-sea-data/{name}", "all", RepoState.CANDIDATE)
        for name in ("elo", "nightly-etl")
    ]
    return [*map(observation, stories), exempt, *candidates]


def observation(story: Story) -> Observation:
    """Return what would be found in a repo."""
    name = f"north-sea-data/{story.name}"
    at = story.first
    made: list[FleetRequest] = []
    versions = [one for one in RELEASES if one > story.first]
    for number, (version, took) in enumerate(zip(versions, story.took, strict=False), start=1):
        conflicts = story.conflicts if took is None else ()
        made.insert(0, request(name, number, version, at, story.wave, took, conflicts))
        at = version if took is not None else at
    newest = next((one for one in made if one.branch.endswith(VERSION)), None)
    is_open = newest is not None and newest.state == "open"
    found = tuple(Conflict(path, ConflictReason.CONTENT) for path in story.conflicts)
    by_merge = RepoState.CONFLICT if found else RepoState.CLEAN
    state = RepoState.CURRENT if at == VERSION else RepoState.behind(newest, by_merge)
    status = Status.CONFLICT if found else Status.CLEAN
    return Observation(
        name,
        story.wave,
        RepoState.REFUSED if story.detail else state,
        VERSION,
        at,
        story.detail,
        None if story.detail else UpdateResult(status, at, VERSION, conflicts=found),
        newest,
        made,
        behind=sum(version > at for version in RELEASES),
        edited=story.edited,
        checks=story.checks if is_open else "",
    )


def request(
    name: str,
    number: int,
    version: str,
    before: str,
    wave: str,
    took: float | None,
    conflicts: Sequence[str],
) -> FleetRequest:
    """Return a request, merged after `took` days, or open still."""
    later = {"canary": 0, "first": 2, "half": 6, "all": 9}[wave]
    opened = NOW - timedelta(days=RELEASES[version] - later)
    metadata = pr_metadata.Metadata(version, before, "", "", wave, tuple(conflicts))
    made = PullRequest(
        number,
        f"https://github.com/{name}/pull/{number}",
        f"modelyard/{version}",
        "",
        PullRequestState("open" if took is None else "merged"),
        bool(conflicts),
        f"Update to {version}",
        JUDGE.line(name, f"modelyard/{version}", metadata),
        opened,
        None if took is None else opened + timedelta(days=took),
        own=True,
    )
    (judged,) = JUDGE.judge(Repository(name, "main"), [made])
    return judged


if __name__ == "__main__":
    main()

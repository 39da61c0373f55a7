"""Reports of fleets that are made up: observations, requests, settings."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from modelyard.check.kept import KeptEntry
from modelyard.fleet import pr_metadata
from modelyard.fleet.config import Fleet
from modelyard.fleet.marks import FleetRequest, Judge
from modelyard.fleet.model import Observation
from modelyard.fleet.report import ReportData, collect
from modelyard.fleet.states import RepoState
from modelyard.forges.forge import PullRequest, PullRequestState, Repository
from modelyard.forges.signing import SigningKeys
from modelyard.merged import Conflict
from modelyard.reasons import ConflictReason
from modelyard.update.result import Status, UpdateResult

JUDGE = Judge("modelyard/", SigningKeys())
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


def fleet(**more: object) -> Fleet:
    settings: dict[str, object] = {
        "forge": {"kind": "github", "owner": "acme"},
        "template": {"source": "https://github.com/acme/standard"},
        "waves": [{"name": "canary", "repos": ["r0"]}, {"name": "all", "share": 1.0}],
    }
    return Fleet.model_validate({**settings, **more})


def request(
    opened: float,
    took: float | None = None,
    *,
    to: str = "v2",
    before: str = "v1",
    state: str = "",
    draft: bool = False,
    conflicts: Sequence[str] = (),
    url: str = "https://github.com/acme/r/pull/1",
    wave: str = "all",
) -> FleetRequest:
    """Make a request that was opened so many days ago, and ended after so many days."""
    begun = NOW - timedelta(days=opened)
    metadata = pr_metadata.Metadata(to, before, "b", "h", wave, tuple(conflicts))
    made = PullRequest(
        number=1,
        url=url,
        branch=f"modelyard/{to}",
        head="h",
        state=PullRequestState(state or ("open" if took is None else "merged")),
        draft=draft,
        title=f"Update to {to}",
        body=f"words\n\n{JUDGE.line('r', f'modelyard/{to}', metadata)}\n",
        opened=begun,
        ended=None if took is None else begun + timedelta(days=took),
        own=True,
    )
    (judged,) = JUDGE.judge(Repository("r", "main"), [made])
    return judged


def repo(
    name: str,
    state: str = "current",
    version: str = "v2",
    *requests: FleetRequest,
    wave: str = "all",
    detail: str = "",
    conflicts: Mapping[str, str] | None = None,
    wanted: str = "v2",
    checks: str = "",
    behind: int = 0,
    edited: Sequence[str] = (),
    kept: Sequence[KeptEntry] = (),
) -> Observation:
    """Make what is found in a repo: `state` as of the merge, where it has a request."""
    about = next((one for one in requests if one.branch == f"modelyard/{wanted}"), None)
    known, update = RepoState(state), None
    if known in {RepoState.CURRENT, RepoState.CLEAN, RepoState.CONFLICT}:
        found = tuple(
            Conflict(path, ConflictReason.OTHER, why) for path, why in (conflicts or {}).items()
        )
        update = UpdateResult(
            Status.CONFLICT if found else Status.CLEAN, version, wanted, conflicts=found
        )
    if known in {RepoState.CLEAN, RepoState.CONFLICT}:
        known = RepoState.behind(about, known)
    return Observation(
        name,
        wave,
        known,
        wanted,
        version,
        detail,
        update,
        about,
        requests,
        behind=behind,
        edited=edited,
        kept=tuple(kept),
        checks=checks,
    )


def report(*seen: Observation, **more: object) -> ReportData:
    return collect(seen, fleet(**more), "v2", NOW)


def made_up(count: int, seed: int = 7) -> Iterator[Observation]:
    """Make a fleet that is in the middle of a rollout of v2.2.0."""
    chance = random.Random(seed)  # noqa: S311
    releases = {"v1.4.0": 400, "v2.0.0": 260, "v2.1.0": 130, "v2.2.0": 24}
    files = ["pyproject.toml", ".github/workflows/ci.yml", "params.yaml", "Makefile", "README.md"]
    words = ["churn", "fraud", "demand", "pricing", "routing", "claims", "search", "ads", "risk"]
    for index in range(count):
        name = f"acme/{chance.choice(words)}-{chance.choice(words)}-{index:04d}"
        wave = "canary" if index % 20 == 0 else "first" if index % 5 == 0 else "all"
        kind = chance.random()
        if kind < 0.05:
            state = chance.choice(["candidate", "exempt", "problem", "failed", "foreign"])
            detail = {"failed": f"{name} does not answer: timed out", "problem": "archived"}
            yield repo(name, state, "", wave=wave, detail=detail.get(state, "frozen"))
            continue
        pace = {"canary": 0.98, "first": 0.85, "all": 0.4}[wave]
        done: list[FleetRequest] = []
        at = "v1.3.0"
        for version, ago in releases.items():
            if version == "v2.2.0" and chance.random() > pace:
                break
            opened = ago - chance.random() * 5
            took = min(chance.expovariate(1 / 6), opened)
            url = f"https://github.com/{name}/pull/{len(done) + 1}"
            made = request(opened, took, to=version, before=at, url=url, wave=wave)
            if version == "v2.2.0" and took > 9:
                made = request(opened, to=version, before=at, url=url, wave=wave)
            elif version != "v2.2.0" and chance.random() < 0.12:
                continue
            else:
                at = version
            done.insert(0, made)
        if at == "v2.2.0":
            yield repo(name, "current", at, *done, wave=wave, wanted="v2.2.0")
            continue
        fate = chance.random()
        if fate < 0.12:
            paths = chance.sample(files, chance.randint(1, 3))
            said = dict.fromkeys(paths, "both changed the same lines")
            drafted = request(
                20 - chance.random() * 9,
                to="v2.2.0",
                before=at,
                draft=True,
                conflicts=paths,
                url=f"https://github.com/{name}/pull/9",
            )
            kept = [drafted, *(one for one in done if one.state != "open")]
            yield repo(name, "conflict", at, *kept, wave=wave, conflicts=said, wanted="v2.2.0")
        elif fate < 0.16:
            why = chance.choice(
                ["the answer 'seed' is not taken", "the template wants to run code"]
            )
            yield repo(name, "refused", at, *done, wave=wave, detail=why, wanted="v2.2.0")
        else:
            behind = 1 if at == "v2.1.0" else 2
            edited = chance.sample(files, 1) if fate > 0.9 else ()
            checks = ""
            if done and done[0].state == "open":
                checks = chance.choice(["success", "success", "success", "failure", "pending"])
            yield repo(
                name,
                "clean",
                at,
                *done,
                wave=wave,
                wanted="v2.2.0",
                behind=behind,
                edited=edited,
                checks=checks,
            )

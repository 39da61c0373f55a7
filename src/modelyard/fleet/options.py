"""What somebody wants of a fleet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from modelyard.fleet.verify import Verification


class Mode(Enum):
    """How far a run goes."""

    ROLLOUT = "acts, and clones nothing where the request alone tells what to do"
    PLAN = "merges every repo, and writes nothing"
    STATUS = "as a plan, and finds what was edited and what CI says"


@dataclass(frozen=True)
class RolloutOptions:
    """What somebody wants of a fleet.

    Attributes:
        file: The fleet.toml.
        to: The version; the newest release where it is None.
        wave: A wave by name; all where it is None.
        shard: Which part of how many, counted from 1.
        limit: At most so many repos.
        verify: What must succeed in a repo before its request is opened, and in which sandbox.
        jobs: Processes.
        mode: How far it goes.
        read_only: The token can only read, so repos are none the worse for that it may not push.
        data: Answers for repos that have none on record, or one that is not valid any more.
        now: It goes on outside of the windows, too.
        opens: Whether it may open requests; else it sees to those that are open, and to no more.
    """

    file: Path
    to: str | None = None
    wave: str | None = None
    shard: tuple[int, int] = (1, 1)
    limit: int | None = None
    verify: Verification | None = None
    jobs: int = 1
    mode: Mode = Mode.ROLLOUT
    read_only: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    now: bool = False
    opens: bool = True

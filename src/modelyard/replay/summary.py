"""What a replay found of all past updates together."""

from collections.abc import Sequence
from dataclasses import dataclass

from modelyard.replay.result import ReplayedUpdate, ReplayStatus, SkippedUpdate, ToolReplay


@dataclass(frozen=True)
class ToolTotals:
    """What one tool would have asked in all updates that are compared.

    Attributes:
        needs_a_person: Updates with a conflict, and those that were stopped.
        files: Files in conflict.
        seconds: The time of all updates.
        cpu_seconds: The CPU time of all updates.
        failed: Updates in which it failed; they are not compared.
    """

    needs_a_person: int
    files: int
    seconds: float
    cpu_seconds: float
    failed: int

    @classmethod
    def of(cls, tried: Sequence[ToolReplay], compared: Sequence[ToolReplay]) -> "ToolTotals":
        """Add up what a tool did, in all updates and in those that are compared."""
        return cls(
            sum(one.needs_a_person for one in compared),
            sum(len(one.conflicts) for one in compared),
            round(sum(one.seconds for one in compared), 2),
            round(sum(one.cpu_seconds for one in compared), 2),
            sum(one.status is ReplayStatus.FAILED for one in tried),
        )


@dataclass(frozen=True)
class ReplayResult:
    """What became of all past updates of a repo.

    Attributes:
        updates: Those that were done again, the oldest first.
        skipped: Those that were not, and why.
        compared: How many of them the totals are of: no tool failed.
        modelyard: The totals of `modelyard update`.
        copier: The totals of `copier update`; null where it was not asked.
        copier_version: Which Copier that was; "" where it was not asked.
        shallow: The clone does not have all of the history, so older updates are not seen.
    """

    updates: tuple[ReplayedUpdate, ...]
    skipped: tuple[SkippedUpdate, ...]
    compared: int
    modelyard: ToolTotals
    copier: ToolTotals | None
    copier_version: str = ""
    shallow: bool = False

    @property
    def totals(self) -> dict[str, ToolTotals]:
        """The totals of each tool that was asked, by the tool's name."""
        asked = {"modelyard": self.modelyard, "copier": self.copier}
        return {name: one for name, one in asked.items() if one}

    @classmethod
    def of(
        cls,
        done: Sequence[ReplayedUpdate | SkippedUpdate],
        *,
        copier_version: str = "",
        shallow: bool = False,
    ) -> "ReplayResult":
        """Add up a replay."""
        updates = tuple(one for one in done if isinstance(one, ReplayedUpdate))
        compared = [one for one in updates if one.is_compared]
        by_copier = [one.copier for one in updates if one.copier]
        counted = [one.copier for one in compared if one.copier]
        return cls(
            updates,
            tuple(one for one in done if isinstance(one, SkippedUpdate)),
            len(compared),
            ToolTotals.of([one.modelyard for one in updates], [one.modelyard for one in compared]),
            ToolTotals.of(by_copier, counted) if copier_version else None,
            copier_version,
            shallow,
        )

"""The contract of a repo's snapshots, and how a snapshot breaks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["string", "integer", "number", "datetime", "boolean"]
Period = Literal["day", "week", "month", "any"]


@dataclass(frozen=True)
class Column:
    """What one column may hold.

    Attributes:
        kind: The type of its values.
        minimum: The least value, inclusive.
        maximum: The largest value, inclusive.
        allowed: All values there may be; None for any.
        nullable: Whether a value may be missing.
        known_after: Whether it is known only after what is predicted has happened, as a label is.
            Conformance tests that no feature depends on such a column.
    """

    kind: Kind
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str | float, ...] | None = None
    nullable: bool = False
    known_after: bool = False


@dataclass(frozen=True)
class Contract:
    """What one snapshot must look like.

    Attributes:
        key: The column that tells rows apart.
        columns: Every column of a snapshot, by name.
        time: The datetime column that places a row in its snapshot; None where there is no time.
        group: The column whose rows belong together (a customer, a machine); None where none does.
            Where there is no time, all rows of a group are trained on, or all are held out.
        fresh_within_days: The newest row lies at most so long before the end of the period, which
            `period` in params.yaml names; None for no check.
        label: The columns that the label is made from. They may be missing when a snapshot lands;
            until they have come, it is scored, and neither trained on nor judged by.
        label_after_days: So long after a row's time its label is known: by then the snapshot is to
            be landed again.
        min_rows: The least number of rows of a snapshot.
    """

    key: str
    columns: Mapping[str, Column]
    time: str | None = None
    group: str | None = None
    fresh_within_days: float | None = None
    label: tuple[str, ...] = ()
    label_after_days: float = 0
    min_rows: int = 1

    @property
    def known_after(self) -> tuple[str, ...]:
        """The columns that are known only after what is predicted has happened."""
        return tuple(n for n, c in self.columns.items() if c.known_after or n in self.label)


@dataclass(frozen=True)
class Violation:
    """One way in which a snapshot breaks the contract, and the first row where it does."""

    column: str
    problem: str
    rows: int
    example: str

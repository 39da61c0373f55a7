"""An order into which names are put one by one, each in constant time."""

from collections.abc import Hashable, Iterable, Iterator
from typing import Final


class Order:
    """A linked list of unique names.

    Attributes:
        START: Stands before the first name.
        END: Stands behind the last one.
    """

    START: Final = object()
    END: Final = object()

    def __init__(self, names: Iterable[Hashable]) -> None:
        self._next: dict[Hashable, Hashable] = {self.START: self.END}
        self._before: dict[Hashable, Hashable] = {self.END: self.START}
        for name in names:
            self.insert(name, self._before[self.END])

    def __iter__(self) -> Iterator[Hashable]:
        name = self._next[self.START]
        while name is not self.END:
            yield name
            name = self._next[name]

    def __contains__(self, name: Hashable) -> bool:
        return name in self._next

    def before(self, name: Hashable) -> Hashable:
        """Return what stands before a name."""
        return self._before[name]

    def behind(self, name: Hashable) -> Hashable:
        """Return what stands behind a name."""
        return self._next[name]

    def insert(self, name: Hashable, behind: Hashable) -> None:
        """Put a new name behind another one."""
        after = self._next[behind]
        self._next[behind] = self._before[after] = name
        self._next[name], self._before[name] = after, behind

    def insert_as(self, name: Hashable, model: "Order") -> None:
        """Put a new name behind the nearest one that stands before it in another order."""
        near = model.before(name)
        while near not in self:
            near = model.before(near)
        self.insert(name, near)

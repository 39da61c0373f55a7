"""Finds the formatters that leave a file as it is, and runs those over both renders of it.

That a formatter, with the settings that are known here, leaves the user's file as it is, is all
that counts: then the user's people ran it, or it makes no difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from modelyard.ledger.rewritten import is_readable, means_the_same
from modelyard.update.formatted.settings import Settings
from modelyard.update.formatted.tools import BLACK, ORDER, RUFF_FORMAT, RUFF_IMPORTS, Role, Tool
from modelyard.update.formatted.workspace import Unusable, Workspace


@dataclass(frozen=True)
class Sides:
    """One file in conflict, as it was rendered and as the user has it.

    Attributes:
        base: The render of the recorded version.
        ours: The user's.
        theirs: The render of the wanted version; None where it has none.
        names: The formatters that changed one of the renders.
    """

    base: bytes
    ours: bytes
    theirs: bytes | None
    names: tuple[str, ...] = ()


def candidates(hooks: list[Tool], settings: Settings) -> list[Tool]:
    """Return the formatters that may have been run, in the order in which they are tried.

    ruff's formatter, with its own settings, is what many run without a word in the repo.
    """
    tools = list(hooks)
    if settings.sorts:
        tools.append(RUFF_IMPORTS)
    if settings.names_black:
        tools.append(BLACK)
    tools.append(RUFF_FORMAT)
    # Of two formatters of one role, the hooks' first, and then those with settings of their own.
    return list(dict.fromkeys(sorted(tools, key=lambda tool: ORDER.index(tool.role))))


def formatted(
    files: Mapping[str, Sides], tools: list[Tool], workspace: Workspace
) -> dict[str, Sides]:
    """Return the files of which a render changes, with both renders formatted.

    Raises:
        OSError: This disk cannot hold them.
    """
    found = _Chains(workspace, tools)
    for path, sides in files.items():
        # Of a file that cannot be read, "it is left as it is" says nothing.
        if is_readable(path, sides.ours):
            found.ours[path] = sides.ours
    found.find()
    bases = found.run({path: files[path].base for path in found.chains})
    theirs = found.run(
        {path: side for path in bases if (side := files[path].theirs) is not None},
    )
    made = {}
    for path, base in bases.items():
        before = files[path]
        after = replace(
            before,
            base=base,
            theirs=None if before.theirs is None else theirs.get(path),
            names=found.names(path),
        )
        if (after.base, after.theirs) != (before.base, before.theirs) and _is_proved(
            path, before, after
        ):
            made[path] = after
    return made


def _is_proved(path: str, before: Sides, after: Sides) -> bool:
    if before.theirs is None:
        # The template deleted it: then a change of the form alone is no reason to keep it.
        return after.base == after.ours and means_the_same(path, before.base, after.base)
    return (
        after.theirs is not None
        and means_the_same(path, before.base, after.base)
        and means_the_same(path, before.theirs, after.theirs)
    )


@dataclass
class _Chains:
    """The formatters of each file, in the order in which they run."""

    workspace: Workspace
    tools: list[Tool]
    ours: dict[str, bytes] = field(default_factory=dict)
    chains: dict[str, list[Tool]] = field(default_factory=dict)
    _changed: set[tuple[str, Tool]] = field(default_factory=set)
    _unusable: set[Tool] = field(default_factory=set)

    def find(self) -> None:
        """Find for each file, and each role, the first formatter that leaves it as it is."""
        decided: set[tuple[str, Role]] = set()
        if RUFF_IMPORTS.role in {tool.role for tool in self.tools}:
            self.workspace.name_modules()
        for tool in self.tools:
            asked = {
                path: content
                for path, content in self.ours.items()
                if tool.takes(path)
                and decided.isdisjoint((path, role) for role in tool.role.done_by)
            }
            for path, content in self._run(tool, asked).items():
                if content == self.ours[path]:
                    self.chains.setdefault(path, []).append(tool)
                    decided.add((path, tool.role))

    def run(self, contents: dict[str, bytes]) -> dict[str, bytes]:
        """Return what the formatters of each file make of a content of it."""
        made = dict(contents)
        for tool in self.tools:
            asked = {path: content for path, content in made.items() if tool in self.chains[path]}
            after = self._run(tool, asked)
            self._changed |= {(path, tool) for path in after if after[path] != asked[path]}
            made |= after
        whole = (path for path in made if self._unusable.isdisjoint(self.chains[path]))
        return {path: made[path] for path in whole}

    def names(self, path: str) -> tuple[str, ...]:
        """Return the names of the formatters that have changed a content of a file."""
        return tuple(tool.name for tool in self.chains[path] if (path, tool) in self._changed)

    def _run(self, tool: Tool, contents: dict[str, bytes]) -> dict[str, bytes]:
        if not contents or tool in self._unusable:
            return {}
        try:
            return self.workspace.run(tool, contents)
        except Unusable:
            self._unusable.add(tool)
            return {}

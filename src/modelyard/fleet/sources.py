"""Tells which of the addresses that repos have on record lead to the template of the fleet."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from modelyard.errors import ModelyardError
from modelyard.fleet import addresses
from modelyard.fleet.addresses import Address
from modelyard.forges.forge import Forge


class Sources:
    """The addresses of a template, each looked at once in a run.

    Args:
        known: The addresses that fleet.toml names.
        beside: The folder of fleet.toml, where a relative path begins.
        forge: Where the repos are; it is asked where a repo of one of its addresses is now.
    """

    def __init__(self, known: Iterable[str], beside: Path, forge: Forge) -> None:
        self._known, self._beside, self._forge = tuple(known), beside, forge
        self._host = addresses.parse(forge.address, beside).host if forge.address else ""
        self._found: dict[str, bool] = {}
        self._now: dict[str, str] = {}

    def lead_here(self, source: str) -> bool:
        """Tell whether an address leads to the template."""
        if source in self._known:
            return True
        if source not in self._found:
            self._found[source] = self._leads_here(source)
        return self._found[source]

    def _leads_here(self, source: str) -> bool:
        there = self._parsed(source)
        if there in self._places:
            return True
        # After a transfer or a rename the forge knows the old name, and git is led on from it.
        own = [one for one in self._places if one.host == there.host == self._host != ""]
        return any(self._is_now(there) == self._is_now(one) != "" for one in own)

    @cached_property
    def _places(self) -> frozenset[Address]:
        return frozenset(map(self._parsed, self._known))

    def _parsed(self, source: str) -> Address:
        return addresses.parse(source, self._beside, {self._host})

    def _is_now(self, address: Address) -> str:
        """Return what a repo of the forge is called today; "" where it cannot be seen."""
        if address.path not in self._now:
            try:
                self._now[address.path] = self._forge.repository(address.path).name
            except ModelyardError:
                self._now[address.path] = ""
        return self._now[address.path]

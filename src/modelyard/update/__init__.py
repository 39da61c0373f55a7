"""Brings one repo to a version of its template."""

from modelyard.update.one_repo import Plan, plan, update
from modelyard.update.options import UpdateOptions

__all__ = ["Plan", "UpdateOptions", "plan", "update"]

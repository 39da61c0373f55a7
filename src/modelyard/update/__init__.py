"""Brings one repo to a version of its template."""

from modelyard.update.one_repo import Plan, UpdateOptions, plan, update

__all__ = ["Plan", "UpdateOptions", "plan", "update"]

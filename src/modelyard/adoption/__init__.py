"""Brings repos that exist under a template: infers the answers, adds what is missing."""

from modelyard.adoption.adopt import adopt, propose
from modelyard.adoption.asking import on_terminal
from modelyard.adoption.outcome import Adopted, AdoptPlan, Inferred

__all__ = ["AdoptPlan", "Adopted", "Inferred", "adopt", "on_terminal", "propose"]

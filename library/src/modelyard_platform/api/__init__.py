"""What others write: the owner of a repo its modules, a company its providers."""

from .contract import Column, Contract, Kind, Period, Violation
from .modules import ContractModule, Features, Metrics, Model, Source
from .providers import Alert, Event, Message, Run, Tracker, Validator

__all__ = [
    "Alert",
    "Column",
    "Contract",
    "ContractModule",
    "Event",
    "Features",
    "Kind",
    "Message",
    "Metrics",
    "Model",
    "Period",
    "Run",
    "Source",
    "Tracker",
    "Validator",
    "Violation",
]

"""Tells people what happened, through the alerts that params.yaml names."""

from typing import cast

from .. import console, providers
from ..api import Alert, Event, Message
from ..redaction import redact
from ..settings import Project


def tell(project: Project, event: Event, version: str, text: str) -> None:
    """Send a message through every alert; one that fails is told, and stops nothing."""
    message = Message(project.name, event, version, redact(text))
    for name in project.params.alerts:
        try:
            load(name).send(message)
        except Exception as error:  # an alert is anybody's code, and what it tells has happened
            what = f"the alert {name} was not sent: {type(error).__name__}: {error}"
            console.tell(f"• {what}")


def load(name: str) -> Alert:
    """Return the alert of that name; SetupError where no package has it."""
    return cast(Alert, providers.load("alerts", name, "send"))

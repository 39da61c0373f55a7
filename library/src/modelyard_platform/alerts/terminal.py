"""Shows a message where the verb was typed, or in the log of the job that runs it."""

from ..api import Message
from ..console import tell


def send(message: Message) -> None:
    """Print a message on stderr."""
    tell(f"! {message.project}: {message.text}")

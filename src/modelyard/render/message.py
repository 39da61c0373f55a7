"""What a template says to people after a copy or an update.

It is text of other people: whoever shows it makes it fit for where it is shown.
"""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any


def plain(text: str, answers: Mapping[str, Any], destination: PurePath) -> str:
    """Render a message with the answers, without what else Copier puts into its environment.

    Args:
        text: The message as the template has it.
        answers: The answers, computed ones too.
        destination: Where the project is.
    """
    from jinja2.sandbox import SandboxedEnvironment

    from modelyard.render.sandbox import PlainConf

    known = {k: v for k, v in answers.items() if not k.startswith("_")}
    try:
        made = SandboxedEnvironment().from_string(text)
        conf = PlainConf({"dst_path": destination}, PurePath(destination))
        return str(made.render(**known, _copier_conf=conf))
    except Exception:  # A filter raises what Python raises.
        return ""


def trimmed(text: str) -> str:
    """Return a message without blank lines around it."""
    return text.replace("\r\n", "\n").strip("\n").rstrip()

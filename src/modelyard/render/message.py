"""What a template says to people after a copy or an update."""

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

# A template is other people's: it must not steer the terminal that shows its words.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


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


def printable(text: str) -> str:
    """Return a message without blank lines around it and without control characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n")).strip("\n").rstrip()

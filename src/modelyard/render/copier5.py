"""Templates that were written for Copier 5, whose Jinja has brackets: `[[ name ]]`, `[% if … %]`.

Since version 6 Copier takes brackets for plain text, names of files included, unless a template
says otherwise. What such a template rendered in its day only brackets render again.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from modelyard.errors import NotReady
from modelyard.template import config
from modelyard.template.source import Version

_SETTINGS: Mapping[str, Any] = MappingProxyType(
    {
        "autoescape": False,
        "block_end_string": "%]",
        "block_start_string": "[%",
        "comment_end_string": "#]",
        "comment_start_string": "[#",
        "keep_trailing_newline": True,
        "variable_end_string": "]]",
        "variable_start_string": "[[",
    }
)
_SUFFIX = ".tmpl"
_ANSWERS_FILE = re.compile(r"\[\[ ?_copier_conf\.answers_file ?\]\]")


def is_for_it(version: Version) -> bool:
    """Tell whether a version was written for Copier 5.

    It names the file that records the answers in brackets, and has no settings for Jinja: a later
    Copier would record the answers in a file of that very name.
    """
    settings = config.read(version)
    place = settings.subdirectory
    if settings.has_envops or {"[", "{"} & set(place):
        return False
    version.part.need(place)
    folder = version.checkout / place
    return folder.is_dir() and any(_ANSWERS_FILE.match(one.name) for one in folder.iterdir())


def settings(version: Version) -> dict[str, Any]:
    """Return what Copier 5 took for granted, as attributes of Copier's template; {} if not for it.

    It was another suffix, too.
    """
    if not is_for_it(version):
        return {}
    suffix = {} if config.read(version).has_suffix else {"templates_suffix": _SUFFIX}
    return {"envops": dict(_SETTINGS), **suffix}


def refuse(*versions: Version) -> None:
    """Refuse versions that Copier itself is to render.

    Raises:
        NotReady: One of them was written for Copier 5.
    """
    for version in filter(is_for_it, versions):
        raise NotReady(
            f"{version.title} was written for Copier 5, and the Copier that would run its code "
            "takes its `[[ ]]` for plain text",
            "uvx --from 'copier<6' copier update",
        )

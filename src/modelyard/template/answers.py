"""The answers file of a repo: which template, which version, which answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from modelyard.errors import NotReady

DEFAULT_NAME = ".copier-answers.yml"


@dataclass(frozen=True)
class Answers:
    """What a repo records of its template.

    Attributes:
        path: The answers file, relative to the root of the rendered project.
        source: Where the template is, as recorded: a URL, or a path that may be relative.
        version: The tag, or the description of the commit, that was rendered last.
        values: The answers by question.
    """

    path: str
    source: str
    version: str
    values: Mapping[str, Any]


def parse(content: bytes, path: str) -> Answers:
    """Read an answers file.

    Raises:
        NotReady: It is no YAML mapping, or does not say which template it came from.
    """
    try:
        loaded = yaml.safe_load(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise NotReady(
            f"{path} is not valid YAML{where}", f"git log -p -- {path}    # and repair it"
        ) from None
    except UnicodeDecodeError:
        raise NotReady(f"{path} is not UTF-8", f"git log -p -- {path}") from None
    if not isinstance(loaded, dict):
        raise NotReady(f"{path} contains no answers", f"git log -p -- {path}    # and repair it")
    for key in ("_src_path", "_commit"):
        if not isinstance(loaded.get(key), str | int | float) or loaded[key] == "":
            raise NotReady(
                f"{path} has no {key}, so the template that this repo came from is unknown",
                "modelyard adopt    # brings a repo under a template",
            )
    values = {str(k): v for k, v in loaded.items() if not str(k).startswith("_")}
    return Answers(path, str(loaded["_src_path"]), str(loaded["_commit"]), values)

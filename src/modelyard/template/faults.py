"""Says what is wrong with a YAML file that cannot be read: the line, and the cause's own words."""

import re

import yaml

_MARKER = re.compile(rb"^(<{7}|>{7}|\|{7})([ \r]|$)", re.M)


def of(content: bytes, error: Exception) -> str:
    """Return what is wrong, to be read behind the name of the file.

    Args:
        content: The file.
        error: What reading it ended with.
    """
    if marker := _MARKER.search(content):
        line = _line(content, marker.start())
        return f"is not valid YAML, line {line}: the markers of a merge conflict are in it"
    if isinstance(error, UnicodeDecodeError | yaml.reader.ReaderError):
        return _of_characters(content, error)
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        words = f": {error.problem}" if error.problem else ""
        return f"is not valid YAML, line {error.problem_mark.line + 1}{words}"
    # A date or a number that is none has no line of its own, but words.
    at = _line_of_value(content)
    return f"is not valid YAML{f', line {at}' if at else ''}: {error}"


def _of_characters(content: bytes, error: Exception) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as other:
        return f"is not UTF-8, line {_line(content, other.start)}"
    at = getattr(error, "position", 0)
    line = text.count("\n", 0, at) + 1
    return f"is not valid YAML, line {line}: it has a control character"


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def _line_of_value(content: bytes) -> int | None:
    """Return the line at whose key the value is that cannot be made."""
    loader = yaml.SafeLoader(content)
    try:
        top = loader.get_single_node()
        for name, value in top.value if isinstance(top, yaml.MappingNode) else ():
            try:
                loader.construct_document(value)
            except (ValueError, yaml.YAMLError):
                return int(name.start_mark.line) + 1
    except (ValueError, RecursionError, yaml.YAMLError):
        return None
    finally:
        loader.dispose()
    return None

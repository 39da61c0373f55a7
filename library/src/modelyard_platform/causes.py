"""What an error comes from: libraries wrap it, and say of it less, or another thing."""

import re
from collections.abc import Iterator


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that it came from, outermost first."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        found = waiting.pop(0)
        if id(found) not in seen:
            seen.add(id(found))
            yield found
            waiting += _behind(found)


def root(error: BaseException) -> BaseException:
    """Return what an error first came from."""
    *_, last = chain(error)
    return last


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says, with the first of a list that it announces."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    said = " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]
    # As urllib3 writes it: where its own object is says nothing to anybody.
    return re.sub(r"<?[\w.]+ object at 0x[0-9a-f]+>?: ", "", said)


def is_a(error: BaseException, *names: str) -> bool:
    """Return whether an error is of a class of a library that may not be installed.

    `names` are full ones: `botocore.exceptions.NoCredentialsError`.
    """
    kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    return not kinds.isdisjoint(names)


def _behind(error: BaseException) -> list[BaseException]:
    # urllib3 has it as `reason`, SQLAlchemy as `orig`, requests as an argument.
    named = [getattr(error, "reason", None), getattr(error, "orig", None), *error.args]
    candidates = [*named, error.__cause__, error.__context__]
    return [found for found in candidates if isinstance(found, BaseException)]

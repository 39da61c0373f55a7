"""What can go wrong, for people: what happened, and the command that helps."""

from typing import Self

from modelyard.redaction import redact


class ModelyardError(Exception):
    """The root: ends a command with a message, a way out and an exit code of its own.

    Neither the message nor the hint has a secret in it, whatever it was made of.

    Args:
        message: What happened, and where.
        hint: The command, or the few words, that help.
    """

    code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        self.message, self.hint = redact(message), redact(hint)
        super().__init__(self.message)

    def told_of(self, what: str) -> Self:
        """Return the same error, whose message begins with what it is about."""
        self.message = redact(f"{what}: {self.message}")
        self.args = (self.message,)
        return self

    def __reduce__(self) -> tuple[object, ...]:
        """Let it go from one process to another, whatever its constructor takes."""
        return _rebuilt, (type(self), self.args, self.__dict__)


class Usage(ModelyardError):
    """An option makes no sense."""

    code = 2


class NotReady(ModelyardError):
    """A folder or a machine cannot be worked on: no git repo, no answers, a dirty tree."""

    code = 5


class Unreachable(ModelyardError):
    """A template, or a version of it, is not available."""

    code = 6


class Busy(ModelyardError):
    """Another modelyard works on the same repo."""

    code = 7


class Refused(ModelyardError):
    """The template wants what it is not trusted with: to run code, or to read this machine."""

    code = 9


class BadAnswer(ModelyardError):
    """An answer is missing or no longer valid.

    Args:
        message: What happened, and where.
        hint: The command, or the few words, that help.
        question: The question that it is about, where it is about one.
    """

    code = 10

    def __init__(self, message: str, hint: str = "", question: str = "") -> None:
        super().__init__(message, hint)
        self.question = question


class BadTemplate(ModelyardError):
    """A version of the template does not render."""

    code = 11


class Interrupted(ModelyardError):
    """Somebody has interrupted a step that is not left half-done; the message says what is done."""

    code = 130


class DiskFull(ModelyardError):
    """There is no space left; unless the message says otherwise, all is as it was."""

    code = 28

    def __init__(self, message: str, hint: str = "free disk space, then run it again") -> None:
        super().__init__(message, hint)


def _rebuilt(
    kind: type[ModelyardError], args: tuple[object, ...], state: dict[str, object]
) -> ModelyardError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error

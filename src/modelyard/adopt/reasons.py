"""Why an adoption leaves something as it is."""

from modelyard.reasons import Reason


class AdoptReason(Reason):
    """Why a file is held back, or what somebody should look at."""

    # Held back, also with --full.
    FOLDER_THERE = "a folder of yours is there"
    NEEDS_FOLDER = "it needs a folder where your {} is"
    TWIN = "your {} stands for it"
    PACKAGE_ELSEWHERE = "your package is {}"
    OTHER_LOCK = "it pins what another pyproject.toml names: compile your own"
    EXAMPLE = "an example for a new repo; yours to write"

    # Held back until --full.
    COLLECTED = "your test run would collect it"
    TEST_SETTINGS = "it would change how your tests run"
    BUILD = "it would change how your code is built and installed"
    LINTERS = "it would change what your linters say"
    CI = "it would run beside your CI"
    CODE = "your linters and tests would take it for code of yours"
    IN_PACKAGE = "it would become part of your package {}"
    SECOND_PACKAGE = "setuptools may take its folder for a second package beside your {}"

    # To look at.
    NO_TOML = "it is not valid TOML, so nothing was read from it: {}"
    NO_INI = "it cannot be read: {}"
    REFUSED = "the template does not take this answer to {}"
    NOT_IN_CONFLICT = "--conflict names no file that both have and that differs"
    CRUFT = (
        "cruft updates this repo too: delete it when you are done, or they undo each other's work"
    )
    HIDES = "the standard ignores what you have committed: left out"
    LACKS_PACKAGES = "yours is kept; it lacks packages that the standard's code needs"

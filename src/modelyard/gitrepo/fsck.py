"""How what is fetched is checked before it is taken."""

from modelyard.gitrepo.environment import Settings

# What git once wrote itself, or other programs do: it stands in the history of honest repos for
# ever, and nothing here reads it.
_OLD_MISTAKES = (
    *("zeroPaddedFilemode", "missingSpaceBeforeDate", "missingSpaceBeforeEmail", "badTimezone"),
    *(
        "missingEmail",
        "missingNameBeforeEmail",
        "badEmail",
        "badName",
        "badDate",
        "badDateOverflow",
    ),
    *("zeroPaddedDate", "missingTaggerEntry", "badTagName", "nulInCommit", "emptyName"),
)

CHECKED: Settings = (
    ("fetch.fsckObjects", "true"),
    *((f"fetch.fsck.{name}", "ignore") for name in _OLD_MISTAKES),
)
"""Trees and submodules that would mislead a reader are refused."""

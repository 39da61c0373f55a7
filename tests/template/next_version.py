"""A version of the suite that comes after the present one, for tests of updates."""

from pathlib import Path

from tests.repos import git

QUESTION = """
support:
  type: str
  help: Who helps with {{ project_name }}?
  default: ""
"""


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that is there once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{path}: {old!r} is there {text.count(old)} times"
    path.write_text(text.replace(old, new), "utf-8")


def append(path: Path, text: str) -> None:
    """Add a text at the end of a file."""
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def release(template: Path) -> None:
    """Make v0.2.0: a file of each owner is changed, one is new, one question more is asked."""
    model = template / "template" / "model"
    append(model / "docs" / "onboarding.md.jinja", "\nNewer on the first day.\n")
    (model / ".github" / "pull_request_template.md").write_text("New in this version.\n", "utf-8")
    edit(model / "Makefile.jinja", "UV := ", "# As it is.\nUV := ")
    edit(
        model / "params.yaml.jinja", "# Yours from here on", "# Newer words.\n# Yours from here on"
    )
    edit(model / "pyproject.toml.jinja", 'ignore = ["D105"', 'ignore = ["D100", "D105"')
    append(model / "README.md.jinja", "{{ '\n## Support\n\n' ~ support ~ '\n' if support }}")
    append(template / "choices" / "sample" / "flights" / "features.py", "\n\nNEWER = True\n")
    copier_yml = template / "copier.yml"
    edit(copier_yml, "\n# Computed ---", f"{QUESTION}\n# Computed ---")
    git(template, "add", "--all")
    git(template, "commit", "--quiet", "--message", "Release v0.2.0")
    git(template, "tag", "v0.2.0")

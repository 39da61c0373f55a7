"""One version of the corpus's template: what it holds, and how the next is made of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.tool.update.corpus import files as first
from tests.tool.update.corpus.files import PACKAGE
from tests.tool.update.oracle import Text, Witness

SOURCE = f"src/{PACKAGE}"

Edit = tuple[str, str, str, str]
"""A path, a text that the file has once, the text in its place, and what is seen of it."""


@dataclass
class Version:
    """The template as one release has it."""

    files: dict[str, str | bytes] = field(default_factory=lambda: dict(first.FILES))
    jinja: set[str] = field(default_factory=lambda: set(first.JINJA))
    runnable: set[str] = field(default_factory=lambda: set(first.EXECUTABLE))
    links: dict[str, str] = field(default_factory=lambda: dict(first.LINKS))
    questions: str = first.QUESTIONS

    def edit(self, edits: Iterable[Edit]) -> list[Witness]:
        """Make edits; an empty old text stands for the end of the file. Return their witnesses."""
        brings: list[Witness] = []
        for path, old, new, seen in edits:
            text = self.files[path]
            assert isinstance(text, str) and (not old or text.count(old) == 1), (path, old)
            self.files[path] = text.replace(old, new) if old else text + new
            if seen:
                brings.append(Text((path,), text=seen))
        return brings

    def move(self, old: str, new: str) -> None:
        """Rename a file; or a folder, where both end in a slash."""
        for path in [path for path in self.files if path == old or path.startswith(old)]:
            target = new + path.removeprefix(old)
            self.files[target] = self.files.pop(path)
            if path in self.runnable:
                self.runnable = self.runnable - {path} | {target}

    def write(self, root: Path) -> None:
        """Write the template into an empty folder."""
        (root / "copier.yml").write_text(self.questions, "utf-8")
        name = "{{ _copier_conf.answers_file }}.jinja"
        answers = "# Written by copier.\n{{ _copier_answers | to_nice_yaml }}"
        for path, data in {**self.files, name: answers}.items():
            suffix = ".jinja" if path in self.jinja else ""
            target = root / "template" / (path.replace(SOURCE, "src/{{ package }}") + suffix)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data.encode() if isinstance(data, str) else data)
            target.chmod(0o755 if path in self.runnable else 0o644)
        for path, goal in self.links.items():
            (root / "template" / path).symlink_to(goal)
